import Wire

/// `-m policy`: what IPsec did to the packet or will do (`net/netfilter/xt_policy.c`). The simulated host has no IPsec:
/// no packet has a policy.
package struct PolicyMatch: Match {
  package static let name = "policy"
  package static let options =
    [
      OptionDefinition("dir"), OptionDefinition("pol"), OptionDefinition("strict", argument: .none),
      OptionDefinition("next", argument: .none, repeatable: true, requires: ["strict"]),
    ]
    + ["reqid", "spi", "tunnel-src", "tunnel-dst", "proto", "mode"].map {
      OptionDefinition($0, invertible: true, repeatable: true)
    }
  /// What a packet may be under at once (`XT_POLICY_MAX_ELEM`).
  private static let most = 4

  /// One transformation: its options in the order they are written, with the words of `-L` and `-L -n`.
  private struct Element: Sendable {
    struct Value: Sendable {
      var saved: String
      var numeric: String
      var inverted: Bool
    }
    static let order = ["reqid", "spi", "proto", "mode", "tunnel-dst", "tunnel-src"]

    var values: [String: Value] = [:]

    /// Tunnel addresses go with tunnel mode alone; where none is given it counts as transport.
    var hasStrayTunnel: Bool {
      guard values["tunnel-src"] != nil || values["tunnel-dst"] != nil else { return false }
      let isTunnel = values["mode"]?.saved == "tunnel"
      return isTunnel == (values["mode"]?.inverted ?? false)
    }

    func text(_ dashes: String, numeric: Bool) -> String {
      Self.order.compactMap { name in
        values[name].map { "\($0.inverted ? " !" : "") \(dashes)\(name) \(numeric ? $0.numeric : $0.saved)" }
      }.joined()
    }
  }

  private var isOut: Bool?
  private var isNone = false
  private var isStrict = false
  private var elements = [Element()]

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "dir":
      guard let place = ["in", "out"].firstIndex(of: option.value) else {
        throw OptionError("policy_match: invalid dir \"\(option.value)\"")
      }
      isOut = place == 1
    case "pol":
      guard ["none", "ipsec"].contains(option.value) else {
        throw OptionError("policy match: invalid policy \"\(option.value)\"")
      }
      isNone = option.value == "none"
    case "strict": isStrict = true
    case "next":
      guard elements.count < Self.most else { throw OptionError("policy match: maximum policy depth reached") }
      elements.append(Element())
    default:
      let isGiven = elements[elements.count - 1].values[option.name] != nil
      elements[elements.count - 1].values[option.name] = try Self.value(option) { () throws(OptionError) in
        if isGiven { throw OptionError("policy match: double --\(option.name) option") }
      }
    }
  }

  /// - Parameter once: refuses an option given twice, which iptables does before or after it has read the value.
  private static func value(
    _ option: GivenOption, once: () throws(OptionError) -> Void
  ) throws(OptionError) -> Element.Value {
    if option.name == "mode" { try once() }
    let saved: String
    var numeric: String?
    switch option.name {
    case "reqid": saved = String(try option.number(as: UInt32.self, for: name))
    case "spi": saved = try option.number(as: UInt32.self, for: name).hexadecimal
    case "mode":
      guard ["transport", "tunnel"].contains(option.value) else {
        throw OptionError("policy match: invalid mode \"\(option.value)\"")
      }
      saved = option.value
    case "proto":
      guard let number = ProtocolNames.number(option.value) else {
        throw OptionError("unknown protocol \"\(option.value)\" specified")
      }
      try once()
      guard [50, 51, 108].contains(number) else {
        throw OptionError("policy match: protocol must be ah/esp/ipcomp")
      }
      saved = ProtocolNames.text(number)
      numeric = String(number)
    default:
      let parts = option.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let address = try AddressReading.host(parts[0])
      let mask = parts.count == 2 ? try AddressReading.prefixMask(parts[1], of: option, name) : .max
      saved = AddressText.withoutHostMask(address, mask)
    }
    try once()
    return Element.Value(saved: saved, numeric: numeric ?? saved, inverted: option.inverted)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard isOut != nil else { throw OptionError("policy match: neither --dir in nor --dir out specified") }
    if isNone {
      if isStrict { throw OptionError("policy match: policy none but --strict given") }
      if elements.count > 1 { throw OptionError("policy match: policy none but policy given") }
      elements = []
    }
    for (index, element) in elements.enumerated() {
      if isStrict, element.values.isEmpty {
        throw OptionError(
          "policy match: empty policy element \(index). --strict is in effect, but at least one of reqid, spi, "
            + "tunnel-src, tunnel-dst, proto or mode is required.")
      }
      if element.hasStrayTunnel {
        throw OptionError("policy match: --tunnel-src/--tunnel-dst is only valid in tunnel mode")
      }
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    let wrong: Set<Hook> = isOut == true ? [.prerouting, .input] : [.output, .postrouting]
    if let hook = placement.hooks.intersection(wrong).map(\.rawValue).min() {
      throw OptionError("policy: --dir \(isOut == true ? "out" : "in") cannot be used from \(hook)")
    }
  }

  private var head: [String] {
    ["dir \(isOut == true ? "out" : "in")", "pol \(isNone ? "none" : "ipsec")"] + (isStrict ? ["strict"] : [])
  }

  package var saved: String {
    head.map { " --\($0)" }.joined()
      + elements.map { $0.text("--", numeric: false) }.joined(separator: " --next")
  }

  package func listed(numeric: Bool) -> String {
    " policy match " + head.joined(separator: " ")
      + elements.enumerated().map { (elements.count > 1 ? " [\($0)]" : "") + $1.text("", numeric: numeric) }.joined()
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    context.judge(isNone, "--pol", .property("IPsec policy"), read: "none", .equals, isNone ? "none" : "ipsec")
  }
}
