import Wire

/// `-j TEE`: sends a copy of the packet to another machine (`net/netfilter/xt_TEE.c`), which is not modelled.
package struct TeeTarget: Target {
  package static let name = "TEE"
  package static let options = [OptionDefinition("gateway", mandatory: true), OptionDefinition("oif")]

  private var gateway = IPv4Address.any
  private var interface = ""

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "gateway" else {
      interface = SavedString.cut(option.value, to: 15)
      return
    }
    let address = try AddressReading.host(option.value)
    gateway = address
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if gateway == .any { throw OptionError("TEE: --gateway 0.0.0.0 leads nowhere") }
  }

  package var saved: String { " --gateway \(gateway)" + (interface.isEmpty ? "" : " --oif \(interface)") }

  package func listed(numeric: Bool) -> String {
    let shown = gateway.description
    return " TEE gw:\(numeric ? shown : AddressText.named(shown[...]))" + (interface.isEmpty ? "" : " oif=\(interface)")
  }

  package var notModelled: String? { "-j TEE" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .notModelled("-j TEE") }
}
