/// `-m dscp`: the differentiated services code point (`net/netfilter/xt_dscp.c`).
package struct DSCPMatch: Match {
  package static let name = "dscp"
  package static let options = [
    OptionDefinition("dscp", invertible: true, excludes: ["dscp-class"]),
    OptionDefinition("dscp-class", invertible: true, excludes: ["dscp"]),
  ]

  private var value: UInt8?
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    value = try option.name == "dscp" ? option.number(0...63, for: Self.name) : DSCPClasses.value(option.value)
    inverted = option.inverted
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if value == nil { throw OptionError("DSCP match: Parameter --dscp is required") }
  }

  package var saved: String { SavedOption.text("dscp", (value ?? 0).hexadecimal, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " DSCP match \(inverted ? "!" : "")\((value ?? 0).hexadecimal)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.packet.isUnknown(1..<2) { return context.unknown("dscp") }
    let read = (context.packet.ip?.typeOfService ?? 0) >> 2
    return context.judge(
      read == value, "--dscp", context.ipField("dscp", 1..<2), read: read.hexadecimal, .equals,
      (value ?? 0).hexadecimal, inverted: inverted)
  }
}

/// Names of code points (RFC 2474, RFC 2597, RFC 3246).
enum DSCPClasses {
  private static let all: [(name: String, value: UInt8)] = [
    ("CS0", 0x00), ("CS1", 0x08), ("CS2", 0x10), ("CS3", 0x18), ("CS4", 0x20), ("CS5", 0x28), ("CS6", 0x30),
    ("CS7", 0x38), ("BE", 0x00), ("AF11", 0x0a), ("AF12", 0x0c), ("AF13", 0x0e), ("AF21", 0x12), ("AF22", 0x14),
    ("AF23", 0x16), ("AF31", 0x1a), ("AF32", 0x1c), ("AF33", 0x1e), ("AF41", 0x22), ("AF42", 0x24), ("AF43", 0x26),
    ("EF", 0x2e),
  ]

  /// What follows the name is not looked at.
  static func value(_ text: String) throws(OptionError) -> UInt8 {
    guard let found = all.first(where: { text.uppercased().hasPrefix($0.name) }) else {
      throw OptionError("Invalid DSCP value `\(text)'")
    }
    return found.value
  }
}
