import Wire

/// `-m string`: bytes anywhere in the packet (`net/netfilter/xt_string.c`, `skb_find_text` in `net/core/skbuff.c`).
package struct StringMatch: Match {
  package static let name = "string"
  package static let options = [
    OptionDefinition("from"),
    OptionDefinition("to"),
    OptionDefinition("algo", mandatory: true),
    OptionDefinition("string", invertible: true, excludes: ["hex-string"]),
    OptionDefinition("hex-string", invertible: true, excludes: ["string"]),
    OptionDefinition("icase", argument: .none),
  ]
  /// In bytes.
  private static let longestPattern = 128

  private var pattern: [UInt8]?
  private var inverted = false
  private var algorithm = ""
  private var from: UInt16 = 0
  private var to: UInt16 = .max
  private var ignoresCase = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "from": from = try option.number(for: Self.name)
    case "to": to = try option.number(for: Self.name)
    case "algo": algorithm = SavedString.cut(option.value, to: 15)
    case "icase": ignoresCase = true
    default:
      inverted = option.inverted
      if option.name == "string" {
        pattern = Array(option.value.utf8)
        guard option.value.utf8.count <= Self.longestPattern else {
          throw OptionError("STRING too long \"\(option.value)\"")
        }
      } else {
        pattern = try HexStringReader.read(option.value, longest: Self.longestPattern)
      }
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if pattern == nil { throw OptionError("STRING match: You must specify `--string' or `--hex-string'") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    let length = pattern?.count ?? 0
    guard from <= to else { throw OptionError("string: --from lies behind --to") }
    guard (1...Self.longestPattern).contains(length) else {
      throw OptionError("string: the pattern has \(length) bytes")
    }
    // The kernel has a third, `fsm`, which takes no plain text.
    guard ["bm", "kmp"].contains(algorithm) else {
      let text = algorithm == "fsm" ? "Invalid argument" : "No chain/target/match by that name"
      throw OptionError("string: no algorithm `\(algorithm)'", systemText: text)
    }
  }

  // MARK: text

  /// The pattern in quotes, in hexadecimal where it could not be read back as text.
  private var quoted: String {
    let bytes = pattern ?? []
    if isHexadecimal { return "\"|\(bytes.hex)|\"" }
    var text = ""
    for byte in bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text += "\\" }
      text.unicodeScalars.append(UnicodeScalar(byte))
    }
    return "\"\(text)\""
  }

  private var isHexadecimal: Bool {
    (pattern ?? []).contains { !(0x20...0x7e).contains($0) } || pattern?.last == UInt8(ascii: "\\")
  }

  package var saved: String {
    SavedOption.text(isHexadecimal ? "hex-string" : "string", quoted, inverted: inverted) + " --algo \(algorithm)"
      + (from == 0 ? "" : " --from \(from)") + (to == .max ? "" : " --to \(to)") + (ignoresCase ? " --icase" : "")
  }

  package func listed(numeric: Bool) -> String {
    " STRING match \(inverted ? "!" : "") \(quoted) ALGO name \(algorithm)"
      + (from == 0 ? "" : " FROM \(from)") + (to == .max ? "" : " TO \(to)") + (ignoresCase ? " ICASE" : "")
  }

  // MARK: evaluation

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let pattern, !pattern.isEmpty else { return .notModelled("-m string") }
    let packet = context.packet
    let bytes = packet.bytes
    let place = find(pattern, in: packet)
    // Bytes nobody knows might hold it, or hold it earlier.
    let searched = Int(from)..<max(Int(from), min(bytes.count, Int(to)))
    if packet.isUnknown(searched) { return .notModelled("the packet's bytes that -m string searches are unknown") }
    let found = place.map { $0..<$0 + pattern.count }
    if let found, packet.isChosen(found) {
      return .notModelled("-m string on bytes that the kernel picks by a secret")
    }
    return context.judge(
      found != nil, "--string", .field("ipv4", "packet", bytes: found ?? searched),
      read: found.map { "found at byte \($0.lowerBound)" }
        ?? "not in bytes \(searched.lowerBound) to \(searched.upperBound)",
      .contains, quoted, inverted: inverted)
  }

  /// Where the pattern begins first, from the packet's first byte; `nil` where it is not or does not end by `--to`.
  private func find(_ pattern: [UInt8], in packet: SocketBuffer) -> Int? {
    let text = packet.bytes
    let start = Int(from)
    guard start < min(text.count, Int(to)) else { return nil }
    let wanted = ignoresCase ? pattern.map(\.uppercased) : pattern
    // A reassembled packet lies in pieces; Boyer-Moore looks at each by itself.
    var ends = [text.count]
    if algorithm == "bm", !packet.fragmentSizes.isEmpty {
      var end = packet.headerLength
      ends = packet.fragmentSizes.map { size in
        end += size
        return min(end, text.count)
      }
    }
    var first = start
    for end in ends where end > first {
      if let place = Self.find(wanted, in: text[first..<end], ignoresCase) {
        return place - start + pattern.count <= Int(to) - start ? place : nil
      }
      first = end
    }
    return nil
  }

  private static func find(_ pattern: [UInt8], in text: ArraySlice<UInt8>, _ ignoresCase: Bool) -> Int? {
    guard text.count >= pattern.count, let head = pattern.first else { return nil }
    for place in text.startIndex...text.endIndex - pattern.count {
      let byte = ignoresCase ? text[place].uppercased : text[place]
      guard byte == head else { continue }
      let here = text[place..<place + pattern.count]
      if ignoresCase ? here.elementsEqual(pattern, by: { $0.uppercased == $1 }) : here.elementsEqual(pattern) {
        return place
      }
    }
    return nil
  }
}

extension UInt8 {
  /// As the kernel's `toupper` does it, by its table of Latin 1.
  fileprivate var uppercased: UInt8 {
    switch self {
    case 0x61...0x7a, 0xe0...0xf6, 0xf8...0xfe: self - 0x20
    default: self
    }
  }
}

/// Reads the argument of `--hex-string`: text, with bytes in hexadecimal between bars
/// (`parse_hex_string` in `extensions/libxt_string.c`).
enum HexStringReader {
  static func read(_ text: String, longest: Int) throws(OptionError) -> [UInt8] {
    let letters = Array(text.utf8)
    guard !letters.isEmpty else { throw OptionError("STRING must contain at least one char") }
    let bar = UInt8(ascii: "|")
    let backslash = UInt8(ascii: "\\")
    let space = UInt8(ascii: " ")
    var bytes: [UInt8] = []
    var isHexadecimal = false
    var index = 0
    while index < letters.count {
      var isLiteral = false
      if letters[index] == backslash {
        guard !isHexadecimal else { throw OptionError("Cannot include literals in hex data") }
        isLiteral = true
      } else if letters[index] == bar {
        isHexadecimal.toggle()
        if isHexadecimal {
          while index + 1 < letters.count, letters[index + 1] == space { index += 1 }
        }
        // What follows a bar is taken as it is, a second bar too.
        index += 1
        if index >= letters.count { break }
      }
      if isLiteral {
        guard index + 1 < letters.count else { throw OptionError("Bad literal placement at end of string") }
        bytes.append(letters[index + 1])
        index += 2
      } else if isHexadecimal {
        guard index + 1 < letters.count else { throw OptionError("Odd number of hex digits") }
        guard index + 2 < letters.count else { throw OptionError("Invalid hex block") }
        let high = try digit(letters[index])
        let low = try digit(letters[index + 1])
        bytes.append(high << 4 | low)
        index += letters[index + 2] == space ? 3 : 2
      } else {
        bytes.append(letters[index])
        index += 1
      }
      guard bytes.count <= longest + 1 else { throw OptionError("STRING too long \"\(text)\"") }
    }
    return bytes
  }

  private static func digit(_ letter: UInt8) throws(OptionError) -> UInt8 {
    switch letter {
    case 0x30...0x39: return letter - 0x30
    case 0x61...0x66: return letter - 0x61 + 10
    case 0x41...0x46: return letter - 0x41 + 10
    default: throw OptionError("Invalid hex char '\(UnicodeScalar(letter))'")
    }
  }
}
