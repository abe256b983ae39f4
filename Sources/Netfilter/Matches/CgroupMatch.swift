/// `-m cgroup`: the control group of the program that sent the packet (`net/netfilter/xt_cgroup.c`), which is not
/// modelled.
package struct CgroupMatch: Match {
  package static let name = "cgroup"
  package static let options = [
    OptionDefinition("path", invertible: true), OptionDefinition("cgroup", invertible: true),
  ]

  private var group: UInt32?
  private var hasPath = false
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    if option.name == "cgroup" { group = try option.number(for: Self.name) } else { hasPath = true }
    inverted = option.inverted
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    // The host has no groups that a path could lead to.
    if group == nil || hasPath { throw OptionError("cgroup: no class, or a path that leads nowhere") }
  }

  package var saved: String { SavedOption.text("cgroup", group.map { String($0) }, inverted: inverted) }
  package func listed(numeric: Bool) -> String { " cgroup\(inverted ? " !" : "") \(group ?? 0)" }

  package var notModelled: String? { "-m cgroup" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    .notModelled("-m cgroup")
  }
}
