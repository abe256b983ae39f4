import Terminal
import Tutor

/// The stepping view: a session by keys on the whole screen. Each key is a line that could have been typed at the
/// prompt, so that a recording of it is a transcript like any other.
extension SessionRunner {
  /// Runs the view until it is left; `true` where the session ends with it.
  ///
  /// - Parameter isWhole: the program began in the view, so that leaving it leaves the program.
  mutating func view(isWhole: Bool) -> Bool {
    guard TerminalDevice.takeScreen() else {
      StandardError.write("chainwalk: view needs a terminal\n")
      return false
    }
    var stage = Stage(display)
    let leaving = keys(&stage)
    TerminalDevice.leaveScreen()
    // What was seen last stays in sight at the prompt.
    if leaving == .prompt, !isWhole || !last.quits { show(last) }
    return leaving == .session || leaving == .view && isWhole
  }

  private enum Leaving { case view, prompt, session }

  private mutating func keys(_ stage: inout Stage) -> Leaving {
    while true {
      // Keys that come faster than a screen is drawn are not to wait for it.
      if !stage.keyboard.isBehind { stage.draw(session, last) }
      let key = stage.keyboard.next()
      if stage.page != nil, ![.redraw, .closed, .control("z"), .unknown].contains(key) {
        stage.turnPage(key)
        continue
      }
      switch key {
      case .closed, .control("d"): return .session
      case .character("q") where !session.choiceLetters.contains("q"): return .view
      case .control("c"): return .prompt
      case .redraw, .control("l"): stage.frames.forget()
      case .control("z"):
        TerminalDevice.suspend()
        stage.frames.forget()
      case .character("?"): stage.open(session.viewHelp, session.anyKeyLabel)
      case .tab: stage.changeFocus(session.screen(after: last))
      case .character("j"), .character("k"): stage.scroll(key == .character("j") ? 1 : -1, session.screen(after: last))
      default:
        guard let line = line(for: key, &stage) else { break }
        let before = last
        let clock = SessionClock()
        let output = take(line)
        // The notice of long work has taken the last row.
        if clock.milliseconds >= Work.patience { stage.frames.forget() }
        if output.quits { return .session }
        stage.layout.scroll = 0
        if session.isPage(output) {
          stage.open(session.page(output), session.anyKeyLabel)
          last = before
        }
      }
    }
  }

  /// What a key comes to, typed at the prompt; `nil` where it comes to nothing.
  private func line(for key: Key, _ stage: inout Stage) -> String? {
    switch key {
    case .character(" "), .right, .enter: return "next"
    case .left, .backspace: return "back"
    case .down: return session.hasQuestion ? nil : "until rule"
    case .up: return "back rule"
    case .pageUp: return packet { $0 - 1 }
    case .pageDown: return packet { $0 + 1 }
    case .home: return packet { _ in 1 }
    case .end: return packet { _ in .max }
    case .paste(let text): return text.contains("\n") ? text : typed(text, ":", &stage)
    case .burst(let text) where text.hasPrefix("/"):
      return session.hasQuestion ? nil : typed(String(text.dropFirst()), "/", &stage).map { "find " + $0 }
    case .burst(let text): return typed(text.hasPrefix(":") ? String(text.dropFirst()) : text, ":", &stage)
    case .character(let character): return line(for: character, &stage)
    default: return nil
    }
  }

  private func line(for character: Character, _ stage: inout Stage) -> String? {
    let letter = String(character)
    if session.choiceLetters.contains(letter) { return letter }
    switch letter {
    case "h" where session.hasQuestion: return "hint"
    case "b" where !session.hasQuestion: return "back"
    case "n" where !session.hasQuestion: return session.hasSearched ? "find" : "next"
    case ":": return typed("", ":", &stage)
    case "/":
      return session.hasQuestion ? nil : typed("", "/", &stage).map { "find " + $0 }
    default: return typed(letter, ":", &stage)
    }
  }

  /// To another packet; `nil` where that is the one at hand.
  private func packet(_ move: (Int) -> Int) -> String? {
    guard let place = session.packetAtHand, !session.hasQuestion else { return nil }
    return "goto packet \(min(max(1, move(place.number)), place.count))"
  }

  /// A line with editing at the foot of the screen; `nil` where nothing was entered.
  private func typed(_ text: String, _ prompt: String, _ stage: inout Stage) -> String? {
    let (session, last) = (session, last)
    input.complete(for: session)
    let ahead = stage.keyboard.takeRest()
    stage.beginLine()
    defer { stage.endLine() }
    // The line editor calls back on this thread, while `stage` is not otherwise in use.
    var resized = stage
    let line = input.line(prompt: prompt, typed: text + ahead) { resized.drawAroundLine(session, last) }
    return line.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
  }
}

/// The screen while the view has it.
private struct Stage {
  let display: Display
  var keyboard = Keyboard()
  var frames: FrameWriter
  var layout: StepLayout
  /// What covers the step until the next key: help, or what a command has shown.
  var page: (paragraphs: [StepScreen.Paragraph], hint: String)?

  init(_ display: Display) {
    self.display = display
    frames = FrameWriter(display)
    layout = StepLayout(columns: 80, rows: 24, glyphs: display.glyphs)
  }

  mutating func draw(_ session: Session, _ last: Output) { frames.draw(lines(session, last)) }

  private mutating func lines(_ session: Session, _ last: Output) -> [StyledLine] {
    let size = TerminalDevice.size
    if (size.columns, size.rows) != (layout.columns, layout.rows) { frames.forget() }
    layout.columns = size.columns
    layout.rows = size.rows
    var screen = session.screen(after: last)
    if let page {
      var cover = StepScreen()
      cover.headings = screen.headings
      cover.text = page.paragraphs
      cover.keys = [page.hint]
      cover.more = screen.more
      screen = cover
      return layout.drawPage(screen)
    }
    return layout.draw(screen)
  }

  mutating func open(_ paragraphs: [StepScreen.Paragraph], _ hint: String) {
    page = (paragraphs, hint)
    layout.scroll = 0
  }

  /// Scrolls a page, or closes it.
  mutating func turnPage(_ key: Key) {
    guard let page else { return }
    var cover = StepScreen()
    cover.text = page.paragraphs
    switch key {
    case .character("j"), .down: layout.scroll += layout.canScrollPage(cover) ? 1 : 0
    case .character("k"), .up: layout.scroll = max(0, layout.scroll - 1)
    case .character(" "), .pageDown:
      guard layout.canScrollPage(cover) else {
        self.page = nil
        layout.scroll = 0
        return
      }
      layout.scroll += max(1, layout.rows - 3)
    case .pageUp: layout.scroll = max(0, layout.scroll - max(1, layout.rows - 3))
    default:
      self.page = nil
      layout.scroll = 0
    }
  }

  mutating func changeFocus(_ screen: StepScreen) {
    let panes = layout.panes(screen)
    let index = panes.firstIndex(of: layout.focus) ?? 0
    if !panes.isEmpty { layout.focus = panes[(index + 1) % panes.count] }
  }

  mutating func scroll(_ lines: Int, _ screen: StepScreen) {
    if lines > 0 {
      layout.scroll += layout.canScroll(screen) ? lines : 0
    } else {
      layout.scroll = max(0, layout.scroll + lines)
    }
  }

  // MARK: The line at the foot

  /// The row above the last, so that Enter does not scroll the screen.
  private var lineRow: Int { max(1, layout.rows - 1) }

  func beginLine() {
    TerminalDevice.takeKeys(false)
    // The line editor counts on lines being wrapped.
    TerminalOutput.write("\u{1b}[\(lineRow);1H\u{1b}[J\u{1b}[?7h\u{1b}[?25h")
  }

  mutating func endLine() {
    TerminalOutput.write("\u{1b}[?25l\u{1b}[?7l")
    TerminalDevice.takeKeys(true)
    TerminalDevice.bracketPastes(true)
    frames.forget()
  }

  /// The screen without the rows of the line, and the cursor where the line begins.
  mutating func drawAroundLine(_ session: Session, _ last: Output) {
    let all = lines(session, last)
    frames.forget()
    TerminalOutput.write(frames.update(all) + "\u{1b}[\(lineRow);1H\u{1b}[J\u{1b}[?7h\u{1b}[?25h")
  }
}
