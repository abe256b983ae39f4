/// `-j CT`: tells connection tracking how to treat the packet, before it sees it (`net/netfilter/xt_CT.c`, revision 2).
package struct CTTarget: Target {
  package static let name = "CT"
  package static let options = [
    OptionDefinition("notrack", argument: .none),
    OptionDefinition("helper"),
    OptionDefinition("timeout"),
    OptionDefinition("ctevents"),
    OptionDefinition("expevents"),
    OptionDefinition("zone-orig"),
    OptionDefinition("zone-reply"),
    OptionDefinition("zone"),
  ]
  package static let tables: [TableName] = [.raw]
  private static let events = [
    "new", "related", "destroy", "reply", "assured", "protoinfo", "helper", "mark", "natseqinfo", "secmark",
  ]
  /// Helpers of the kernel (`net/netfilter/nf_conntrack_*.c`) and the protocols they know.
  private static let helpers: [String: Set<UInt8>] = [
    "amanda": [17], "ftp": [6], "irc": [6], "netbios-ns": [17], "pptp": [6], "Q.931": [6], "RAS": [17], "sane": [6],
    "sip": [6, 17], "snmp": [17], "tftp": [17],
  ]

  private var isUntracked = false
  private var helper = ""
  private var timeout = ""
  private var trackingEvents: Set<String> = []
  private var expectationEvents: Set<String> = []
  /// `mark` or a number; empty for none.
  private var zone = ""
  private var zoneSides: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "notrack": isUntracked = true
    case "helper": helper = SavedString.cut(option.value, to: 15)
    case "timeout": timeout = SavedString.cut(option.value, to: 31)
    case "ctevents": trackingEvents = try Self.events(option.value, known: Self.events)
    case "expevents": expectationEvents = try Self.events(option.value, known: ["new"])
    default:
      if option.name != "zone" { zoneSides.insert(option.name) }
      if option.value.lowercased() == "mark" {
        zone = "mark"
      } else if let number: UInt16 = CNumber.parse(option.value) {
        if zone != "mark" { zone = String(number) }
      } else {
        throw OptionError("Cannot parse \(option.value) as a zone ID")
      }
    }
  }

  private static func events(_ text: String, known: [String]) throws(OptionError) -> Set<String> {
    var result: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard known.contains(String(part)) else { throw OptionError("Unknown event type \"\(part)\"") }
      result.insert(String(part))
    }
    return result
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if isUntracked { return }
    let number = placement.header.protocolInverted ? 0 : placement.header.protocolNumber
    let missing = { (text: String) in OptionError(text, systemText: "No chain/target/match by that name") }
    if !helper.isEmpty {
      guard number != 0 else { throw missing("CT --helper needs a protocol, without !") }
      guard Self.helpers[helper]?.contains(number) == true else {
        throw missing("CT: there is no helper `\(helper)' for \(ProtocolNames.text(number))")
      }
    }
    guard !timeout.isEmpty else { return }
    guard number != 0 else { throw OptionError("CT --timeout needs a protocol, without !") }
    throw missing("CT: there is no timeout policy `\(timeout)'")
  }

  // The kernel hands back no more of the timeout's name than four bytes.
  package var saved: String { text("--", timeout: SavedString.cut(timeout, to: 4)) }
  package func listed(numeric: Bool) -> String { " CT" + text("", timeout: SavedString.cut(timeout, to: 4)) }
  package var echoed: String { " CT" + text("", timeout: timeout) }

  private func text(_ dashes: String, timeout: String) -> String {
    var text = isUntracked ? " \(dashes)notrack" : ""
    if !helper.isEmpty { text += " \(dashes)helper \(helper)" }
    if !timeout.isEmpty { text += " \(dashes)timeout \(timeout)" }
    if !trackingEvents.isEmpty {
      text += " \(dashes)ctevents " + Self.events.filter(trackingEvents.contains).joined(separator: ",")
    }
    if !expectationEvents.isEmpty { text += " \(dashes)expevents new" }
    if !zone.isEmpty, zone != "0" {
      let side = zoneSides.count == 1 ? zoneSides.first ?? "zone" : "zone"
      text += " \(dashes)\(side) \(zone)"
    }
    return text
  }

  package var notModelled: String? {
    isUntracked || ((zone.isEmpty || zone == "0") && helper.isEmpty) ? nil : "-j CT\(saved)"
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    // What has been tracked already, or is known not to be, is left alone.
    guard packet.connectionInfo == nil, !packet.answersTracked else { return .next }
    guard isUntracked else {
      return notModelled.map { .notModelled($0) } ?? .next
    }
    packet.connectionInfo = .untracked
    packet.note(Self.name, "connection state", "not yet tracked", ConnectionState.untracked.rawValue)
    return .next
  }
}

/// `-j NOTRACK`: `-j CT --notrack` under its old name.
package struct NotrackTarget: Target {
  package static let name = "NOTRACK"
  package static let tables: [TableName] = [.raw]

  package init() {}

  package var listedName: String { CTTarget.name }

  package func listed(numeric: Bool) -> String { " NOTRACK" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    var target = CTTarget()
    do { try target.take(GivenOption(name: "notrack")) } catch { return .notModelled("-j NOTRACK") }
    return target.run(context, state)
  }
}
