import Dispatch
import Glibc
import Simulation
import Terminal
import Tutor

/// Transcripts on the disk.
enum TranscriptFiles {
  /// The files named, and every `.txt` file in the folders named and below, in the order of their names.
  static func all(in paths: [String]) throws(CommandFailure) -> [String] {
    var files: [String] = []
    for path in paths {
      guard isFolder(path) else {
        files.append(path)
        continue
      }
      let found = below(path)
      guard !found.isEmpty else { throw CommandFailure("\(path): holds no transcript (a file that ends in .txt)") }
      files += found
    }
    return files
  }

  private static func below(_ folder: String) -> [String] {
    (FolderNames.names(in: folder) ?? []).flatMap { name -> [String] in
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      if name.hasPrefix(".") { return [] }
      return isFolder(path) ? below(path) : name.hasSuffix(".txt") ? [path] : []
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func read(_ path: String) throws(CommandFailure) -> Transcript {
    let text = try Inputs.text(of: path)
    return try Inputs.located { () throws(TranscriptError) in try Transcript(parsing: text, file: path) }
  }

  /// Writes a whole file, beside the old one first, so that a kill leaves one or the other.
  static func write(_ text: String, to path: String) throws(CommandFailure) {
    let beside = path + ".part"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let why = String(cString: strerror(errno))
        close(descriptor)
        unlink(beside)
        throw CommandFailure("\(path): \(why)")
      }
    }
    close(descriptor)
    guard rename(beside, path) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
  }

  /// Lessons from the library; a learner's own files by their path, or beside the transcript.
  static func sources(_ library: Library, beside transcript: String) -> Rerun.Sources {
    let folder = transcript.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let place = { @Sendable (path: String) -> String in
      path.hasPrefix("/") || folder.isEmpty || access(folder + "/" + path, R_OK) != 0 ? path : folder + "/" + path
    }
    let files = { @Sendable () -> any ShellFiles in MemoryFiles(over: WorkingFolder(place)) }
    return Rerun.Sources(library: library, files: files) { capture, rules, host in
      try OwnScenario.load(
        capture: place(capture), rules: place(rules), host: host.map(place), named: (capture, rules, host))
    }
  }

  static func check(_ path: String, _ library: Library) -> TranscriptCheck {
    do {
      return TranscriptCheck(try Inputs.text(of: path), file: path, sources(library, beside: path))
    } catch {
      return .failed("\(error)")
    }
  }

  /// The text of a transcript whose inputs were run again; `nil` where it is the text that is there.
  static func update(_ path: String, _ library: Library) throws(CommandFailure) -> String? {
    let text = try Inputs.text(of: path)
    let recorded = try Inputs.located { () throws(TranscriptError) in try Transcript(parsing: text, file: path) }
    let rerun = try Inputs.located(at: path) { () throws(Rerun.Failure) in
      try Rerun(recorded, sources(library, beside: path), checksContent: false)
    }
    return rerun.transcript.text == text ? nil : rerun.transcript.text
  }

  static func grade(_ path: String, _ library: Library) -> Grade {
    do {
      return Grade(try Inputs.text(of: path), file: path, sources(library, beside: path))
    } catch {
      return Grade("", file: path, sources(library, beside: path))
    }
  }

  /// Applies `body` to every file, on all processors, and gives the results back in order.
  static func inParallel<Value: Sendable>(
    _ files: [String], _ progress: ProgressBar, _ body: @Sendable (String) -> Value
  ) -> [Value] {
    guard files.count > 1 else { return files.map(body) }
    let results = ResultSlots<Value>(count: files.count)
    DispatchQueue.concurrentPerform(iterations: files.count) {
      let count = results.set($0, body(files[$0]))
      progress.advance(Double(count) / Double(files.count))
    }
    progress.finish()
    return results.values
  }
}

/// Results that threads put into their own slots.
///
/// Safe: every access holds the mutex.
private final class ResultSlots<Value: Sendable>: @unchecked Sendable {
  private var slots: [Value?]
  private var filled = 0
  private var mutex = pthread_mutex_t()

  init(count: Int) {
    slots = Array(repeating: nil, count: count)
    pthread_mutex_init(&mutex, nil)
  }

  deinit { pthread_mutex_destroy(&mutex) }

  /// Gives back how many slots are full.
  func set(_ index: Int, _ value: Value) -> Int {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    slots[index] = value
    filled += 1
    return filled
  }

  var values: [Value] {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    return slots.compactMap { $0 }
  }
}
