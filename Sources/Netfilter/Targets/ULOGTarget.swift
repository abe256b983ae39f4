/// `-j ULOG`: the forerunner of NFLOG; kernels since 3.17 have it no more and refuse it.
package struct ULOGTarget: Target {
  package static let name = "ULOG"
  package static let options = [
    OptionDefinition("ulog-nlgroup"), OptionDefinition("ulog-prefix"), OptionDefinition("ulog-cprange"),
    OptionDefinition("ulog-qthreshold"),
  ]

  private var prefix = ""
  private var group: UInt8 = 1
  private var range: UInt64 = 0
  private var threshold: UInt64 = 1

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "ulog-nlgroup": group = try option.number(1...32, for: Self.name)
    case "ulog-prefix":
      guard !option.value.isEmpty else { throw OptionError("Argument must have a minimum length of 1 characters") }
      guard !option.value.utf8.contains(0x0a) else { throw OptionError("Newlines not allowed in --ulog-prefix") }
      prefix = SavedString.cut(option.value, to: 31)
    case "ulog-cprange": range = try option.number(for: Self.name)
    default: threshold = try option.number(1...50, for: Self.name)
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    throw OptionError(
      "Linux has no ULOG target any more; NFLOG took its place",
      systemText: "No chain/target/match by that name")
  }

  package var saved: String {
    (prefix.isEmpty ? "" : " --ulog-prefix" + SavedString.quoted(prefix))
      + (group == 1 ? "" : " --ulog-nlgroup \(group)")
      + (range == 0 ? "" : " --ulog-cprange \(range)") + (threshold == 1 ? "" : " --ulog-qthreshold \(threshold)")
  }

  package func listed(numeric: Bool) -> String {
    " ULOG copy_range \(range) nlgroup \(group)" + (prefix.isEmpty ? "" : " prefix \"\(prefix)\"")
      + " queue_threshold \(threshold)"
  }

  package var warnings: [String] { ["Warning: Extension ULOG revision 0 not supported, missing kernel module?"] }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .next }
}
