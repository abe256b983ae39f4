import Wire

/// The part of a rule that the kernel checks itself, without any extension (`struct ipt_ip`).
package struct RuleHeader: Sendable, Hashable {
  /// An address and mask; the mask need not be a prefix.
  package struct AddressMatch: Sendable, Hashable {
    package var address: IPv4Address
    package var mask: UInt32
    package var inverted: Bool

    package init(address: IPv4Address, mask: UInt32, inverted: Bool) {
      self.address = address
      self.mask = mask
      self.inverted = inverted
    }
  }

  /// An interface name; a last `+` stands for any ending.
  package struct InterfaceMatch: Sendable, Hashable {
    package var name: String
    package var inverted: Bool

    package init(name: String, inverted: Bool) {
      self.name = name
      self.inverted = inverted
    }
  }

  package var source: AddressMatch?
  package var destination: AddressMatch?
  package var input: InterfaceMatch?
  package var output: InterfaceMatch?
  /// 0 stands for all.
  package var protocolNumber: UInt8 = 0
  package var protocolInverted = false
  /// `-f`: second and further fragments.
  package var fragment = false
  package var fragmentInverted = false

  package init() {}
}

/// Packets and bytes, as `iptables -L -v` counts them.
package struct Counters: Sendable, Hashable {
  package var packets: UInt64
  package var bytes: UInt64

  package init(packets: UInt64 = 0, bytes: UInt64 = 0) {
    self.packets = packets
    self.bytes = bytes
  }

  package mutating func count(_ length: Int) {
    packets &+= 1
    bytes &+= UInt64(truncatingIfNeeded: length)
  }
}

/// What a rule does when it fires.
package enum Action: Sendable {
  /// No `-j`: the rule counts and the next one is asked.
  case none
  /// A built-in or extension target.
  case target(any Target)
  case jump(String)
  /// `-g`: falling off the end of that chain returns to the chain before this one.
  case goto(String)
}

/// Where a rule was written.
package struct RuleSource: Sendable, Hashable {
  package var file: String
  /// 1-based.
  package var line: Int

  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

/// One rule of a chain.
package struct Rule: Sendable {
  package var header: RuleHeader
  package var matches: [any Match]
  package var action: Action
  package var counters: Counters
  package var source: RuleSource?
  /// The kernel does not have it yet: what sets counters to zero passes over it.
  package var isNew = true

  package init(
    header: RuleHeader = RuleHeader(), matches: [any Match] = [], action: Action = .none,
    counters: Counters = Counters(), source: RuleSource? = nil
  ) {
    self.header = header
    self.matches = matches
    self.action = action
    self.counters = counters
    self.source = source
  }
}

/// A chain: a built-in one with its policy, or a user-defined one.
package struct Chain: Sendable {
  package enum Policy: String, Sendable {
    case accept = "ACCEPT"
    case drop = "DROP"
  }
  package var name: String
  /// `nil` for a user-defined chain.
  package var policy: Policy?
  /// Packets that reached the policy.
  package var counters: Counters
  package var rules: [Rule]

  package init(name: String, policy: Policy?, counters: Counters = Counters(), rules: [Rule] = []) {
    self.name = name
    self.policy = policy
    self.counters = counters
    self.rules = rules
  }
}

/// One table: built-in chains first, in hook order, then user-defined ones in the order `iptables-legacy-save`
/// prints them.
package struct Table: Sendable {
  package var name: TableName
  package var chains: [Chain]

  package init(name: TableName, chains: [Chain]) {
    self.name = name
    self.chains = chains
  }

  /// The table as the kernel makes it when it is first touched: built-in chains, policy ACCEPT, no rules.
  package init(empty name: TableName) {
    self.name = name
    chains = name.hooks.map { Chain(name: $0.rawValue, policy: .accept) }
  }

  package subscript(chain: String) -> Chain? { chains.first { $0.name == chain } }
}

/// What iptables says of a line that it carries out all the same.
package struct RulesetWarning: Sendable, Hashable {
  package var file: String
  /// From 1.
  package var line: Int
  package var message: String
}

/// The tables that a ruleset loads.
package struct Ruleset: Sendable {
  /// In the order they were loaded.
  package var tables: [Table]
  /// What had to be assumed to read it (`no table header: the filter table with ACCEPT policies is assumed`).
  package var assumptions: [String] = []
  /// What iptables warns of while it reads it.
  package var warnings: [RulesetWarning] = []
  /// The sets that its rules were read with.
  package var sets = SetCatalog()

  package init(tables: [Table] = []) { self.tables = tables }

  package subscript(name: TableName) -> Table? { tables.first { $0.name == name } }
}
