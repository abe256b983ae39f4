import Netfilter
import Wire

/// A Linux host at the other end of a link of the simulated host: programs that attack or probe it run there. All that
/// leaves by that link comes to it, and its own kernel answers what no program asked for, such as a SYN/ACK.
final class OutsideHost {
  /// Its one interface.
  static let interfaceName = "eth0"
  static let mtu = 1500
  /// How long a packet is under way, in nanoseconds.
  static let delay: Int64 = 200_000
  /// The address of hosts in books (RFC 5737), for one beyond the link's network.
  private static let remote = IPv4Address(rawValue: 0xc633_6407)
  /// How often the two kernels may answer each other's packets: a reset ends it, in truth, after the first.
  private static let rounds = 8

  let address: IPv4Address
  private let host: SimulatedHost
  /// The simulated host's interface to the link.
  private let interface: String
  private let kernel: SimulatedHost

  /// - Parameters:
  ///   - target: the address that is to be reached, which tells the link.
  ///   - address: of the outside host; `nil` for one of RFC 5737's where the simulated host has a route to it, else the
  ///     one beside the simulated host's own.
  /// - Returns: `nil` where the host has no interface but `lo`.
  init?(of host: SimulatedHost, towards target: IPv4Address, address: IPv4Address?) {
    let links = host.description.interfaces.filter { $0.name != "lo" }
    let owner = host.routing.interface(owning: target).flatMap { name in links.first { $0.name == name } }
    let byDefault = host.routing.lookup(Self.remote).flatMap { route in links.first { $0.name == route.interface } }
    guard let link = owner ?? byDefault ?? links.first else { return nil }
    self.host = host
    interface = link.name
    self.address = address ?? Self.address(on: link, host)
    var description = HostDescription()
    let own = IPv4Prefix(address: self.address, length: 24).map { [$0] } ?? []
    description.interfaces.append(.init(name: Self.interfaceName, addresses: own, mtu: Self.mtu))
    if let everything = IPv4Prefix("0.0.0.0/0") {
      description.routes = [.init(destination: everything, gateway: nil, interface: Self.interfaceName)]
    }
    kernel = SimulatedHost(description, Ruleset(), isRecording: false)
  }

  private static func address(on link: HostDescription.Interface, _ host: SimulatedHost) -> IPv4Address {
    if host.routing.lookup(remote)?.interface == link.name { return remote }
    guard let own = link.addresses.first, own.length < 31 else { return remote }
    let next = IPv4Address(rawValue: own.address.rawValue ^ 1)
    let isUsable = next != own.network && next != own.broadcast
    return isUsable ? next : IPv4Address(rawValue: own.address.rawValue ^ 2)
  }

  /// The milliseconds since midnight that its clock shows.
  var millisecondsSinceMidnight: UInt32 { host.millisecondsSinceMidnight }

  /// Sends packets; the simulated host's clock moves to when they arrive.
  ///
  /// - Parameter note: told each walk that came of it.
  /// - Returns: what comes back, and what was met that is not modelled.
  func send(_ packets: [[UInt8]], _ note: (Walk) -> Void) -> (answers: [[UInt8]], notModelled: [String]) {
    var answers: [[UInt8]] = []
    var notModelled: [String] = []
    var waiting = packets
    for _ in 0..<Self.rounds where !waiting.isEmpty {
      host.pass(nanoseconds: Self.delay)
      var arriving: [[UInt8]] = []
      for bytes in waiting {
        let walk = host.receive(Arrival(bytes: bytes, interface: interface))
        note(walk)
        collect(walk, &arriving, &notModelled)
      }
      answers += arriving
      waiting = arriving.flatMap(answer)
      if !waiting.isEmpty { host.pass(nanoseconds: Self.delay) }
    }
    return (answers, notModelled)
  }

  /// What left by the link.
  private func collect(_ walk: Walk, _ packets: inout [[UInt8]], _ notModelled: inout [String]) {
    for what in walk.notModelled where !notModelled.contains(what) { notModelled.append(what) }
    let leaves = walk.direction == "out" ? walk.interface : walk.direction == "forward" ? walk.outputInterface : nil
    if walk.verdict == .accept, leaves == interface {
      packets += walk.fragments.isEmpty ? [walk.finalBytes] : walk.fragments
    }
    for emitted in walk.emitted { collect(emitted, &packets, &notModelled) }
  }

  /// What the outside host's kernel answers.
  private func answer(_ bytes: [UInt8]) -> [[UInt8]] {
    let walk = kernel.receive(Arrival(bytes: bytes, interface: Self.interfaceName))
    return walk.emitted.filter { $0.verdict == .accept && $0.interface == Self.interfaceName }.map(\.finalBytes)
  }
}
