/// `-m tos`: the type of service byte (`net/netfilter/xt_dscp.c`).
package struct TOSMatch: Match {
  package static let name = "tos"
  package static let options = [OptionDefinition("tos", invertible: true, mandatory: true)]

  private var service = ServiceBits()
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    service = try ServiceBits(option.value, maskOfNames: 0x3f)
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("tos", service.text, inverted: inverted) }

  package func listed(numeric: Bool) -> String {
    let sign = inverted ? "!" : ""
    if !numeric, let name = service.name { return " tos match\(sign) \(name)" }
    return " tos match\(sign)\(service.text)"
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.packet.isUnknown(1..<2) { return context.unknown("type_of_service") }
    let read = context.packet.ip?.typeOfService ?? 0
    return context.judge(
      read & service.mask == service.value, "--tos", context.ipField("type_of_service", 1..<2),
      read: read.hexadecimal, .maskedEquals, service.text, inverted: inverted)
  }
}

/// A type of service with its mask, by numbers or by one of the old names (`XTTYPE_TOSMASK`, RFC 1349).
package struct ServiceBits: Sendable, Hashable {
  private static let names: [String: UInt8] = [
    "minimize-delay": 0x10, "maximize-throughput": 0x08, "maximize-reliability": 0x04, "minimize-cost": 0x02,
    "normal-service": 0x00,
  ]

  package var value: UInt8 = 0
  package var mask: UInt8 = 0xff

  package init() {}

  /// `VALUE`, `VALUE/MASK` or a name, for which the mask depends on who asks.
  package init(_ text: String, maskOfNames: UInt8) throws(OptionError) {
    guard let (number, rest) = CNumber.prefix(text[...]), number <= 255 else {
      guard let value = Self.names[text.lowercased()] else {
        throw OptionError("Symbolic name \"\(text)\" is unknown")
      }
      self.value = value
      mask = maskOfNames
      return
    }
    value = UInt8(truncatingIfNeeded: number)
    if rest.isEmpty { return }
    guard rest.first == "/", let mask: UInt8 = CNumber.parse(rest.dropFirst()) else {
      throw OptionError("Illegal value: \"\(text)\"")
    }
    self.mask = mask
  }

  package var text: String { "\(value.hexadecimal)/\(mask.hexadecimal)" }

  /// `Minimize-Delay`, where value and mask are those of a name.
  package var name: String? {
    guard mask == 0x3f, let name = Self.names.first(where: { $0.value == value })?.key else { return nil }
    return name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
  }
}
