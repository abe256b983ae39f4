import Wire

/// `-m dccp` (`net/netfilter/xt_dccp.c`; the header is RFC 4340 section 5).
package struct DCCPMatch: Match {
  package static let name = "dccp"
  package static let options = [
    OptionDefinition("sport", aliases: ["source-port"], spoken: "source-port", invertible: true),
    OptionDefinition("dport", aliases: ["destination-port"], spoken: "destination-port", invertible: true),
    OptionDefinition("dccp-types", invertible: true),
    OptionDefinition("dccp-option", invertible: true),
  ]
  package static let protocolNumber: UInt8? = 33

  /// By number; the rest, from 10 to 15, is INVALID.
  private static let types = [
    "REQUEST", "RESPONSE", "DATA", "ACK", "DATAACK", "CLOSEREQ", "CLOSE", "RESET", "SYNC", "SYNCACK", "INVALID",
  ]

  private var source: PortRange?
  private var destination: PortRange?
  private var typeMask: UInt16?
  private var typesInverted = false
  private var option: UInt8?
  private var optionInverted = false

  package init() {}

  package mutating func take(_ given: GivenOption) throws(OptionError) {
    switch given.name {
    case "sport": source = try PortRange(of: given, for: Self.name)
    case "dport": destination = try PortRange(of: given, for: Self.name)
    case "dccp-option":
      option = try given.number(1...UInt8.max, for: Self.name)
      optionInverted = given.inverted
    default:
      var mask: UInt16 = 0
      for name in given.value.split(separator: ",") {
        guard let number = Self.types.firstIndex(of: name.uppercased()) else {
          throw OptionError("Unknown DCCP type `\(name)'")
        }
        mask |= number == 10 ? 0xfc00 : 1 << UInt16(number)
      }
      (typeMask, typesInverted) = (mask, given.inverted)
    }
  }

  package var saved: String {
    var text = source.map { SavedOption.text("sport", $0.text, inverted: $0.inverted) } ?? ""
    text += destination.map { SavedOption.text("dport", $0.text, inverted: $0.inverted) } ?? ""
    if let typeMask {
      text += SavedOption.text("dccp-types", Self.text(typeMask, numeric: false), inverted: typesInverted)
    }
    return text + (option.map { SavedOption.text("dccp-option", String($0), inverted: optionInverted) } ?? "")
  }

  package func listed(numeric: Bool) -> String {
    var text = " dccp" + (source?.listed("spt", .dccp, numeric: numeric) ?? "")
    text += destination?.listed("dpt", .dccp, numeric: numeric) ?? ""
    if let typeMask { text += "\(typesInverted ? " !" : "") \(Self.text(typeMask, numeric: numeric))" }
    return text + (option.map { " option=\(optionInverted ? "!" : "")\($0)" } ?? "")
  }

  private static func text(_ mask: UInt16, numeric: Bool) -> String {
    let numbers = (numeric ? 0..<16 : 0..<11).filter { mask >> UInt16($0) & 1 == 1 }
    return numbers.map { numeric ? String($0) : types[$0] }.joined(separator: ",")
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    let header = context.packet.payload
    guard header.count >= 12, let bits = header.byte(at: 8) else { return .hotdrop }
    for (range, option, field, offset) in [
      (source, "sport", "source_port", 0), (destination, "dport", "destination_port", 2),
    ] {
      guard let range else { continue }
      let result = context.compare(range, option, "dccp", field, at: offset)
      guard result == .holds else { return result }
    }
    let start = context.transportOffset
    let type = bits >> 1 & 15
    if let typeMask {
      if context.packet.isUnknown(start + 8..<start + 9) { return context.unknown("type") }
      let result = context.judge(
        typeMask >> UInt16(type) & 1 == 1, "--dccp-types", .field("dccp", "type", bytes: start + 8..<start + 9),
        read: Self.types[min(10, Int(type))], .oneOf, Self.text(typeMask, numeric: false), inverted: typesInverted)
      guard result == .holds else { return result }
    }
    guard let option else { return .holds }
    return judge(option, header, type, context)
  }

  private func judge(_ option: UInt8, _ header: Bytes, _ type: UInt8, _ context: PacketContext) -> MatchResult {
    let length = Int(header.byte(at: 4) ?? 0) * 4
    let fixed = Self.fixedLength(type, isExtended: (header.byte(at: 8) ?? 0) & 1 == 1)
    let start = context.transportOffset
    let bytes = start + fixed..<max(start + fixed, start + length)
    if context.packet.isUnknown(bytes) { return context.unknown("options") }
    let isBroken = length < fixed || (length > fixed && header.count < length)
    if isBroken {
      guard optionInverted else { return .hotdrop }
      context.dropsAfterRule = true
    }
    let isThere = !isBroken && Self.contains(option, header.slice(at: fixed, length: length - fixed))
    return context.judge(
      isThere, "--dccp-option", .field("dccp", "options", bytes: bytes), read: isThere ? String(option) : "not there",
      .contains, String(option), inverted: optionInverted)
  }

  /// Bytes before the options.
  private static func fixedLength(_ type: UInt8, isExtended: Bool) -> Int {
    let specific =
      switch type {
      case 0: 4
      case 2: 0
      case 3, 4, 5, 6, 8, 9: 8
      default: 12
      }
    return (isExtended ? 16 : 12) + specific
  }

  private static func contains(_ option: UInt8, _ options: Bytes) -> Bool {
    var offset = 0
    while let kind = options.byte(at: offset) {
      if kind == option { return true }
      // Below 32 an option is its number alone; the kernel takes that to be so below 2.
      guard kind >= 2, let length = options.byte(at: offset + 1), length > 0 else {
        offset += 1
        continue
      }
      offset += Int(length)
    }
    return false
  }
}
