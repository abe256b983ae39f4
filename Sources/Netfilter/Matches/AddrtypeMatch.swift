import Wire

/// `-m addrtype`: what kind of address it is to this host (`net/netfilter/xt_addrtype.c`).
package struct AddrtypeMatch: Match {
  package static let name = "addrtype"
  package static let options = [
    OptionDefinition("src-type", invertible: true),
    OptionDefinition("dst-type", invertible: true),
    OptionDefinition("limit-iface-in", argument: .none, excludes: ["limit-iface-out"]),
    OptionDefinition("limit-iface-out", argument: .none, excludes: ["limit-iface-in"]),
  ]
  private static let names = [
    "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",
    "NAT", "XRESOLVE",
  ]

  private struct Kinds: Sendable {
    var names: Set<String> = []
    var inverted = false
    var text: String { AddrtypeMatch.names.filter(names.contains).joined(separator: ",") }
  }

  private var source: Kinds?
  private var destination: Kinds?
  private var onlyInput = false
  private var onlyOutput = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "src-type": source = try Self.kinds(option)
    case "dst-type": destination = try Self.kinds(option)
    case "limit-iface-in": onlyInput = true
    default: onlyOutput = true
    }
  }

  /// Names with commas between, each of which may be shortened: the first that begins so is taken.
  private static func kinds(_ option: GivenOption) throws(OptionError) -> Kinds {
    var kinds = Kinds(inverted: option.inverted)
    for part in option.value.split(separator: ",", omittingEmptySubsequences: false) {
      let wanted = part.uppercased()
      guard !wanted.isEmpty, let name = names.first(where: { $0.hasPrefix(wanted) }) else {
        let isLast = part.endIndex == option.value.endIndex
        throw OptionError(
          isLast ? "addrtype: bad type \"\(part)\"" : "addrtype: bad type `\(option.value[part.startIndex...])'")
      }
      kinds.names.insert(name)
    }
    return kinds
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if source == nil, destination == nil {
      throw OptionError("addrtype: you must specify --src-type or --dst-type")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if onlyOutput, !placement.hooks.isDisjoint(with: [.prerouting, .input]) {
      throw OptionError("addrtype: --limit-iface-out cannot be used from PREROUTING and INPUT")
    }
    if onlyInput, !placement.hooks.isDisjoint(with: [.postrouting, .output]) {
      throw OptionError("addrtype: --limit-iface-in cannot be used from POSTROUTING and OUTPUT")
    }
  }

  package var saved: String {
    var text = ""
    if let source { text += SavedOption.text("src-type", source.text, inverted: source.inverted) }
    if let destination { text += SavedOption.text("dst-type", destination.text, inverted: destination.inverted) }
    if onlyInput { text += " --limit-iface-in" }
    if onlyOutput { text += " --limit-iface-out" }
    return text
  }

  package func listed(numeric: Bool) -> String {
    var text = " ADDRTYPE match"
    if let source { text += " src-type \(source.inverted ? "!" : "")\(source.text)" }
    if let destination { text += " dst-type \(destination.inverted ? "!" : "")\(destination.text)" }
    return text + (onlyInput ? " limit-in" : "") + (onlyOutput ? " limit-out" : "")
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let ip = context.packet.ip, let stack = context.namespace.stack else { return .notModelled("-m addrtype") }
    let interface = onlyInput ? context.inputInterface : onlyOutput ? context.outputInterface : nil
    for (kinds, address, option, field, bytes) in [
      (source, ip.source, "--src-type", "source_address", 12..<16),
      (destination, ip.destination, "--dst-type", "destination_address", 16..<20),
    ] {
      guard let kinds else { continue }
      if context.packet.isUnknown(bytes) { return context.unknown(field) }
      let kind = stack.kind(of: address, on: interface).rawValue.uppercased()
      let result = context.judge(
        kinds.names.contains(kind), option, context.ipField(field, bytes), read: "\(address) (\(kind))", .oneOf,
        kinds.text, inverted: kinds.inverted)
      guard result == .holds else { return result }
    }
    return .holds
  }
}
