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
    editor = LineEditor(
      history: TerminalDevice.isInteractive ? Self.history() : nil, isVi: setting.settings.keys == .vi,
      complete: { [completion] in completion.completion.complete($0) })
  }

  /// The file that lines are kept in; `nil`, and a line on standard error that says so, where that cannot be.
  private static func history() -> String? {
    guard let folder = StateFolder.path else {
      StandardError.write("chainwalk: HOME is not set: neither progress nor lines typed are kept\n")
      return nil
    }
    StateFolder.make()
    let path = folder + "/history"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      StandardError.write("chainwalk: \(path): \(String(cString: strerror(errno))); lines typed are not kept\n")
      return nil
    }
    close(descriptor)
    return path
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
