import Netfilter
import Simulation

/// `why`: everything that the step at hand rests on. `why not N`: what kept rule N from firing.
enum WhyCommand: Command {
  static let name = "why"
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
    output.add(lines: [Layout.cut(words)], .chain)
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
    let shown = comparison.bytes.map { $0.lowerBound + step.networkOffset..<$0.upperBound + step.networkOffset }
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
    let named = words.count > 1 ? words[words.count - 2].uppercased() : nil
    guard let place = step.place ?? lastPlace(session) else {
      output.add(session.phrases.say(.noRuleHere), .note)
      return
    }
    let chain = named ?? place.chain
    let spec = QuestionSpec(
      kind: WhyNotQuestion.name, packet: step.packet, emission: step.emission, table: place.table, chain: chain,
      rule: number)
    guard let history = session.history, let about = try? ChainSubject(spec, history) else {
      output.add(session.phrases.say(.neverCameTo(chain: chain)), .note)
      return
    }
    if let visit = about.visit(number), visit.matched {
      output.add(session.phrases.say(.ruleDidFire(chain: chain, rule: number)), .sentence)
      show(visit, step, session, &output)
      return
    }
    for evidence in about.evidence(againstRule: number) { output.add(session.phrases.evidence(evidence), .sentence) }
  }

  private static func lastPlace(_ session: Session) -> Step.Place? {
    guard let position = session.position, let history = session.history else { return nil }
    let steps = history.steps(position.packet).prefix(position.step + 1)
    let emission = steps.last?.emission ?? []
    return steps.last { $0.emission == emission && $0.place != nil }?.place
  }
}
