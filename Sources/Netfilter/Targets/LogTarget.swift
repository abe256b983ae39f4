/// `-j LOG`: writes a line to the kernel log (`net/netfilter/xt_LOG.c`).
package struct LogTarget: Target {
  package static let name = "LOG"
  package static let options = [
    OptionDefinition("log-level"),
    OptionDefinition("log-prefix"),
    OptionDefinition("log-tcp-sequence", argument: .none),
    OptionDefinition("log-tcp-options", argument: .none),
    OptionDefinition("log-ip-options", argument: .none),
    OptionDefinition("log-uid", argument: .none),
    OptionDefinition("log-macdecode", argument: .none),
  ]
  /// In bytes; the rest is cut off without a word.
  private static let longestPrefix = 29
  private static let levels: [String: Int] = [
    "emerg": 0, "panic": 0, "alert": 1, "crit": 2, "error": 3, "warning": 4, "notice": 5, "info": 6, "debug": 7,
  ]

  /// syslog level, 0 (emergency) to 7 (debug).
  package private(set) var level = 4
  package private(set) var prefix = ""
  /// What is logged beyond the usual, by option.
  private var details: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "log-level":
      guard let level = CNumber.parse(option.value, 0...7).map({ Int($0) }) ?? Self.levels[option.value] else {
        throw OptionError("log level \"\(option.value)\" unknown")
      }
      self.level = level
    case "log-prefix":
      guard !option.value.isEmpty else { throw OptionError("Argument must have a minimum length of 1 characters") }
      guard !option.value.utf8.contains(0x0a) else { throw OptionError("Newlines not allowed in --log-prefix") }
      prefix = SavedString.cut(option.value, to: Self.longestPrefix)
    default: details.insert(option.name)
    }
  }

  package var saved: String {
    var text = prefix.isEmpty ? "" : " --log-prefix" + SavedString.quoted(prefix)
    if level != 4 { text += " --log-level \(level)" }
    for option in Self.options where details.contains(option.name) { text += " --\(option.name)" }
    return text
  }

  package func listed(numeric: Bool) -> String {
    var text = " LOG"
    if numeric {
      let flags = Self.options.dropFirst(2).enumerated().reduce(0) {
        details.contains($1.element.name) ? $0 | 1 << $1.offset : $0
      }
      // `--log-macdecode` is bit 5: bit 4 is the kernel's own.
      text += " flags \(flags & 15 | (flags & 16) << 1) level \(level)"
    } else {
      let names = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"]
      text += " level \(names.indices.contains(level) ? names[level] : String(level))"
      for option in Self.options.dropFirst(2) where details.contains(option.name) {
        text += " \(option.name.dropFirst(4))"
      }
    }
    return prefix.isEmpty ? text : text + " prefix \"\(prefix)\""
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    var parts: KernelLogText.Parts = []
    if details.contains("log-tcp-sequence") { parts.insert(.tcpSequence) }
    if details.contains("log-tcp-options") { parts.insert(.tcpOptions) }
    if details.contains("log-ip-options") { parts.insert(.ipOptions) }
    if details.contains("log-uid") { parts.insert(.user) }
    if details.contains("log-macdecode") { parts.insert(.linkAddresses) }
    if packet.hasLostLinkHeader, !context.inputInterface.isEmpty {
      packet.walk.leaveOpen("MAC= of a copy that TEE made: the kernel shows what lay in memory before")
    }
    let text = KernelLogText.line(
      packet, input: context.inputInterface, output: context.outputInterface, prefix: prefix, parts)
    let line = LogLine(level: level, text: text, time: context.namespace.now)
    packet.walk.log.append(line)
    context.namespace.kernelLog.append(line)
    packet.walk.record(.log(line))
    return .next
  }
}
