import Glibc
import Terminal
import Tutor

/// Runs a session at a terminal or from a pipe: reads lines, shows what comes of them, and carries out what the session
/// asks for (recording, progress).
struct SessionRunner {
  var session: Session
  let display: Display
  /// Milliseconds that lie before this run.
  private let started: Int
  private var recording: TranscriptFile?
  /// What happened so far, for a recording that begins later.
  private var transcript: Transcript
  private let progress: ProgressFile?
  private var hasWarned = false
  private let clock = SessionClock()
  let input: LineInput
  /// What was given last.
  var last = Output()

  /// - Parameter before: what has happened to the session already, for one that is taken over.
  init(
    _ session: Session, _ setting: TutorSetting, header: Transcript.Header, progress: ProgressFile?,
    before: Transcript? = nil
  ) {
    self.session = session
    self.progress = progress
    display = setting.display
    input = LineInput(setting)
    var header = header
    header.memory = session.memory
    transcript = before ?? Transcript(header: header)
    started = before?.entries.last?.time ?? 0
  }

  /// Runs to `quit` or the end of the input; `first` begins the session. `inView`: at a terminal, the stepping view
  /// comes first, and leaving it leaves the program.
  mutating func run(
    record file: String?, inView: Bool = false, _ first: (inout Session) -> Output
  ) throws(CommandFailure) {
    transcript.header.began = Int64(Glibc.time(nil))
    session.now = transcript.clock(0)
    let before = session
    guard let opening = Work.run(display, before, { first(&session) }) else {
      TerminalDevice.leaveAsAsked()
      // There is no session yet that could go on.
      return TerminalDevice.leaveInterrupted()
    }
    transcript.opening = opening.lines.map(\.text)
    last = opening
    let begins = inView && !display.isPlain && TerminalDevice.isInteractive
    if !begins { show(opening) }
    perform(opening.effects)
    try run(record: file, inView: begins)
  }

  /// Runs a session that has begun already.
  mutating func run(record file: String?, inView: Bool = false) throws(CommandFailure) {
    if let file { try startRecording(file) }
    if !inView || !view(isWhole: true) { readLines() }
    recording?.close(transcript.closing(session.summary))
    TerminalDevice.leaveAsAsked()
  }

  private mutating func readLines() {
    input.complete(for: session)
    while let line = input.next(prompt: Self.prompt) {
      let output = take(line)
      show(output)
      if output.effects.contains(.view), view(isWhole: false) { return }
      if output.quits { return }
      input.complete(for: session)
    }
  }

  static let prompt = "chainwalk> "

  /// Has the session take a line, notes both sides, and does what it asks for. A line that is stopped by Ctrl-C leaves
  /// the session as it was.
  mutating func take(_ line: String) -> Output {
    let time = started + clock.milliseconds
    session.now = transcript.clock(time)
    var next = session
    guard let output = Work.run(display, session, { next.handle(line) }) else {
      last = session.stopped
      return last
    }
    session = next
    let entry = Transcript.Entry(time: time, input: line, output: output.lines.map(\.text))
    transcript.entries.append(entry)
    recording?.append(entry)
    perform(output.effects)
    if !output.effects.contains(.view) { last = output }
    return output
  }

  /// Writes an output's lines as they are, in the colours of their roles.
  func show(_ output: Output) {
    StandardOutput.write(display.text(output).utf8)
    StandardOutput.flush()
  }

  private mutating func perform(_ effects: [Output.Effect]) {
    for effect in effects {
      switch effect {
      case .quit, .view: break
      case .progress(let event):
        do { try progress?.append(event) } catch {
          if !hasWarned { StandardError.write("chainwalk: \(error)\n") }
          hasWarned = true
        }
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

extension Display {
  /// An output as it goes out, laid out for the terminal's width where that is small.
  func text(_ output: Output) -> String {
    let lines = isPlain ? output.lines : output.lines(fitting: TerminalDevice.size.columns)
    return lines.map(line).joined()
  }

  /// A line of a session as a terminal takes it, its end included.
  func line(_ line: Output.Line) -> String {
    if isTransparent { return line.text + "\n" }
    return shown(StyledLine(line.text, line.role.style).rendered(theme)) + "\n"
  }
}
