/// One thing a match looked at: which bytes (or what else) it read, what it compared them with, how it came out.
/// The tutor makes its sentence from this; nothing here is prose.
package struct Comparison: Sendable, Hashable {
  /// What was read.
  package enum Subject: Sendable, Hashable {
    /// A header field: its protocol (`ipv4`, `tcp`), its name in the field table, and its bytes counted from the
    /// first byte of the IP header.
    case field(String, String, bytes: Range<Int>)
    /// Something beside the packet's bytes: `input interface`, `connection state`, `mark`, `token bucket`, ...
    case property(String)
  }

  /// How the value read relates to the operand.
  package enum Relation: String, Sendable, Hashable {
    case equals, within, oneOf, hasPrefix, maskedEquals, atLeast, atMost, above, below, contains, present
  }

  /// The option that asks for it, as `iptables-save` writes it: `--dport`, `-s`, `--state`.
  package var option: String
  package var subject: Subject
  /// The value read, as text: `3594`, `INVALID`, `ifext`.
  package var read: String
  package var relation: Relation
  /// What it was compared with, as the rule writes it: `22`, `RELATED,ESTABLISHED`, `10.0.0.0/8`.
  package var operand: String
  /// A `!` stands before the option.
  package var inverted: Bool
  /// How it came out, inversion included.
  package var holds: Bool

  package init(
    _ option: String, _ subject: Subject, read: String, _ relation: Relation, _ operand: String,
    inverted: Bool = false, holds: Bool
  ) {
    self.option = option
    self.subject = subject
    self.read = read
    self.relation = relation
    self.operand = operand
    self.inverted = inverted
    self.holds = holds
  }
}
