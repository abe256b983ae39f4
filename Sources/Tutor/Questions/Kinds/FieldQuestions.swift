import Simulation
import Wire

/// A field that a question asks about, with what stands around it.
struct FieldSubject: Sendable {
  let subject: Subject
  let layer: Layer
  let field: Field
  let value: UInt64

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    guard let name = spec.field else {
      throw QuestionError("a question about a field names it, as in `tcp.destination_port`")
    }
    let layers = subject.dissection.layers.filter { spec.protocolName == nil || $0.protocolName == spec.protocolName }
    guard let layer = layers.first(where: { $0[name] != nil }), let field = layer[name] else {
      throw QuestionError("the packet has no field `\(spec.protocolName.map { $0 + "." } ?? "")\(name)`")
    }
    self.layer = layer
    self.field = field
    switch field.value {
    case .unsigned(let number): value = number
    case .bytes(let bytes) where bytes.count <= 8: value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    default: throw QuestionError("the field `\(name)` holds no number")
    }
    let hidden = (subject.edited + subject.unknown).contains { $0.overlaps(field.byteRange) }
    guard !hidden else { throw QuestionError("the bytes of `\(name)` were edited out of the capture") }
  }

  var range: Range<Int> { field.byteRange }
  var bytes: [UInt8] { subject.bytes(range) }
  var isFlags: Bool { layer.protocolName == "tcp" && field.name == "flags" }
  var isAddress: Bool { field.name.hasSuffix("address") }
  /// The bits within its bytes, where it does not fill them.
  var bits: Range<Int>? {
    guard field.bits.count % 8 != 0 || field.bits.lowerBound % 8 != 0 else { return nil }
    return field.bits.lowerBound - range.lowerBound * 8..<field.bits.upperBound - range.lowerBound * 8
  }

  /// The field that people take for this one, and the idea behind it.
  var rival: (field: Field, misconception: Misconception)? {
    guard let (name, idea) = Self.rivals[field.name], let other = layer[name] else { return nil }
    return (other, idea)
  }

  private static let rivals: [String: (String, Misconception)] = [
    "source_port": ("destination_port", .portsSwapped), "destination_port": ("source_port", .portsSwapped),
    "source_address": ("destination_address", .addressesSwapped),
    "destination_address": ("source_address", .addressesSwapped),
    "sequence_number": ("acknowledgment_number", .numbersSwapped),
    "acknowledgment_number": ("sequence_number", .numbersSwapped),
    "ttl": ("protocol", .neighbouringField), "protocol": ("ttl", .neighbouringField),
    "version": ("ihl", .neighbouringField), "ihl": ("version", .neighbouringField),
    "identification": ("total_length", .neighbouringField), "total_length": ("identification", .neighbouringField),
    "checksum": ("window", .neighbouringField), "window": ("checksum", .neighbouringField),
    "header_checksum": ("identification", .neighbouringField), "data_offset": ("reserved", .neighbouringField),
    "length": ("checksum", .neighbouringField), "type": ("code", .neighbouringField),
    "code": ("type", .neighbouringField),
  ]

  var evidence: Evidence {
    .field(
      protocolName: layer.protocolName, name: field.name, shown: range, bytes: bytes,
      text: isFlags ? TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)).spokenNames : field.text)
  }

  /// What the field holds that people take for this one; `nil` where its bytes are hidden.
  var rivalEvidence: Evidence? {
    guard let other = rival?.field,
      !(subject.edited + subject.unknown).contains(where: { $0.overlaps(other.byteRange) })
    else { return nil }
    return .field(
      protocolName: layer.protocolName, name: other.name, shown: other.byteRange, bytes: subject.bytes(other.byteRange),
      text: other.text)
  }
}

extension String {
  /// The number that it writes in decimal or, with `0x`, in hexadecimal; digits may be grouped with `,` or `_`.
  var number: UInt64? {
    let plain = filter { $0 != "," && $0 != "_" }
    if plain.hasPrefix("0x") { return UInt64(plain.dropFirst(2), radix: 16) }
    guard let first = plain.utf8.first, (0x30...0x39).contains(first) else { return nil }
    return UInt64(plain)
  }
}
