import Capture
import Netfilter
import Wire

/// Guesses the host behind a capture, for those who give no host.yaml: its address from what the capture and the
/// rules agree on, one external interface, a default route by it. Its own stack is quiet: what it answered is in the
/// capture.
package struct HostInference {
  /// Reasons to think that an address is the host's own, by weight.
  private enum Weight {
    /// The capture itself says which way the packet went.
    static let direction = 1000
    /// A rule of INPUT names it as destination, or one of OUTPUT as source.
    static let rule = 50
    /// A connection is opened to a port that the host accepts; then other packets from or to it. Less than what the TTL
    /// says, since others offer the same services.
    static let opening = 4
    static let service = 1
    /// The sender's TTL is one that hosts start with, so it has crossed no router.
    static let timeToLive = 3
    static let presence = 1
  }

  /// TTLs that systems start with: a packet that still has one comes from this host or its link.
  private static let initialTimesToLive: Set<UInt8> = [64, 128, 255]

  private var scores: [IPv4Address: Int] = [:]
  private var order: [IPv4Address] = []
  private var interfaces: [String: Int] = [:]
  private var certain: [IPv4Address: Set<String>] = [:]
  /// Ports of this host's own services, by protocol number.
  private var served: [UInt8: [ClosedRange<UInt16>]] = [:]

  /// - Parameter services: what is known to listen.
  package init(_ ruleset: Ruleset, services: [HostDescription.Service] = []) {
    for service in services {
      served[service.transport.protocolNumber, default: []].append(service.port...service.port)
    }
    for chain in ruleset[.filter]?.chains ?? [] {
      for rule in chain.rules { weigh(rule, in: chain.name) }
    }
  }

  /// Takes a packet into account.
  package mutating func weigh(_ captured: CapturedPacket) {
    guard let location = IPv4Location(captured),
      let ip = IPv4Header(captured.bytes[...].slice(at: location.offset))
    else { return }
    if let interface = captured.interface, HostDescription.Interface.isName(interface) {
      interfaces[interface, default: 0] += 1
    }
    for address in [ip.destination, ip.source] { add(Weight.presence, to: address) }
    switch captured.direction {
    case .outgoing: addCertain(ip.source, captured.interface)
    case .incoming: addCertain(ip.destination, captured.interface)
    case .forwarded: break
    case nil:
      weighPorts(ip)
      let isFresh = Self.initialTimesToLive.contains(ip.timeToLive)
      add(Weight.timeToLive, to: isFresh ? ip.source : ip.destination)
    }
  }

  private mutating func weighPorts(_ ip: IPv4Header) {
    guard ip.fragmentOffset == 0, let ranges = served[ip.protocolNumber], let from = ip.payload.uint16(at: 0),
      let to = ip.payload.uint16(at: 2)
    else { return }
    let flags = ip.protocolNumber == 6 ? TCPHeader(ip.payload)?.flags : nil
    if ranges.contains(where: { $0.contains(to) }) {
      add(flags == .syn ? Weight.opening : Weight.service, to: ip.destination)
    }
    if ranges.contains(where: { $0.contains(from) }) { add(Weight.service, to: ip.source) }
  }

  /// The ports that an INPUT rule accepts.
  private mutating func takePorts(_ rule: Rule) {
    guard case .target(let target) = rule.action, target is AcceptTarget else { return }
    let ports = rule.matches.flatMap { match in
      (match as? TCPMatch)?.destinationPorts ?? (match as? UDPMatch)?.destinationPorts
        ?? (match as? MultiportMatch)?.destinationPorts ?? []
    }
    for port in ports where !port.inverted && port.low <= port.high && (port.low, port.high) != (0, .max) {
      served[rule.header.protocolNumber, default: []].append(port.low...port.high)
    }
  }

  private mutating func weigh(_ rule: Rule, in chain: String) {
    if chain == Hook.input.rawValue { takePorts(rule) }
    let header = rule.header
    let own = chain == Hook.input.rawValue ? header.destination : chain == Hook.output.rawValue ? header.source : nil
    if let own, own.mask == .max, !own.inverted { add(Weight.rule, to: own.address) }
    for interface in [header.input, header.output] {
      guard let interface, !interface.inverted, interface.name != "lo", !interface.name.hasSuffix("+") else { continue }
      interfaces[interface.name, default: 0] += 1
    }
  }

  private mutating func add(_ weight: Int, to address: IPv4Address) {
    guard !address.isMulticast, !address.isLoopback, address != .broadcast, address != .any else { return }
    if scores[address] == nil { order.append(address) }
    scores[address, default: 0] += weight
  }

  private mutating func addCertain(_ address: IPv4Address, _ interface: String?) {
    add(Weight.direction, to: address)
    if let interface, HostDescription.Interface.isName(interface), scores[address] != nil {
      certain[address, default: []].insert(interface)
    }
  }

  /// The host that explains what was weighed, with its inferences in words.
  package var host: HostDescription {
    var host = HostDescription()
    let names = interfaces.keys.filter { $0 != "lo" }.sorted { (interfaces[$0] ?? 0, $1) > (interfaces[$1] ?? 0, $0) }
    let name = names.first ?? "eth0"
    let best = order.max { (scores[$0] ?? 0) < (scores[$1] ?? 0) }
    let others = names.dropFirst().map { HostDescription.Interface(name: $0, addresses: addresses(on: $0)) }
    let own = best.flatMap { IPv4Prefix(address: $0, length: 24) }
    host.interfaces.append(.init(name: name, addresses: own.map { [$0] } ?? []))
    host.interfaces += others
    if let everything = IPv4Prefix("0.0.0.0/0") {
      host.routes = [.init(destination: everything, gateway: nil, interface: name)]
    }
    // The capture shows what this host's programs and stack sent; only REJECT's packets are ours to make.
    host.stack = .quiet
    if let own {
      host.inferences.append("this host is taken to be \(own.address) on \(name); --host FILE says otherwise")
    } else {
      host.inferences.append("no address of this host could be told from the capture; --host FILE gives it")
    }
    return host
  }

  /// Addresses that the capture itself places on an interface.
  private func addresses(on interface: String) -> [IPv4Prefix] {
    let own = certain.filter { $0.value == [interface] }.keys
    return own.max { (scores[$0] ?? 0, $1) < (scores[$1] ?? 0, $0) }
      .flatMap { IPv4Prefix(address: $0, length: 24) }.map { [$0] } ?? []
  }
}

extension HostDescription {
  /// How many packets are looked at to infer a host.
  package static let packetsForInference = 1000

  /// The host of a host.yaml; without one, or where it names no interfaces, these and their routes are what the rules and
  /// the beginning of the capture point to.
  package init(_ given: HostDescription?, _ ruleset: Ruleset, from packets: some Sequence<CapturedPacket>) {
    if let given, given.namesInterfaces {
      self = given
    } else {
      var inference = HostInference(ruleset, services: given?.services ?? [])
      for packet in packets.prefix(Self.packetsForInference) { inference.weigh(packet) }
      let inferred = inference.host
      self = given ?? inferred
      interfaces = inferred.interfaces
      if routes.isEmpty { routes = inferred.routes }
      inferences = inferred.inferences
    }
    sets = ruleset.sets
  }
}
