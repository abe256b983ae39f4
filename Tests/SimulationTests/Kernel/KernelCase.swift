import Capture
import Foundation
import Netfilter
import Testing
import Wire

@testable import Simulation

/// A ruleset, a host and packets in order, with what the real kernel did with them.
///
/// Recorded on Linux 6.18 with iptables-legacy 1.8.9 in a pair of network namespaces.
struct KernelCase: Decodable, CustomTestStringConvertible {
  var `case`: Case
  var truth: Truth

  struct Case: Decodable {
    var name: String
    var rules: String
    var interfaces: [Interface]
    var routes: [Route]?
    var packets: [Packet]
    var listeners: [Listener]?
    var sysctls: [String: Int]?
    var stack: String?
    var conntrack: String?
    var noDefaultRoute: Bool?
    /// As `ipset restore` takes them.
    var sets: String?
    /// When the first packet came, in seconds since 1970; 0 where the date does not matter.
    var epoch: Double?
  }

  struct Interface: Decodable {
    var name: String
    var address: Addresses?
    var mac: String?
    var peerMac: String?
    var mtu: Int?
  }

  /// One address or several.
  struct Addresses: Decodable {
    var list: [String]

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      list = try (try? value.decode(String.self)).map { [$0] } ?? value.decode([String].self)
    }
  }

  struct Route: Decodable {
    var dst: String
    var dev: String
    var via: String?
  }

  struct Listener: Decodable {
    var proto: String
    var port: UInt16
    var address: String?
  }

  struct Packet: Decodable {
    var `in`: String?
    var out: String?
    var hex: String
    var at: Double?
  }

  struct Truth: Decodable {
    var packets: [PacketTruth]
    var counters: [String: [String: ChainTruth]]
  }

  struct PacketTruth: Decodable {
    var walks: [WalkTruth]
    /// What the host sent by itself since the packet before; `nil` where it was not recorded.
    var before: [WalkTruth]?
    /// Connection tracking's table after the packet; `nil` where it was not recorded.
    var conntrack: [EntryTruth]?
    /// The connections that helpers wait for after the packet; `nil` where they were not recorded.
    var expectations: [ExpectationTruth]?
  }

  struct ExpectationTruth: Decodable {
    var master: TupleTruth
    var tuple: TupleTruth
    var mask: TupleTruth
    /// Seconds left.
    var timeout: Int
    var helper: String
    var flags: [String]?
  }

  struct EntryTruth: Decodable {
    var orig: TupleTruth
    var reply: TupleTruth
    var status: [String]?
    var tcpState: String?
    /// Seconds left.
    var timeout: Int?
    var mark: UInt32?
    var helper: String?
    /// The original tuple of the connection that expected it.
    var master: TupleTruth?
  }

  struct TupleTruth: Decodable {
    var src: String
    var dst: String
    var proto: ProtocolTruth
    var sport: UInt16?
    var dport: UInt16?
    var id: UInt16?
    var type: UInt8?
    var code: UInt8?
  }

  /// By name where the recorder knows one.
  struct ProtocolTruth: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(Int.self)).map(String.init) ?? value.decode(String.self)
    }
  }

  struct ChainTruth: Decodable {
    var policy: String?
    var packets: UInt64
    var bytes: UInt64
    var rules: [[UInt64]]
  }

  var testDescription: String { `case`.name }

  /// Reads cases and truths as the recorder writes them.
  static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  /// The cases of a recording in `Resources/kernel`.
  static func recorded(_ name: String) throws -> [KernelCase] {
    guard let url = Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Resources/kernel")
    else {
      throw CocoaError(.fileNoSuchFile)
    }
    return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(KernelCase.self, from: $0)
    }
  }
}

extension KernelCase.Case {
  /// The host of the case, as its host.yaml would describe it.
  var host: HostDescription {
    var host = HostDescription()
    for (index, interface) in interfaces.enumerated() {
      let number = [UInt8(index + 1)].hex
      host.interfaces.append(
        .init(
          name: interface.name, addresses: (interface.address?.list ?? []).compactMap { IPv4Prefix($0) },
          mac: MACAddress(interface.mac ?? "02:00:00:00:\(number):01"),
          peerMAC: MACAddress(interface.peerMac ?? "02:00:00:00:\(number):02"), mtu: interface.mtu ?? 1500))
    }
    for route in routes ?? [] {
      guard let destination = IPv4Prefix(route.dst) else { continue }
      host.routes.append(
        .init(destination: destination, gateway: route.via.flatMap { IPv4Address($0) }, interface: route.dev))
    }
    if noDefaultRoute != true, let first = interfaces.first, let all = IPv4Prefix("0.0.0.0/0") {
      host.routes.append(.init(destination: all, gateway: nil, interface: first.name))
    }
    // The recorder's programs were root's.
    let recorder = SocketOwner(user: 0, group: 0)
    host.services = (listeners ?? []).compactMap { listener in
      HostDescription.Service.Transport(rawValue: listener.proto).map { transport in
        var service = HostDescription.Service(transport: transport, port: listener.port)
        service.address = listener.address.flatMap { IPv4Address($0) }
        service.opener = recorder
        return service
      }
    }
    host.programs = [.init(protocolNumber: nil, ports: nil, user: recorder)]
    host.sysctls = sysctls ?? [:]
    host.stack = stack.flatMap { .init(rawValue: $0) } ?? .real
    host.conntrack = conntrack.flatMap { .init(rawValue: $0) } ?? .auto
    return host
  }

  /// The packets, a millisecond apart unless the case gives their times.
  var captured: [CapturedPacket] {
    var time = 0.0
    return packets.enumerated().compactMap { index, packet in
      guard let bytes = [UInt8](hex: packet.hex) else { return nil }
      time = max(time + 0.001, packet.at ?? 0)
      var captured = CapturedPacket(
        number: index + 1, time: Timestamp(nanoseconds: Int64(((time + (epoch ?? 0)) * 1e6).rounded()) * 1000),
        linkType: .raw,
        bytes: bytes, provenance: Provenance(file: name))
      captured.direction = packet.in == nil ? .outgoing : .incoming
      captured.interface = packet.in ?? packet.out
      return captured
    }
  }
}
