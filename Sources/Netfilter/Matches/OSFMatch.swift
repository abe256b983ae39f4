/// `-m osf`: the operating system a SYN looks like (`net/netfilter/xt_osf.c`), which is not modelled: it goes by a list
/// of fingerprints that a program loads.
package struct OSFMatch: Match {
  package static let name = "osf"
  package static let options = [
    OptionDefinition("genre", invertible: true, mandatory: true), OptionDefinition("ttl"), OptionDefinition("log"),
  ]
  package static let hooks: [Hook] = [.prerouting, .input, .forward]
  package static let protocolNumber: UInt8? = 6
  /// In bytes; the rest is cut off without a word.
  private static let longestName = 31

  private var genre = ""
  private var inverted = false
  private var ttl: UInt32?
  private var log: UInt32?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "ttl": ttl = try option.number(0...2, for: Self.name)
    case "log": log = try option.number(0...2, for: Self.name)
    default:
      genre = SavedString.cut(option.value, to: Self.longestName)
      inverted = option.inverted
    }
  }

  package var saved: String {
    SavedOption.text("genre", genre, inverted: inverted) + (ttl.map { " --ttl \($0)" } ?? "")
      + (log.map { " --log \($0)" } ?? "")
  }

  package func listed(numeric: Bool) -> String { " OS fingerprint match\(inverted ? " !" : "") \(genre)" }

  package var notModelled: String? { "-m osf" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult { .notModelled("-m osf") }
}
