import Netfilter
import Wire

/// Which way packets go: the local, broadcast and main tables of one host (`net/ipv4/fib_frontend.c`).
package struct RoutingTable: Sendable {
  private let description: HostDescription
  /// Longest prefix first.
  private let main: [HostDescription.RouteEntry]

  package init(_ description: HostDescription) {
    self.description = description
    var entries = description.routes
    for interface in description.interfaces where interface.name != "lo" {
      for address in interface.addresses where address.length < 32 {
        guard let network = IPv4Prefix(address: address.network, length: address.length) else { continue }
        entries.append(.init(destination: network, gateway: nil, interface: interface.name))
      }
    }
    main = entries.enumerated().sorted {
      ($1.element.destination.length, $0.offset) < ($0.element.destination.length, $1.offset)
    }
    .map(\.element)
  }

  /// What kind of destination an address is (`inet_addr_type`), or seen from one interface (`inet_dev_addr_type`).
  package func kind(of address: IPv4Address, on interface: String? = nil) -> Route.Kind {
    if address.isMulticast { return .multicast }
    if address == .broadcast || address == .any { return .broadcast }
    if address.isLoopback { return interface == nil || interface == "lo" ? .local : .unicast }
    for candidate in description.interfaces where interface == nil || candidate.name == interface {
      for prefix in candidate.addresses {
        if prefix.address == address { return .local }
        if prefix.length < 31, address == prefix.broadcast { return .broadcast }
      }
    }
    // An address that no route leads to counts as anybody's.
    return .unicast
  }

  /// Whether a packet that comes in by an interface is delivered here though its address is not the host's.
  package func isDelivered(_ address: IPv4Address, from interface: String) -> Bool {
    description.localRoutes.contains { $0.interface == interface && $0.network.contains(address) }
  }

  /// Whether rules beside the usual tables say where packets go (`fib4_has_custom_rules`).
  package var hasRules: Bool { !description.localRoutes.isEmpty }

  /// Whether a packet of this host may have the address as its source, unless its sender may choose any.
  package func mayBeSource(_ address: IPv4Address) -> Bool {
    address == .any || address.isLoopback || interface(owning: address) != nil
  }

  /// The interface that owns a local address.
  package func interface(owning address: IPv4Address) -> String? {
    description.interfaces.first { $0.addresses.contains { $0.address == address } }?.name
  }

  /// The route of the main table for a destination, by longest prefix; only routes by `interface` where one is given.
  package func lookup(_ address: IPv4Address, by interface: String? = nil) -> HostDescription.RouteEntry? {
    main.first { $0.destination.contains(address) && (interface == nil || $0.interface == interface) }
  }

  /// What the local and main tables say of an address, and by which interface it is reached or owned.
  package func reverse(to address: IPv4Address) -> (kind: Route.Kind, interface: String)? {
    if address != .any, address != .broadcast, !address.isMulticast {
      let kind = kind(of: address)
      if kind == .local { return (kind, interface(owning: address) ?? "lo") }
      if kind == .broadcast {
        let owner = description.interfaces.first { $0.addresses.contains { $0.length < 31 && $0.broadcast == address } }
        return (kind, owner?.name ?? "")
      }
    }
    return lookup(address).map { (.unicast, $0.interface) }
  }

  /// Where a packet of this host goes.
  package func output(to destination: IPv4Address, from source: IPv4Address? = nil, by interface: String? = nil)
    -> Route?
  {
    var kind = kind(of: destination)
    // Seen from one interface, the broadcast address of another's network is like any other.
    if kind == .broadcast, let interface, self.kind(of: destination, on: interface) != .broadcast { kind = .unicast }
    if kind == .local {
      // All of 127.0.0.0/8 is spoken to from the address of `lo`.
      let own = primary(of: destination) ?? description[interface: "lo"]?.addresses.first?.address ?? destination
      return Route(kind: .local, interface: "lo", gateway: nil, preferredSource: own, mtu: mtu(of: "lo"))
    }
    let device: String
    var gateway: IPv4Address?
    if let entry = lookup(destination, by: interface) {
      (device, gateway) = (entry.interface, entry.gateway)
    } else if let interface {
      device = interface
    } else if destination == .broadcast || destination.isMulticast, let first = firstInterface(of: source) {
      device = first
    } else {
      return nil
    }
    // 127.0.0.0/8 stays at home (`__mkroute_output`).
    if let source, source.isLoopback, device != "lo", !routesLocalnet(device) { return nil }
    return Route(
      kind: kind, interface: device, gateway: gateway,
      preferredSource: address(of: device, for: gateway ?? destination) ?? .any, mtu: mtu(of: device))
  }

  /// The address an interface speaks to `destination` with: one on its network, else its first
  /// (`inet_select_addr`), else any other interface's first.
  package func address(of interface: String, for destination: IPv4Address) -> IPv4Address? {
    // 127.0.0.0/8 has the scope of this host: nobody else is spoken to from there.
    let own = (description[interface: interface]?.addresses ?? []).filter { !$0.address.isLoopback }
    let best = own.first { $0.contains(destination) } ?? own.first
    return best?.address
      ?? description.interfaces.first { $0.name != "lo" && !$0.addresses.isEmpty }?.addresses.first?.address
  }

  /// The address that is spoken from to an address of the host: the first of those on its network (`fib_add_ifaddr`).
  private func primary(of address: IPv4Address) -> IPv4Address? {
    for interface in description.interfaces {
      guard let own = interface.addresses.first(where: { $0.address == address }) else { continue }
      return interface.addresses.first { $0.network == own.network && $0.length == own.length }?.address
    }
    return nil
  }

  private func routesLocalnet(_ interface: String) -> Bool {
    ["all", interface].contains { description.sysctls["net.ipv4.conf.\($0).route_localnet"] ?? 0 != 0 }
  }

  private func mtu(of interface: String) -> Int { description[interface: interface]?.mtu ?? 1500 }

  private func firstInterface(of source: IPv4Address?) -> String? {
    source.flatMap(interface(owning:)) ?? description.interfaces.first { $0.name != "lo" }?.name
  }
}
