/// Tells the bytes of a dump from its text column, and refuses where that cannot be told.
struct DumpResolver {
  let run: DumpRun
  /// The source's name, for errors.
  let file: String
  /// Where packets of these first bytes may end, in bytes from the dump's first.
  let expectedLengths: (SpelledBytes) -> Set<Int>

  private(set) var result = SpelledBytes()
  /// Lines whose text column does not agree with their bytes.
  private(set) var mangledLines: [Int] = []
  /// Whether lines but the last were seen to have a text column, and in which column of the content it begins.
  private var textColumns: Set<Int> = []
  private var sawLineWithoutText = false

  init(_ run: DumpRun, file: String, expectedLengths: @escaping (SpelledBytes) -> Set<Int>) {
    self.run = run
    self.file = file
    self.expectedLengths = expectedLengths
  }

  /// The dump's bytes. Throws with line and column where a line holds fewer bytes or more than its neighbours say, an odd number of
  /// digits, or where bytes and text column cannot be told apart.
  mutating func resolve() throws(CaptureError) -> SpelledBytes {
    let plainWidth = run.isPlain ? widthOfPlainLines() : nil
    for index in run.lines.indices {
      let line = run.lines[index]
      let isLast = index == run.lines.count - 1
      if run.isPlain {
        guard let plainWidth else {
          result.append(spelled(line.groups))
          continue
        }
        try take(isLast ? nil : plainWidth, index, width: plainWidth)
      } else {
        let end = isLast ? run.statedLength : run.offsets[index + 1]
        try takeUpTo(end, index)
      }
    }
    return result
  }

  /// Bytes a line of a plain dump that has a text column; `nil` where it has none.
  private func widthOfPlainLines() -> Int? {
    let hasText = run.lines.contains { line in
      let found = line.groups
      return found.rest(after: found.groups.count).text.contains { $0.isLetter || $0.isDigit || $0 == 0x2e }
    }
    guard hasText, let first = run.lines.first else { return nil }
    return min(16, first.groups.count)
  }

  private mutating func takeUpTo(_ end: Int?, _ index: Int) throws(CaptureError) {
    let width = run.offsets.count > 1 ? run.offsets[1] - run.offsets[0] : 0
    guard let end else { return try take(nil, index, width: width) }
    let wanted = end - run.offsets[index]
    // `*` of hexdump, od and xxd: the line before, again and again.
    let repeats = run.remarks[index].contains { $0.bytes[...].trimmed.elementsEqual([0x2a]) }
    try take(repeats ? min(width > 0 ? width : 16, wanted) : wanted, index, width: width)
    guard repeats, wanted > width else { return }
    let line = result.bytes.suffix(width > 0 ? width : 16)
    guard wanted <= 1 << 18, !line.isEmpty else { throw error(run.lines[index], "`*` stands for too many bytes") }
    while result.count < end { for byte in line where result.count < end { result.append(byte) } }
  }

  /// Appends the bytes of one line: `wanted` of them, or as many as fit best where that is not known.
  private mutating func take(_ wanted: Int?, _ index: Int, width: Int) throws(CaptureError) {
    let line = run.lines[index]
    let found = line.groups
    guard let wanted else { return try takeLast(line, found, index, width: width) }
    var count = 0
    var used = 0
    while count < wanted, used < found.groups.count {
      count += found.groups[used].byteCount
      used += 1
    }
    if count == wanted || (run.style == .swappedWords && count == wanted + 1) {
      var bytes = spelled(found, used)
      if count > wanted { bytes = bytes.prefix(wanted) }
      try checkRest(line, found, used, bytes)
      result.append(bytes)
      return
    }
    guard count < wanted else {
      throw error(line, "a group of digits reaches beyond the \(wanted) bytes that the next offset leaves for the line")
    }
    let rest = found.rest(after: used)
    if rest.text.isEmpty, let more = wrapped(index, wanted - count) {
      result.append(spelled(found))
      result.append(more)
      return
    }
    throw tooFew(line, found, wanted: wanted)
  }

  /// The bytes that were wrapped to the line after: exactly `missing` of them, then nothing or the text column.
  private func wrapped(_ index: Int, _ missing: Int) -> SpelledBytes? {
    guard let remark = run.remarks[index].first(where: { !$0.isBlank }) else { return nil }
    let found = HexGroups(DumpLine.afterDecoration(remark.bytes))
    var bytes = SpelledBytes()
    for index in found.groups.indices where bytes.count < missing {
      bytes.append(found.spelled(found.groups[index...index]))
    }
    return bytes.count == missing ? bytes : nil
  }

  /// What follows a line's bytes must be its text column or a remark, not more bytes.
  private mutating func checkRest(
    _ line: DumpLine, _ found: HexGroups, _ used: Int, _ bytes: SpelledBytes
  ) throws(CaptureError) {
    let rest = found.rest(after: used)
    let fit = bytes.unknown.isEmpty ? TextColumn.fit(rest.text, bytes.bytes) : .exact
    if !rest.text.isEmpty { textColumns.insert(rest.text.startIndex - found.content.startIndex) }
    if rest.text.isEmpty { sawLineWithoutText = true }
    guard fit == .none || fit == .mangled else { return }
    if fit == .none, found.groups.count >= used + 2, rest.gap < 2 {
      throw error(
        line, at: found.groups[used].range.lowerBound,
        "the line holds more bytes than the \(bytes.count) that the next offset leaves for it")
    }
    mangledLines.append(line.line.number)
  }

  // MARK: The last line

  private mutating func takeLast(
    _ line: DumpLine, _ found: HexGroups, _ index: Int, width: Int
  ) throws(CaptureError) {
    let lengths = expectedLengths(result)
    var best: (score: Int, used: Int, fit: TextColumn.Fit)?
    var isTied = false
    var count = 0
    for (position, group) in found.groups.enumerated() {
      count += group.byteCount
      if width > 0, count > width { break }
      let used = position + 1
      let rest = found.rest(after: used)
      let bytes = spelled(found, used)
      let fit = bytes.unknown.isEmpty || rest.text.isEmpty ? TextColumn.fit(rest.text, bytes.bytes) : .mangled
      var score = Self.score[fit] ?? 0
      if fit == .absent {
        if !textColumns.isEmpty { score -= sawLineWithoutText ? 1 : 3 }
      } else {
        if textColumns.isEmpty, sawLineWithoutText { score -= rest.gap >= 2 ? 2 : 10 }
        if rest.gap >= 2 { score += isMiddleGap(found, used) ? 1 : 3 }
        if textColumns.contains(rest.text.startIndex - found.content.startIndex) { score += 4 }
      }
      if lengths.contains(result.count + count) { score += 6 }
      if found.groups[..<used].dropFirst().contains(where: { $0.gap >= 2 }), !hasMiddleGap(found, used) { score -= 2 }
      if let known = best, score < known.score { continue }
      isTied = best?.score == score
      best = (score, used, fit)
    }
    guard let best, best.score >= 0 else { throw unreadableLast(line, found) }
    guard !isTied else {
      throw error(line, "bytes and text column cannot be told apart; keep tcpdump's two spaces between them")
    }
    if best.fit == .none || best.fit == .mangled { mangledLines.append(line.line.number) }
    result.append(spelled(found, best.used))
    if best.used == found.groups.count, found.rest(after: best.used).text.isEmpty { takeWrappedEnd(index, lengths) }
  }

  /// Bytes of the last line that were wrapped, where they complete the packet.
  private mutating func takeWrappedEnd(_ index: Int, _ lengths: Set<Int>) {
    for length in lengths.sorted() where length > result.count {
      if let more = wrapped(index, length - result.count) { return result.append(more) }
    }
  }

  private static let score: [TextColumn.Fit: Int] = [.absent: 0, .exact: 8, .mangled: 3, .none: -4]

  /// `hexdump -C` and Wireshark leave a wider gap after the eighth byte.
  private func isMiddleGap(_ found: HexGroups, _ used: Int) -> Bool {
    used == 8 && found.groups.count > 8 && found.groups.first?.digits == 2
  }

  private func hasMiddleGap(_ found: HexGroups, _ used: Int) -> Bool {
    used > 8 && found.groups.first?.digits == 2
      && found.groups[..<used].indices.allSatisfy { $0 == 0 || $0 == 8 || found.groups[$0].gap < 2 }
  }

  /// The bytes of the first `count` groups, or of all.
  private func spelled(_ found: HexGroups, _ count: Int? = nil) -> SpelledBytes {
    found.spelled(found.groups.prefix(count ?? found.groups.count), isSwapped: run.style == .swappedWords)
  }

  // MARK: Errors

  private func tooFew(_ line: DumpLine, _ found: HexGroups, wanted: Int) -> CaptureError {
    let spoilt = spoiltWord(found).map { "; \($0)" } ?? ""
    return error(
      line, at: found.rest(after: found.groups.count).text.startIndex,
      "the line must hold \(wanted) bytes, \(found.count) can be read\(spoilt)")
  }

  private func unreadableLast(_ line: DumpLine, _ found: HexGroups) -> CaptureError {
    error(
      line, at: found.rest(after: found.groups.count).text.startIndex,
      spoiltWord(found) ?? "the bytes and the text column of the line do not agree: it is cut short or altered")
  }

  /// What is wrong with the word at which reading ended, where it looks as if it were meant as bytes.
  private func spoiltWord(_ found: HexGroups) -> String? {
    let word = found.rest(after: found.groups.count).text.prefix { !$0.isBlank }
    guard (1...8).contains(word.count), word.contains(where: { $0.hexValue != nil }) else { return nil }
    if word.allSatisfy({ $0.hexValue != nil }) {
      return word.count % 2 == 1 ? "`\(word.text)` has an odd number of hexadecimal digits" : nil
    }
    return found.groups.isEmpty ? "`\(word.text)` is not hexadecimal" : nil
  }

  private func error(_ line: DumpLine, at index: Int? = nil, _ message: String) -> CaptureError {
    CaptureError(file: file, line: line.line.number, column: index.map { line.column($0) }, message)
  }
}
