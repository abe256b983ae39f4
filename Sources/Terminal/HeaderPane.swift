/// A header in rows of 32 bits, as its RFC draws it, the field at hand in brackets; as a list of fields where the pane is
/// too narrow for that.
struct HeaderPane: Pane {
  let header: StepScreen.Header

  var title: String { header.title }

  /// Two columns a bit, a border at each end, and the offset of the row's first byte.
  static let width = margin + 65
  private static let margin = 5

  private var rowCount: Int { ((header.fields.map(\.bits.upperBound).max() ?? 0) + 31) / 32 }

  /// Names above values between borders.
  var roomyHeight: Int { 3 * min(rowCount, 12) + 3 }
  /// One line a row between borders.
  var compactHeight: Int { 2 * min(rowCount, 12) + 1 }

  func idealHeight(width: Int) -> Int {
    width >= Self.width ? roomyHeight : header.fields.count
  }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] {
    guard width >= Self.width else { return list(width, height) }
    let count = rowCount
    guard count > 0 else { return [] }
    // As roomy as the height allows: names above values between borders, one line between borders, or rows alone.
    if height >= 3 * count + 3 { return drawing(0..<count, height: 2, hasRuler: true) }
    if height >= 2 * count + 3 { return drawing(0..<count, height: 1, hasRuler: true) }
    if height >= 2 * count + 1 { return drawing(0..<count, height: 1, hasRuler: false) }
    let focus = (focusField?.bits.lowerBound ?? 0) / 32
    let hasRuler = height > min(3, count)
    let rows = Window(count: count, rows: max(1, height - (hasRuler ? 1 : 0)), focus: focus).range
    return (hasRuler ? [ruler(bits: false)] : []) + rows.map { line($0, part: .both) }
  }

  private var focusField: StepScreen.Header.Field? {
    header.fields.first { $0.mark == .current } ?? header.fields.first { $0.isChanged }
      ?? header.fields.first { $0.mark == .read }
  }

  private func drawing(_ rows: Range<Int>, height: Int, hasRuler: Bool) -> [StyledLine] {
    var lines = hasRuler ? [ruler(bits: false), ruler(bits: true)] : []
    for row in rows {
      lines.append(border(above: row))
      if height == 2 {
        lines.append(line(row, part: .name))
        lines.append(line(row, part: .value))
      } else {
        lines.append(line(row, part: .both))
      }
    }
    lines.append(border(above: rows.upperBound))
    return lines
  }

  /// The numbers of the bits: tens above, units below, as RFC 791 has them.
  private func ruler(bits: Bool) -> StyledLine {
    var text = String(repeating: " ", count: Self.margin)
    for bit in 0..<(bits ? 32 : 31) { text += " " + (bits ? String(bit % 10) : bit % 10 == 0 ? String(bit / 10) : " ") }
    return StyledLine(text, .faint)
  }

  /// `+` at each bit between two rows, but open where a field goes on from one to the next.
  private func border(above row: Int) -> StyledLine {
    var line = StyledLine(String(repeating: " ", count: Self.margin))
    let last = header.fields.map(\.bits.upperBound).max() ?? 0
    for bit in 0..<32 {
      let below = row * 32 + bit
      let isDrawn = below < last || below - 32 < last && row > 0
      let isOpen = row > 0 && header.fields.contains { $0.bits.contains(below) && $0.bits.contains(below - 32) }
      line.append(isDrawn ? "+" : bit > 0 && (below - 1 < last || below - 33 < last && row > 0) ? "+" : " ", .frame)
      line.append(!isDrawn || isOpen ? " " : "-", .frame)
      if bit == 31 { line.append(isDrawn ? "+" : " ", .frame) }
    }
    return line
  }

  private enum Part { case name, value, both }

  /// The cells of one row.
  private func line(_ row: Int, part: Part) -> StyledLine {
    let number = String(header.offset + row * 4)
    var line = StyledLine(
      String(repeating: " ", count: max(0, Self.margin - 1 - number.utf8.count))
        + (part == .value ? String(repeating: " ", count: number.utf8.count) : number) + " ", .faint)
    var bit = row * 32
    var closing: (String, Style)?
    while bit < row * 32 + 32 {
      guard let field = header.fields.first(where: { $0.bits.contains(bit) }) else {
        let next = header.fields.map(\.bits.lowerBound).filter { $0 > bit }.min() ?? .max
        let end = min(next, row * 32 + 32)
        if let mark = closing { line.append(mark.0, mark.1) }
        line.append(String(repeating: " ", count: 2 * (end - bit) - (closing == nil ? 0 : 1)))
        closing = nil
        bit = end
        continue
      }
      let end = min(field.bits.upperBound, row * 32 + 32)
      let opening = edge(field, "[", "(")
      let mark = opening.1 == .frame ? closing ?? opening : opening
      line.append(mark.0, mark.1)
      append(field, bits: bit..<end, part, &line)
      closing = edge(field, "]", ")")
      bit = end
    }
    if let mark = closing { line.append(mark.0, mark.1) }
    return line
  }

  private func edge(_ field: StepScreen.Header.Field, _ current: String, _ read: String) -> (String, Style) {
    switch field.mark {
    case .current: (current, .current)
    case .read: (read, .read)
    case .decoded, .none: ("|", .frame)
    }
  }

  private func style(_ field: StepScreen.Header.Field) -> Style {
    switch field.mark {
    case .current: .current
    case .read: .read
    case .decoded: field.isChanged ? .changed : .decoded
    case .none: field.isChanged ? .changed : .plain
    }
  }

  private func append(
    _ field: StepScreen.Header.Field, bits: Range<Int>, _ part: Part, _ line: inout StyledLine
  ) {
    let width = bits.count * 2 - 1
    let style = style(field)
    let isFirstRow = bits.lowerBound == field.bits.lowerBound
    let text: String
    if !field.flags.isEmpty, part != .name, isFirstRow {
      // Each flag in its own bit, as the diagram has it.
      text = flags(field, bits)
    } else if !isFirstRow {
      text = ""
    } else {
      switch part {
      case .name: text = centred(name(field, width), width)
      case .value: text = centred(short(field, width), width)
      case .both: text = centred(label(field, width), width)
      }
    }
    line.append(TextLayout.pad(text, to: width), style)
  }

  private func flags(_ field: StepScreen.Header.Field, _ bits: Range<Int>) -> String {
    bits.map { bit -> String in
      guard let flag = field.flags.first(where: { $0.bit == bit }) else { return " " }
      guard field.value != nil else { return flag.letter.lowercased() }
      return flag.isSet ? flag.letter : "."
    }.joined(separator: " ")
  }

  /// The value with its meaning where it fits, else without, after a `+` where it has changed.
  private func short(_ field: StepScreen.Header.Field, _ width: Int) -> String {
    guard let value = field.value else { return "" }
    let full = (field.isChanged ? "+" : "") + value
    guard TextLayout.columns(full) > width else { return full }
    let word = full.prefix { $0 != " " }
    return TextLayout.cut(String(word), to: width)
  }

  /// Name and value in one: the name gives way.
  private func label(_ field: StepScreen.Header.Field, _ width: Int) -> String {
    guard field.value != nil else { return name(field, width) }
    let full = (field.isChanged ? "+" : "") + (field.value ?? "")
    for value in [full, String(full.prefix { $0 != " " })] {
      for name in [field.name, field.short].compactMap({ $0 })
      where TextLayout.columns(name) + 1 + TextLayout.columns(value) <= width {
        return name + " " + value
      }
    }
    return short(field, width)
  }

  private func name(_ field: StepScreen.Header.Field, _ width: Int) -> String {
    guard TextLayout.columns(field.name) > width, let short = field.short else {
      return TextLayout.cut(field.name, to: width)
    }
    return TextLayout.cut(short, to: width)
  }

  private func centred(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, (width - TextLayout.columns(text)) / 2)) + text
  }

  // MARK: Narrow

  private func list(_ width: Int, _ height: Int) -> [StyledLine] {
    FieldsPane(header: header, title: title).lines(width: width, height: height, .ascii)
  }
}

/// A header's fields one a line: their bytes, names and values.
struct FieldsPane: Pane {
  let header: StepScreen.Header
  let title: String

  func idealHeight(width: Int) -> Int { header.fields.count }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] {
    let focus = header.fields.firstIndex { $0.mark == .current } ?? 0
    let isWide = width >= 60
    return Window(count: header.fields.count, rows: height, focus: focus).range.map { index in
      let field = header.fields[index]
      let bytes = field.bits.lowerBound / 8 + header.offset..<(field.bits.upperBound + 7) / 8 + header.offset
      let place = bytes.count == 1 ? "\(bytes.lowerBound)" : "\(bytes.lowerBound)-\(bytes.upperBound - 1)"
      let mark = field.mark == .current ? ">" : field.mark == .read ? "(" : field.isChanged ? "+" : " "
      var line = StyledLine(mark + TextLayout.pad(place, to: isWide ? 8 : 6), field.mark == .current ? .focus : .faint)
      let set = field.flags.filter(\.isSet).map(\.letter).joined(separator: " ")
      let value = field.value.map { $0 + (set.isEmpty ? "" : " " + set) } ?? ""
      let name = isWide ? TextLayout.pad(field.name, to: 28) : field.name
      line.append(name + " " + value, field.mark == .current ? .focus : field.isChanged ? .changed : .plain)
      return line.cut(to: width)
    }
  }
}
