import Wire

/// `-m mac`: the sender's Ethernet address (`net/netfilter/xt_mac.c`).
package struct MACMatch: Match {
  package static let name = "mac"
  package static let options = [OptionDefinition("mac-source", invertible: true, mandatory: true)]
  package static let hooks: [Hook] = [.prerouting, .input, .forward]

  private var address = MACAddress.zero
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard let address = MACAddress(option.value) else { throw OptionError("Invalid MAC address specified.") }
    self.address = address
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("mac-source", address.description, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " MAC\(inverted ? " !" : "") \(address)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    // `lo` is no Ethernet: nothing matches there, not even under `!`.
    if context.inputInterface == "lo" {
      return MatchResult(
        context.compare(
          false,
          Comparison(
            "--mac-source", .property("source MAC address"), read: "none", .equals, address.description,
            inverted: inverted, holds: false)))
    }
    guard let sender = MACAddress(bytes: context.packet.linkHeader[...].slice(at: 6)) else {
      return .notModelled("the sender's MAC address is unknown")
    }
    return context.judge(
      sender == address, "--mac-source", .property("source MAC address"), read: sender.description, .equals,
      address.description, inverted: inverted)
  }
}
