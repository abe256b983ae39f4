/// Collects the fields of one layer. A field that was not captured, or whose bytes the source did not give, stays
/// out, and a note names it: nothing is invented.
package struct LayerBuilder {
  package let name: String
  package let extent: Extent
  private let bytes: [UInt8]
  private let knowledge: ByteKnowledge
  /// Where the bytes that may be read end: the capture's end, or a quotation's.
  private let limit: Int
  private(set) var fields: [Field] = []
  /// Fields that lie past the captured bytes.
  private(set) var cut: [String] = []
  /// Fields that lie past the end that the enclosing header gives.
  private(set) var beyond: [String] = []
  /// Fields with a byte that the source did not give.
  private(set) var hidden: [String] = []

  init(_ name: String, _ extent: Extent, bytes: [UInt8], limit: Int, knowledge: ByteKnowledge) {
    self.limit = min(limit, bytes.count)
    self.name = name
    self.extent = extent
    self.bytes = bytes
    self.knowledge = knowledge
    fields.reserveCapacity(20)
  }

  /// How many bytes of the extent were captured.
  package var captured: Int { max(0, min(extent.end, limit) - extent.start) }

  /// Whether all of `range` (from the layer's first byte) was captured, lies in the extent and was given by the source.
  package func knows(_ range: Range<Int>) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= captured else { return false }
    return knowledge.unknown.isEmpty
      || !knowledge.hides(range.lowerBound + extent.start..<range.upperBound + extent.start)
  }

  /// The byte `offset` bytes after the layer's first, or `nil` where it is not known.
  package func byte(_ offset: Int) -> UInt8? {
    guard knows(offset..<offset + 1) else { return nil }
    return bytes[extent.start + offset]
  }

  /// The 16-bit number in network byte order at `offset`, or `nil` where it is not known.
  package func word(_ offset: Int) -> UInt16? {
    guard knows(offset..<offset + 2) else { return nil }
    return UInt16(bytes[extent.start + offset]) << 8 | UInt16(bytes[extent.start + offset + 1])
  }

  /// The 32-bit number in network byte order at `offset`, or `nil` where it is not known.
  package func long(_ offset: Int) -> UInt32? {
    guard let high = word(offset), let low = word(offset + 2) else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// The captured bytes of `range`, from the layer's first byte, cut at the extent's end.
  package func slice(_ range: Range<Int>) -> Bytes {
    let lower = min(max(0, range.lowerBound), captured)
    let upper = min(max(lower, range.upperBound), captured)
    let start = min(extent.start, bytes.count)
    return bytes[start + lower..<start + upper]
  }

  /// Adds each field of a table whose header begins `offset` bytes after the layer's first byte.
  package mutating func add(_ definitions: [FieldDefinition], at offset: Int = 0) {
    for definition in definitions { add(definition, at: offset) }
  }

  /// Adds one field of a header that begins `offset` bytes after the layer's first byte; `index` is put after its name.
  package mutating func add(_ definition: FieldDefinition, at offset: Int = 0, index: Int? = nil) {
    let bits = definition.bits.lowerBound + offset * 8..<definition.bits.upperBound + offset * 8
    let name = index.map { "\(definition.name)_\($0)" } ?? definition.name
    guard let range = place(name, bits) else { return }
    guard let (value, text) = definition.format.decode(bytes[...], bits: range) else { return }
    append(name, range, value, text, definition.reference, definition.format)
  }

  /// Adds the bytes of `range`, from the layer's first byte; what of them was captured, where some were not.
  package mutating func addBytes(_ name: String, _ range: Range<Int>, _ reference: String) {
    let kept = range.clamped(to: 0..<captured)
    if kept.isEmpty, !range.isEmpty {
      _ = place(name, range.lowerBound * 8..<range.upperBound * 8)
      return
    }
    guard !kept.isEmpty, let bits = place(name, kept.lowerBound * 8..<kept.upperBound * 8) else { return }
    let data = Array(bytes[bits.lowerBound / 8..<bits.upperBound / 8])
    append(name, bits, .bytes(data), FieldFormat.text(data), reference)
    if kept.upperBound < range.upperBound { note(cutAt: range.upperBound, name) }
  }

  /// Adds a field whose value the caller has decoded; `range` counts bytes from the layer's first byte.
  package mutating func add(
    _ name: String, _ range: Range<Int>, _ value: FieldValue, _ text: String, _ reference: String
  ) {
    guard let bits = place(name, range.lowerBound * 8..<range.upperBound * 8) else { return }
    append(name, bits, value, text, reference)
  }

  /// Gives the last field added these words.
  package mutating func describeLast(_ text: String) {
    guard let last = fields.popLast() else { return }
    fields.append(
      Field(
        name: last.name, bits: last.bits, value: last.value, text: text, reference: last.reference, format: last.format)
    )
  }

  private mutating func append(
    _ name: String, _ bits: Range<Int>, _ value: FieldValue, _ text: String, _ reference: String,
    _ format: FieldFormat = .decimal
  ) {
    let bytes = bits.lowerBound / 8..<(bits.upperBound + 7) / 8
    let shown = knowledge.edited.isEmpty ? text : knowledge.mark(text, format, bytes)
    fields.append(
      Field(name: name, bits: bits, value: value, text: shown, reference: reference, format: format))
  }

  /// The bits from the packet's first byte; `nil`, and the name remembered, where the field is not known.
  private mutating func place(_ name: String, _ bits: Range<Int>) -> Range<Int>? {
    let upper = (bits.upperBound + 7) / 8
    guard upper <= captured else {
      note(cutAt: upper, name)
      return nil
    }
    guard knows(bits.lowerBound / 8..<upper) else {
      hidden.append(name)
      return nil
    }
    return bits.lowerBound + extent.start * 8..<bits.upperBound + extent.start * 8
  }

  private mutating func note(cutAt upper: Int, _ name: String) {
    if extent.start + upper > extent.end { beyond.append(name) } else { cut.append(name) }
  }
}

extension ByteKnowledge {
  /// Whether the source left out a byte of `range` (from the packet's first captured byte).
  package func hides(_ range: Range<Int>) -> Bool { unknown.contains { $0.overlaps(range) } }

  /// The first stretch of `range` that somebody zeroed.
  package func edit(in range: Range<Int>) -> Range<Int>? { edited.first { $0.overlaps(range) } }

  /// `text` with what was edited out of an address shown as such: `108.162.[edited]`.
  func mark(_ text: String, _ format: FieldFormat, _ bytes: Range<Int>) -> String {
    guard let edit = edit(in: bytes) else { return text }
    let octets = text.split(separator: ".")
    guard format == .ipv4Address, octets.count == 4 else { return text + " [edited]" }
    let kept = octets.enumerated().map { edit.contains(bytes.lowerBound + $0.offset) ? "[edited]" : String($0.element) }
    var parts: [String] = []
    for part in kept where part != "[edited]" || parts.last != "[edited]" { parts.append(part) }
    return parts.joined(separator: ".")
  }
}
