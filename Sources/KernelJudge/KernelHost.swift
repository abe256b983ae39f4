import Glibc
import Netfilter
import Simulation
import Wire

/// The machine's own kernel, given the simulated host's interfaces, routes and rules in a network namespace of its
/// own, with a second namespace at the other end of every link. Nothing leaves the two.
///
/// Needs root, iproute2 and iptables (legacy).
package final class KernelHost {
  private let host: HostDescription
  private let home: NetworkNamespaceHandle
  private let inside: NetworkNamespaceHandle
  private let world: NetworkNamespaceHandle
  private var links: [String: PacketSocket] = [:]
  private var sender: RawSender?
  private var sockets: [ListeningSocket] = []
  private let conversations: Set<Conversation>
  private let macs: [String: (own: MACAddress, peer: MACAddress)]

  /// Builds both namespaces and loads the rules.
  ///
  /// - Parameter conversations: those in which the kernel is to say nothing by itself.
  package init(
    _ host: HostDescription, rules: String, leavingToCapture conversations: Set<Conversation> = []
  ) throws(JudgeError) {
    self.host = host
    self.conversations = conversations
    macs = Self.addresses(host)
    guard geteuid() == 0 else { throw JudgeError("asking the kernel needs root") }
    for tool in ["ip", "iptables-legacy-restore", "iptables-legacy-save"] where SystemTool.path(of: tool) == nil {
      throw JudgeError("\(tool) is not installed; asking the kernel needs iproute2 and iptables")
    }
    guard let home = NetworkNamespaceHandle(), NamespaceCalls.unshareNetwork(),
      let inside = NetworkNamespaceHandle(), NamespaceCalls.unshareNetwork(), let world = NetworkNamespaceHandle()
    else { throw JudgeError("no network namespace could be made: \(String(cString: strerror(errno)))") }
    (self.home, self.inside, self.world) = (home, inside, world)
    try connect()
    try configure(rules)
    try waitForLinks()
  }

  deinit { _ = home.enter() }

  /// The two ends of each link; where host.yaml gives none, addresses made for the purpose.
  private static func addresses(_ host: HostDescription) -> [String: (own: MACAddress, peer: MACAddress)] {
    var addresses: [String: (own: MACAddress, peer: MACAddress)] = [:]
    for (index, interface) in host.interfaces.enumerated() where interface.name != "lo" {
      let number = UInt8(truncatingIfNeeded: index)
      guard let own = interface.mac ?? MACAddress(bytes: [2, 0, 0, 0, number, 1]),
        let peer = interface.peerMAC ?? MACAddress(bytes: [2, 0, 0, 0, number, 2])
      else { continue }
      addresses[interface.name] = (own, peer)
    }
    return addresses
  }

  /// A veth pair for each interface: one end here, the other there.
  private func connect() throws(JudgeError) {
    for (index, interface) in host.interfaces.enumerated() where interface.name != "lo" {
      guard world.enter(), let mac = macs[interface.name] else { throw JudgeError("the namespace is gone") }
      let peer = "peer\(index)"
      try SystemTool.run([
        "ip", "link", "add", peer, "address", "\(mac.peer)", "type", "veth", "peer", "name", interface.name,
      ])
      try SystemTool.run(["ip", "link", "set", interface.name, "address", "\(mac.own)", "netns", inside.path])
      try SystemTool.run(["ip", "link", "set", peer, "arp", "off", "up"])
      guard let socket = PacketSocket(interface: peer) else { throw JudgeError("no packet socket on \(peer)") }
      links[interface.name] = socket
    }
  }

  private func configure(_ rules: String) throws(JudgeError) {
    guard inside.enter() else { throw JudgeError("the namespace is gone") }
    try set("net.ipv6.conf.all.disable_ipv6", 1)
    // What the simulated host takes as its defaults.
    try set("net.ipv4.conf.all.rp_filter", 0)
    try set("net.ipv4.conf.default.rp_filter", 0)
    try set("net.ipv4.conf.all.send_redirects", 0)
    try set("net.ipv4.conf.default.send_redirects", 0)
    try SystemTool.run(["ip", "link", "set", "lo", "up"])
    for interface in host.interfaces where interface.name != "lo" {
      try SystemTool.run(["ip", "link", "set", interface.name, "arp", "off", "mtu", "\(interface.mtu)", "up"])
      guard LinkSettings.finishChecksums(of: interface.name) else {
        throw JudgeError("\(interface.name): its checksums cannot be had whole: \(String(cString: strerror(errno)))")
      }
      for address in interface.addresses {
        try SystemTool.run(["ip", "address", "add", "\(address)", "dev", interface.name])
      }
    }
    for route in host.routes {
      let gateway = route.gateway.map { ["via", "\($0)", "onlink"] } ?? []
      try SystemTool.run(["ip", "route", "add", "\(route.destination)"] + gateway + ["dev", route.interface])
    }
    for (index, route) in host.localRoutes.enumerated() {
      let table = String(100 + index)
      try SystemTool.run(["ip", "route", "add", "local", "\(route.network)", "dev", "lo", "table", table])
      try SystemTool.run(["ip", "rule", "add", "iif", route.interface, "lookup", table])
    }
    for (name, value) in host.sysctls.sorted(by: { $0.key < $1.key }) { try set(name, value) }
    if !host.sets.isEmpty { try SystemTool.run(["ipset", "restore"], input: host.sets.source) }
    try SystemTool.run(["iptables-legacy-restore"], input: rules)
    sender = RawSender()
    try openSockets()
  }

  /// Services listen, and what programs have sent from is open.
  private func openSockets() throws(JudgeError) {
    var left = conversations
    for service in host.services {
      let number = service.transport.protocolNumber
      let own = left.filter { $0.protocolNumber == number && $0.port == service.port }
      left.subtract(own)
      try openSocket(number, service.port, service.address, number == 6 ? Array(own) : [])
    }
    for (port, own) in Dictionary(grouping: left, by: { [UInt16($0.protocolNumber), $0.port] }) {
      try openSocket(UInt8(truncatingIfNeeded: port[0]), port[1], nil, own)
    }
  }

  private func openSocket(
    _ protocolNumber: UInt8, _ port: UInt16, _ address: IPv4Address?, _ conversations: [Conversation]
  ) throws(JudgeError) {
    guard conversations.count <= ListeningSocket.mostConversations else {
      throw JudgeError(
        "port \(port) has \(conversations.count) conversations in the capture, more than \(ListeningSocket.mostConversations); give a part of it"
      )
    }
    guard
      let socket = ListeningSocket(
        protocolNumber: protocolNumber, port: port, address: address, in: conversations)
    else { throw JudgeError("port \(port) cannot be listened on: \(String(cString: strerror(errno)))") }
    sockets.append(socket)
  }

  /// A link carries frames only some time after both of its ends are up: frames of a protocol of nobody's go each way
  /// until they arrive (EtherType 0x88b5, IEEE 802 local experimental).
  private func waitForLinks() throws(JudgeError) {
    for (name, link) in links {
      guard let mac = macs[name], inside.enter(), let end = PacketSocket(interface: name) else {
        throw JudgeError("no packet socket on \(name)")
      }
      let inward = mac.own.bytes + mac.peer.bytes + [0x88, 0xb5, 0]
      let outward = mac.peer.bytes + mac.own.bytes + [0x88, 0xb5, 0]
      var tries = 0
      var arrived = (inward: false, outward: false)
      while !arrived.inward || !arrived.outward {
        guard tries < 200 else { throw JudgeError("\(name): the link does not come up") }
        tries += 1
        _ = link.send(inward)
        if let frame = end.receive(within: 10), frame.dropFirst(12).starts(with: [0x88, 0xb5]) {
          arrived.inward = true
        }
        _ = end.send(outward)
        if let frame = link.receive(within: 10), frame.dropFirst(12).starts(with: [0x88, 0xb5]) {
          arrived.outward = true
        }
      }
      while link.receive(within: 0) != nil {}
    }
  }

  /// `sysctl -w`, in the namespace this thread is in.
  private func set(_ name: String, _ value: Int) throws(JudgeError) {
    let path = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JudgeError("\(name): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let text = Array("\(value)\n".utf8)
    guard text.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == text.count else {
      throw JudgeError("\(name): \(String(cString: strerror(errno)))")
    }
  }

  /// What the kernel did with a packet: the IP packets that left, and the rules' counters after it.
  package struct Observation: Sendable {
    package var left: [(interface: String, bytes: [UInt8])]
    /// As `iptables-legacy-save -c` prints them, without comment lines.
    package var save: String
    /// As `conntrack -L` prints them; `nil` where conntrack is not installed.
    package var connections: [String]?
  }

  /// A packet arrives on an interface (`outgoing` false) or is sent by a program of the host.
  package func observe(_ bytes: [UInt8], on interface: String, outgoing: Bool) throws(JudgeError) -> Observation {
    if outgoing {
      sender?.send(bytes)
    } else if let link = links[interface], let mac = macs[interface] {
      let frame = Self.destination(of: bytes, else: mac.own).bytes + mac.peer.bytes + [0x08, 0x00] + bytes
      guard link.send(frame) else { throw JudgeError("\(interface): the frame could not be sent") }
    }
    var left: [(interface: String, bytes: [UInt8])] = []
    for (name, link) in links.sorted(by: { $0.key < $1.key }) {
      while let frame = link.receive(within: 20) {
        guard frame.count >= 34, frame[12] == 0x08, frame[13] == 0x00 else { continue }
        let length = Int(frame[16]) << 8 | Int(frame[17])
        left.append((name, Array(frame[14...].prefix(length))))
      }
    }
    let save = try SystemTool.run(["iptables-legacy-save", "-c"])
    return Observation(
      left: left, save: save.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n"),
      connections: try connections())
  }

  private func connections() throws(JudgeError) -> [String]? {
    guard SystemTool.path(of: "conntrack") != nil else { return nil }
    return try SystemTool.run(["conntrack", "-L"]).split(separator: "\n").map(String.init).filter {
      $0.contains(" src=")
    }
  }

  private static func destination(of bytes: [UInt8], else mac: MACAddress) -> MACAddress {
    guard let destination = IPv4Header(bytes[...])?.destination else { return mac }
    return LinkAddressing.groupAddress(destination) ?? mac
  }
}
