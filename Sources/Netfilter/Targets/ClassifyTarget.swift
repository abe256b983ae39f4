/// `-j CLASSIFY`: sets the packet's priority for traffic control (`net/netfilter/xt_CLASSIFY.c`).
package struct ClassifyTarget: Target {
  package static let name = "CLASSIFY"
  package static let options = [OptionDefinition("set-class", mandatory: true)]
  package static let hooks: [Hook] = [.output, .forward, .postrouting]

  private var priority: UInt32 = 0

  package init() {}

  /// `MAJOR:MINOR`, hexadecimal; what follows is not looked at.
  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let parts = option.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let major = parts[0].hexadecimalStart, major.rest.isEmpty,
      let minor = parts[1].hexadecimalStart
    else { throw OptionError("Bad class value \"\(option.value)\"") }
    priority = major.value << 16 | minor.value & 0xffff
  }

  package var saved: String { " --set-class \(Self.text(priority >> 16)):\(Self.text(priority & 0xffff))" }

  package func listed(numeric: Bool) -> String {
    " CLASSIFY set \(String(priority >> 16, radix: 16)):\(String(priority & 0xffff, radix: 16))"
  }

  private static func text(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    if packet.priority != priority {
      packet.note(Self.name, "priority", packet.priority.hexadecimal, priority.hexadecimal)
      packet.priority = priority
    }
    return .next
  }
}
