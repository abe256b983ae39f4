/// `-m devgroup`: the group of an interface (`net/netfilter/xt_devgroup.c`). Interfaces of the simulated host are in
/// the group they begin in, 0.
package struct DevgroupMatch: Match {
  package static let name = "devgroup"
  package static let options = [
    OptionDefinition("src-group", invertible: true), OptionDefinition("dst-group", invertible: true),
  ]

  private var source: (value: NamedMask, inverted: Bool)?
  private var destination: (value: NamedMask, inverted: Bool)?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let given = (try NamedMask(option, named: ["default": 0], for: Self.name), option.inverted)
    if option.name == "src-group" { source = given } else { destination = given }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if source == nil, destination == nil {
      throw OptionError("devgroup match: You must specify either '--src-group' or '--dst-group'")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if source != nil, !placement.hooks.isSubset(of: [.prerouting, .input, .forward]) {
      throw OptionError("devgroup: --src-group where no packet has come in")
    }
    if destination != nil, !placement.hooks.isSubset(of: [.forward, .output, .postrouting]) {
      throw OptionError("devgroup: --dst-group where no packet goes out")
    }
  }

  package var saved: String { text(numeric: false, "--") }
  package func listed(numeric: Bool) -> String { text(numeric: numeric, "") }

  private func text(numeric: Bool, _ dashes: String) -> String {
    [(source, "src-group"), (destination, "dst-group")].map { given, name in
      given.map { "\($0.inverted ? " !" : "") \(dashes)\(name) \($0.value.text(numeric: numeric))" } ?? ""
    }.joined()
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    for (given, option, interface) in [
      (source, "--src-group", context.inputInterface), (destination, "--dst-group", context.outputInterface),
    ] {
      guard let given else { continue }
      let result = context.judge(
        given.value.value == 0, option, .property("group of \(interface)"), read: "0x0", .maskedEquals,
        given.value.text(numeric: true), inverted: given.inverted)
      guard result == .holds else { return result }
    }
    return .holds
  }
}

/// A number with a mask, or a name that stands for a number: `0x10/0xff`, `default` (`xtables_parse_val_mask`).
struct NamedMask: Sendable, Hashable {
  private let masked: MaskedValue
  private let name: String?
  var value: UInt32 { masked.value }
  var mask: UInt32 { masked.mask }

  init(_ option: GivenOption, named names: [String: UInt32], for owner: String) throws(OptionError) {
    if let number = names[option.value] {
      (masked, name) = (MaskedValue(value: number), option.value)
      return
    }
    guard let (number, rest) = CNumber.prefix(option.value[...]), number <= UInt32.max,
      rest.isEmpty || rest.first == "/"
    else {
      throw OptionError(
        "\(owner): could not map name \(option.value) to an integer value for option \"--\(option.name)\".")
    }
    let given = try option.maskedValue(for: owner)
    masked = given
    name = given.mask == .max ? names.first { $0.value == given.value }?.key : nil
  }

  func text(numeric: Bool) -> String { numeric ? masked.text : name ?? masked.text }
}
