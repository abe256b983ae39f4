import Glibc
import Tutor

/// Runs a session at a terminal or from a pipe: reads lines, shows what comes of them, and carries out what the session
/// asks for (recording, progress).
struct SessionRunner {
  private var session: Session
  /// Milliseconds that lie before this run.
  private let started: Int
  private var recording: TranscriptFile?
  /// What happened so far, for a recording that begins later.
  private var transcript: Transcript
  private let progress: ProgressFile?
  private var hasWarned = false
  private let clock = SessionClock()
  private var input = LineInput()

  /// - Parameter before: what has happened to the session already, for one that is taken over.
  init(_ session: Session, header: Transcript.Header, progress: ProgressFile?, before: Transcript? = nil) {
    self.session = session
    self.progress = progress
    transcript = before ?? Transcript(header: header)
    started = before?.entries.last?.time ?? 0
  }

  /// Runs to `quit` or the end of the input; `first` begins the session.
  mutating func run(record file: String?, _ first: (inout Session) -> Output) throws(CommandFailure) {
    session.now = Int64(Glibc.time(nil))
    let opening = first(&session)
    transcript.opening = opening.lines.map(\.text)
    show(opening)
    perform(opening.effects)
    try run(record: file)
  }

  /// Runs a session that has begun already.
  mutating func run(record file: String?) throws(CommandFailure) {
    if let file { try startRecording(file) }
    while true {
      guard let line = input.next(prompt: prompt) else { break }
      let time = started + clock.milliseconds
      session.now = Int64(Glibc.time(nil))
      let output = session.handle(line)
      let entry = Transcript.Entry(time: time, input: line, output: output.lines.map(\.text))
      transcript.entries.append(entry)
      show(output)
      recording?.append(entry)
      perform(output.effects)
      if output.quits { break }
    }
    recording?.close(transcript.closing(session.summary))
  }

  private var prompt: String { "chainwalk> " }

  private func show(_ output: Output) {
    var text = ""
    for line in output.lines { text += line.text + "\n" }
    StandardOutput.write(text.utf8)
    StandardOutput.flush()
  }

  private mutating func perform(_ effects: [Output.Effect]) {
    for effect in effects {
      switch effect {
      case .quit: break
      case .progress(let event):
        guard let progress, !progress.append(event), !hasWarned else { continue }
        hasWarned = true
        StandardError.write("chainwalk: \(progress.path): progress cannot be written\n")
      case .record(let file):
        do { try startRecording(file) } catch { StandardError.write("chainwalk: \(error)\n") }
      case .stopRecording:
        recording?.close(transcript.closing(session.summary))
        recording = nil
      }
    }
  }

  private mutating func startRecording(_ file: String) throws(CommandFailure) {
    recording = try TranscriptFile(path: file)
    recording?.begin(transcript)
  }
}

/// Milliseconds since the session began.
struct SessionClock {
  private let start = Self.now
  var milliseconds: Int { Int(Self.now - start) }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
