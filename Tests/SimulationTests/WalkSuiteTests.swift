import Capture
import Foundation
import Netfilter
import Testing
import Wire

@testable import Simulation

/// Others' rulesets met by others' packets, counted by the real kernel.
@Suite("Others' rulesets and packets", .enabled(if: SuiteFolder.url != nil, "no suites beside the project"))
struct WalkSuiteTests {
  @Test("every rule counts what it counted in the kernel, and every packet leaves as it left there")
  func walk() throws {
    let suites = try #require(SuiteFolder.url)
    let folder = suites.appendingPathComponent("walk")
    var packets: [CapturedPacket] = []
    var reader = try openCapture(folder.appendingPathComponent("mix4.pcap").path)
    while let packet = try reader.next() { packets.append(packet) }
    let sides = try SuiteFolder.table(folder.appendingPathComponent("mix4.pcap.sides.tsv")).map { $0["side"] ?? "" }
    var checked = 0
    for row in try SuiteFolder.table(folder.appendingPathComponent("index.tsv")) {
      guard row["deterministic"] == "1", row["time_or_random_matches"]?.isEmpty ?? true, let path = row["ruleset"],
        let mode = row["mode"]
      else { continue }
      let name = "\(URL(fileURLWithPath: path).lastPathComponent).\(mode)"
      let expected = try SuiteFolder.text(folder.appendingPathComponent("out/\(name).counters"))
      let heading = try #require(expected.firstMatch(of: /# IF_A=(\S+) IF_B=(\S+)/))
      let text = try SuiteFolder.text(suites.appendingPathComponent("rulesets/\(path)"))
      var trip = try Trip(
        interfaces: [String(heading.1), String(heading.2)], forwards: mode == "fwd", packets, sides,
        Ruleset(parsing: text, file: name))
      let exits = trip.run()
      let counters = trip.counters.split(separator: "\n", omittingEmptySubsequences: false)
      let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      let different = zip(counters, wanted).filter { $0 != $1 }.map { "\($0) | \($1)" }
      #expect(different.isEmpty && counters.count == wanted.count, "\(name): \(different)")
      let left = try SuiteFolder.table(folder.appendingPathComponent("out/\(name).packets.tsv"))
      for (exit, real) in zip(exits, left) {
        let wanted = real["out"] == "-" ? nil : ["proto", "src", "dst", "ttl", "tos"].map { real[$0] ?? "" }
        #expect(exit == wanted, "\(name): packet \(real["n"] ?? "")")
      }
      checked += 1
    }
    print("suites/walk: \(checked) rulesets checked")
  }
}

/// One ruleset with all packets: side A comes in by the first interface, side B by the second.
private struct Trip {
  private let interfaces: [String]
  private let packets: [CapturedPacket]
  private let sides: [String]
  private let host: SimulatedHost
  /// What packets that the host made have added: their answers had no route in the kernel's run.
  private var extra: [PathStep: Counters] = [:]

  init(
    interfaces: [String], forwards: Bool, _ packets: [CapturedPacket], _ sides: [String], _ ruleset: Ruleset
  ) throws {
    (self.interfaces, self.packets, self.sides) = (interfaces, packets, sides)
    var description = HostDescription()
    description.stack = .quiet
    description.sysctls = ["net.ipv4.ip_forward": 1]
    let destinations = packets.map { IPv4Header($0.bytes[...])?.destination ?? .any }
    let networks = ["192.0.2.1/24", "198.51.100.1/24"].compactMap { IPv4Prefix($0) }
    for (name, network) in zip(interfaces, networks) {
      description.interfaces.append(.init(name: name, addresses: [network]))
      description.sysctls["net.ipv4.conf.\(name).accept_local"] = 1
    }
    if forwards {
      for (destination, side) in zip(destinations, sides) {
        guard let prefix = IPv4Prefix(address: destination, length: 32) else { continue }
        description.routes.append(
          .init(destination: prefix, gateway: nil, interface: interfaces[side == "A" ? 1 : 0]))
      }
      // Where rules translate a destination to: only side A's packets are.
      if let everything = IPv4Prefix("0.0.0.0/0") {
        description.routes.append(.init(destination: everything, gateway: nil, interface: interfaces[1]))
      }
    } else if let everything = IPv4Prefix("0.0.0.0/0") {
      // Every address was local there by a rule for incoming packets alone, so that none was LOCAL to addrtype.
      description.localRoutes = interfaces.map { .init(network: everything, interface: $0) }
    }
    host = SimulatedHost(description, ruleset, isRecording: false)
  }

  /// Protocol, addresses, TTL and TOS of each packet as it left; `nil` for one that did not.
  mutating func run() -> [[String]?] {
    var exits: [[String]?] = []
    for (packet, side) in zip(packets, sides) {
      if let time = packet.time { host.advance(to: time) }
      let walk = host.receive(Arrival(bytes: packet.bytes, interface: interfaces[side == "A" ? 0 : 1]))
      for answer in walk.emitted { takeOff(answer) }
      guard walk.direction == "forward", walk.verdict == .accept, let ip = IPv4Header(walk.finalBytes[...]) else {
        exits.append(nil)
        continue
      }
      exits.append([
        String(ip.protocolNumber), "\(ip.source)", "\(ip.destination)", String(ip.timeToLive),
        String(ip.typeOfService),
      ])
    }
    return exits
  }

  private mutating func takeOff(_ walk: Walk) {
    for step in walk.path { extra[step, default: Counters()].count(walk.finalBytes.count) }
    for answer in walk.emitted { takeOff(answer) }
  }

  /// What `iptables-legacy-save -c` prints, but for what the answers counted.
  var counters: String {
    var ruleset = host.namespace.ruleset
    for table in ruleset.tables.indices {
      let name = ruleset.tables[table].name
      for chain in ruleset.tables[table].chains.indices {
        let chainName = ruleset.tables[table].chains[chain].name
        let rules = ruleset.tables[table].chains[chain].rules.count
        for rule in 0..<rules {
          let step = PathStep(table: name, chain: chainName, kind: .rule, number: rule + 1)
          ruleset.tables[table].chains[chain].rules[rule].counters.takeOff(extra[step])
        }
        let end = PathStep(table: name, chain: chainName, kind: .policy, number: rules + 1)
        ruleset.tables[table].chains[chain].counters.takeOff(extra[end])
      }
    }
    return ruleset.savedText(counters: true)
  }
}

extension Counters {
  fileprivate mutating func takeOff(_ other: Counters?) {
    packets &-= other?.packets ?? 0
    bytes &-= other?.bytes ?? 0
  }
}
