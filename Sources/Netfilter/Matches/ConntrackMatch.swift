import Wire

/// `-m conntrack` (`net/netfilter/xt_conntrack.c`, revision 3).
package struct ConntrackMatch: Match {
  package static let name = "conntrack"
  package static let options = [
    OptionDefinition("ctstate", invertible: true),
    OptionDefinition("ctproto", invertible: true),
    OptionDefinition("ctorigsrc", invertible: true),
    OptionDefinition("ctorigdst", invertible: true),
    OptionDefinition("ctreplsrc", invertible: true),
    OptionDefinition("ctrepldst", invertible: true),
    OptionDefinition("ctorigsrcport", invertible: true),
    OptionDefinition("ctorigdstport", invertible: true),
    OptionDefinition("ctreplsrcport", invertible: true),
    OptionDefinition("ctrepldstport", invertible: true),
    OptionDefinition("ctstatus", invertible: true),
    OptionDefinition("ctexpire", invertible: true),
    OptionDefinition("ctdir"),
  ]

  /// An option and whether `!` stands before it.
  private struct Wanted<Value: Sendable>: Sendable {
    let value: Value
    let inverted: Bool
    init(_ value: Value, _ option: GivenOption) {
      self.value = value
      inverted = option.inverted
    }
  }

  private struct AddressAndMask: Sendable {
    let address: IPv4Address
    let mask: UInt32
    var text: String { AddressText.withoutHostMask(address, mask) }
  }

  private var states: Wanted<ConnectionStateSet>?
  private var protocolNumber: Wanted<UInt8>?
  private var addresses: [String: Wanted<AddressAndMask>] = [:]
  private var ports: [String: Wanted<PortRange>] = [:]
  private var statuses: Wanted<ConnectionStatusSet>?
  private var expiry: Wanted<ClosedRangeText>?
  private var isReply: Bool?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "ctstate": states = Wanted(try ConnectionStateSet(option.value, withNAT: true, option: "ctstate"), option)
    case "ctproto":
      guard let number = ProtocolNames.number(option.value) else {
        throw OptionError("unknown protocol \"\(option.value)\" specified")
      }
      protocolNumber = Wanted(number, option)
    case "ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst":
      addresses[option.name] = Wanted(try Self.address(option), option)
    case "ctorigsrcport", "ctorigdstport", "ctreplsrcport", "ctrepldstport":
      ports[option.name] = Wanted(try PortRange(of: option, for: Self.name), option)
    case "ctstatus": statuses = Wanted(try ConnectionStatusSet(option.value), option)
    case "ctexpire":
      expiry = Wanted(try ClosedRangeText(option.value, option: "ctexpire", of: Self.name, most: .max), option)
    case "ctdir":
      switch option.value.uppercased() {
      case "ORIGINAL": isReply = false
      case "REPLY": isReply = true
      default: throw OptionError("conntrack: Bad value for \"--ctdir\" option: \"\(option.value)\"")
      }
    default: break
    }
  }

  /// Unlike the address of a rule, this one keeps its host bits.
  private static func address(_ option: GivenOption) throws(OptionError) -> AddressAndMask {
    let parts = option.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = try AddressReading.host(parts[0])
    guard parts.count == 2 else { return AddressAndMask(address: address, mask: .max) }
    return AddressAndMask(address: address, mask: try AddressReading.prefixMask(parts[1], of: option, Self.name))
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    let isEmpty =
      states == nil && protocolNumber == nil && addresses.isEmpty && ports.isEmpty && statuses == nil
      && expiry == nil && isReply == nil
    if isEmpty { throw OptionError("conntrack: At least one option is required") }
  }

  package var saved: String {
    var text = ""
    func add(_ option: String, _ value: String, _ inverted: Bool) {
      text += "\(inverted ? " !" : "") --\(option) \(value)"
    }
    if let states { add("ctstate", states.value.text, states.inverted) }
    if let protocolNumber { add("ctproto", String(protocolNumber.value), protocolNumber.inverted) }
    for name in ["ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst"] {
      if let wanted = addresses[name] { add(name, wanted.value.text, wanted.inverted) }
    }
    for name in ["ctorigsrcport", "ctorigdstport", "ctreplsrcport", "ctrepldstport"] {
      guard let wanted = ports[name] else { continue }
      add(name, wanted.value.high == 0 ? String(wanted.value.low) : wanted.value.text, wanted.inverted)
    }
    if let statuses { add("ctstatus", statuses.value.text, statuses.inverted) }
    if let expiry { add("ctexpire", expiry.value.text, expiry.inverted) }
    if let isReply { add("ctdir", isReply ? "REPLY" : "ORIGINAL", false) }
    return text
  }

  package func listed(numeric: Bool) -> String {
    // The words of the saved form without their dashes, addresses by their names; a protocol always by number.
    saved.split(separator: " ").map { word in
      if word.hasPrefix("--") { return " \(word.dropFirst(2))" }
      if numeric { return " \(word)" }
      return word == "0.0.0.0" || word.hasPrefix("0.0.0.0/") ? " anywhere" : " \(AddressText.named(word))"
    }.joined()
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if let states {
      let result = context.compare(states.value, "--ctstate", inverted: states.inverted)
      guard result == .holds else { return result }
    }
    // Without an entry nothing else is looked at: the state has decided.
    guard let entry = context.packet.connection else { return MatchResult(states != nil) }
    if let isReply {
      let direction = context.packet.connectionInfo?.direction ?? .original
      let result = context.judge(
        (direction == .reply) == isReply, "--ctdir", .property("connection direction"),
        read: direction == .reply ? "REPLY" : "ORIGINAL", .equals, isReply ? "REPLY" : "ORIGINAL")
      guard result == .holds else { return result }
    }
    for (option, address) in [
      ("ctorigsrc", entry.original.source), ("ctorigdst", entry.original.destination),
      ("ctreplsrc", entry.reply.source), ("ctrepldst", entry.reply.destination),
    ] {
      guard let wanted = addresses[option] else { continue }
      let result = context.judge(
        (address.rawValue ^ wanted.value.address.rawValue) & wanted.value.mask == 0, "--\(option)",
        .property(Self.subjects[option] ?? ""), read: address.description, .hasPrefix, wanted.value.text,
        inverted: wanted.inverted)
      guard result == .holds else { return result }
    }
    return evaluateRest(context, entry)
  }

  private func evaluateRest(_ context: PacketContext, _ entry: ConnectionTrackingEntry) -> MatchResult {
    if let wanted = protocolNumber {
      let result = context.judge(
        entry.protocolNumber == wanted.value, "--ctproto", .property("connection protocol"),
        read: ProtocolNames.text(entry.protocolNumber), .equals, ProtocolNames.text(wanted.value),
        inverted: wanted.inverted)
      guard result == .holds else { return result }
    }
    for (option, port) in [
      ("ctorigsrcport", entry.original.sourcePort), ("ctorigdstport", entry.original.destinationPort),
      ("ctreplsrcport", entry.reply.sourcePort), ("ctrepldstport", entry.reply.destinationPort),
    ] {
      guard let wanted = ports[option] else { continue }
      let range = wanted.value
      let result = context.judge(
        range.low <= port && port <= range.high, "--\(option)", .property(Self.subjects[option] ?? ""),
        read: String(port), range.low == range.high ? .equals : .within, range.text, inverted: wanted.inverted)
      guard result == .holds else { return result }
    }
    if let statuses {
      let names = ConnectionStatusSet.names(of: entry.status)
      let result = context.judge(
        names.contains(where: statuses.value.contains), "--ctstatus", .property("connection status"),
        read: names.isEmpty ? "NONE" : names.joined(separator: ","), .oneOf, statuses.value.text,
        inverted: statuses.inverted)
      guard result == .holds else { return result }
    }
    guard let expiry else { return .holds }
    let seconds = entry.comparedSeconds(at: context.namespace.jiffies, hz: context.namespace.hz)
    return context.judge(
      expiry.value.contains(UInt64(clamping: seconds)), "--ctexpire", .property("connection lifetime"),
      read: String(seconds), .within, expiry.value.text, inverted: expiry.inverted)
  }

  private static let subjects = [
    "ctorigsrc": "connection original source", "ctorigdst": "connection original destination",
    "ctreplsrc": "connection reply source", "ctrepldst": "connection reply destination",
    "ctorigsrcport": "connection original source port", "ctorigdstport": "connection original destination port",
    "ctreplsrcport": "connection reply source port", "ctrepldstport": "connection reply destination port",
  ]
}

/// Bits of a connection's status that a rule may ask for (`IPS_*` in `nf_conntrack_common.h`).
package struct ConnectionStatusSet: Sendable, Hashable {
  /// The order in which shortened names are tried, and printed.
  private static let names = ["NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED"]

  private var members: Set<String> = []

  package init(_ text: String) throws(OptionError) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let wanted = part.uppercased()
      guard !wanted.isEmpty, let name = Self.names.first(where: { $0.hasPrefix(wanted) }) else {
        throw OptionError("Bad ctstatus \"\(text[part.startIndex...])\"")
      }
      if name != "NONE" { members.insert(name) }
    }
  }

  package var text: String {
    members.isEmpty ? "NONE" : Self.names.filter(members.contains).joined(separator: ",")
  }

  package func contains(_ name: String) -> Bool { members.contains(name) }

  /// The bits of a connection that have a name here.
  static func names(of status: ConnectionStatus) -> [String] {
    let bits: [(ConnectionStatus, String)] = [
      (.expected, "EXPECTED"), (.seenReply, "SEEN_REPLY"), (.assured, "ASSURED"), (.confirmed, "CONFIRMED"),
    ]
    return bits.filter { status.contains($0.0) }.map(\.1)
  }
}
