/// One kind of option (a TCP or IP option, a neighbour discovery option, a chunk's parameter): its name and the
/// fields in it.
struct OptionDefinition: Sendable {
  let kind: Int
  /// Lower snake case: `maximum_segment_size`.
  let name: String
  let reference: String
  /// Bits count from the option's first byte, the kind.
  let fields: [FieldDefinition]
  /// What follows the fields, up to the option's length.
  let tail: Tail
  /// The lengths that the RFC allows, in bytes, kind and length included; `nil` where any is.
  let lengths: ClosedRange<Int>?

  enum Tail: Sendable {
    case none
    /// The bytes as they are.
    case data(String)
    /// Elements of `stride` bytes, numbered from 1.
    case repeated(stride: Int, [FieldDefinition])
    /// Text in UTF-8 or ASCII.
    case text(String)
  }

  init(
    _ kind: Int, _ name: String, _ reference: String, lengths: ClosedRange<Int>? = nil,
    _ fields: [FieldDefinition] = [], tail: Tail = .none
  ) {
    self.kind = kind
    self.name = name
    self.reference = reference
    self.lengths = lengths
    self.fields = fields
    self.tail = tail
  }
}

/// A protocol's options: how they are laid out and which are known.
struct OptionTable: Sendable {
  /// What the kind is called in the protocol's RFC: `kind`, `type`, `code`.
  let kindName: String
  /// Bits of the kind and of the length, from the option's first byte.
  let kindBits: Range<Int>
  let lengthBits: Range<Int>
  /// The option's length in bytes for a stored length.
  let length: @Sendable (Int) -> Int
  let lengthFormat: FieldFormat
  /// Kinds of a single byte, without a length.
  let singles: Set<Int>
  /// The kind that ends the list.
  let end: Int?
  /// Options begin at multiples of this many bytes.
  let alignment: Int
  /// How the kind is written; `nil` for its number and name.
  let kindFields: [FieldDefinition]
  let definitions: [Int: OptionDefinition]
  private let kindReference: String

  init(
    kindName: String, kindBits: Range<Int> = 0..<8, lengthBits: Range<Int> = 8..<16, singles: Set<Int> = [],
    end: Int? = nil, alignment: Int = 1, lengthFormat: FieldFormat = .decimal, kindFields: [FieldDefinition] = [],
    reference: String, length: @escaping @Sendable (Int) -> Int = { $0 }, _ definitions: [OptionDefinition]
  ) {
    self.kindName = kindName
    self.kindBits = kindBits
    self.lengthBits = lengthBits
    self.singles = singles
    self.end = end
    self.alignment = alignment
    self.lengthFormat = lengthFormat
    self.kindFields = kindFields
    self.length = length
    kindReference = reference
    self.definitions = Dictionary(definitions.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
  }

  fileprivate var headLength: Int { max(kindBits.upperBound, lengthBits.upperBound) / 8 }
}

extension DissectionDraft {
  /// Adds the options that stand in `range` (bytes from the layer's first) to the layer; what does not add up is noted
  /// and shown as bytes.
  mutating func addOptions(_ table: OptionTable, _ range: Range<Int>, to layer: inout LayerBuilder) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let kindBytes = offset..<offset + table.kindBits.upperBound / 8
      guard layer.knows(kindBytes),
        let kind = layer.slice(offset..<kindBytes.upperBound).bits(table.kindBits).map({ Int($0) })
      else {
        layer.addBytes("options", offset..<range.upperBound, "")
        return
      }
      let definition = table.definitions[kind]
      let name = definition?.name ?? "option_\(kind)"
      let reference = definition?.reference ?? "IANA"
      let title = definition.map { [UInt64(kind): $0.name.split(separator: "_").joined(separator: " ")] } ?? [:]
      if table.singles.contains(kind) {
        layer.add(FieldDefinition(name, bits: table.kindBits, reference, .named(title)), at: offset)
        offset = kindBytes.upperBound
        guard kind == table.end, offset < range.upperBound else { continue }
        layer.addBytes("options_padding", offset..<range.upperBound, reference)
        return
      }
      let kindField = "\(name)_\(table.kindName)"
      layer.add(FieldDefinition(kindField, bits: table.kindBits, reference, .named(title)), at: offset)
      layer.add(table.kindFields, at: offset)
      guard offset + table.headLength <= range.upperBound else {
        malformed(layer, offset, "\(name): no room is left for its length")
        return
      }
      let lengthField = FieldDefinition("\(name)_length", bits: table.lengthBits, reference, table.lengthFormat)
      layer.add(lengthField, at: offset)
      guard let stored = layer.slice(offset..<offset + table.headLength).bits(table.lengthBits),
        layer.knows(offset..<offset + table.headLength)
      else { return }
      let length = table.length(Int(stored))
      guard length >= table.headLength, offset + length <= range.upperBound else {
        malformed(
          layer, offset,
          "\(name): its length of \(length) bytes does not fit the \(range.upperBound - offset) that are left")
        layer.addBytes("options_rest", min(offset + table.headLength, range.upperBound)..<range.upperBound, reference)
        return
      }
      if let lengths = definition?.lengths, !lengths.contains(length) {
        malformed(layer, offset, "\(name): a length of \(length) is not one that \(reference) allows")
        layer.addBytes("\(name)_data", offset + table.headLength..<offset + length, reference)
      } else {
        body(definition, name, offset..<offset + length, head: table.headLength, to: &layer)
      }
      offset += (length + table.alignment - 1) / table.alignment * table.alignment
    }
  }

  private mutating func malformed(_ layer: LayerBuilder, _ offset: Int, _ text: String) {
    let start = layer.extent.start + offset
    note(.malformed, bytes: start..<start + 1, "\(layer.name): \(text)")
  }

  private func body(
    _ definition: OptionDefinition?, _ name: String, _ option: Range<Int>, head: Int, to layer: inout LayerBuilder
  ) {
    guard let definition else {
      if option.count > head { layer.addBytes("\(name)_data", option.lowerBound + head..<option.upperBound, "IANA") }
      return
    }
    var used = head
    for field in definition.fields where option.lowerBound + (field.bits.upperBound + 7) / 8 <= option.upperBound {
      layer.add(field, at: option.lowerBound)
      used = max(used, (field.bits.upperBound + 7) / 8)
    }
    let rest = option.lowerBound + used..<option.upperBound
    guard !rest.isEmpty else { return }
    switch definition.tail {
    case .none: layer.addBytes("\(name)_rest", rest, definition.reference)
    case .data(let tail): layer.addBytes(tail, rest, definition.reference)
    case .text(let tail):
      let text = String(decoding: layer.slice(rest), as: UTF8.self)
      layer.add(tail, rest, .text(text), text, definition.reference)
    case .repeated(let stride, let fields):
      var at = rest.lowerBound
      var index = 1
      while at + stride <= rest.upperBound {
        for field in fields { layer.add(field, at: at, index: index) }
        at += stride
        index += 1
      }
      if at < rest.upperBound { layer.addBytes("\(name)_rest", at..<rest.upperBound, definition.reference) }
    }
  }
}
