import Simulation

/// Whether a transcript still says what a run of its inputs says.
package enum TranscriptCheck: Sendable, Hashable {
  case passed(events: Int)
  /// The first difference as a unified diff, or why it could not be run.
  case failed(String)

  package var hasPassed: Bool {
    if case .passed = self { return true }
    return false
  }

  /// Runs a transcript again and compares all of it.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: what messages call it.
  package init(_ text: String, file: String, _ sources: Rerun.Sources) {
    do {
      let recorded = try Transcript(parsing: text, file: file)
      guard let closing = recorded.closing else {
        self = .failed("\(file):\(Self.lineCount(text)): cut short: the closing line is missing")
        return
      }
      guard !recorded.entries.isEmpty else {
        self = .failed("\(file): runs nothing: it holds no input")
        return
      }
      let rerun = try Rerun(recorded, sources)
      guard rerun.transcript.entries.count == recorded.entries.count else {
        self = .failed(
          "\(file): the session ended after \(rerun.transcript.entries.count) of \(recorded.entries.count) inputs")
        return
      }
      if let diff = UnifiedDiff(expected: recorded, actual: rerun.transcript, text: text, file: file) {
        self = .failed(diff.text)
        return
      }
      self = .passed(events: closing.events)
    } catch let error as TranscriptError {
      self = .failed(error.description)
    } catch {
      self = .failed("\(file): \(error)")
    }
  }

  private static func lineCount(_ text: String) -> Int { max(1, text.utf8.count { $0 == 0x0a }) }
}
