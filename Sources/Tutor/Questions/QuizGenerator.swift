import Netfilter
import Simulation

/// Makes questions about any scenario: every packet, every kind that can be asked of it, in an order that the seed
/// alone decides, spread over kinds and packets.
package struct QuizGenerator {
  private let history: History
  private let seed: UInt64
  /// Packets looked at, so that a large capture is asked about without walking all of it.
  private static let packets = 200

  /// A rule writes to the kernel log.
  private let hasLog: Bool

  package init(history: History, seed: UInt64) {
    self.history = history
    hasLog = history.scenario.ruleset.tables.contains { table in
      table.chains.contains { chain in chain.rules.contains { $0.savedText.contains("-j LOG") } }
    }
    self.seed = seed
  }

  private static let fields: [(String, String)] = [
    ("ipv4", "ttl"), ("ipv4", "total_length"), ("ipv4", "protocol"), ("ipv4", "source_address"),
    ("ipv4", "destination_address"), ("tcp", "source_port"), ("tcp", "destination_port"), ("tcp", "sequence_number"),
    ("tcp", "acknowledgment_number"), ("tcp", "flags"), ("tcp", "window"), ("udp", "source_port"),
    ("udp", "destination_port"), ("udp", "length"), ("icmp", "type"), ("icmp", "code"),
  ]

  /// At most `count` questions that can all be asked, none twice.
  package func questions(count: Int) -> [QuestionSpec] {
    var random = SplitMix64(seed: seed)
    var byKind: [String: [QuestionSpec]] = [:]
    for packet in 0..<min(history.packetCount, Self.packets) where !Interruption.isAsked {
      for spec in candidates(packet) { byKind[spec.kind, default: []].append(spec) }
    }
    let kinds = QuestionKinds.all.map { $0.name }.filter { byKind[$0] != nil }
    var chosen: [QuestionSpec] = []
    while chosen.count < count {
      var found = false
      for kind in kinds where chosen.count < count {
        // Taken at random without being put back; what cannot be asked is passed over.
        while var left = byKind.removeValue(forKey: kind), !left.isEmpty, !Interruption.isAsked {
          let spec = left.remove(at: Int(random.next() % UInt64(left.count)))
          byKind[kind] = left
          guard let question = try? Question(id: spec.stableID, spec, history, seed: seed), question.choices.count > 1
          else { continue }
          chosen.append(spec)
          found = true
          break
        }
      }
      if !found { break }
    }
    return chosen
  }

  private func candidates(_ packet: Int) -> [QuestionSpec] {
    guard let record = history.record(packet) else { return [] }
    var specs: [QuestionSpec] = []
    for (protocolName, field) in Self.fields {
      for kind in [FieldValueQuestion.name, FieldBytesQuestion.name] {
        specs.append(QuestionSpec(kind: kind, packet: packet, protocolName: protocolName, field: field))
      }
    }
    guard let walk = record.walk else { return specs }
    specs += walkQuestions(walk, packet, [])
    for index in walk.emitted.indices { specs += walkQuestions(walk.emitted[index], packet, [index]) }
    return specs
  }

  private func walkQuestions(_ walk: Walk, _ packet: Int, _ emission: [Int]) -> [QuestionSpec] {
    // What is left to a chance or to packets out of sight cannot be worked out from what is shown.
    let isOpen = walk.events.allSatisfy { event in
      if case .visit(let visit) = event { visit.comparisons.allSatisfy(\.canBeWorkedOut) } else { true }
    }
    guard walk.notModelled.isEmpty else { return [] }
    var specs = [StateQuestion.name, TableOrderQuestion.name].map {
      QuestionSpec(kind: $0, packet: packet, emission: emission)
    }
    guard isOpen else { return specs }
    // Where no rule logs there is nothing to work out.
    for kind in hasLog ? [VerdictQuestion.name, LogsQuestion.name] : [VerdictQuestion.name] {
      specs.append(QuestionSpec(kind: kind, packet: packet, emission: emission))
    }
    if emission.isEmpty { specs.append(QuestionSpec(kind: EmitsQuestion.name, packet: packet)) }
    for case .visit(let visit) in walk.events {
      let (table, chain) = (visit.step.table, visit.step.chain)
      if visit.step.number == 1, visit.step.kind == .rule, !visit.matched || visit.conditionCount > 0 {
        for kind in [FiresQuestion.name, CountsQuestion.name] {
          specs.append(QuestionSpec(kind: kind, packet: packet, emission: emission, table: table, chain: chain))
        }
      }
      // Of a single condition nothing is to be found out.
      if !visit.matched, visit.conditionCount > 1 {
        specs.append(
          QuestionSpec(
            kind: WhyNotQuestion.name, packet: packet, emission: emission, table: table, chain: chain,
            rule: visit.step.number))
      }
    }
    return specs
  }
}

extension RuleVisit {
  /// How many options of the rule ask something, `-m` and what follows the target aside.
  fileprivate var conditionCount: Int {
    text.split(separator: " ").prefix { $0 != "-j" && $0 != "-g" }.count {
      $0.hasPrefix("-") && $0 != "-m" && $0.dropFirst().contains { $0.isLetter }
    }
  }
}

extension Comparison {
  /// It reads the packet, or what is said beside it; not what only earlier packets or chance decide.
  fileprivate var canBeWorkedOut: Bool {
    switch subject {
    case .field: true
    // A bucket that is still full has nothing behind it.
    case .property("token bucket"): Set(read.split(separator: " ").filter { $0.first?.isNumber ?? false }).count == 1
    case .property(let name): ["input interface", "output interface", "connection state"].contains(name)
    }
  }
}
