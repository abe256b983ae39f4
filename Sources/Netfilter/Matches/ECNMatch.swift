/// `-m ecn`: explicit congestion notification in the IPv4 and TCP headers (`net/netfilter/xt_ecn.c`, RFC 3168).
package struct ECNMatch: Match {
  package static let name = "ecn"
  package static let options = [
    OptionDefinition("ecn-tcp-cwr", argument: .none, invertible: true),
    OptionDefinition("ecn-tcp-ece", argument: .none, invertible: true),
    OptionDefinition("ecn-ip-ect", invertible: true),
  ]

  /// Whether the flag must be set; `nil` where it does not matter.
  private var congestionWindowReduced: Bool?
  private var congestionEcho: Bool?
  private var codePoint: UInt8?
  private var codePointInverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "ecn-tcp-cwr": congestionWindowReduced = !option.inverted
    case "ecn-tcp-ece": congestionEcho = !option.inverted
    default:
      codePoint = try option.number(0...3, for: Self.name)
      codePointInverted = option.inverted
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if congestionWindowReduced == nil, congestionEcho == nil, codePoint == nil {
      throw OptionError("ECN match: some option required")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard congestionWindowReduced != nil || congestionEcho != nil else { return }
    guard placement.header.protocolNumber == 6, !placement.header.protocolInverted else {
      throw OptionError("ecn: the flags of TCP can be matched only with `-p tcp'")
    }
  }

  package var saved: String {
    var text = ""
    if let congestionEcho { text += SavedOption.text("ecn-tcp-ece", inverted: !congestionEcho) }
    if let congestionWindowReduced { text += SavedOption.text("ecn-tcp-cwr", inverted: !congestionWindowReduced) }
    if let codePoint { text += SavedOption.text("ecn-ip-ect", String(codePoint), inverted: codePointInverted) }
    return text
  }

  package func listed(numeric: Bool) -> String {
    var text = " ECN match"
    if let congestionEcho { text += congestionEcho ? " ECE" : " !ECE" }
    if let congestionWindowReduced { text += congestionWindowReduced ? " CWR" : " !CWR" }
    if let codePoint { text += " \(codePointInverted ? "!" : "")ECT=\(codePoint)" }
    return text
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if let codePoint {
      if context.packet.isUnknown(1..<2) { return context.unknown("ecn") }
      let read = (context.packet.ip?.typeOfService ?? 0) & 3
      let result = context.judge(
        read == codePoint, "--ecn-ip-ect", context.ipField("ecn", 1..<2), read: String(read), .equals,
        String(codePoint), inverted: codePointInverted)
      guard result == .holds else { return result }
    }
    guard congestionWindowReduced != nil || congestionEcho != nil else { return .holds }
    guard context.packet.payload.count >= 20, let flags = context.packet.payload.byte(at: 13) else { return .fails }
    let bytes = context.transportOffset + 13..<context.transportOffset + 14
    if context.packet.isUnknown(bytes) { return context.unknown("flags") }
    for (wanted, bit, option, field) in [
      (congestionEcho, UInt8(0x40), "--ecn-tcp-ece", "ece"),
      (congestionWindowReduced, UInt8(0x80), "--ecn-tcp-cwr", "cwr"),
    ] {
      guard let wanted else { continue }
      let isSet = flags & bit != 0
      let result = context.judge(
        isSet, option, .field("tcp", field, bytes: bytes), read: isSet ? "set" : "not set", .present, "set",
        inverted: !wanted)
      guard result == .holds else { return result }
    }
    return .holds
  }
}
