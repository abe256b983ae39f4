import Capture
import Wire

/// Finds a header field of a packet by what a person calls it.
package struct FieldFinder {
  private let layers: [Layer]

  package init(_ packet: CapturedPacket) { layers = Dissection(packet).layers }

  package init(_ dissection: Dissection) { layers = dissection.layers }

  private static let shortNames = [
    "dport": "destination_port", "sport": "source_port", "src": "source_address", "dst": "destination_address",
    "seq": "sequence_number", "ackno": "acknowledgment_number", "win": "window", "proto": "protocol",
    "tos": "type_of_service", "len": "total_length",
  ]

  /// Every name there is: `ipv4.ttl`.
  package var names: [String] { layers.flatMap { layer in layer.fields.map { "\(layer.protocolName).\($0.name)" } } }

  /// The field called `name`, with or without its protocol: `ttl`, `tcp.flags`, `destination port`.
  package func find(_ name: String) throws(PacketEditError) -> Field {
    var words = name.lowercased().split { $0 == "." || $0 == " " || $0 == "-" || $0 == "_" }.map(String.init)
    let layer = words.first.flatMap { word in words.count > 1 ? layers.first { $0.protocolName == word } : nil }
    if layer != nil { words.removeFirst() }
    let joined = words.joined(separator: "_")
    let wanted = Self.shortNames[joined] ?? joined
    let found = (layer.map { [$0] } ?? layers).compactMap { layer in layer[wanted].map { (layer.protocolName, $0) } }
    guard let first = found.first else {
      throw .noSuchField(name, nearest: nearest(to: wanted))
    }
    let protocols = Set(found.map(\.0))
    guard protocols.count == 1 else { throw .severalFields(protocols.sorted().map { "\($0).\(wanted)" }) }
    return first.1
  }

  /// A field whose name begins or ends like the one asked for.
  private func nearest(to name: String) -> String? {
    let all = layers.flatMap { $0.fields.map(\.name) }
    return all.first { $0.hasPrefix(name) || $0.hasSuffix(name) || $0.contains(name) }
      ?? all.first { $0.first == name.first && $0.count == name.count }
  }
}

/// Reads a value for a field as it is written for people.
struct FieldValueReader {
  private let field: Field

  init(_ field: Field) { self.field = field }

  private static let controlBits = ["cwr", "ece", "urg", "ack", "psh", "rst", "syn", "fin"]

  /// The field's bits, the most significant first.
  func bits(_ text: String) throws(PacketEditError) -> [Bool] {
    let text = text.filter { $0 != "`" }
    let width = field.bits.count
    switch field.format {
    case .ipv4Address:
      guard let address = IPv4Address(text) else { throw refusal(text, "an IPv4 address") }
      return Self.bits(UInt64(address.rawValue), 32)
    case .macAddress:
      guard let address = MACAddress(text) else { throw refusal(text, "a MAC address") }
      return address.bytes.flatMap { Self.bits(UInt64($0), 8) }
    case .ipv6Address:
      guard let address = IPv6Address(text) else { throw refusal(text, "an IPv6 address") }
      return address.bytes.flatMap { Self.bits(UInt64($0), 8) }
    case .flag:
      switch text.lowercased() {
      case "1", "set", "on", "yes": return [true]
      case "0", "unset", "off", "no", "clear", "not set": return [false]
      default: throw refusal(text, "set or unset")
      }
    case .bytes: return try hexadecimal(text, width)
    case .named(let names), .namedHexadecimal(let names):
      if let value = names.first(where: { $0.value.lowercased() == text.lowercased() })?.key {
        return Self.bits(value, width)
      }
    default: break
    }
    if width > 64 { return try hexadecimal(text, width) }
    if field.name == "flags", width == 8, let value = Self.flags(text) { return Self.bits(value, width) }
    let lower = text.lowercased()
    let number = lower.hasPrefix("0x") ? UInt64(lower.dropFirst(2), radix: 16) : UInt64(lower)
    let limit = width >= 64 ? UInt64.max : (1 << UInt64(width)) - 1
    guard let number, number <= limit, !text.hasPrefix("+") else { throw refusal(text, "0 to \(limit)") }
    return Self.bits(number, width)
  }

  /// `SYN,ACK`, `SYN/ACK`, `none`.
  private static func flags(_ text: String) -> UInt64? {
    if text.lowercased() == "none" { return 0 }
    var value: UInt64 = 0
    for word in text.lowercased().split(whereSeparator: { $0 == "," || $0 == "/" || $0 == "|" }) {
      guard let place = controlBits.firstIndex(of: String(word)) else { return nil }
      value |= 0x80 >> UInt64(place)
    }
    return value == 0 ? nil : value
  }

  private func hexadecimal(_ text: String, _ width: Int) throws(PacketEditError) -> [Bool] {
    guard let bytes = [UInt8](hex: text), bytes.count * 8 == width else {
      throw refusal(text, "\(width / 8) bytes in hexadecimal")
    }
    return bytes.flatMap { Self.bits(UInt64($0), 8) }
  }

  private func refusal(_ text: String, _ expected: String) -> PacketEditError {
    .badValue(field: field.name, given: text, expected: expected)
  }

  private static func bits(_ value: UInt64, _ width: Int) -> [Bool] {
    (0..<width).map { value >> UInt64(width - 1 - $0) & 1 == 1 }
  }
}
