import Netfilter
import Simulation
import Wire

/// Plain text: a step's bytes, field and rules as facts, one a line, for those who listen to the screen.
extension Session {
  /// What a step is about: the field, or the bytes when the packet comes into view or a rule reads some.
  func addFacts(_ step: Step, _ position: Position, _ output: inout Output) {
    switch step.content {
    case .field(let layer, let field, let parts, _): addField(layer, field, parts, step, &output)
    case .arrival, .emission, .changed, .reassembled, .helper: addByteFacts(step.bytes, step.marks, rows: 5, &output)
    default: break
    }
    guard let place = step.place, let chain = history?.scenario.ruleset[place.table]?[place.chain] else { return }
    let index = place.rule - 1
    let isRule = chain.rules.indices.contains(index)
    output.add(
      phrases.plain(
        .ruleAtHand(
          table: place.table, chain: place.chain, number: isRule ? place.rule : nil, count: chain.rules.count,
          text: isRule ? chain.rules[index].savedText : chain.policy.map { "policy \($0.rawValue)" } ?? "RETURN")),
      .chain)
  }

  private func addField(_ layer: Layer, _ field: Field, _ parts: [Field], _ step: Step, _ output: inout Output) {
    let range = field.byteRange
    let hidden = step.hiddenBytes(in: range)
    let digits = spacedHex(Array(step.bytes[...].slice(at: range.lowerBound, length: range.count)), hidden: hidden)
    let set = parts.filter { $0.text == "set" }.map { phrases.fieldName(layer.protocolName, $0.name) }
    let value = hidden.isEmpty ? field.text + (set.isEmpty ? "" : " " + set.joined(separator: " ")) : "--"
    let name = phrases.fullName(layer.protocolName, field.name)
    output.add(phrases.plain(.field(bytes: range, digits, name: name, value: value)), .dump)
  }

  /// The rows of a dump as facts.
  func addByteFacts(_ bytes: [UInt8], _ marks: Step.Marks, rows: Int, _ output: inout Output) {
    let count = (bytes.count + 15) / 16
    let focus = (marks.current.first?.lowerBound ?? 0) / 16
    let first = count <= rows ? 0 : min(max(0, focus - rows / 2), count - rows)
    let last = min(count, first + min(rows, count))
    for row in first..<last {
      let range = row * 16..<min(bytes.count, row * 16 + 16)
      let digits = range.map { index -> String in
        if marks.edited.contains(where: { $0.contains(index) }) { return "--" }
        if marks.unknown.contains(where: { $0.contains(index) }) { return "??" }
        return [bytes[index]].hex
      }
      let current = marks.current.first.map { $0.clamped(to: range) }.flatMap { $0.isEmpty ? nil : $0 }
      output.add(phrases.plain(.bytes(range, digits.joined(separator: " "), current: current)), .dump)
    }
    let hidden = bytes.count - max(0, min(bytes.count, last * 16) - first * 16)
    if hidden > 0 { output.add(phrases.say(.truncatedDump(hidden)), .note) }
  }
}
