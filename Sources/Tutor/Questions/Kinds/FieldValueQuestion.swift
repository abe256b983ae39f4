import Simulation
import Wire

/// What does this field hold? The bytes are marked; the reading is the learner's.
struct FieldValueQuestion: QuestionKind {
  static let name = "field_value"
  private let about: FieldSubject

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) { about = try FieldSubject(spec, history) }

  var correct: Answer { .value(about.value, text: isFlags ? reading(about.value) : Self.plain(about.field.text)) }

  /// `6` of `6 (TCP)`: a name beside one number among the choices would give it away. The evidence tells it.
  private static func plain(_ text: String) -> String {
    guard text.hasSuffix(")"), let space = text.firstRange(of: " (") else { return text }
    return String(text[..<space.lowerBound])
  }

  var distractors: [Choice] {
    var choices: [Choice] = []
    func add(_ value: UInt64, _ text: String? = nil, _ idea: Misconception?) {
      guard value != about.value else { return }
      choices.append(Choice(.value(value, text: text ?? reading(value)), idea))
    }
    if let flags = about.subject.tcpFlags, isFlags {
      for flag in [TCPFlags.ack, .syn, .rst] {
        add(UInt64(flags.symmetricDifference(flag).rawValue), nil, .flagOverlooked)
      }
      return choices
    }
    if let rival = about.rival, case .unsigned(let value) = rival.field.value,
      rival.field.bits.count == about.field.bits.count
    {
      add(value, reading(value), rival.misconception)
    }
    if about.bits == nil, about.bytes.count > 1 {
      add(about.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, nil, .bytesReadBackwards)
    }
    if case .units(let size)? = unit {
      add(about.value &* UInt64(size), "\(about.value &* UInt64(size))", .unitsForgotten)
    }
    let digits = about.isAddress || about.field.text.hasPrefix("0x") ? nil : UInt64(about.bytes.hex)
    if let digits, about.bits == nil { add(digits, String(digits), .hexReadAsDecimal) }
    if about.isAddress { return choices }
    if let rival = about.rival, case .unsigned(let value) = rival.field.value {
      add(value, reading(value), rival.misconception)
    }
    if about.field.bits.count == 1 { add(1 - min(1, about.value), nil, .flagOverlooked) }
    let limit: UInt64 = about.field.bits.count < 64 ? 1 << UInt64(about.field.bits.count) : .max
    for step in [1, 16] as [UInt64] where about.field.bits.count > 1 && step < limit {
      let (more, overflow) = about.value.addingReportingOverflow(step)
      let misread = !overflow && more < limit ? more : about.value >= step ? about.value - step : nil
      if let misread { add(misread, nil, .digitMisread) }
    }
    return choices
  }

  var isOneBit: Bool { about.field.bits.count == 1 }
  private var isPort: Bool { about.field.name.hasSuffix("_port") }

  /// `0e 0a`, and `0e0a` where a letter or a zero in front shows that it is no decimal number.
  private static func spelled(_ text: String, count: Int) -> UInt64? {
    let digits = text.filter { $0 != " " }
    guard digits.count == count * 2, count <= 8, text.contains(" ") || digits.contains(where: \.isLetter) else {
      return nil
    }
    return UInt64(digits, radix: 16)
  }

  private var isFlags: Bool { about.isFlags }

  private enum Unit { case units(Int) }
  /// The field counts in units of several bytes.
  private var unit: Unit? {
    switch about.field.name {
    case "ihl", "data_offset": .units(4)
    case "fragment_offset": .units(8)
    default: nil
    }
  }

  /// A value as this field would show it.
  private func reading(_ value: UInt64) -> String {
    if isFlags { return TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)).spokenNames }
    if about.isAddress { return IPv4Address(rawValue: UInt32(truncatingIfNeeded: value)).description }
    if about.field.text.hasPrefix("0x") {
      return FieldFormat.hexadecimal.text(value, width: about.field.bits.count)
    }
    if about.field.bits.count == 1 { return FieldFormat.flag.text(value, width: 1) }
    return String(value)
  }

  var view: QuestionView {
    var marks = about.subject.plainMarks
    marks.current = [about.range]
    return QuestionView(bytes: about.subject.bytes, marks: marks)
  }

  var prompt: Prompt {
    .fieldValue(protocolName: about.layer.protocolName, field: about.field.name, shown: about.range, bits: about.bits)
  }

  var clues: [Clue] {
    [
      .lookAtBytes(about.range), .bytesAre(about.range, about.bytes),
      .hexDigits(about.bytes),
    ]
  }

  func read(_ text: String) -> Answer? {
    if text == about.field.text.lowercased() { return correct }
    if about.isAddress { return IPv4Address(text).map { .value(UInt64($0.rawValue), text: text) } }
    if about.field.bits.count == 1 {
      let words: [String: UInt64] = [
        "1": 1, "set": 1, "yes": 1, "on": 1, "0": 0, "not set": 0, "unset": 0, "no": 0, "off": 0,
      ]
      return words[text].map { .value($0, text: reading($0)) }
    }
    if isFlags, ["none", "no flags", "nothing", "なし"].contains(text) { return .value(0, text: reading(0)) }
    if isFlags, let flags = Self.flags(text) { return .value(UInt64(flags.rawValue), text: flags.names) }
    if let value = text.number {
      // `12` may be meant as the byte's two digits, which are no flags yet.
      return isFlags && !text.hasPrefix("0x") && value != about.value ? nil : .value(value, text: text)
    }
    if let value = Self.spelled(text, count: about.bytes.count) { return .value(value, text: text) }
    // `80/http`, `20 bytes`.
    let words = text.split { $0 == " " || $0 == "/" }.map(String.init)
    if let first = words.first?.number, words.count == 2 {
      if words[1].hasPrefix("byte") || words[1] == "バイト" { return .value(first, text: text) }
      if isPort { return PortNames.names(words[1]).contains(first) ? .value(first, text: text) : nil }
    }
    if isPort, let port = PortNames.names(text).first { return .value(port, text: text) }
    // A name that the field's text gives after the number: `6 (TCP)`.
    let name = about.field.text.split(separator: "(").last.map { $0.filter { $0 != ")" }.lowercased() }
    return about.field.text.contains("(") && name == text ? correct : nil
  }

  func isRight(_ answer: Answer) -> Bool {
    guard case .value(let value, _) = answer else { return false }
    if value == about.value { return true }
    // `20 bytes` for a header length of five words is as good.
    if case .units(let size)? = unit, case .value(_, let text) = answer, text.contains("byte") || text.contains("バイト") {
      return value == about.value &* UInt64(size)
    }
    return false
  }

  func misconception(of answer: Answer) -> Misconception? {
    guard case .value(let value, _) = answer else { return nil }
    if isFlags { return .flagOverlooked }
    return distractors.first { if case .value(value, _) = $0.answer { true } else { false } }?.misconception
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard !isRight(answer), case .value(let value, _) = answer else { return [about.evidence] }
    return [about.evidence] + against(value, misconception(of: answer))
  }

  /// What this packet's bytes say against a value.
  private func against(_ value: UInt64, _ idea: Misconception?) -> [Evidence] {
    switch idea {
    case .flagOverlooked?:
      guard isFlags else { return oneBit }
      return [
        .flagBits(
          TCPFlags(rawValue: UInt8(truncatingIfNeeded: about.value)),
          taken: TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)))
      ]
    case .neighbouringField?, .portsSwapped?, .addressesSwapped?, .numbersSwapped?:
      return about.rivalEvidence.map { [$0] } ?? []
    case .unitsForgotten?:
      if case .units(let size)? = unit { return [.units(count: about.value, size: size)] }
      return []
    default: return reckoning
    }
  }

  private var oneBit: [Evidence] {
    guard isOneBit, let bits = about.bits, let byte = about.bytes.first else { return [] }
    return [.bit(byte: byte, position: bits.lowerBound)]
  }

  private var reckoning: [Evidence] {
    guard about.bytes.count <= 4 else { return [] }
    if isOneBit { return oneBit }
    let text = Self.plain(about.field.text)
    guard let bits = about.bits else {
      let way: Reckoning = about.isAddress ? .address : text.hasPrefix("0x") ? .digits : .number
      return [.reckoning(about.bytes, value: text, way)]
    }
    guard about.bytes.count == 1, bits.count == 4, bits.lowerBound % 4 == 0 else { return [] }
    return [.reckoning(about.bytes, value: text, bits.lowerBound == 0 ? .firstDigit : .secondDigit)]
  }

  /// `SYN, ACK`, `syn+ack`, `S.`: the flags that a text names.
  static func flags(_ text: String) -> TCPFlags? {
    let letters: [Character: TCPFlags] = [
      "s": .syn, ".": .ack, "f": .fin, "r": .rst, "p": .psh, "u": .urg, "e": .ece, "w": .cwr,
    ]
    let names: [String: TCPFlags] = [
      "syn": .syn, "ack": .ack, "fin": .fin, "rst": .rst, "psh": .psh, "urg": .urg, "ece": .ece, "cwr": .cwr,
    ]
    let words = text.split { !$0.isLetter }.map(String.init).filter { $0 != "and" }
    if !words.isEmpty, words.allSatisfy({ names[$0] != nil }) {
      return words.reduce(into: []) { $0.formUnion(names[$1] ?? []) }
    }
    let compact = text.filter { $0 != "[" && $0 != "]" }
    guard !compact.isEmpty, compact.allSatisfy({ letters[$0] != nil }) else { return nil }
    return compact.reduce(into: []) { $0.formUnion(letters[$1] ?? []) }
  }
}
