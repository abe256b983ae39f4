import Netfilter
import Wire

/// The simulated host as `host.yaml` describes it; every part is optional there.
package struct HostDescription: Sendable, Hashable {
  package struct Interface: Sendable, Hashable {
    package var name: String
    package var addresses: [IPv4Prefix]
    /// The two ends of the link, for `MAC=` in LOG lines and `-m mac` where the capture has no Ethernet header;
    /// `nil` where they are not known.
    package var mac: MACAddress?
    package var peerMAC: MACAddress?
    /// Bytes of IP packet.
    package var mtu: Int

    package init(
      name: String, addresses: [IPv4Prefix], mac: MACAddress? = nil, peerMAC: MACAddress? = nil, mtu: Int = 1500
    ) {
      self.name = name
      self.addresses = addresses
      self.mac = mac
      self.peerMAC = peerMAC
      self.mtu = mtu
    }
  }

  package struct RouteEntry: Sendable, Hashable {
    /// 0.0.0.0/0 for `default`.
    package var destination: IPv4Prefix
    package var gateway: IPv4Address?
    package var interface: String

    package init(destination: IPv4Prefix, gateway: IPv4Address?, interface: String) {
      self.destination = destination
      self.gateway = gateway
      self.interface = interface
    }
  }

  package struct LocalRoute: Sendable, Hashable {
    package var network: IPv4Prefix
    package var interface: String

    package init(network: IPv4Prefix, interface: String) {
      self.network = network
      self.interface = interface
    }
  }

  /// A port that a service of the host listens on.
  package struct Service: Sendable, Hashable {
    package enum Transport: String, Sendable { case tcp, udp }
    package var transport: Transport
    package var port: UInt16
    /// The address that is served; `nil` for all.
    package var address: IPv4Address?
    /// In whose name the program that accepts connections runs; `nil` where nobody says, and nobody accepts them.
    package var user: SocketOwner?
    /// In whose name the listening socket was opened; `nil` where nobody says.
    package var opener: SocketOwner?

    package init(transport: Transport, port: UInt16) {
      self.transport = transport
      self.port = port
    }
  }

  /// In whose name programs of the host send from some ports.
  package struct Program: Sendable, Hashable {
    /// The protocol's number; `nil` for all.
    package var protocolNumber: UInt8?
    /// Its own ports; `nil` for all.
    package var ports: ClosedRange<UInt16>?
    package var user: SocketOwner

    package init(protocolNumber: UInt8?, ports: ClosedRange<UInt16>?, user: SocketOwner) {
      self.protocolNumber = protocolNumber
      self.ports = ports
      self.user = user
    }

    /// Whether this port of this protocol is said to be its own.
    func owns(_ port: UInt16, _ protocolNumber: UInt8) -> Bool {
      self.protocolNumber == protocolNumber && ports?.contains(port) == true
    }
  }

  /// What the host's own TCP/IP stack does with delivered packets.
  package enum StackMode: String, Sendable { case real, quiet }
  /// Whether connections are tracked: `auto` only when a rule needs it, as in a fresh namespace. `off` is no more than
  /// that: a rule that needs it turns it on in the kernel.
  package enum TrackingMode: String, Sendable { case auto, on, off }

  /// `lo` first.
  package var interfaces: [Interface] = [.loopback]
  package var routes: [RouteEntry] = []
  /// Networks that are delivered here when they come in by an interface, though the host has no such addresses: what
  /// `ip route add local NETWORK dev lo table T` with `ip rule add iif INTERFACE lookup T` does.
  package var localRoutes: [LocalRoute] = []
  package var services: [Service] = []
  /// The first that fits a packet tells who sent it.
  package var programs: [Program] = []
  /// How many processors there are; `nil` where nobody says.
  package var processors: Int?
  package var sysctls: [String: Int] = [:]
  /// Timer interrupts a second.
  package var hz = 250
  /// Chance, for `statistic --mode random`: the same seed gives the same draws; `nil` leaves it open.
  package var seed: UInt64?
  package var stack = StackMode.real
  package var conntrack = TrackingMode.auto
  /// The sets of ipset that rules may name.
  package var sets = SetCatalog()
  /// The file that holds them, as host.yaml names it; `nil` where they stand there themselves.
  package var setsFile: String?
  /// Whether it says which interfaces there are; else they are inferred.
  package var namesInterfaces = false
  /// What was inferred rather than given, each as one sentence for the person.
  package var inferences: [String] = []
  /// What was given and changes nothing, each as one sentence with its place.
  package var unheeded: [String] = []

  package init() {}

  package subscript(interface name: String) -> Interface? { interfaces.first { $0.name == name } }
}

extension HostDescription.Interface {
  /// Whether a Linux interface can be called so (`dev_valid_name`); captures of other systems have other names.
  package static func isName(_ name: String) -> Bool {
    (1..<16).contains(name.utf8.count) && name != "." && name != ".."
      && !name.contains { $0 == "/" || $0 == ":" || $0.isWhitespace }
  }

  package static var loopback: Self {
    Self(name: "lo", addresses: [IPv4Prefix("127.0.0.1/8")].compactMap { $0 }, mtu: 65536)
  }
}
