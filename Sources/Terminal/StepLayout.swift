/// Arranges a step's panes on a screen: side by side where there is room, stacked where there is less, the one chosen
/// and the text alone where there is little.
package struct StepLayout: Sendable {
  /// The panes that Tab goes through.
  package enum Focus: Int, Sendable, CaseIterable { case text, dump, header, chain, connection }

  package var columns: Int
  package var rows: Int
  package var glyphs: Glyphs
  package var focus = Focus.text
  /// Lines that the text is scrolled past.
  package var scroll = 0

  package init(columns: Int, rows: Int, glyphs: Glyphs) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.glyphs = glyphs
  }

  /// Exactly `rows` lines of at most `columns` columns.
  package func draw(_ screen: StepScreen) -> [StyledLine] {
    var body: [StyledLine]
    let height = max(0, rows - 2)
    if columns >= 150, height >= 26 {
      body = sideBySide(screen, height)
    } else {
      body = stacked(screen, height)
    }
    body = Array(body.prefix(height))
    while body.count < height { body.append(StyledLine()) }
    var lines = [heading(screen)] + body
    if rows > 1 { lines.append(keys(screen)) }
    return lines.prefix(rows).map { $0.cut(to: columns) }
  }

  /// Whether the text goes on below, when scrolled so far.
  package func canScroll(_ screen: StepScreen) -> Bool {
    var further = self
    further.scroll += 1
    return draw(screen) != further.draw(screen)
  }

  /// A page of text over the whole screen, with the heading and a line of keys.
  package func drawPage(_ screen: StepScreen) -> [StyledLine] {
    let height = max(1, rows - 2)
    let pane = TextPane(paragraphs: screen.text, title: "", scroll: scroll, more: screen.more)
    var lines = [heading(screen)]
    lines += pane.lines(width: columns, height: height, glyphs).map { $0.cut(to: columns) }
    while lines.count < rows - 1 { lines.append(StyledLine()) }
    lines.append(keys(screen))
    return Array(lines.prefix(rows))
  }

  /// Whether a page goes on below.
  package func canScrollPage(_ screen: StepScreen) -> Bool {
    TextPane(paragraphs: screen.text, title: "").idealHeight(width: columns) > scroll + max(1, rows - 2)
  }

  /// The panes that this screen has.
  package func panes(_ screen: StepScreen) -> [Focus] { Focus.allCases.filter { pane($0, screen) != nil } }

  private func heading(_ screen: StepScreen) -> StyledLine {
    let text = screen.headings.first { TextLayout.columns($0) <= columns } ?? screen.headings.last ?? ""
    return StyledLine(text, .heading).cut(to: columns)
  }

  private func keys(_ screen: StepScreen) -> StyledLine {
    let text = screen.keys.first { TextLayout.columns($0) <= columns } ?? screen.keys.last ?? ""
    return StyledLine(text, .note).cut(to: columns)
  }

  private func pane(_ kind: Focus, _ screen: StepScreen) -> (any Pane)? {
    switch kind {
    case .text:
      TextPane(
        paragraphs: screen.text, title: screen.textTitle, fresh: screen.fresh, scroll: scroll, more: screen.more)
    case .dump: screen.dump.map { DumpPane(dump: $0, title: screen.bytesTitle) }
    case .header: screen.header.map { HeaderPane(header: $0) }
    case .chain: screen.chain.map { ChainPane(chain: $0) }
    case .connection: screen.connection.map { ConnectionPane(connection: $0) }
    }
  }

  // MARK: Side by side

  private func sideBySide(_ screen: StepScreen, _ height: Int) -> [StyledLine] {
    let left = 82
    let right = columns - left - 3
    let leftLines = leftColumn(screen, left, height)
    let rightLines = rightColumn(screen, right, height)
    return (0..<height).map { row in
      var line = row < leftLines.count ? leftLines[row].cut(to: left) : StyledLine()
      line.pad(to: left + 1)
      line.append(glyphs.vertical, .frame)
      line.append(" ")
      if row < rightLines.count { line.append(rightLines[row].cut(to: right)) }
      return line
    }
  }

  /// The bytes, and below them all headers that there is room for: first the one at hand, the rest as roomy as may be.
  private func leftColumn(_ screen: StepScreen, _ width: Int, _ height: Int) -> [StyledLine] {
    let dump = pane(.dump, screen)
    let dumpHeight = min(dump?.idealHeight(width: width) ?? 0, max(5, height / 4))
    var lines = section(dump, .dump, dumpHeight, width)
    var left = height - lines.count
    let panes = screen.headers.map { HeaderPane(header: $0) }
    var heights = [Int](repeating: 0, count: panes.count)
    let order = [screen.headerAtHand] + panes.indices.reversed().filter { $0 != screen.headerAtHand }
    for index in order where panes.indices.contains(index) {
      let least = index == screen.headerAtHand ? panes[index].roomyHeight : panes[index].compactHeight
      guard left > least else { continue }
      heights[index] = least
      left -= least + 1
    }
    for index in order where panes.indices.contains(index) && heights[index] > 0 {
      let more = panes[index].roomyHeight - heights[index]
      guard more <= left else { continue }
      heights[index] += more
      left -= more
    }
    if heights.allSatisfy({ $0 == 0 }), panes.indices.contains(screen.headerAtHand) {
      heights[screen.headerAtHand] = max(0, left - 1)
    }
    for index in panes.indices {
      lines += section(panes[index], index == screen.headerAtHand ? .header : nil, heights[index], width)
    }
    return lines
  }

  /// The rules, or while there are none yet the fields; the connection's entry; the text.
  private func rightColumn(_ screen: StepScreen, _ width: Int, _ height: Int) -> [StyledLine] {
    let text = pane(.text, screen)
    let textHeight = max(height / 3, min(text?.idealHeight(width: width) ?? 0, height / 2))
    let connection = pane(.connection, screen)
    let connectionHeight = min(connection?.idealHeight(width: width) ?? 0, 6)
    let below = textHeight + 1 + (connectionHeight > 0 ? connectionHeight + 1 : 0)
    let fields = screen.header.map { FieldsPane(header: $0, title: screen.fieldsTitle) }
    let isChain = screen.chain != nil
    var lines = section(
      pane(.chain, screen) ?? (screen.connection == nil ? fields : nil), isChain ? .chain : nil, height - below - 1,
      width)
    while lines.count < height - below { lines.append(StyledLine()) }
    lines += section(connection, .connection, connectionHeight, width)
    return lines + section(text, .text, textHeight, width)
  }

  // MARK: Stacked

  /// The order in which panes stand, and in which they get what room there is.
  private static let places: [Focus] = [.dump, .header, .chain, .connection, .text]
  private static let claims: [Focus] = [.text, .dump, .chain, .header, .connection]

  private func stacked(_ screen: StepScreen, _ height: Int) -> [StyledLine] {
    var heights: [Focus: Int] = [:]
    var left = height
    // Small screens show the text and the pane chosen.
    let isSmall = height < 13
    let chosen: Focus =
      focus != .text && pane(focus, screen) != nil ? focus : screen.chain?.current != nil ? .chain : .dump
    var claims = isSmall ? [.text, chosen] : Self.claims
    if !isSmall, focus != .text, let index = claims.firstIndex(of: focus) {
      claims.insert(claims.remove(at: index), at: 1)
    }
    for kind in claims {
      guard let pane = pane(kind, screen) else { continue }
      let ideal = pane.idealHeight(width: columns)
      guard ideal > 0 else { continue }
      let title = titleRows(kind, isSmall)
      let least = min(ideal, least(kind, screen, isSmall, height))
      guard left >= least + title else {
        if left > title, kind == .text || isSmall || left >= title + 2 {
          heights[kind] = left - title
          left = 0
        }
        continue
      }
      heights[kind] = least
      left -= least + title
    }
    for kind in claims {
      guard let given = heights[kind], let pane = pane(kind, screen) else { continue }
      let more = min(left, max(0, pane.idealHeight(width: columns) - given))
      heights[kind] = given + more
      left -= more
    }
    var lines: [StyledLine] = []
    for kind in Self.places {
      guard let given = heights[kind], let pane = pane(kind, screen) else { continue }
      // Rows that are left over on a small screen say what the pane is.
      let isTitled = isSmall && kind == chosen && kind != .dump && left > 0
      if isTitled || titleRows(kind, isSmall) > 0 { lines.append(title(pane.title, kind, columns)) }
      lines += pane.lines(width: columns, height: given, glyphs).prefix(given)
    }
    return lines
  }

  /// The heading stands above the dump already, and a small screen has no room for titles.
  private func titleRows(_ kind: Focus, _ isSmall: Bool) -> Int { isSmall || kind == .dump ? 0 : 1 }

  private func least(_ kind: Focus, _ screen: StepScreen, _ isSmall: Bool, _ height: Int) -> Int {
    if isSmall { return kind == .text ? screen.isAsking && focus == .text ? height : max(1, height - 4) : 3 }
    switch kind {
    case .text: return max(3, min(12, height - 5))
    case .dump: return 4
    case .chain: return 3
    case .header: return 3
    case .connection: return 1
    }
  }

  private func section(_ pane: (any Pane)?, _ kind: Focus?, _ height: Int, _ width: Int) -> [StyledLine] {
    guard let pane, height > 0 else { return [] }
    return [title(pane.title, kind, width)] + pane.lines(width: width, height: height, glyphs).prefix(height)
  }

  /// `── filter INPUT ─────`; the pane chosen by Tab has its title in brackets.
  private func title(_ text: String, _ kind: Focus?, _ width: Int) -> StyledLine {
    var line = StyledLine(glyphs.horizontal + glyphs.horizontal, .frame)
    let isChosen = kind == focus && focus != .text
    line.append(isChosen ? " [\(text)] " : " \(text) ", isChosen ? .focus : .title)
    line = line.cut(to: width)
    line.pad(to: width, with: glyphs.horizontal, .frame)
    return line
  }
}
