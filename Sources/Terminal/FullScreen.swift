import CEdit
import Glibc

/// The terminal as a place to draw on.
package enum TerminalDevice {
  /// Whether a person sits on both ends.
  package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// Columns and rows; 80 by 24 where nobody says.
  package static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Handles the signals that end, stop or resize a program at a terminal, and gives the terminal back whatever happens.
  package static func watch() { cterm_watch() }

  /// Takes the whole screen; `false` where there is none.
  package static func takeScreen() -> Bool {
    guard cterm_enter() != 0 else { return false }
    cterm_paste_brackets(1)
    return true
  }

  /// Gives the screen back.
  package static func leaveScreen() {
    cterm_paste_brackets(0)
    cterm_leave()
  }

  /// Whether the whole screen is taken.
  package static var hasScreen: Bool { cterm_has_screen() != 0 }

  /// Keys as they are pressed, or lines again; `false` where there is no terminal.
  @discardableResult
  package static func takeKeys(_ wanted: Bool) -> Bool { cterm_raw(wanted ? 1 : 0) != 0 }

  /// Has pasted text come in brackets, or no more.
  package static func bracketPastes(_ wanted: Bool) { cterm_paste_brackets(wanted ? 1 : 0) }

  /// Stops the program as Ctrl-Z does.
  package static func suspend() { cterm_suspend() }

  /// Lets Ctrl-C, and signals that end the program, end `work` early. `isUnwanted` tells that they have; once it has, it
  /// always does.
  package static func whileWorking<Value>(_ work: (_ isUnwanted: @escaping @Sendable () -> Bool) -> Value) -> Value {
    cterm_work(1)
    defer { cterm_work(0) }
    return work { cterm_work_unwanted() != 0 }
  }

  /// Whether the screen no longer holds what was drawn: it has another size, or the program goes on after a stop.
  package static var isDisturbed: Bool { cterm_work_disturbed() != 0 }

  /// Ends the program as Ctrl-C does one that does not handle it.
  package static func leaveInterrupted() { cterm_die(SIGINT) }

  /// Ends the program as the signal that asked for it would have; does nothing where none did.
  package static func leaveAsAsked() {
    let signal = cterm_ending_signal()
    if signal != 0 { cterm_die(signal) }
  }
}

/// What a program may do with its output, by what the person asked for, the environment and what the output is.
package struct Display: Sendable, Hashable {
  package enum ColorChoice: String, Sendable, CaseIterable { case auto, always, never }

  /// Linear text: one line a fact, no cursor movement, no boxes.
  package var isPlain: Bool
  package var theme: Theme
  package var glyphs: Glyphs

  /// Text goes out as it is: it is not styled, and no terminal takes it for commands.
  package var isTransparent: Bool { theme == .none && !isTerminal }

  /// The locale's character set is UTF-8.
  package let isUnicode: Bool

  /// A file or a pipe takes every byte; what cannot be shown can only not be shown by a terminal.
  private let isTerminal: Bool

  /// - Parameter asciiDrawing: lines and marks in ASCII, whatever the locale can show: for terminals that draw
  ///   characters of ambiguous width (Unicode Standard Annex 11) two columns wide.
  package init(
    color: ColorChoice, plain: Bool, background: Theme.Background, asciiDrawing: Bool = false,
    output: Int32 = STDOUT_FILENO
  ) {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    let terminal = variable("TERM")
    isTerminal = isatty(output) == 1
    let isDumb = terminal == nil || terminal == "dumb"
    isPlain = plain || isTerminal && isDumb
    let hasColor =
      switch color {
      case .always: true
      case .never: false
      // NO_COLOR counts where it is set and not empty (no-color.org).
      case .auto: isTerminal && !isDumb && variable("NO_COLOR") == nil
      }
    if setlocale(LC_CTYPE, "") != nil {
      isUnicode = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8"
    } else {
      // This machine lacks the locale's files; its name tells what the terminal takes all the same.
      let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first ?? ""
      let codeset = name.prefix { $0 != "@" }.split(separator: ".").dropFirst().last?.lowercased()
      isUnicode = codeset == "utf-8" || codeset == "utf8"
    }
    glyphs = isUnicode && !asciiDrawing ? .unicode : .ascii
    guard !isPlain || color == .always else {
      theme = .none
      return
    }
    // Attributes go where colours go; the stepping view turns them on by itself, since it moves the cursor anyway.
    theme = Theme(
      hasColor: hasColor, hasAttributes: hasColor || isTerminal && !isDumb && color != .never,
      background: background == .auto ? Self.background(variable("COLORFGBG")) : background)
  }

  /// What the terminal says of itself, where it does: `15;0` is white on black.
  private static func background(_ colors: String?) -> Theme.Background {
    guard let last = colors?.split(separator: ";").last, let number = Int(last) else { return .auto }
    return number <= 6 || number == 8 ? .dark : .light
  }

  /// A text as the locale can show it: outside UTF-8, ASCII takes the place of what has an equal, `?` of the rest.
  package func shown(_ text: String) -> String {
    guard !isUnicode, isTerminal, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    return text.map { character -> String in
      if character.isASCII { return String(character) }
      return Self.equals[character] ?? String(repeating: "?", count: TextLayout.columns(character))
    }.joined()
  }

  private static let equals: [Character: String] = [
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "…": "...", "·": ".", "×": "x", "→": "->", "←": "<-",
    "↑": "^", "↓": "v", "─": "-", "│": "|", "≥": ">=", "≤": "<=", "≠": "!=", "\u{a0}": " ",
  ]
}
