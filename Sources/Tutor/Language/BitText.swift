import Wire

extension String {
  /// `SYN/ACK` for `SYN, ACK`, as people say it.
  var joinedFlags: String { split(separator: ",").map { $0.drop { $0 == " " } }.joined(separator: "/") }
}

extension UInt8 {
  /// `0001 0010`.
  var bitText: String {
    let bits = (0..<8).map { bit($0) == 1 ? "1" : "0" }
    return bits[..<4].joined() + " " + bits[4...].joined()
  }

  /// Bit `position`, counted from 0 at the left.
  func bit(_ position: Int) -> Int { position < 8 && position >= 0 ? Int(self >> UInt8(7 - position) & 1) : 0 }
}

extension TCPFlags {
  /// Each of the eight by itself, from the left.
  static var singles: [TCPFlags] { (0..<8).reversed().map { TCPFlags(rawValue: 1 << UInt8($0)) } }
}

/// TCP's flags that are set, in the order people say them; `nil` for any other field.
func flagNames(_ layer: Layer, _ field: Field) -> [String]? {
  guard layer.protocolName == "tcp", field.name == "flags", case .unsigned(let value) = field.value else { return nil }
  let names = TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)).names
  return names.split(separator: ",").map { String($0.drop { $0 == " " }) }
}
