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
        output.add(lines: [line(layer, field, parts, isAsked, step, session)], .plain)
      }
    }
  }

  private static func line(
    _ layer: Layer, _ field: Field, _ parts: [Field], _ isAsked: Bool, _ step: Step, _ session: Session
  ) -> String {
    let range = field.byteRange
    let span = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound - 1)"
    let isEdited = step.marks.edited.contains { $0.overlaps(range) }
    let hex = isEdited ? "--" : Array(step.bytes[...].slice(at: range.lowerBound, length: min(8, range.count))).hex
    let set = parts.filter { $0.text == "set" }.map { session.phrases.fieldName(layer.protocolName, $0.name) }
    let text = isAsked ? "?" : isEdited ? "--" : field.text + (set.isEmpty ? "" : "  " + set.joined(separator: ", "))
    let name = session.phrases.fieldName(layer.protocolName, field.name)
    return Layout.cut(
      "  " + Layout.pad(span, to: 8) + Layout.pad(name, to: 30) + Layout.pad(isAsked ? "?" : hex, to: 18) + text)
  }
}
