import Netfilter
import Simulation

/// `why`: everything that the step at hand rests on. `why not N`: what kept rule N from firing.
enum WhyCommand: Command {
  static let name = "why"
  static let example = "why INVALID"
  static let aliases = ["w"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let step = session.step, let record = session.record else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    if session.open != nil {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    if arguments.first?.lowercased() == "not" {
      whyNot(Array(arguments.dropFirst()), step, record, &session, &output)
      return
    }
    if let word = arguments.first {
      guard let state = ConnectionState(rawValue: word.uppercased()) else {
        let given = arguments.joined(separator: " ")
        output.add(
          session.phrases.say(.badArgument(command: name, given: given, expected: "why, why not 3 or why INVALID")),
          .error)
        return
      }
      session.explainState(state, &output)
      return
    }
    guard let visit = step.visit ?? lastVisit(session) else {
      for sentence in session.phrases.sentences(step) { output.add(sentence, .sentence) }
      return
    }
    show(visit, step, session, &output)
  }

  /// The rule that settled things before a step that stands outside the rules.
  private static func lastVisit(_ session: Session) -> RuleVisit? {
    guard let position = session.position, let history = session.history else { return nil }
    let steps = history.steps(position.packet).prefix(position.step + 1)
    let emission = steps.last?.emission ?? []
    return steps.last { $0.emission == emission && $0.visit?.matched == true }?.visit
  }

  private static func show(_ visit: RuleVisit, _ step: Step, _ session: Session, _ output: inout Output) {
    let words =
      visit.step.kind == .rule
      ? "\(visit.step.chain) \(visit.step.number)  \(visit.text)" : "\(visit.step.chain)  \(visit.text)"
    output.add(cut: words, .chain)
    guard visit.step.kind == .rule else {
      output.add(
        session.phrases.evidence(
          .policyDecides(chain: visit.step.chain, policy: visit.text, rules: visit.step.number - 1)), .sentence)
      return
    }
    for comparison in visit.comparisons { output.add(sentence(comparison, visit, step, session), .sentence) }
    if visit.matched {
      output.add(
        session.phrases.evidence(.allHold(chain: visit.step.chain, rule: visit.step.number, text: visit.text)),
        .sentence)
    }
  }

  private static func sentence(_ comparison: Comparison, _ visit: RuleVisit, _ step: Step, _ session: Session) -> String
  {
    let shown = comparison.bytes.flatMap { step.visible($0) }
    let bytes = shown.map { Array(step.bytes[$0.clamped(to: step.bytes.indices)]) } ?? []
    return session.phrases.evidence(
      .comparison(chain: visit.step.chain, rule: visit.step.number, comparison, bytes: bytes, shown: shown))
  }

  private static func whyNot(
    _ arguments: [String], _ step: Step, _ record: PacketRecord, _ session: inout Session, _ output: inout Output
  ) {
    // `why not 3`, `why not INPUT 3`, `why not rule 3`.
    let words = arguments.filter { $0.lowercased() != "rule" }
    guard let number = words.last.flatMap({ Int($0) }) else {
      output.add(
        session.phrases.say(
          .badArgument(command: "why not", given: arguments.joined(separator: " "), expected: "why not 3")), .error)
      return
    }
    guard let history = session.history, let (table, chain) = place(words.dropLast(), step, session) else {
      output.add(
        words.count > 1
          ? session.phrases.say(.neverCameTo(chain: words[words.count - 2])) : session.phrases.say(.noRuleHere), .note)
      return
    }
    let spec = QuestionSpec(
      kind: WhyNotQuestion.name, packet: step.packet, emission: step.emission, table: table, chain: chain, rule: number)
    guard let about = try? ChainSubject(spec, history) else {
      output.add(session.phrases.say(.neverCameTo(chain: chain)), .note)
      return
    }
    if let visit = about.visit(number), visit.matched {
      output.add(session.phrases.say(.ruleDidFire(chain: chain, rule: number)), .sentence)
      show(visit, step, session, &output)
      return
    }
    if about.rules.indices.contains(number - 1) {
      output.add(cut: "\(chain) \(number)  \(about.rules[number - 1])", .chain)
    }
    for evidence in about.evidence(againstRule: number) { output.add(session.phrases.evidence(evidence), .sentence) }
    if about.visit(number) == nil, about.rules.indices.contains(number - 1) {
      hadItBeenAsked(about, number, step, session, history, &output)
    }
  }

  /// What a rule that was never asked would have said.
  private static func hadItBeenAsked(
    _ about: ChainSubject, _ number: Int, _ step: Step, _ session: Session, _ history: History, _ output: inout Output
  ) {
    let hook = about.visits.first?.hook
    let all = history.inspections(step.packet, emission: step.emission).first {
      $0.hook == hook && $0.rules.first?.table == about.table
    }
    guard let rule = all?.rules.first(where: { $0.chain == about.chain && $0.rule == number }) else { return }
    guard let failing = rule.comparisons.first(where: { !$0.holds }) else {
      output.add(session.phrases.say(.wouldHaveFired), .sentence)
      return
    }
    output.add(session.phrases.say(.wouldNotHaveFired), .sentence)
    output.add(
      session.phrases.evidence(about.subject.evidence(failing, chain: about.chain, rule: number)), .sentence)
  }

  /// The table and chain meant: named, in any case of its letters, or the one at hand.
  private static func place(
    _ words: ArraySlice<String>, _ step: Step, _ session: Session
  ) -> (table: TableName, chain: String)? {
    guard let last = words.last else { return (step.place ?? lastPlace(session)).map { ($0.table, $0.chain) } }
    guard let ruleset = session.history?.scenario.ruleset else { return nil }
    let named = words.count > 1 ? words.first.flatMap { TableName(rawValue: $0.lowercased()) } : nil
    let present = (step.place ?? lastPlace(session))?.table
    let order = [named ?? present, .filter].compactMap { $0 } + (named == nil ? ruleset.tables.map(\.name) : [])
    for name in order {
      if let chain = ruleset[name]?.chains.first(where: { $0.name.lowercased() == last.lowercased() }) {
        return (name, chain.name)
      }
    }
    return nil
  }

  private static func lastPlace(_ session: Session) -> Step.Place? {
    guard let position = session.position, let history = session.history else { return nil }
    let steps = history.steps(position.packet).prefix(position.step + 1)
    let emission = steps.last?.emission ?? []
    return steps.last { $0.emission == emission && $0.place != nil }?.place
  }
}

extension Step {
  /// A range counted from the IP header, counted from the first byte shown; `nil` where one of its bytes was edited out or
  /// is unknown.
  func visible(_ bytes: Range<Int>) -> Range<Int>? {
    let shown = bytes.lowerBound + networkOffset..<bytes.upperBound + networkOffset
    return (marks.edited + marks.unknown).contains { $0.overlaps(shown) } ? nil : shown
  }
}
