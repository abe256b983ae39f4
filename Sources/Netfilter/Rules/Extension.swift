/// What matches and targets have in common: options, their `iptables-save` form, and what they keep.
package protocol RuleExtension: Sendable {
  /// As `-m` or `-j` takes it: `conntrack`, `REJECT`.
  static var name: String { get }
  /// Its options, in the order of the manual page.
  static var options: [OptionDefinition] { get }

  /// Tables the kernel lets it stand in; empty for all (`xt_match.table`).
  static var tables: [TableName] { get }
  /// Hooks from which a rule with it may be reached; empty for all (`xt_match.hooks`).
  static var hooks: [Hook] { get }
  /// The protocol a rule with it must name, without `!`; `nil` for any (`xt_match.proto`).
  static var protocolNumber: UInt8? { get }

  init()
  /// Takes one option; its name is one of `options`. That it may be given, inverted or repeated, has been checked.
  mutating func take(_ option: GivenOption) throws(OptionError)
  /// After the last option: what is missing or does not go together, beyond what `options` says.
  mutating func finish(_ rule: RuleHeader) throws(OptionError)
  /// What the kernel refuses when the table is loaded, beyond tables, hooks and protocol (`checkentry`).
  func check(_ placement: RulePlacement) throws(OptionError)
  /// The name `iptables-save` writes after `-m` or `-j`: that of another extension where this one is an alias.
  var savedName: String { get }
  /// The name `iptables -L` prints in its column of targets: the kernel's own.
  var listedName: String { get }
  /// The options as `iptables-save` writes them, each with a leading space, without ` -m NAME`; may be empty.
  var saved: String { get }
  /// What of it no packet can be judged by here, by name: `-j RATEEST`; `nil` where all of it is modelled.
  var notModelled: String? { get }
  /// What iptables warns of when it reads these options.
  var warnings: [String] { get }
  /// The text of `iptables -L`, with a leading space.
  func listed(numeric: Bool) -> String
  /// The same of a rule that `iptables -v` has just read, before the kernel has seen it.
  var echoed: String { get }
  /// What the extension keeps between packets (a token bucket, a list of addresses); `nil` for none. Made anew
  /// whenever the rule's table is loaded.
  func makeState(in namespace: NetworkNamespace) -> ExtensionState?
}

extension RuleExtension {
  package static var options: [OptionDefinition] { [] }
  package static var tables: [TableName] { [] }
  package static var hooks: [Hook] { [] }
  package static var protocolNumber: UInt8? { nil }
  package func check(_ placement: RulePlacement) throws(OptionError) {}
  package var savedName: String { Self.name }
  package var listedName: String { savedName }
  package mutating func take(_ option: GivenOption) throws(OptionError) {}
  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {}
  package var saved: String { "" }
  package var notModelled: String? { nil }
  package var warnings: [String] { [] }
  package func listed(numeric: Bool) -> String { saved }
  package var echoed: String { listed(numeric: true) }
  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? { nil }
}

/// An extension whose rules may share something by name, and then must agree on it.
package protocol SharingExtension: RuleExtension {
  /// The name of what is shared.
  var sharedName: String { get }
  /// What the kernel refuses after another rule has named the same.
  func check(beside first: any SharingExtension) throws(OptionError)
}

/// A match extension (`-m NAME`), one file each in `Matches/`, one line in `ExtensionRegistry`.
package protocol Match: RuleExtension {
  /// Judges the packet; notes each comparison with `PacketContext.compare`.
  func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult
}

/// A target extension (`-j NAME`), one file each in `Targets/`, one line in `ExtensionRegistry`.
package protocol Target: RuleExtension {
  /// One of the kernel's standard targets, a verdict and nothing else.
  static var isStandard: Bool { get }
  /// Acts on the packet.
  func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult
}

extension Target {
  package static var isStandard: Bool { false }
}

/// What a match or target keeps between packets.
package protocol ExtensionState: AnyObject {
  /// Its present value for the history and the learner: `4 of 5 tokens`.
  var summary: String { get }
}

/// Where a rule stands in the table being loaded.
package struct RulePlacement: Sendable {
  package let table: TableName
  /// Hooks from which the rule can be reached (`comefrom`); empty for a rule that none reaches.
  package let hooks: Set<Hook>
  package let header: RuleHeader
  /// All matches of the rule.
  package let matches: [any Match]

  package init(table: TableName, hooks: Set<Hook>, header: RuleHeader, matches: [any Match] = []) {
    self.table = table
    self.hooks = hooks
    self.header = header
    self.matches = matches
  }
}

/// One long option of an extension.
package struct OptionDefinition: Sendable, Hashable {
  package enum Argument: Sendable {
    case none, required, optional
    /// Two words: `--tcp-flags SYN,ACK SYN`.
    case pair
  }
  /// Without dashes: `dport`.
  package let name: String
  /// Other spellings: `destination-port`.
  package let aliases: [String]
  /// The spelling that iptables uses in its messages.
  package let spoken: String
  package let argument: Argument
  /// What iptables says where the second word of a pair is missing.
  package let missingPair: String
  /// What it says where the option, or another with the same words here, stands before already.
  package let repetition: String?
  /// What it says of a `!`.
  package let inversion: String?
  /// `!` may stand before it.
  package let isInvertible: Bool
  /// It may be given more than once.
  package let isRepeatable: Bool
  package let isMandatory: Bool
  /// Names of options that may not stand beside it.
  package let excludes: [String]
  /// Names of options that must stand beside it.
  package let requires: [String]

  package init(
    _ name: String, aliases: [String] = [], spoken: String? = nil, argument: Argument = .required,
    invertible: Bool = false,
    repeatable: Bool = false, mandatory: Bool = false, excludes: [String] = [], requires: [String] = [],
    missingPair: String? = nil, repetition: String? = nil, inversion: String? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.spoken = spoken ?? name
    self.argument = argument
    self.repetition = repetition
    self.inversion = inversion
    self.missingPair = missingPair ?? "--\(name) requires two args."
    isInvertible = invertible
    isRepeatable = repeatable
    isMandatory = mandatory
    self.excludes = excludes
    self.requires = requires
  }
}

/// An option as a rule gives it.
package struct GivenOption: Sendable, Hashable {
  /// `OptionDefinition.name`, however it was spelled or abbreviated.
  package let name: String
  /// `OptionDefinition.spoken`.
  package let spoken: String
  /// The argument; empty for an option that takes none.
  package let value: String
  /// The second word of an option that takes a pair.
  package let second: String
  package let inverted: Bool
  /// The rule as far as it has been read: `-p` counts for an option only where it stands before it.
  package let rule: RuleHeader
  /// The sets that a rule may name; `nil` where any name will do.
  package let sets: SetCatalog?

  package init(
    name: String, spoken: String? = nil, value: String = "", second: String = "", inverted: Bool = false,
    rule: RuleHeader = RuleHeader(),
    sets: SetCatalog? = nil
  ) {
    self.name = name
    self.spoken = spoken ?? name
    self.value = value
    self.second = second
    self.inverted = inverted
    self.rule = rule
    self.sets = sets
  }
}

/// Why an option is refused, in words a person at the terminal can act on.
package struct OptionError: Error, Sendable, Hashable {
  package let message: String
  /// What iptables says before.
  package let warning: String?
  /// What iptables makes of the error number with which the kernel refuses it.
  package let systemText: String

  package init(_ message: String, warning: String? = nil, systemText: String = "Invalid argument") {
    self.message = message
    self.warning = warning
    self.systemText = systemText
  }
}
