import Capture
import Netfilter
import Simulation
import Wire

/// The same idea on fresh packets: a lesson's scenario with other addresses, ports, numbers and sometimes other flags,
/// in front of rules that may have moved, and the question about it. The engine computes the new answer.
package struct Variation: Sendable {
  package let scenario: Scenario
  package let spec: QuestionSpec

  /// - Parameters:
  ///   - spec: a question that can be asked of `scenario`.
  ///   - seed: the same seed gives the same packets.
  package init(of spec: QuestionSpec, in scenario: Scenario, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for attempt in 0..<8 {
      var fresh = PacketRenewal(scenario, seed: random.next()).scenario
      var changed = spec
      // The last tries leave the kind of packet and the rules alone.
      if attempt < 6 {
        Self.turn(&fresh, spec, &random)
        Self.shift(&fresh, &changed, &random)
      }
      guard Self.canBeAsked(changed, of: fresh) else { continue }
      self.scenario = fresh
      self.spec = changed
      return
    }
    self.scenario = scenario
    self.spec = spec
  }

  private static func canBeAsked(_ spec: QuestionSpec, of scenario: Scenario) -> Bool {
    guard let question = try? Question(id: spec.idea, spec, History(scenario)) else { return false }
    if spec.kind == CraftQuestion.name { return true }
    // A repair that is done already is none.
    if spec.kind == RepairQuestion.name { return !question.kind.isRight(.repaired) }
    return question.choices.count > 1
  }

  /// Kinds whose answer may turn into another one of the same sort.
  private static let turning: Set<String> = ["fires", "why_not", "verdict", "state", "emits", "logs", "counts"]

  /// Half the time the packet asked about gets other flags, or goes to a port that the rules name.
  private static func turn(_ scenario: inout Scenario, _ spec: QuestionSpec, _ random: inout SplitMix64) {
    guard turning.contains(spec.kind), random.next() % 2 == 0, scenario.packets.indices.contains(spec.packet) else {
      return
    }
    var packets = scenario.packets
    let bytes = packets[spec.packet].bytes
    guard let offset = IPv4Location(packets[spec.packet])?.offset, let ip = IPv4Header(bytes[...].slice(at: offset)),
      ip.protocolNumber == 6, TCPHeader(ip.payload) != nil
    else { return }
    let start = offset + ip.headerLength
    var changed = bytes
    if random.next() % 2 == 0 {
      let flags: [UInt8] = [0x02, 0x12, 0x10, 0x04, 0x11]
      changed[start + 13] = flags[Int(random.next() % UInt64(flags.count))]
    } else {
      let ports = PacketRenewal.numbers(in: scenario.ruleset.savedText(counters: false)).filter { $0 < 65_536 }.sorted()
      guard !ports.isEmpty else { return }
      changed.store(UInt16(truncatingIfNeeded: ports[Int(random.next() % UInt64(ports.count))]), at: start + 2)
    }
    packets[spec.packet].bytes = PacketRenewal.withChecksums(changed, at: offset)
    scenario = scenario.with(packets: packets)
  }

  /// Half the time a rule that has nothing to do with it stands somewhere among the first, and the numbers move.
  private static func shift(_ scenario: inout Scenario, _ spec: inout QuestionSpec, _ random: inout SplitMix64) {
    guard [FiresQuestion.name, WhyNotQuestion.name, CountsQuestion.name].contains(spec.kind), let chain = spec.chain,
      spec.table == .filter, random.next() % 2 == 0, let rules = scenario.ruleset[.filter]?[chain]?.rules
    else { return }
    let idle = [
      "-p udp -m udp --dport 1900 -j DROP", "-p tcp -m tcp --dport 8443 -j ACCEPT", "-s 192.0.2.200/32 -j DROP",
      "-p icmp -m icmp --icmp-type 13 -j DROP",
    ]
    let place = Int(random.next() % UInt64(min(3, rules.count) + 1)) + 1
    let rule = idle[Int(random.next() % UInt64(idle.count))]
    guard let changed = try? scenario.ruleset.applying(command: "-I \(chain) \(place) \(rule)") else { return }
    scenario = scenario.with(changed)
    if let number = spec.rule, number >= place { spec.rule = number + 1 }
  }
}
