/// An answer of the server, with the form in which Python prints it.
indirect enum PythonValue: Sendable, Hashable {
  case none
  case bool(Bool)
  case int(Int64)
  case string(String)
  case list([PythonValue])
  case pair(String, PythonValue)

  /// As `repr()` gives it: `['203.0.113.9']`.
  var representation: String {
    switch self {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return String(value)
    case .string(let text): return Self.quoted(text)
    case .list(let values): return "[" + values.map(\.representation).joined(separator: ", ") + "]"
    case .pair(let key, let value): return "{\(Self.quoted(key)): \(value.representation)}"
    }
  }

  /// As `print()` gives it.
  var printed: String {
    if case .string(let text) = self { return text }
    return representation
  }

  private static func quoted(_ text: String) -> String {
    let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case let scalar where Character(scalar) == quote: result += "\\\(scalar)"
      case let scalar where scalar.value < 32 || scalar.value == 127:
        result += "\\x" + String(scalar.value, radix: 16).padded(left: 2, "0")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + String(quote)
  }
}
