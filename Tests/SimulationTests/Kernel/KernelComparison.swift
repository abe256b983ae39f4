import Foundation
import Netfilter
import Wire

@testable import Simulation

/// What one walk did, in the form in which the kernel's and ours are compared.
struct WalkFacts: Equatable {
  var path: [String]
  var verdict: String?
  var conntrack: String?
  var log: [String]
  /// Of REJECT's packets and ICMP errors, identification and header checksum masked where the kernel chose them.
  var wire: String?
}

extension KernelCase {
  /// Differences between the kernel and us, a sentence each; empty when there are none.
  func differences() throws -> [String] {
    let sets = try SetCatalog(parsing: `case`.sets ?? "", file: `case`.name)
    let ruleset = try Ruleset(parsing: `case`.rules, file: `case`.name, sets: sets)
    let host = SimulatedHost(`case`.host, ruleset, isRecording: false)
    var tracer = Tracer(host: host)
    var differences: [String] = []
    for (index, (captured, expected)) in zip(`case`.captured, truth.packets).enumerated() {
      let record = tracer.trace(captured)
      let before = expected.before == nil ? [] : record.before.flatMap { Self.facts($0.walk) }
      let ours = before + (record.walk.map(Self.facts) ?? [])
      let kernel = Self.facts(expected.before ?? []) + Self.facts(expected.walks)
      if ours.count != kernel.count {
        differences.append("packet \(index + 1): the kernel made \(kernel.count) walks, we \(ours.count)")
      }
      for (kernel, var ours) in zip(kernel, ours) {
        ours.wire = kernel.wire == nil ? nil : Self.masked(ours.wire ?? "", like: kernel.wire ?? "")
        if kernel != ours { differences.append("packet \(index + 1): kernel \(kernel), we \(ours)") }
      }
      differences += entryDifferences(expected, host.namespace).map { "packet \(index + 1): \($0)" }
      differences += expectationDifferences(expected, host.namespace).map { "packet \(index + 1): \($0)" }
    }
    return differences + counterDifferences(host.namespace.ruleset)
  }

  private func counterDifferences(_ ruleset: Ruleset) -> [String] {
    var differences: [String] = []
    for (table, chains) in truth.counters {
      for (name, expected) in chains {
        let chain = TableName(rawValue: table).flatMap { ruleset[$0] }?[name]
        let ours = chain?.rules.map { [$0.counters.packets, $0.counters.bytes] }
        if ours != expected.rules {
          differences.append("counters of \(table) \(name): kernel \(expected.rules), we \(ours ?? [])")
        }
        guard let policy = expected.policy, policy != "-", let counters = chain?.counters else { continue }
        if counters != Counters(packets: expected.packets, bytes: expected.bytes) {
          differences.append("policy of \(table) \(name): kernel \(expected.packets):\(expected.bytes), we \(counters)")
        }
      }
    }
    return differences
  }

  /// The kernel's walks; one that came back by `lo` goes on in the walk that left by it.
  private static func facts(_ walks: [WalkTruth]) -> [WalkFacts] {
    var facts: [WalkFacts] = []
    for walk in walks {
      // What the recorder calls queued is a fragment that IP holds.
      let verdict = ["LOCAL": "ACCEPT", "SENT": "ACCEPT", "QUEUED": "ROUTING"][walk.verdict] ?? walk.verdict
      let log = walk.log.map(withoutIdentification)
      if walk.origin == "loop", let last = facts.indices.last {
        facts[last].path += walk.path
        facts[last].log += log
        facts[last].verdict = verdict
      } else {
        facts.append(
          WalkFacts(
            path: walk.path, verdict: verdict, conntrack: walk.ct, log: log,
            wire: walk.wire.map { masked($0, like: $0) }))
      }
    }
    return facts
  }

  /// A log line without the identification of an IP header, which the kernel chooses for packets of its own.
  private static func withoutIdentification(_ line: String) -> String {
    guard let start = line.range(of: " ID="), let end = line[start.upperBound...].firstIndex(of: " ") else {
      return line
    }
    return line[..<start.upperBound] + "*" + line[end...]
  }

  private static func facts(_ walk: Walk) -> [WalkFacts] {
    let path = walk.path.map { step in
      "\(step.table.rawValue):\(step.chain):\(step.kind.rawValue)" + (step.kind == .rule ? ":\(step.number)" : "")
    }
    let own = WalkFacts(
      path: path, verdict: walk.verdict?.rawValue, conntrack: walk.conntrack?.rawValue,
      log: walk.log.map { withoutIdentification($0.text) },
      wire: walk.finalBytes.hex)
    return [own] + walk.emitted.flatMap(facts)
  }

  /// Hides the identification that the kernel chose, and the header checksum over it.
  private static func masked(_ hex: String, like model: String) -> String {
    guard model.dropFirst(8).prefix(4) != "0000", hex.count >= 24 else { return hex }
    return hex.prefix(8) + "...." + hex.dropFirst(12).prefix(8) + "...." + hex.dropFirst(24)
  }
}
