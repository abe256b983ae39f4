import Simulation
import Terminal
import Tutor

/// Plays a transcript in the terminal at its own pace.
struct TranscriptPlayer {
  private let transcript: Transcript
  private let speed: Double
  private let display: Display
  private var staging: Restaging
  private var keyboard = Keyboard()
  private var isPaused = false

  /// - Parameter sources: with what the session is run again, for the colours that it had.
  init(_ transcript: Transcript, speed: Double, _ display: Display, _ sources: Rerun.Sources) {
    self.transcript = transcript
    self.speed = speed
    self.display = display
    // Where nothing is styled and nothing laid out anew, the recorded lines are all there is to show.
    staging = Restaging(transcript, display.theme == .none ? nil : sources)
  }

  private enum Move { case on, back, leave }

  /// Plays to the end; `false` where somebody left before.
  @discardableResult
  mutating func play() -> Bool {
    // Without a terminal on both sides nobody waits and nobody presses keys.
    let isInteractive = TerminalDevice.takeKeys(true)
    defer {
      TerminalDevice.takeKeys(false)
      TerminalDevice.leaveAsAsked()
    }
    show(staging.opening)
    var index = 0
    while index < transcript.entries.count {
      let entry = transcript.entries[index]
      let before = index > 0 ? transcript.entries[index - 1].time : 0
      switch isInteractive ? wait(milliseconds: Double(entry.time - before) / speed) : .on {
      case .on:
        guard let output = output(index) else { return false }
        write("chainwalk> \(entry.input)\n")
        show(output)
        index += 1
      case .back:
        index = max(0, index - 1)
        redraw(upTo: index)
      case .leave: return false
      }
    }
    return true
  }

  /// What input `index` brought; `nil` where somebody would not wait for it.
  private mutating func output(_ index: Int) -> Output? {
    TerminalDevice.whileWorking { isUnwanted in
      var next = staging
      let output = Interruption.whileAsking(isUnwanted) { next.output(index) }
      guard !isUnwanted() else { return nil }
      staging = next
      return output
    }
  }

  /// Waits as long as the recording did, or until a key says otherwise.
  private mutating func wait(milliseconds: Double) -> Move {
    let clock = SessionClock()
    while true {
      let left = milliseconds - Double(clock.milliseconds)
      if left <= 0, !isPaused { return .on }
      switch keyboard.next(within: isPaused ? nil : Int(min(left, 3_600_000).rounded(.up))) {
      case .timeout: if !isPaused { return .on }
      case .character("q"), .control("c"), .control("d"), .closed: return .leave
      case .control("z"): TerminalDevice.suspend()
      case .character(" "): isPaused.toggle()
      case .character("n"), .enter, .right: return .on
      case .character("b"), .left, .backspace: return .back
      default: break
      }
    }
  }

  private mutating func redraw(upTo index: Int) {
    write(display.isPlain ? "\n" : "\u{1b}[H\u{1b}[2J")
    show(staging.opening)
    for place in max(0, index - 3)..<index {
      write("chainwalk> \(transcript.entries[place].input)\n")
      show(staging.output(place))
    }
  }

  private func show(_ output: Output) {
    StandardOutput.write(display.text(output).utf8)
    StandardOutput.flush()
  }

  private func write(_ text: String) {
    StandardOutput.write(display.shown(text).utf8)
    StandardOutput.flush()
  }
}
