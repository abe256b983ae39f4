import Wire

/// The IPv4 layer around the hooks, as netfilter calls it. The simulated host implements it.
package protocol NetworkStack: AnyObject {
  /// Routes and sends a packet that this host makes, through OUTPUT and POSTROUTING, as a walk of its own that is
  /// noted as an emission of `cause` (`ip_local_out`). The packet's connection may have been attached already.
  func send(_ packet: SocketBuffer, causedBy cause: SocketBuffer)

  /// Sends a copy of a packet on the route that it has (`nf_dup_ipv4`).
  func sendDuplicate(_ copy: SocketBuffer, of packet: SocketBuffer)

  /// A table has been asked, and no packet is amid another's table now.
  func tableEnded()

  /// Where a packet of this host goes (`ip_route_output_key`); `nil` where there is no route.
  func outputRoute(to destination: IPv4Address, from source: IPv4Address?, mark: UInt32, interface: String?) -> Route?

  /// Routes a packet again after OUTPUT changed its addresses, TOS or mark (`ip_route_me_harder`); `false` where
  /// there is no route, which drops it.
  func routeAgain(_ packet: SocketBuffer) -> Bool

  /// What kind of destination an address is, seen from this host, or from one interface only (`inet_addr_type`).
  func kind(of address: IPv4Address, on interface: String?) -> Route.Kind

  /// What the routing tables say of an address, a packet's source above all: what it is to this host, and by which
  /// interface it is reached or owned (`fib_lookup`); `nil` where there is no way.
  func reverseRoute(to address: IPv4Address) -> (kind: Route.Kind, interface: String)?

  /// Sends an ICMP error about `packet` where one may be sent (`icmp_send`); `info` is the second word of the ICMP
  /// header (an MTU, a pointer), in host byte order. `by` names the rule that asked, `nil` for IP itself.
  func sendICMPError(type: UInt8, code: UInt8, info: UInt32, about packet: SocketBuffer, by rule: PathStep?)

  /// The first address of an interface with the scope of `destination` (`inet_select_addr`), for MASQUERADE and
  /// REDIRECT.
  func address(of interface: String, for destination: IPv4Address) -> IPv4Address?

  /// The netmask of the interface's network that an address is the broadcast address of; `nil` for any other address.
  func broadcastMask(of address: IPv4Address, on interface: String) -> UInt32?

  /// The socket that waits for a packet with these ends.
  func receivingSocket(_ query: SocketQuery) -> ReceivingSocket

  /// Names of the interfaces that are up, `lo` first.
  var interfaceNames: [String] { get }
}
