import Wire

/// `-j NETMAP`: the network part of the address becomes another's (`net/netfilter/xt_NETMAP.c`).
package struct NetmapTarget: Target {
  package static let name = "NETMAP"
  package static let options = [OptionDefinition("to", mandatory: true)]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.prerouting, .postrouting, .output, .input]

  /// The network to map to.
  package private(set) var network = IPv4Address.any
  package private(set) var mask = UInt32.max

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let parts = option.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = try AddressReading.host(parts[0])
    if parts.count == 2 { mask = try AddressReading.prefixMask(parts[1], of: option, Self.name) }
    network = IPv4Address(rawValue: address.rawValue & mask)
  }

  package var saved: String { " --to \(AddressText.withMask(network, mask))" }

  package func listed(numeric: Bool) -> String { " to:\(AddressText.withMask(network, mask))" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    guard let ip = context.packet.ip else { return .accept }
    let old = TranslatedEnd(context.hook) == .destination ? ip.destination : ip.source
    let new = IPv4Address(rawValue: old.rawValue & ~mask | network.rawValue & mask)
    return context.translate(to: TranslationRange().to(new), by: Self.name)
  }
}
