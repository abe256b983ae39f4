import CEdit
import Glibc

/// The prompt: a line with editing, history and completion at a terminal (libedit), or plain lines from a pipe.
package final class LineEditor {
  /// What was entered.
  package enum Input: Sendable, Hashable {
    case line(String)
    /// Several lines pasted at once, taken whole.
    case paste(String)
    /// Ctrl-C: the line, or whatever is under way, is given up.
    case interrupt
    /// Ctrl-D on an empty line, or the end of the input.
    case end
  }

  /// What may stand at the cursor: where the word begins, in bytes of the line's UTF-8, and what it may become.
  package struct Completion: Sendable, Hashable {
    package var start: Int
    package var candidates: [String]

    package init(start: Int, candidates: [String]) {
      self.start = start
      self.candidates = candidates
    }
  }

  private var editor: OpaquePointer?
  private let completer: Completer

  /// Holds the caller's functions where C can find them.
  private final class Completer {
    let complete: (String) -> Completion
    var redraw: (() -> Void)?
    init(_ complete: @escaping (String) -> Completion) { self.complete = complete }
  }

  /// An editor on standard input and output.
  ///
  /// `history` is the file in which lines are kept from session to session; `complete` is given the line up to the
  /// cursor. Without a terminal there is neither.
  package init(
    history: String? = nil, isVi: Bool = false,
    complete: @escaping (String) -> Completion = { _ in .init(start: 0, candidates: []) }
  ) {
    completer = Completer(complete)
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return }
    // The completer lives as long as this editor, which closes libedit's before it goes.
    let context = Unmanaged.passUnretained(completer).toOpaque()
    cterm_watch()
    editor = cedit_open(
      "chainwalk", history, isVi ? 1 : 0,
      { context, line, cursor, start in LineEditor.candidates(context, line, cursor, start) }, context)
  }

  deinit { close() }

  /// Whether there is a person at a terminal.
  package var isInteractive: Bool { editor != nil }

  /// Gives the terminal back as it was.
  package func close() {
    if let editor { cedit_close(editor) }
    editor = nil
  }

  /// The next input; the prompt is shown only at a terminal. `typed` stands in the line already. `redraw` draws what is
  /// around the line when the window has another size.
  package func read(prompt: String, typed: String = "", redraw: (() -> Void)? = nil) -> Input {
    guard let editor else { return readLine().map(Input.line) ?? .end }
    var text: UnsafePointer<CChar>?
    completer.redraw = redraw
    defer { completer.redraw = nil }
    // libedit keeps the prompt only during the call.
    let event = prompt.withCString { prompt in
      typed.withCString { typed in
        cedit_read(
          editor, prompt, typed,
          redraw == nil
            ? nil
            : { context in
              guard let context else { return }
              Unmanaged<Completer>.fromOpaque(context).takeUnretainedValue().redraw?()
            }, &text)
      }
    }
    let line = text.map { String(cString: $0) } ?? ""
    switch event {
    case CEDIT_LINE:
      if line.contains(where: { !$0.isWhitespace }) { cedit_remember(editor, line) }
      return .line(line)
    case CEDIT_PASTE: return .paste(line)
    case CEDIT_INTERRUPT: return .interrupt
    default: return .end
    }
  }

  /// Called by libedit when Tab is pressed.
  private static func candidates(
    _ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ cursor: Int32,
    _ start: UnsafeMutablePointer<Int32>?
  ) -> UnsafeMutablePointer<CChar>? {
    guard let context, let line, let start else { return nil }
    let completer = Unmanaged<Completer>.fromOpaque(context).takeUnretainedValue()
    let typed = String(decoding: Array(String(cString: line).utf8.prefix(Int(cursor))), as: UTF8.self)
    let completion = completer.complete(typed)
    guard !completion.candidates.isEmpty else { return nil }
    start.pointee = Int32(clamping: completion.start)
    return strdup(completion.candidates.map { $0 + "\n" }.joined())
  }
}
