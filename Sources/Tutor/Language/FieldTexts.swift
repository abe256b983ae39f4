/// Names and meanings of header fields, one table a language.
struct FieldTexts: Sendable {
  /// By `protocol.field`, or by `field` alone where the name says enough.
  let names: [String: String]
  /// What the field is for, as half a sentence.
  let meanings: [String: String]
  /// What follows the name of an option for its first two bytes, by the end of the field's name.
  var ofOptions: [(end: String, name: String)] = []

  func name(_ protocolName: String, _ field: String) -> String {
    if let name = names[protocolName + "." + field] ?? names[field] { return name }
    for (end, name) in ofOptions where field.hasSuffix(end) {
      if let option = names[String(field.dropLast(end.count))] { return option + name }
    }
    return field.split(separator: "_").joined(separator: " ")
  }

  func meaning(_ protocolName: String, _ field: String) -> String? {
    meanings[protocolName + "." + field] ?? meanings[field]
  }
}
