import Netfilter
import Simulation

extension Lint {
  /// The scenario as it is fails each goal, the reference and every other way reaches all, what falls short does not.
  mutating func checkRepair(
    _ spec: QuestionSpec, _ step: LessonStep, _ lesson: Lesson, _ scenario: Scenario, _ file: String
  ) {
    func missed(_ goals: [Goal], _ scenario: Scenario) -> [Goal] {
      let history = History(scenario)
      return goals.filter { goal in
        goal.packet.flatMap { history.record($0)?.walk }.map { !goal.isReached(by: $0) } ?? true
      }
    }
    let open = missed(spec.goals, scenario)
    for goal in spec.goals where !open.contains(goal) {
      let words = Language.english.phrases.goal(goal)
      report(.repair, file, step.line, "`\(step.id)`: a goal holds before anything is repaired: \(words)")
    }
    for goal in missed(spec.keeps, scenario) {
      let words = Language.english.phrases.goal(goal)
      report(.repair, file, step.line, "`\(step.id)`: what is to be kept does not hold: \(words)")
    }
    guard let commands = lesson.references[step.id] else {
      report(.repair, file, step.line, "`\(step.id)`: there is no reference repair (repair.\(step.id).sh)")
      return
    }
    let own = commands.filter { !$0.isEmpty && $0.first != "!" && $0.first != "|" }
    guard let repaired = repaired(scenario, by: own, step, file) else { return }
    for goal in missed(spec.goals + spec.keeps, repaired) {
      report(
        .repair, file, step.line,
        "`\(step.id)`: the reference repair misses a goal: \(Language.english.phrases.goal(goal))")
    }
    let others = commands.filter { $0.first == "!" || $0.first == "|" }
    if !others.contains(where: { $0.first == "!" }) {
      report(.repair, file, step.line, "`\(step.id)`: repair.\(step.id).sh has no repair, after a !, that falls short")
    }
    for line in others {
      let words = String(line.dropFirst().drop { $0 == " " })
      let parts = words.split(separator: "&&").map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard let changed = self.repaired(scenario, by: parts, step, file) else { continue }
      let left = missed(spec.goals + spec.keeps, changed)
      if line.first == "!", left.isEmpty {
        report(.repair, file, step.line, "`\(step.id)`: this was to fall short of a goal: \(words)")
      } else if line.first == "|", let goal = left.first {
        report(
          .repair, file, step.line,
          "`\(step.id)`: this misses `\(Language.english.phrases.goal(goal))`: \(words)")
      }
    }
  }

  /// The scenario under the rules as commands of `iptables` leave them; `nil`, and a finding, where one is refused.
  private mutating func repaired(
    _ scenario: Scenario, by commands: [String], _ step: LessonStep, _ file: String
  ) -> Scenario? {
    var ruleset = scenario.ruleset
    for command in commands {
      let words = command.hasPrefix("iptables ") ? String(command.dropFirst("iptables ".count)) : command
      do {
        ruleset = try ruleset.applying(command: words)
      } catch {
        report(.repair, file, step.line, "`\(step.id)`: `\(command)` is refused: \(error.message)")
        return nil
      }
    }
    return scenario.with(ruleset)
  }

  /// The lesson's own packets: those that reach the goal, and those that must not.
  mutating func checkCraft(_ question: Question, _ step: LessonStep, _ lesson: Lesson, _ file: String) {
    let lines = lesson.references[step.id] ?? []
    if !lines.contains(where: { $0.hasPrefix("hping3 ") }) || !lines.contains(where: { $0.hasPrefix("!") }) {
      report(
        .repair, file, step.line,
        "`\(step.id)`: craft.\(step.id).sh needs a packet that reaches the goal and, after a !, one that does not")
    }
    for line in lines where !line.isEmpty {
      let isMiss = line.hasPrefix("!")
      let command = isMiss || line.hasPrefix("|") ? String(line.dropFirst().drop { $0 == " " }) : line
      switch (question.judge(command), isMiss) {
      case (.right, false), (.wrong, true): break
      case (.right, true):
        report(.repair, file, step.line, "`\(step.id)`: this was not to reach the goal: \(command)")
      case (.wrong, false): report(.repair, file, step.line, "`\(step.id)`: this misses the goal: \(command)")
      case (.unreadable, _): report(.repair, file, step.line, "`\(step.id)`: this cannot be sent: \(command)")
      }
    }
  }
}
