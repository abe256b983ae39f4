/// What matches and targets have in common: options, their `iptables-save` form, and what they keep.
package protocol RuleExtension: Sendable {
  /// As `-m` or `-j` takes it: `conntrack`, `REJECT`.
  static var name: String { get }
  /// Its options, in the order of the manual page.
  static var options: [OptionDefinition] { get }

  init()
  /// Takes one option; its name is one of `options`.
  mutating func take(_ option: GivenOption) throws(OptionError)
  /// After the last option: what is missing, does not go together, or does not go with the rule's protocol.
  mutating func finish(_ rule: RuleHeader) throws(OptionError)
  /// The options as `iptables-save` writes them, each with a leading space, without ` -m NAME`; may be empty.
  var saved: String { get }
  /// The text of `iptables -L`, with a leading space.
  func listed(numeric: Bool) -> String
  /// What the extension keeps between packets (a token bucket, a list of addresses); `nil` for none. Made anew
  /// whenever the rule's table is loaded.
  func makeState(in namespace: NetworkNamespace) -> ExtensionState?
}

extension RuleExtension {
  package static var options: [OptionDefinition] { [] }
  package mutating func take(_ option: GivenOption) throws(OptionError) {}
  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {}
  package var saved: String { "" }
  package func listed(numeric: Bool) -> String { saved }
  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? { nil }
}

/// A match extension (`-m NAME`), one file each in `Matches/`, one line in `ExtensionRegistry`.
package protocol Match: RuleExtension {
  /// Judges the packet; notes each comparison with `PacketContext.compare`.
  func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult
}

/// A target extension (`-j NAME`), one file each in `Targets/`, one line in `ExtensionRegistry`.
package protocol Target: RuleExtension {
  /// Tables it may stand in; empty for all.
  static var tables: [TableName] { get }
  /// Acts on the packet.
  func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult
}

extension Target {
  package static var tables: [TableName] { [] }
}

/// What a match or target keeps between packets.
package protocol ExtensionState: AnyObject {
  /// Its present value for the history and the learner: `4 of 5 tokens`.
  var summary: String { get }
}

/// One long option of an extension.
package struct OptionDefinition: Sendable, Hashable {
  package enum Argument: Sendable { case none, required, optional }
  /// Without dashes: `dport`.
  package let name: String
  /// Other spellings: `destination-port`.
  package let aliases: [String]
  package let argument: Argument
  /// `!` may stand before it.
  package let isInvertible: Bool

  package init(_ name: String, aliases: [String] = [], argument: Argument = .required, invertible: Bool = false) {
    self.name = name
    self.aliases = aliases
    self.argument = argument
    isInvertible = invertible
  }
}

/// An option as a rule gives it.
package struct GivenOption: Sendable, Hashable {
  /// `OptionDefinition.name`, however it was spelled or abbreviated.
  package let name: String
  /// The argument; empty for an option that takes none.
  package let value: String
  package let inverted: Bool

  package init(name: String, value: String = "", inverted: Bool = false) {
    self.name = name
    self.value = value
    self.inverted = inverted
  }
}

/// Why an option is refused, in words a person at the terminal can act on.
package struct OptionError: Error, Sendable, Hashable {
  package let message: String
  package init(_ message: String) { self.message = message }
}
