import Netfilter
import Testing
import Wire

@testable import Simulation

/// Expectations follow `ip route get` on Linux 6.18 with the same addresses and routes.
@Suite("routing")
struct RoutingTableTests {
  private static let table: RoutingTable = {
    var host = HostDescription()
    host.interfaces += [
      .init(name: "eth0", addresses: [IPv4Prefix("192.0.2.10/24")].compactMap { $0 }),
      .init(name: "eth1", addresses: [IPv4Prefix("10.0.0.1/8")].compactMap { $0 }, mtu: 1400),
    ]
    for (to, via, device) in [("0.0.0.0/0", "192.0.2.1", "eth0"), ("198.51.100.0/24", "10.0.0.2", "eth1")] {
      guard let destination = IPv4Prefix(to) else { continue }
      host.routes.append(.init(destination: destination, gateway: IPv4Address(via), interface: device))
    }
    return RoutingTable(host)
  }()

  @Test(
    "the longest prefix decides",
    arguments: [
      ("192.0.2.77", "eth0", nil, "192.0.2.10"), ("10.200.0.1", "eth1", nil, "10.0.0.1"),
      ("198.51.100.9", "eth1", "10.0.0.2", "10.0.0.1"), ("8.8.8.8", "eth0", "192.0.2.1", "192.0.2.10"),
      ("192.0.2.10", "lo", nil, "192.0.2.10"), ("127.0.0.53", "lo", nil, "127.0.0.1"),
    ] as [(String, String, String?, String)])
  func lookups(destination: String, interface: String, gateway: String?, source: String) throws {
    let address = try #require(IPv4Address(destination))
    let route = try #require(Self.table.output(to: address))
    #expect(route.interface == interface)
    #expect(route.gateway?.description == gateway)
    #expect(route.preferredSource.description == source)
  }

  @Test(
    "an address is local, broadcast, multicast or somebody's",
    arguments: [
      ("192.0.2.10", .local), ("192.0.2.255", .broadcast), ("255.255.255.255", .broadcast), ("224.0.0.251", .multicast),
      ("127.1.2.3", .local), ("10.255.255.255", .broadcast), ("203.0.113.1", .unicast),
    ] as [(String, Route.Kind)])
  func kinds(address: String, kind: Route.Kind) throws {
    let address = try #require(IPv4Address(address))
    #expect(Self.table.kind(of: address) == kind)
  }

  @Test("an address of one interface is not local to another")
  func kindOnInterface() throws {
    let address = try #require(IPv4Address("10.0.0.1"))
    #expect(Self.table.kind(of: address, on: "eth1") == .local)
    #expect(Self.table.kind(of: address, on: "eth0") != .local)
  }
}
