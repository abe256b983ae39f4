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
      guard ConnectionHelpers.isKnown(helper, for: number) else {
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
    if isUntracked { return nil }
    let hasZone = !zone.isEmpty && zone != "0"
    return hasZone || (!helper.isEmpty && ConnectionHelpers.helper(helper) == nil) ? "-j CT\(saved)" : nil
  }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    isUntracked ? nil : ConnectionTemplate(helper: ConnectionHelpers.helper(helper))
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    // What has been tracked already, or is known not to be, is left alone; so is what another rule has given a template.
    guard packet.connectionInfo == nil, !packet.answersTracked else { return .next }
    if let notModelled { return .notModelled(notModelled) }
    let before = "not yet tracked"
    if let template = state as? ConnectionTemplate {
      packet.connection = template.entry
      packet.connectionInfo = .new
      if !helper.isEmpty { packet.note(Self.name, "helper of a new connection", "none", helper) }
      return .next
    }
    packet.connectionInfo = .untracked
    packet.note(Self.name, "connection state", before, ConnectionState.untracked.rawValue)
    return .next
  }
}

/// What a rule with CT puts on packets for tracking: a connection that is none, seen by the rules that come between
/// (`nf_ct_tmpl_alloc`).
final class ConnectionTemplate: ExtensionState {
  let entry: ConnectionTrackingEntry

  init(helper: (any ConnectionHelper.Type)?) {
    let nobody = FlowTuple(source: .any, destination: .any, protocolNumber: 0)
    entry = ConnectionTrackingEntry(original: nobody, reply: nobody)
    entry.status = [.template, .confirmed]
    entry.helper = helper.map { $0.init() }
  }

  var summary: String { "" }
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
