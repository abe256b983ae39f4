/// One command of iptables, read but not carried out.
package struct RuleCommand {
  package enum Kind: Equatable {
    case append, check, delete, deleteNumber(Int), insert(Int), replace(Int), list, listRules, flush, zero, zeroNumber(
      Int)
    case newChain, deleteChain, renameChain(String), policy(String)
    /// `-V` and `-h`: what follows is not read.
    case version, help

    /// Whether it names a rule.
    package var hasRule: Bool {
      switch self {
      case .append, .check, .delete, .insert, .replace: true
      default: false
      }
    }

    /// Whether it may take rules away.
    package var removes: Bool {
      switch self {
      case .delete, .deleteNumber, .replace, .flush, .deleteChain: true
      default: false
      }
    }

    /// The letter that asks for it.
    var letter: Character {
      switch self {
      case .append: "A"
      case .check: "C"
      case .delete, .deleteNumber: "D"
      case .insert: "I"
      case .replace: "R"
      case .list: "L"
      case .listRules: "S"
      case .flush: "F"
      case .zero, .zeroNumber: "Z"
      case .newChain: "N"
      case .deleteChain: "X"
      case .renameChain: "E"
      case .policy: "P"
      case .version: "V"
      case .help: "h"
      }
    }
  }

  /// `nil` for a line that is passed over (`-6`).
  package internal(set) var kind: Kind?
  /// `nil` where all chains are meant.
  package internal(set) var chain: String?
  package internal(set) var chainColumn: Int?
  /// `-t`, where it may be given.
  package internal(set) var table: String?
  /// What the rule asks for; addresses stand in `sources` and `destinations`.
  package internal(set) var header = RuleHeader()
  /// Several addresses after `-s` or `-d` make several rules.
  package internal(set) var sources: [RuleHeader.AddressMatch?] = [nil]
  package internal(set) var destinations: [RuleHeader.AddressMatch?] = [nil]
  package internal(set) var matches: [any Match] = []
  package internal(set) var target: (any Target)?
  /// The name after `-j` or `-g`; empty for none.
  package internal(set) var jump = ""
  package internal(set) var jumpColumn: Int?
  package internal(set) var isGoto = false
  package internal(set) var counters: Counters?
  /// How `-L` and `-S` are to print: the letters given of `n`, `v`, `x` and `0` (`--line-numbers`).
  package internal(set) var listing: Set<Character> = []
  /// `-w`, and `-W`, which makes no sense without.
  var waits = false
  var waitsInSteps = false
  /// How often `-v` was given.
  package internal(set) var verbosity = 0
  /// The one rule that `-L` and `-S` are asked for, from 1.
  package internal(set) var number: Int?
  /// `-Z` beside `-L` or `-S`: counters are set to zero once they are shown.
  package internal(set) var zeroes = false
  /// What iptables warns of before it does the command all the same.
  package internal(set) var warnings: [String] = []
}
