/// `-j ECN`: changes the bits of explicit congestion notification (`net/ipv4/netfilter/ipt_ECN.c`).
package struct ECNTarget: Target {
  package static let name = "ECN"
  package static let options = [
    OptionDefinition("ecn-tcp-remove", argument: .none, excludes: ["ecn-tcp-cwr", "ecn-tcp-ece"]),
    OptionDefinition("ecn-tcp-cwr", excludes: ["ecn-tcp-remove"]),
    OptionDefinition("ecn-tcp-ece", excludes: ["ecn-tcp-remove"]),
    OptionDefinition("ecn-ip-ect"),
  ]
  package static let tables: [TableName] = [.mangle]

  private var congestionWindowReduced: UInt8?
  private var congestionEcho: UInt8?
  private var codePoint: UInt8?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "ecn-tcp-remove": (congestionEcho, congestionWindowReduced, codePoint) = (0, 0, nil)
    case "ecn-tcp-cwr": congestionWindowReduced = try option.number(0...1, for: Self.name)
    case "ecn-tcp-ece": congestionEcho = try option.number(0...1, for: Self.name)
    default: codePoint = try option.number(0...3, for: Self.name)
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if congestionWindowReduced == nil, congestionEcho == nil, codePoint == nil {
      throw OptionError("ECN target: An operation is required")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard congestionWindowReduced != nil || congestionEcho != nil else { return }
    guard placement.header.protocolNumber == 6, !placement.header.protocolInverted else {
      throw OptionError("ECN: the flags of TCP can be changed only with `-p tcp'")
    }
  }

  package var saved: String {
    if congestionEcho == 0, congestionWindowReduced == 0, codePoint == nil { return " --ecn-tcp-remove" }
    return (congestionEcho.map { " --ecn-tcp-ece \($0)" } ?? "")
      + (congestionWindowReduced.map { " --ecn-tcp-cwr \($0)" } ?? "") + (codePoint.map { " --ecn-ip-ect \($0)" } ?? "")
  }

  package func listed(numeric: Bool) -> String {
    if congestionEcho == 0, congestionWindowReduced == 0, codePoint == nil { return " ECN TCP remove" }
    return " ECN" + (congestionEcho.map { " ECE=\($0)" } ?? "") + (congestionWindowReduced.map { " CWR=\($0)" } ?? "")
      + (codePoint.map { " ECT codepoint=\($0)" } ?? "")
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    guard let ip = packet.ip else { return .drop }
    if let codePoint { packet.setService(ip.typeOfService & ~3 | codePoint, by: Self.name) }
    guard congestionWindowReduced != nil || congestionEcho != nil, ip.protocolNumber == 6 else { return .next }
    guard packet.payload.count >= 20, let word = packet.payload.uint16(at: 12) else { return .drop }
    var new = word
    if let congestionEcho { new = new & ~0x40 | UInt16(congestionEcho) << 6 }
    if let congestionWindowReduced { new = new & ~0x80 | UInt16(congestionWindowReduced) << 7 }
    if new != word {
      packet.setTCPWord(new, at: 12)
      packet.note(
        Self.name, "flags", UInt8(truncatingIfNeeded: word).hexadecimal, UInt8(truncatingIfNeeded: new).hexadecimal,
        packet.headerLength + 13..<packet.headerLength + 14)
    }
    return .next
  }
}
