/// Names and meanings of header fields, one table a language.
struct FieldTexts: Sendable {
  /// By `protocol.field`, or by `field` alone where the name says enough.
  let names: [String: String]
  /// What the field is for, as half a sentence.
  let meanings: [String: String]

  func name(_ protocolName: String, _ field: String) -> String {
    names[protocolName + "." + field] ?? names[field] ?? field.split(separator: "_").joined(separator: " ")
  }

  func meaning(_ protocolName: String, _ field: String) -> String? {
    meanings[protocolName + "." + field] ?? meanings[field]
  }
}
