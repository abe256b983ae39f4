/// One command of iptables, read but not carried out.
struct RuleCommand {
  enum Kind: Equatable {
    case append, check, delete, deleteNumber(Int), insert(Int), replace(Int), list, flush, zero, zeroNumber(Int)
    case newChain, deleteChain, renameChain(String), policy(String)

    /// Whether it names a rule.
    var hasRule: Bool {
      switch self {
      case .append, .check, .delete, .insert, .replace: true
      default: false
      }
    }
  }

  /// `nil` for a line that is passed over (`-6`).
  var kind: Kind?
  /// `nil` where all chains are meant.
  var chain: String?
  var chainColumn: Int?
  /// `-t`, where it may be given.
  var table: String?
  /// What the rule asks for; addresses stand in `sources` and `destinations`.
  var header = RuleHeader()
  /// Several addresses after `-s` or `-d` make several rules.
  var sources: [RuleHeader.AddressMatch?] = [nil]
  var destinations: [RuleHeader.AddressMatch?] = [nil]
  var matches: [any Match] = []
  var target: (any Target)?
  /// The name after `-j` or `-g`; empty for none.
  var jump = ""
  var jumpColumn: Int?
  var isGoto = false
  var counters: Counters?
}
