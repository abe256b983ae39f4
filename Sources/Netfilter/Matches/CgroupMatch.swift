/// `-m cgroup`: the control group of the program that sent the packet (`net/netfilter/xt_cgroup.c`), which is not
/// modelled.
package struct CgroupMatch: Match {
  package static let name = "cgroup"
  package static let options = [
    OptionDefinition("path", invertible: true), OptionDefinition("cgroup", invertible: true),
  ]
  package static let hooks: [Hook] = [.input, .output, .postrouting]

  /// In bytes; the rest is cut off without a word.
  private static let longestPath = 511

  private var group: (number: UInt32, inverted: Bool)?
  private var path: (text: String, inverted: Bool)?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    if option.name == "cgroup" {
      group = (try option.number(for: Self.name), option.inverted)
    } else {
      path = (SavedString.cut(option.value, to: Self.longestPath), option.inverted)
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard (group == nil) != (path == nil) else { throw OptionError("cgroup: one of --path and --cgroup is required") }
    // The host has no groups but the one that all programs are in.
    guard let path, !path.text.allSatisfy({ $0 == "/" }) else { return }
    throw OptionError("cgroup: the host has no group \(path.text)")
  }

  package var saved: String {
    if let path { return SavedOption.text("path", "\"\(path.text)\"", inverted: path.inverted) }
    return SavedOption.text("cgroup", group.map { String($0.number) }, inverted: group?.inverted ?? false)
  }

  package func listed(numeric: Bool) -> String {
    var text = " cgroup"
    if let path { text += "\(path.inverted ? " !" : "") \(path.text)" }
    if let group { text += "\(group.inverted ? " !" : "") \(group.number)" }
    return text
  }

  package var notModelled: String? { "-m cgroup" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    .notModelled("-m cgroup")
  }
}
