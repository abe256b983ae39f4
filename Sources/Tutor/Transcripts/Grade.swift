import Simulation

/// What a learner's transcript is worth, told by running it again: what stands in the file is not believed.
package struct Grade: Sendable {
  package let file: String
  /// The lesson's id, or what else it was about.
  package var subject = ""
  package var isFinished = false
  package var tally = Tally()
  /// From the first input to the last, in milliseconds, as recorded.
  package var duration = 0
  /// Why the record is not to be believed; `nil` for one that the run agrees with.
  package var problem: String?

  /// Grades a file. Without its closing line (the session was killed) it is graded as far as it goes.
  package init(_ text: String, file: String, _ sources: Rerun.Sources) {
    self.file = file
    do {
      let recorded = try Transcript(parsing: text, file: file)
      subject = recorded.header.subject.name
      duration = (recorded.entries.last?.time ?? 0) - (recorded.entries.first?.time ?? 0)
      guard !recorded.entries.isEmpty else {
        problem = "\(file): runs nothing: it holds no input"
        return
      }
      let rerun = try Rerun(recorded, sources)
      var result = rerun.transcript
      if recorded.closing == nil { result.closing = nil }
      isFinished = rerun.hasFinishedLesson
      tally = rerun.tally
      if let diff = UnifiedDiff(expected: recorded, actual: result, text: text, file: file) {
        problem = "edited by hand: " + (diff.text.split(separator: "\n").first.map(String.init) ?? file)
      }
    } catch let error as TranscriptError {
      problem = error.description
    } catch {
      problem = "\(file): \(error)"
    }
  }
}

extension Transcript.Subject {
  /// The lesson's id, or the capture's path.
  package var name: String {
    switch self {
    case .lesson(let id, _): id
    case .step(let capture, _, _, _, _), .quiz(let capture, _, _, _, _, _): capture
    case .prompt: "prompt"
    case .review: "review"
    }
  }
}
