import ArgumentParser
import Glibc
import Simulation
import Tutor

/// `chainwalk replay`: plays transcripts, or runs them again and compares.
struct ReplayCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, html, svg }

  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a transcript, check it, or take over where it ends.",
    discussion: """
      While it plays: space pauses, the arrow keys (or n and b) step, q leaves.

      Examples:
        chainwalk replay mine.txt --speed 3
        chainwalk replay transcripts --check
        chainwalk replay mine.txt --take-over --at 12
        chainwalk replay mine.txt --cast mine.cast
      """)

  @Argument(help: "Transcripts, or folders that hold them.", completion: .file()) var transcripts: [String]
  @Flag(help: "Run every input again and compare everything.") var check = false
  @Flag(help: "Run every input again and write what comes of it.") var update = false
  @Option(help: "How many times faster than it was made.") var speed = 1.0
  @Flag(name: .customLong("take-over"), help: "Go on from where the transcript ends.") var takeOver = false
  @Option(help: ArgumentHelp("With --take-over: after this many inputs.", valueName: "events")) var at: Int?
  @Option(help: ArgumentHelp("Write an asciinema recording.", valueName: "file"), completion: .file()) var cast: String?
  @Option(name: .customLong("cast-version"), help: "asciicast 2 or 3.", completion: .list(["2", "3"])) var castVersion =
    2
  @Option(help: "html writes one self-contained page to standard output, svg a moving picture of its beginning.")
  var format = Format.text
  @Option(help: ArgumentHelp("With --take-over: record the session on.", valueName: "file"), completion: .file())
  var record: String?
  @OptionGroup var display: DisplayOptions

  func validate() throws {
    guard speed > 0, speed < 100_000 else { throw ValidationError("--speed: expected a number above 0") }
    guard !(check && update) else { throw ValidationError("--check and --update exclude each other") }
    guard at == nil || takeOver else { throw ValidationError("--at goes with --take-over") }
    guard at.map({ $0 >= 0 }) ?? true else { throw ValidationError("--at: expected 0 or more") }
    guard Cast.Version(rawValue: castVersion) != nil else { throw ValidationError("--cast-version: expected 2 or 3") }
  }

  func run() throws {
    if check || update {
      let files = try TranscriptFiles.all(in: transcripts)
      try check ? checkAll(files) : updateAll(files)
      return
    }
    guard let path = transcripts.first, transcripts.count == 1 else {
      throw CommandFailure("one transcript can be played at a time; --check takes many")
    }
    let transcript = try TranscriptFiles.read(path)
    if let cast {
      let text = Cast.text(transcript, version: Cast.Version(rawValue: castVersion) ?? .two, speed: speed)
      try TranscriptFiles.write(text, to: cast)
      return
    }
    if format == .html {
      StandardOutput.write(TranscriptPage.html(transcript).utf8)
      return
    }
    if format == .svg {
      StandardOutput.write(TranscriptPicture.svg(transcript).utf8)
      return
    }
    if takeOver { return try handOver(transcript, path) }
    var player = TranscriptPlayer(
      transcript, speed: speed, display.display(try SettingsFile.read()),
      TranscriptFiles.sources(try LessonFolders.library(), beside: path))
    player.play()
    if transcript.closing == nil { StandardError.write("chainwalk: \(path): cut short: the closing line is missing\n") }
  }

  private func checkAll(_ files: [String]) throws {
    let library = try LessonFolders.library()
    var passed = 0
    let printer = try PeoplePrinter(display, counting: "transcripts")
    let results = TranscriptFiles.inParallel(files, printer.progress) { TranscriptFiles.check($0, library) }
    for (file, result) in zip(files, results) {
      switch result {
      case .passed: passed += 1
      case .failed(let why): printer.write("\(why)\n", PeoplePrinter.difference)
      }
      _ = file
    }
    let failed = files.count - passed
    printer.write("\(passed) passed, \(failed) failed\n") { _ in failed > 0 ? .wrong : .right }
    if failed > 0 { throw CommandFailure("", status: CommandFailure.differs) }
  }

  private func updateAll(_ files: [String]) throws {
    let library = try LessonFolders.library()
    let printer = try PeoplePrinter(display, counting: "transcripts")
    let updates = TranscriptFiles.inParallel(files, printer.progress) { file in
      Result { () throws(CommandFailure) in try TranscriptFiles.update(file, library) }
    }
    var changed = 0
    for (file, update) in zip(files, updates) {
      guard let text = try update.get() else { continue }
      try TranscriptFiles.write(text, to: file)
      printer.write("\(file): updated\n")
      changed += 1
    }
    printer.write("\(changed) updated, \(files.count - changed) unchanged\n")
  }

  private func handOver(_ transcript: Transcript, _ path: String) throws {
    let sources = TranscriptFiles.sources(try LessonFolders.library(), beside: path)
    let rerun = try Inputs.located(at: path) { () throws(Rerun.Failure) in
      try Rerun(transcript, sources, limit: at ?? .max)
    }
    var played = rerun.transcript
    played.closing = nil
    let settings = try SettingsFile.read()
    let setting = TutorSetting(options: played.header.options, display: display.display(settings), settings: settings)
    var player = TranscriptPlayer(played, speed: speed, setting.display, sources)
    guard player.play() else { return }
    var runner = SessionRunner(rerun.session, setting, header: played.header, progress: nil, before: played)
    try runner.run(record: record)
  }
}
