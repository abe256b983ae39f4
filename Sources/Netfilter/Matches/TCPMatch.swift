import Wire

/// `-m tcp` (`net/netfilter/xt_tcpudp.c`).
package struct TCPMatch: Match {
  package static let name = "tcp"
  package static let options = [
    OptionDefinition(
      "sport", aliases: ["source-port"], invertible: true, repetition: "Only one `--source-port' allowed"),
    OptionDefinition(
      "dport", aliases: ["destination-port"], invertible: true, repetition: "Only one `--destination-port' allowed"),
    OptionDefinition("syn", argument: .none, invertible: true, repetition: twoFlags),
    OptionDefinition("tcp-flags", argument: .pair, invertible: true, repetition: twoFlags),
    OptionDefinition("tcp-option", invertible: true, repetition: "Only one `--tcp-option' allowed"),
  ]
  private static let twoFlags = "Only one of `--syn' or `--tcp-flags'  allowed"
  package static let protocolNumber: UInt8? = 6

  private var source = PortRange()
  private var destination = PortRange()
  /// The flags looked at, and those of them that must be set.
  private var flagMask: UInt8 = 0
  private var flagsSet: UInt8 = 0
  private var flagsInverted = false
  /// A TCP option that must be there; 0 for none.
  private var option: UInt8 = 0
  private var optionInverted = false

  package init() {}

  /// What `--dport` gives; every port without it.
  package var destinationPorts: [PortRange] { [destination] }

  /// It can hold only where SYN is set, as far as the TCPMSS target looks (`find_syn_match`).
  package var requiresSYN: Bool { flagsSet & 0x02 != 0 && !flagsInverted }

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "sport": source = try Self.range(option)
    case "dport": destination = try Self.range(option)
    case "syn": (flagMask, flagsSet, flagsInverted) = (0x17, 0x02, option.inverted)
    case "tcp-flags":
      flagMask = try Self.flags(option.value)
      flagsSet = try Self.flags(option.second)
      flagsInverted = option.inverted
    case "tcp-option":
      guard let number = CNumber.parse(option.value, 1...255) else {
        throw OptionError("Bad TCP option \"\(option.value)\"")
      }
      self.option = UInt8(truncatingIfNeeded: number)
      optionInverted = option.inverted
    default: break
    }
  }

  private static func range(_ option: GivenOption) throws(OptionError) -> PortRange {
    let range = try PortRange(option.value, inverted: option.inverted) { text throws(OptionError) in
      try ServiceNames.parse(text, .tcp)
    }
    guard range.low <= range.high else { throw OptionError("invalid portrange (min > max)") }
    return range
  }

  private static let flagNames: [(name: String, bits: UInt8)] = [
    ("FIN", 0x01), ("SYN", 0x02), ("RST", 0x04), ("PSH", 0x08), ("ACK", 0x10), ("URG", 0x20), ("ALL", 0x3f),
    ("NONE", 0),
  ]

  private static func flags(_ text: String) throws(OptionError) -> UInt8 {
    var bits: UInt8 = 0
    for name in text.split(separator: ",") {
      guard let flag = flagNames.first(where: { $0.name == name.uppercased() }) else {
        throw OptionError("Unknown TCP flag `\(name)'")
      }
      bits |= flag.bits
    }
    return bits
  }

  /// `SYN,ACK`, `NONE`.
  static func flagText(_ bits: UInt8) -> String {
    let names = flagNames.prefix(6).filter { bits & $0.bits != 0 }.map(\.name)
    return names.isEmpty ? "NONE" : names.joined(separator: ",")
  }

  package var saved: String {
    var text = source.saved("sport") + destination.saved("dport")
    if option != 0 || optionInverted { text += "\(optionInverted ? " !" : "") --tcp-option \(option)" }
    if flagMask != 0 || flagsInverted {
      text += "\(flagsInverted ? " !" : "") --tcp-flags \(Self.flagText(flagMask)) \(Self.flagText(flagsSet))"
    }
    return text
  }

  package func listed(numeric: Bool) -> String {
    var text = " tcp" + source.listed("spt", .tcp, numeric: numeric) + destination.listed("dpt", .tcp, numeric: numeric)
    if option != 0 || optionInverted { text += " option=\(optionInverted ? "!" : "")\(option)" }
    if flagMask != 0 || flagsInverted {
      let name = { (bits: UInt8) in numeric ? "0x" + [bits].hex.uppercased() : Self.flagText(bits) }
      text += " flags:\(flagsInverted ? "!" : "")\(name(flagMask))/\(name(flagsSet))"
    }
    return text
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    // A second fragment that could overwrite the flags of the first (RFC 3128) is dropped on the spot.
    if context.fragmentOffset == 8 { return .hotdrop }
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    let segment = context.packet.payload
    guard segment.count >= 20 else { return .hotdrop }
    let first = context.compare(source, "sport", "tcp", "source_port", at: 0)
    guard first == .holds else { return first }
    let second = context.compare(destination, "dport", "tcp", "destination_port", at: 2)
    guard second == .holds else { return second }
    let flags = compareFlags(context, segment)
    guard flags == .holds, option != 0 else { return flags }
    return findOption(context, segment)
  }

  private func compareFlags(_ context: PacketContext, _ segment: Bytes) -> MatchResult {
    guard flagMask != 0 || flagsSet != 0 || flagsInverted else { return .holds }
    let bytes = context.transportOffset + 13..<context.transportOffset + 14
    if context.packet.isUnknown(bytes) { return context.unknown("flags") }
    let read = segment.byte(at: 13) ?? 0
    let holds = (read & flagMask == flagsSet) != flagsInverted
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--tcp-flags", .field("tcp", "flags", bytes: bytes), read: Self.flagText(read & 0x3f), .maskedEquals,
          "\(Self.flagText(flagMask)) \(Self.flagText(flagsSet))", inverted: flagsInverted, holds: holds)))
  }

  /// Looks for the option's kind among the header's options, stepping by their lengths (`tcp_find_option`).
  private func findOption(_ context: PacketContext, _ segment: Bytes) -> MatchResult {
    let offset = context.transportOffset
    if context.packet.isUnknown(offset + 12..<offset + 13) { return context.unknown("data_offset") }
    let headerLength = Int((segment.byte(at: 12) ?? 0) >> 4) * 4
    guard headerLength >= 20, headerLength <= segment.count else { return .hotdrop }
    let bytes = offset + 20..<offset + headerLength
    if context.packet.isUnknown(bytes) { return context.unknown("TCP options") }
    let options = segment.slice(at: 20, length: headerLength - 20)
    var kinds: [String] = []
    var found = false
    var index = 0
    while !found, let kind = options.byte(at: index) {
      found = kind == option
      kinds.append(String(kind))
      let length = kind < 2 || index == options.count - 1 ? 1 : Int(options.byte(at: index + 1) ?? 1)
      index += max(1, length)
    }
    let holds = found != optionInverted
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--tcp-option", .field("tcp", "options", bytes: bytes),
          read: kinds.isEmpty ? "none" : kinds.joined(separator: ","), .contains, String(option),
          inverted: optionInverted, holds: holds)))
  }
}
