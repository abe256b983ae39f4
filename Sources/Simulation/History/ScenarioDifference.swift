import Capture
import Netfilter
import Wire

/// What two playings of a scenario have different, packet by packet; equal things are left out.
package struct ScenarioDifference: Sendable {
  /// A rule, or the end of a chain, as a packet's path tells of it.
  package struct Stop: Sendable, Hashable {
    package var step: PathStep
    /// The rule as `iptables-save` writes it; the policy's name at the end of a built-in chain.
    package var text: String

    /// Where a rule stands plays no part: one that only moved up or down is the same.
    func isSame(as other: Stop) -> Bool {
      step.table == other.step.table && step.chain == other.step.chain && step.kind == other.step.kind
        && text == other.text
    }
  }

  /// Before and after.
  package struct Pair<Value: Sendable>: Sendable {
    package var before: Value
    package var after: Value
  }

  /// What is different about one packet; `nil` and empty where nothing is.
  package struct PacketChange: Sendable {
    /// Numbers from 1; `nil` where it is not there.
    package var before: Int?
    package var after: Int?
    /// The packet as it is, or as it was where it is gone.
    package var captured: CapturedPacket
    /// Ranges of its bytes, from the first captured one, that were changed.
    package var bytes: [(range: Range<Int>, before: [UInt8], after: [UInt8])] = []
    package var path: Pair<[Stop]>?
    package var verdict: Pair<Verdict?>?
    /// Whether it is an answer that the host does not send.
    package var isUnsent: Pair<Bool>?
    package var state: Pair<ConnectionState?>?
    package var removedLog: [String] = []
    package var addedLog: [String] = []
    package var removedSent: [SentLine] = []
    package var addedSent: [SentLine] = []
    package var notModelled: Pair<[String]>?

    var isEmpty: Bool {
      before != nil && after != nil && bytes.isEmpty && path == nil && verdict == nil && isUnsent == nil && state == nil
        && removedLog.isEmpty && addedLog.isEmpty && removedSent.isEmpty && addedSent.isEmpty && notModelled == nil
    }
  }

  /// A packet that the host sent, and what became of it.
  package struct SentLine: Sendable, Hashable {
    package var bytes: [UInt8]
    package var edited: [Range<Int>]
    package var by: Walk.Origin
    /// The rule that sent it, where one did.
    package var byRule: Stop?
    package var path: [Stop]
    package var verdict: Verdict?
    package var state: ConnectionState?

    package static func == (a: Self, b: Self) -> Bool { a.isSame(as: b) }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    private func hasSameSender(as other: Self) -> Bool {
      guard let byRule, let rule = other.byRule else { return by == other.by }
      return byRule.isSame(as: rule)
    }

    private func isSame(as other: Self) -> Bool {
      bytes == other.bytes && hasSameSender(as: other) && verdict == other.verdict && state == other.state
        && path.count == other.path.count
        && zip(path, other.path).allSatisfy { $0.isSame(as: $1) }
    }
  }

  /// A rule or policy whose counters differ after the last packet, or that only one of the two has.
  package struct CounterChange: Sendable {
    package var table: TableName
    package var chain: String
    package var text: String
    /// The number within the chain (`nil` for a policy) and the counters; `nil` where there is no such rule.
    package var before: (number: Int?, counters: Counters)?
    package var after: (number: Int?, counters: Counters)?
  }

  /// In the order of the packets as they are now; those that are gone stand where they were.
  package private(set) var packets: [PacketChange] = []
  package private(set) var counters: [CounterChange] = []
  /// Packets compared.
  package let packetCount: Int

  package var isEmpty: Bool { packets.isEmpty && counters.isEmpty }

  /// Complexity: walks what of both has not been walked yet.
  init(from old: History, to new: History) {
    packetCount = new.packetCount
    let oldTexts = RuleTexts(old.scenario.ruleset)
    let newTexts = RuleTexts(new.scenario.ruleset)
    let oldPlaces = Dictionary(
      old.scenario.identities.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let newIdentities = Set(new.scenario.identities)
    var nextOld = 0
    func noteGone(upTo index: Int) {
      while nextOld < index {
        if !newIdentities.contains(old.scenario.identities[nextOld]) {
          packets.append(
            PacketChange(before: nextOld + 1, after: nil, captured: old.scenario.packets[nextOld]))
        }
        nextOld += 1
      }
    }
    for (index, identity) in new.scenario.identities.enumerated() {
      let place = oldPlaces[identity]
      if let place { noteGone(upTo: place) }
      guard let after = new.outcome(index) else { continue }
      var change = PacketChange(before: place.map { $0 + 1 }, after: index + 1, captured: after.captured)
      change.compare(
        place.flatMap { old.outcome($0) }.map { OutcomeView($0, oldTexts) }, OutcomeView(after, newTexts))
      if !change.isEmpty { packets.append(change) }
    }
    noteGone(upTo: old.packetCount)
    counters = Self.counters(old.finalRuleset, new.finalRuleset)
  }

  private static func counters(_ old: Ruleset, _ new: Ruleset) -> [CounterChange] {
    var changes: [CounterChange] = []
    for table in TableName.allCases {
      let (before, after) = (old[table], new[table])
      var names = after?.chains.map(\.name) ?? []
      names += (before?.chains.map(\.name) ?? []).filter { !names.contains($0) }
      for name in names {
        let lines = [before?[name], after?[name]].map { CounterLine.all($0) }
        let steps = lines[1].map(\.text).difference(from: lines[0].map(\.text))
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for step in steps {
          switch step {
          case .remove(let offset, _, _): removed.insert(offset)
          case .insert(let offset, _, _): inserted.insert(offset)
          }
        }
        var oldIndex = 0
        func note(_ old: CounterLine?, _ new: CounterLine?) {
          changes.append(
            CounterChange(
              table: table, chain: name, text: (new ?? old)?.text ?? "", before: old.map { ($0.number, $0.counters) },
              after: new.map { ($0.number, $0.counters) }))
        }
        func noteRemoved() {
          while oldIndex < lines[0].count, removed.contains(oldIndex) {
            note(lines[0][oldIndex], nil)
            oldIndex += 1
          }
        }
        for (index, line) in lines[1].enumerated() {
          noteRemoved()
          if inserted.contains(index) {
            note(nil, line)
          } else if oldIndex < lines[0].count {
            if lines[0][oldIndex].counters != line.counters { note(lines[0][oldIndex], line) }
            oldIndex += 1
          }
        }
        noteRemoved()
      }
    }
    return changes
  }
}

/// A rule's or policy's text and counters.
private struct CounterLine {
  let number: Int?
  let text: String
  let counters: Counters

  static func all(_ chain: Chain?) -> [CounterLine] {
    guard let chain else { return [] }
    var lines = chain.rules.enumerated().map {
      CounterLine(number: $0 + 1, text: $1.savedText, counters: $1.counters)
    }
    if let policy = chain.policy {
      lines.append(CounterLine(number: nil, text: "policy \(policy.rawValue)", counters: chain.counters))
    }
    return lines
  }
}

/// The texts of rules, made when asked for.
private final class RuleTexts {
  private let ruleset: Ruleset
  private var texts: [PathStep: String] = [:]

  init(_ ruleset: Ruleset) { self.ruleset = ruleset }

  func stop(_ step: PathStep) -> ScenarioDifference.Stop {
    if let text = texts[step] { return .init(step: step, text: text) }
    let chain = ruleset[step.table]?[step.chain]
    let text =
      switch step.kind {
      case .rule:
        chain.flatMap { $0.rules.indices.contains(step.number - 1) ? $0.rules[step.number - 1].savedText : nil } ?? ""
      case .policy: "policy \(chain?.policy?.rawValue ?? "")"
      case .return: "RETURN"
      }
    texts[step] = text
    return .init(step: step, text: text)
  }
}

/// A packet's outcome, for comparing.
private struct OutcomeView {
  let record: PacketRecord
  let path: [ScenarioDifference.Stop]
  let sent: [ScenarioDifference.SentLine]
  let log: [String]

  init(_ record: PacketRecord, _ texts: RuleTexts) {
    self.record = record
    path = record.walk?.path.map(texts.stop) ?? []
    var sent: [ScenarioDifference.SentLine] = []
    var log: [String] = []
    func visit(_ walk: Walk) {
      log += walk.log.map(\.text)
      for walk in walk.emitted { add(walk) }
    }
    func add(_ walk: Walk) {
      sent.append(
        ScenarioDifference.SentLine(
          bytes: walk.finalBytes, edited: walk.edited, by: walk.origin, byRule: walk.origin.rule.map(texts.stop),
          path: walk.path.map(texts.stop),
          verdict: walk.verdict, state: walk.conntrack))
      visit(walk)
    }
    for emission in record.before { add(emission.walk) }
    if let walk = record.walk { visit(walk) }
    self.sent = sent
    self.log = log
  }
}

extension ScenarioDifference.PacketChange {
  fileprivate mutating func compare(_ old: OutcomeView?, _ new: OutcomeView) {
    let empty = ScenarioDifference.Pair<[ScenarioDifference.Stop]>(before: old?.path ?? [], after: new.path)
    let isSamePath =
      empty.before.count == empty.after.count && zip(empty.before, empty.after).allSatisfy { $0.isSame(as: $1) }
    if !isSamePath { path = empty }
    let verdicts = (old?.record.finalVerdict, new.record.finalVerdict)
    let unsent = (old?.record.isUnsent ?? false, new.record.isUnsent)
    if unsent.0 != unsent.1 {
      isUnsent = .init(before: unsent.0, after: unsent.1)
    } else if verdicts.0 != verdicts.1 || old == nil {
      verdict = .init(before: verdicts.0 ?? nil, after: verdicts.1)
    }
    let states = (old?.record.walk?.conntrack, new.record.walk?.conntrack)
    if states.0 != states.1 { state = .init(before: states.0, after: states.1) }
    (removedLog, addedLog) = Self.split(old?.log ?? [], new.log)
    (removedSent, addedSent) = Self.split(old?.sent ?? [], new.sent)
    let unmodelled = (old?.record.walk?.notModelled ?? [], new.record.walk?.notModelled ?? [])
    if unmodelled.0 != unmodelled.1 { notModelled = .init(before: unmodelled.0, after: unmodelled.1) }
    if let old { compareBytes(old.record.captured.bytes, new.record.captured.bytes) }
  }

  /// What is only in the one and only in the other, in order.
  private static func split<Value: Hashable>(_ old: [Value], _ new: [Value]) -> (removed: [Value], added: [Value]) {
    var removed: [Value] = []
    var added: [Value] = []
    for step in new.difference(from: old) {
      switch step {
      case .remove(_, let value, _): removed.insert(value, at: 0)
      case .insert(_, let value, _): added.append(value)
      }
    }
    return (removed, added)
  }

  private mutating func compareBytes(_ old: [UInt8], _ new: [UInt8]) {
    guard old != new else { return }
    guard old.count == new.count else {
      bytes = [(0..<max(old.count, new.count), old, new)]
      return
    }
    var start: Int?
    for index in 0...old.count {
      let differs = index < old.count && old[index] != new[index]
      if differs, start == nil { start = index }
      if !differs, let first = start {
        bytes.append((first..<index, Array(old[first..<index]), Array(new[first..<index])))
        start = nil
      }
    }
  }
}

extension PacketRecord {
  /// The walk's verdict; `nil` where it has none.
  fileprivate var finalVerdict: Verdict? {
    switch disposition {
    case .walked(let walk): walk.verdict
    case .confirms(_, let walk): walk.verdict
    case .unsent, .passedOver: nil
    }
  }

  fileprivate var isUnsent: Bool {
    if case .unsent = disposition { return true }
    return false
  }
}

extension Walk.Origin {
  /// The rule whose REJECT sent it.
  fileprivate var rule: PathStep? {
    if case .reject(let step) = self { return step }
    return nil
  }
}
