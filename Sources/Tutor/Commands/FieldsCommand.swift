import Simulation
import Wire

/// `fields`: every field of the packet at hand. While a question about the packet is open, values stay hidden.
enum FieldsCommand: Command {
  static let name = "fields"
  static let aliases = ["f"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let step = session.step else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    let asked = session.open?.question.spec
    let dissection = step.emission.isEmpty ? session.history?.dissection(step.packet) : Dissection(network: step.bytes)
    guard let dissection, !dissection.layers.isEmpty else {
      output.add(session.phrases.say(.noFields), .note)
      return
    }
    for layer in dissection.layers where !layer.fields.isEmpty {
      output.add(session.phrases.headerName(layer.protocolName), .heading)
      for (field, parts) in layer.fieldGroups {
        let isAsked = asked?.field == field.name && asked?.protocolName == layer.protocolName
        add(layer, field, parts, isAsked, step, session, &output)
      }
    }
  }

  /// One field: a row of columns, or a fact.
  private static func add(
    _ layer: Layer, _ field: Field, _ parts: [Field], _ isAsked: Bool, _ step: Step, _ session: Session,
    _ output: inout Output
  ) {
    let range = field.byteRange
    let span = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound - 1)"
    let isEdited = step.marks.edited.contains { $0.overlaps(range) }
    let bytes = Array(step.bytes[...].slice(at: range.lowerBound, length: min(8, range.count)))
    let set = parts.filter { $0.text == "set" }.map { session.phrases.fieldName(layer.protocolName, $0.name) }
    let flags = set.isEmpty ? "" : (session.options.isPlain ? ", " : "  ") + set.joined(separator: ", ")
    let text = isAsked || isEdited ? hidden(isAsked) : field.text + flags
    let name = session.phrases.fieldName(layer.protocolName, field.name)
    guard !session.options.isPlain else {
      let digits = isAsked || isEdited ? hidden(isAsked) : spacedHex(bytes)
      output.add(session.phrases.plain(.field(bytes: range, digits, name: name, value: text)), .plain)
      return
    }
    let shown = isAsked || isEdited ? hidden(isAsked) : bytes.hex
    output.add(
      row: "  " + Layout.pad(span, to: 8) + Layout.pad(name, to: 30) + Layout.pad(shown, to: 18) + text,
      narrow: ["  \(Layout.pad(span, to: 6)) \(name)", "         \(shown == text ? text : shown + "  " + text)"], .plain
    )
  }

  /// What stands for a value that is not to be seen: it is asked for, or was edited out.
  private static func hidden(_ isAsked: Bool) -> String { isAsked ? "?" : "--" }
}
