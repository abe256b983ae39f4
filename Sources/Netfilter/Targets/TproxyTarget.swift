import Wire

/// `-j TPROXY`: hands the packet to a local socket without changing it (`net/netfilter/xt_TPROXY.c`), which is not
/// modelled.
package struct TproxyTarget: Target {
  package static let name = "TPROXY"
  package static let options = [
    OptionDefinition("on-port", mandatory: true), OptionDefinition("on-ip"), OptionDefinition("tproxy-mark"),
  ]
  package static let tables: [TableName] = [.mangle]
  package static let hooks: [Hook] = [.prerouting]

  private var port: UInt16 = 0
  private var address = IPv4Address.any
  private var mark = MaskedValue(value: 0, mask: 0)

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "on-port": port = try ServiceNames.resolve(option.value)
    case "on-ip":
      let address = try AddressReading.host(option.value)
      self.address = address
    default:
      mark = try option.maskedValue(for: Self.name)
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard [6, 17].contains(placement.header.protocolNumber), !placement.header.protocolInverted else {
      throw OptionError("TPROXY works only with `-p tcp' or `-p udp'")
    }
  }

  package var saved: String { " --on-port \(port) --on-ip \(address) --tproxy-mark \(MarkBits.text(mark))" }

  package func listed(numeric: Bool) -> String { " TPROXY redirect \(address):\(port) mark \(MarkBits.text(mark))" }

  package var notModelled: String? { "-j TPROXY" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .notModelled("-j TPROXY") }
}
