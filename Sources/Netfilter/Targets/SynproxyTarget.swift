/// `-j SYNPROXY`: answers SYNs in the server's place (`net/ipv4/netfilter/ipt_SYNPROXY.c`), which is not modelled.
package struct SynproxyTarget: Target {
  package static let name = "SYNPROXY"
  package static let options = [
    OptionDefinition("sack-perm", argument: .none),
    OptionDefinition("timestamp", argument: .none),
    OptionDefinition("wscale"),
    OptionDefinition("mss"),
    OptionDefinition("ecn", argument: .none),
  ]
  package static let hooks: [Hook] = [.input, .forward]
  package static let protocolNumber: UInt8? = 6

  private var flags: Set<String> = []
  private var windowScale: UInt32?
  private var segmentSize: UInt32?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "wscale": windowScale = try option.number(for: Self.name)
    case "mss": segmentSize = try option.number(for: Self.name)
    default: flags.insert(option.name)
    }
  }

  package var saved: String {
    (flags.contains("sack-perm") ? " --sack-perm" : "") + (flags.contains("timestamp") ? " --timestamp" : "")
      + (windowScale.map { " --wscale \(UInt8(truncatingIfNeeded: $0))" } ?? "")
      + (segmentSize.map { " --mss \(UInt16(truncatingIfNeeded: $0))" } ?? "") + (flags.contains("ecn") ? " --ecn" : "")
  }

  package func listed(numeric: Bool) -> String {
    " SYNPROXY " + saved.split(separator: " ").map { ($0.hasPrefix("--") ? $0.dropFirst(2) : $0) + " " }.joined()
  }

  package var notModelled: String? { "-j SYNPROXY" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .notModelled("-j SYNPROXY") }
}
