import Netfilter

/// What stands above and between the panes of the stepping view.
package enum ViewLabel: Sendable, Hashable {
  case bytes, fields, step, question
  /// Text goes on below, and how to get there.
  case more
  case connection(ConnectionState)
  case noEntry
  /// Above the list of keys.
  case help
  /// Below what a command has shown: how to go on.
  case anyKey
  /// While something takes long: how to stop it.
  case working
}

/// A fact of plain text, where nothing is drawn.
package enum PlainFact: Sendable, Hashable {
  /// The bytes that a row of the dump would hold; `current` are those of them that are at hand.
  case bytes(Range<Int>, String, current: Range<Int>?)
  /// A field: `byte 9: 06, protocol TCP`.
  case field(bytes: Range<Int>, String, name: String, value: String)
  /// The rule at hand alone, `nil` for the end of its chain.
  case ruleAtHand(table: TableName, chain: String, number: Int?, count: Int, text: String)
  /// A rule, `nil` for the policy; whether it has fired, where the packet has met it.
  case rule(number: Int?, text: String, isCurrent: Bool, fired: Bool?)
}
