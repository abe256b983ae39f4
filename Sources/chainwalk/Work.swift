import Glibc
import Simulation
import Terminal
import Tutor

/// What a session works out for one line: Ctrl-C stops it, and where it takes long, the terminal says so.
enum Work {
  /// Milliseconds; shorter work says nothing.
  static let patience = 700

  /// What `body` gives, or `nil` where it was stopped: then nothing that it did may be used.
  static func run<Value>(_ display: Display, _ session: Session, _ body: () -> Value) -> Value? {
    let notice = Notice(display, session.workingLabel)
    defer { notice.takeAway() }
    return TerminalDevice.whileWorking { isUnwanted in
      let check = { @Sendable in
        notice.showIfDue()
        return isUnwanted()
      }
      let value = Interruption.whileAsking(check, body)
      return isUnwanted() ? nil : value
    }
  }

  /// One line that says that something is being worked out and how to stop it.
  ///
  /// Safe: it is used on the thread that works alone.
  private final class Notice: @unchecked Sendable {
    private let display: Display
    private let text: String
    private let clock = SessionClock()
    /// When it is to be shown, in milliseconds of the clock.
    private var due = TerminalDevice.isInteractive ? Work.patience : .max
    private var isShown = false

    init(_ display: Display, _ text: String) {
      self.display = display
      self.text = text
    }

    func showIfDue() {
      guard due < .max else { return }
      let now = clock.milliseconds
      guard now >= due else { return }
      // Nobody draws the screen anew before the work is done.
      guard !isShown || TerminalDevice.isDisturbed else { return }
      due = now + Work.patience
      isShown = true
      let shown = display.shown(text)
      if display.isPlain {
        TerminalOutput.write(shown + "\n")
      } else if TerminalDevice.hasScreen {
        TerminalOutput.write("\u{1b}[\(TerminalDevice.size.rows);1H\u{1b}[2K" + shown)
      } else {
        TerminalOutput.write("\r\u{1b}[K" + shown)
      }
    }

    /// The view draws its last row anew by itself.
    func takeAway() {
      if isShown, !display.isPlain, !TerminalDevice.hasScreen { TerminalOutput.write("\r\u{1b}[K") }
    }
  }
}
