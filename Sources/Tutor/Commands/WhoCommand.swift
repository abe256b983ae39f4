import Netfilter
import Simulation
import Wire

/// `who 22`, `who tcp.flags`: which rules, of the chains that this packet meets, read a byte or a field, and what came of
/// it.
enum WhoCommand: Command {
  static let name = "who"
  static let example = "who tcp.flags"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let history = session.history, let step = session.step else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    if session.open != nil {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    guard !arguments.isEmpty else {
      output.add(session.phrases.say(.badArgument(command: name, given: "", expected: "who 22 or who ttl")), .error)
      return
    }
    let range: Range<Int>
    do throws(PacketEditError) { range = try wanted(arguments, step, history) } catch {
      output.add(session.phrases.say(.cannotEdit(error)), .error)
      return
    }
    guard let walk = history.record(step.packet)?.walk?.emission(at: step.emission) else {
      for sentence in session.phrases.sentences(step) { output.add(sentence, .sentence) }
      return
    }
    let hidden = range.filter { index in (step.marks.edited + step.marks.unknown).contains { $0.contains(index) } }
    let hex = spacedHex(Array(step.bytes[range]), hidden: Set(hidden.map { $0 - range.lowerBound }))
    output.add(session.phrases.say(.bytesRead(range, hex)), .heading)
    var isRead = false
    for (hook, rules) in history.inspections(step.packet, emission: step.emission) {
      isRead = show(rules, hook, walk, range, step, session, &output) || isRead
    }
    if !isRead { output.add(session.phrases.say(.nobodyReads), .note) }
  }

  /// A byte, a stretch of bytes (`22-23`) or a field.
  private static func wanted(
    _ words: [String], _ step: Step, _ history: History
  ) throws(PacketEditError) -> Range<Int> {
    let text = words.drop { ["byte", "bytes"].contains($0.lowercased()) }.joined(separator: " ")
    let numbers = text.split(separator: "-").map { Int($0) }
    if let first = numbers.first ?? nil, let last = numbers.last ?? nil, numbers.count <= 2 {
      guard first >= 0, last >= first, last < step.bytes.count else {
        throw .pastTheEnd(offset: last, count: step.bytes.count)
      }
      return first..<last + 1
    }
    let dissection = step.emission.isEmpty ? history.dissection(step.packet) : Dissection(network: step.bytes)
    guard let dissection else { throw .noSuchField(text, nearest: nil) }
    let range = try FieldFinder(dissection).find(text).byteRange
    guard range.upperBound <= step.bytes.count else {
      throw .pastTheEnd(offset: range.upperBound - 1, count: step.bytes.count)
    }
    return range
  }

  /// The rules of one table at one hook; `true` where one of them reads the bytes.
  private static func show(
    _ rules: [RuleInspection], _ hook: Hook, _ walk: Walk, _ range: Range<Int>, _ step: Step, _ session: Session,
    _ output: inout Output
  ) -> Bool {
    let visits = walk.events.compactMap { event -> RuleVisit? in
      if case .visit(let visit) = event, visit.hook == hook { visit } else { nil }
    }
    // Other tables may have changed the packet by then.
    let chains = Set(visits.map(\.step.chain))
    let ending = visits.last { visit in
      visit.matched && visit.step.kind == .rule && !visit.letsWalkGoOn && visit.step.table == rules.first?.table
    }
    var isRead = false
    for rule in rules where chains.contains(rule.chain) {
      let visit = visits.first {
        $0.step.kind == .rule && $0.step.table == rule.table && $0.step.chain == rule.chain
          && $0.step.number == rule.rule
      }
      for comparison in rule.comparisons {
        guard let bytes = comparison.bytes else { continue }
        let shown = bytes.lowerBound + step.networkOffset..<bytes.upperBound + step.networkOffset
        guard shown.overlaps(range) else { continue }
        if !isRead { output.add("\(rule.table.rawValue) \(hook.rawValue)", .chain) }
        isRead = true
        output.add(cut: "  \(rule.chain) \(rule.rule)  \(rule.text)", .chain)
        let made = visit?.comparisons.first { $0.option == comparison.option && $0.subject == comparison.subject }
        let told = made ?? comparison
        let visible = step.visible(bytes)
        let read = visible.map { Array(step.bytes[$0.clamped(to: step.bytes.indices)]) } ?? []
        output.add(
          session.phrases.evidence(
            .comparison(chain: rule.chain, rule: rule.rule, told, bytes: read, shown: visible)), .sentence, indent: 4)
        guard made == nil else { continue }
        let failed = visit?.comparisons.last { !$0.holds }
        output.add(
          session.phrases.say(
            failed.map { .notComparedAfter($0.condition) }
              ?? .notReached(by: ending.map { "\($0.step.chain) \($0.step.number)" })), .note, indent: 4)
      }
    }
    return isRead
  }
}
