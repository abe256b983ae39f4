import Glibc
import Simulation
import Terminal
import Tutor

/// What the learner types: with editing, history and completion at a terminal, plain lines from a pipe.
final class LineInput {
  private let editor: LineEditor
  private let completion = CompletionSource()

  /// What Tab looks at, changed from line to line.
  private final class CompletionSource {
    var completion = PromptCompletion()
  }

  init(_ setting: TutorSetting) {
    StateFolder.make()
    editor = LineEditor(
      history: StateFolder.path.map { $0 + "/history" }, isVi: setting.settings.keys == .vi,
      complete: { [completion] in completion.completion.complete($0) })
  }

  /// The session whose chains, rules and lessons Tab may complete.
  func complete(for session: Session) { completion.completion.session = session }

  /// One line of the stepping view, which draws what is around it; `nil` where it was given up.
  func line(prompt: String, typed: String, redraw: @escaping () -> Void) -> String? {
    switch editor.read(prompt: prompt, typed: typed, redraw: redraw) {
    case .line(let text), .paste(let text): text
    case .interrupt, .end: nil
    }
  }

  /// The next line without its end, or pasted lines whole; `nil` at the end of the input. Ctrl-C gives up the line and
  /// asks again.
  ///
  /// A line that the host's shell would ask to go on (a here-document, open quotes) is given with those that follow.
  func next(prompt: String) -> String? {
    var begun: String?
    while true {
      switch editor.read(prompt: begun == nil ? prompt : "> ") {
      case .line(let line), .paste(let line):
        let text = begun.map { $0 + "\n" + line } ?? line
        guard Shell.wantsMore(text) else { return text }
        begun = text
      case .interrupt: begun = nil
      case .end:
        if let begun { return begun }
        if editor.isInteractive {
          StandardOutput.write("\n".utf8)
          StandardOutput.flush()
        }
        return nil
      }
    }
  }
}
