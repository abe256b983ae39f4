/// The lines of one packet's hex dump, in order and without a gap.
struct DumpRun {
  private(set) var lines: [DumpLine]
  /// Lines that stand after the dump line with the same index and are none: text columns or bytes that were wrapped, remarks.
  private(set) var remarks: [[TextLine]]
  /// Each line's offset; empty in the plain style.
  private(set) var offsets: [Int]
  /// What a last line that is only an offset says.
  private(set) var statedLength: Int?
  /// How many bytes its lines may hold together.
  private(set) var byteCount: Int
  private var radix: Int?
  private var starred = false

  init(_ first: DumpLine) {
    lines = [first]
    remarks = [[]]
    byteCount = first.groups.count
    offsets = first.offsetDigits == nil ? [] : [0]
    radix = first.line.bytes.holds("0x") ? 16 : nil
  }

  var style: DumpStyle { lines.first?.style ?? .plain }
  var firstLine: Int { lines.first?.line.number ?? 0 }
  var isPlain: Bool { style == .plain }
  /// Whether its offsets are marked by `0x`.
  var isMarked: Bool { lines.first?.isMarked ?? false }

  /// A line that stands between the dump's lines or after its last.
  mutating func add(remark: TextLine) {
    guard remarks[remarks.count - 1].count < 4 else { return }
    if remark.bytes[...].trimmed.elementsEqual([0x2a]) { starred = true }
    // More than a wrapped line of a dump has is not kept.
    remarks[remarks.count - 1].append(TextLine(number: remark.number, bytes: Array(remark.bytes.prefix(256))))
  }

  /// Takes the line where it goes on where the last one ended; `false` where it does not.
  mutating func add(_ line: DumpLine) -> Bool {
    guard statedLength == nil, (line.offsetDigits == nil) == isPlain, let last = lines.last else { return false }
    guard !isPlain else {
      append(line, offset: nil)
      return true
    }
    let start = offsets.last ?? 0
    let available = last.groups.count + (remarks.last ?? []).reduce(0) { $0 + Self.bytesIn($1) }
    let width = offsets.count > 1 ? offsets[1] - offsets[0] : available
    let candidates = (radix.map { [$0] } ?? [16, 8, 10]).compactMap { radix in
      line.offset(radix: radix).map { (radix: radix, offset: $0) }
    }.filter { $0.offset > start && (starred || $0.offset - start <= min(width, available) || isNext($0.offset)) }
    guard let best = starred ? candidates.first : candidates.max(by: { $0.offset < $1.offset }) else { return false }
    if offsets.count > 1 || radix != nil, let radix, radix != best.radix { return false }
    radix = best.radix
    if line.isOffsetAlone {
      statedLength = best.offset
    } else {
      append(line, offset: best.offset)
    }
    return true
  }

  /// Whether the offset is the next line's, whatever the last line holds: then that line is the one at fault.
  private func isNext(_ offset: Int) -> Bool {
    offset - (offsets.last ?? 0) == (offsets.count > 1 ? offsets[1] - offsets[0] : 16)
  }

  private mutating func append(_ line: DumpLine, offset: Int?) {
    lines.append(line)
    remarks.append([])
    byteCount += line.groups.count
    if let offset { offsets.append(offset) }
  }

  private static func bytesIn(_ remark: TextLine) -> Int {
    HexGroups(DumpLine.afterDecoration(remark.bytes)).count
  }
}
