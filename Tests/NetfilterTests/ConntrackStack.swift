import Wire

@testable import Netfilter

/// The host of the recorded cases, as far as translation asks for it. Where packets go is in the record.
final class ConntrackStack: NetworkStack {
  func reverseRoute(to address: IPv4Address) -> (kind: Route.Kind, interface: String)? { nil }
  /// The address of `lo` has the scope of this host, so that of the first other interface stands in for it.
  private static let addresses = ["lo": "89.238.65.123", "ifext": "89.238.65.123", "ifint": "10.0.0.1"]

  func send(_ packet: SocketBuffer, causedBy cause: SocketBuffer) {}
  func sendDuplicate(_ copy: SocketBuffer, of packet: SocketBuffer) {}
  func tableEnded() {}
  func outputRoute(to destination: IPv4Address, from source: IPv4Address?, mark: UInt32, interface: String?) -> Route? {
    nil
  }
  func routeAgain(_ packet: SocketBuffer) -> Bool { true }
  func kind(of address: IPv4Address, on interface: String?) -> Route.Kind { .unicast }
  func sendICMPError(type: UInt8, code: UInt8, info: UInt32, about packet: SocketBuffer, by rule: PathStep?) {}
  func address(of interface: String, for destination: IPv4Address) -> IPv4Address? {
    Self.addresses[interface].flatMap { IPv4Address($0) }
  }
  var interfaceNames: [String] { ["lo", "ifext", "ifint"] }
  func receivingSocket(_ query: SocketQuery) -> ReceivingSocket { .none }
  func broadcastMask(of address: IPv4Address, on interface: String) -> UInt32? { nil }
}
