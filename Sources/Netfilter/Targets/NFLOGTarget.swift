/// `-j NFLOG`: hands a copy of the packet to a logging program (`net/netfilter/xt_NFLOG.c`).
package struct NFLOGTarget: Target {
  package static let name = "NFLOG"
  package static let options = [
    OptionDefinition("nflog-group"),
    OptionDefinition("nflog-prefix"),
    OptionDefinition("nflog-range", excludes: ["nflog-size"]),
    OptionDefinition("nflog-size", excludes: ["nflog-range"]),
    OptionDefinition("nflog-threshold"),
  ]

  private var group: UInt16 = 0
  private var prefix = ""
  private var range: UInt32 = 0
  private var hasRange = false
  private var size: UInt32?
  private var threshold: UInt16 = 0
  package private(set) var warnings: [String] = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "nflog-group": group = try option.number(for: Self.name)
    case "nflog-prefix":
      guard !option.value.isEmpty else { throw OptionError("Argument must have a minimum length of 1 characters") }
      guard !option.value.utf8.contains(0x0a) else { throw OptionError("Newlines not allowed in --log-prefix") }
      prefix = SavedString.cut(option.value, to: 63)
    case "nflog-range": (range, hasRange) = (try option.number(for: Self.name), true)
    case "nflog-size": size = try option.number(for: Self.name)
    default: threshold = try option.number(for: Self.name)
    }
  }

  package var saved: String {
    var text = prefix.isEmpty ? "" : " --nflog-prefix" + SavedString.quoted(prefix)
    if group != 0 { text += " --nflog-group \(group)" }
    if let size { text += " --nflog-size \(size)" } else if range != 0 { text += " --nflog-range \(range)" }
    if threshold != 0 { text += " --nflog-threshold \(threshold)" }
    return text
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard hasRange else { return }
    warnings = ["warn: --nflog-range has never worked and is no longer supported, please use --nflog-size instead"]
  }

  package func listed(numeric: Bool) -> String {
    var text = prefix.isEmpty ? "" : " nflog-prefix" + SavedString.quoted(prefix)
    if group != 0 { text += " nflog-group \(group)" }
    if let size { text += " nflog-size \(size)" } else if range != 0 { text += " nflog-range \(range)" }
    if threshold != 0 { text += " nflog-threshold \(threshold)" }
    return text
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .next }
}
