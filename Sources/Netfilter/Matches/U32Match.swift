import Wire

/// `-m u32`: words anywhere in the packet, found and masked by a little language (`net/netfilter/xt_u32.c`).
package struct U32Match: Match {
  package static let name = "u32"
  package static let options = [OptionDefinition("u32", invertible: true, mandatory: true)]

  private var tests: [U32Test] = []
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    tests = try U32Reader.read(option.value)
    inverted = option.inverted
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    let isTooFar = tests.contains { test in
      test.steps.contains { ($0.operation == .left || $0.operation == .right) && $0.number > 31 }
    }
    if isTooFar { throw OptionError("u32: a shift by more than 31 bits") }
  }

  private var text: String { "\"\(tests.map(\.text).joined(separator: "&&"))\"" }

  package var saved: String { SavedOption.text("u32", text, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " u32\(inverted ? " !" : "") \(text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    var holds = true
    for test in tests {
      let outcome = test.read(context.packet)
      guard case .read(let value, let bytes) = outcome else {
        if case .unknown = outcome { return context.unknown("bytes that -m u32 reads") }
        if case .chosen = outcome { return .notModelled("-m u32 on bytes that the kernel picks by a secret") }
        holds = context.note(false, test, "outside the packet", nil)
        break
      }
      holds = context.note(test.accepts(value), test, value.hexadecimal, bytes)
      guard holds else { break }
    }
    return MatchResult(holds != inverted)
  }
}

extension PacketContext {
  fileprivate func note(_ holds: Bool, _ test: U32Test, _ read: String, _ bytes: Range<Int>?) -> Bool {
    compare(
      holds,
      Comparison(
        "--u32", bytes.map { .field("ipv4", "word", bytes: $0) } ?? .property("word"), read: read,
        .within, test.text, holds: holds))
  }
}

/// One test: where the word stands and what is done to it, then the values it may have.
struct U32Test: Sendable, Hashable {
  enum Operation: String, Sendable, CaseIterable {
    case mask = "&"
    case left = "<<"
    case right = ">>"
    /// The value so far becomes the place to count from.
    case at = "@"
  }

  struct Step: Sendable, Hashable {
    var operation: Operation
    var number: UInt32
  }

  enum Outcome {
    /// The last word read and its bytes.
    case read(UInt32, bytes: Range<Int>)
    /// The place lies outside the packet.
    case outside
    /// The capture does not give the word's bytes.
    case unknown
    /// They decide, and the kernel picked them.
    case chosen
  }

  var start: UInt32
  var steps: [Step] = []
  var values: [(low: UInt32, high: UInt32)] = []

  static func == (a: Self, b: Self) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  var text: String {
    let place = steps.map { $0.operation.rawValue + $0.number.hexadecimal }.joined()
    let values = values.map { $0.low == $0.high ? $0.low.hexadecimal : "\($0.low.hexadecimal):\($0.high.hexadecimal)" }
    return start.hexadecimal + place + "=" + values.joined(separator: ",")
  }

  /// Whether masks leave none of what the kernel picked, in a word that only masks have changed.
  private func isSettled(_ packet: SocketBuffer, _ bytes: Range<Int>) -> Bool {
    guard steps.allSatisfy({ $0.operation == .mask }) else { return false }
    let mask = steps.reduce(UInt32.max) { $0 & $1.number }
    return bytes.allSatisfy { place in
      mask >> UInt32(8 * (bytes.upperBound - 1 - place)) & 0xff == 0 || !packet.isChosen(place..<place + 1)
    }
  }

  func accepts(_ value: UInt32) -> Bool { values.contains { $0.low <= value && value <= $0.high } }

  /// Reads and changes the word as `u32_match_it` does: places are 32 bits wide and must not run over.
  func read(_ packet: SocketBuffer) -> Outcome {
    var base: UInt32 = 0
    var bytes = 0..<0
    var value: UInt32 = 0
    var isChosen = false

    /// The word `offset` bytes after `base`; nothing where it is not all there.
    func word(_ offset: UInt32) -> Outcome? {
      let place = Int(base) + Int(offset)
      guard let word = packet.bytes[...].uint32(at: place) else { return .outside }
      bytes = place..<place + 4
      value = word
      isChosen = packet.isChosen(bytes)
      return packet.isUnknown(bytes) ? .unknown : nil
    }

    if let failure = word(start) { return failure }
    for step in steps {
      switch step.operation {
      case .mask: value &= step.number
      case .left: value <<= step.number
      case .right: value >>= step.number
      case .at:
        let (sum, overflow) = base.addingReportingOverflow(value)
        guard !overflow, sum <= UInt32.max - 4 else { return .outside }
        base = sum
        if let failure = word(step.number) { return failure }
      }
    }
    return isChosen && !isSettled(packet, bytes) ? .chosen : .read(value, bytes: bytes)
  }
}

/// Reads the language: tests joined by `&&` (`u32_parse` in `extensions/libxt_u32.c`).
private struct U32Reader {
  /// Numbers in a place, values of a test, tests (`XT_U32_MAXSIZE`).
  private static let most = 10

  private let letters: [UInt8]
  private var index = 0

  private init(_ text: String) { letters = Array(text.utf8) }

  static func read(_ text: String) throws(OptionError) -> [U32Test] {
    var reader = Self(text)
    var tests: [U32Test] = []
    repeat {
      tests.append(try reader.test())
    } while try reader.takeConjunction(isFull: tests.count > most)
    return tests
  }

  private mutating func test() throws(OptionError) -> U32Test {
    skipSpace()
    if next == UInt8(ascii: "=") { throw error("location spec missing") }
    var test = U32Test(start: try number(orEnd: "abrupt end of input after location specifier"))
    while try !takeEquals() {
      test.steps.append(U32Test.Step(operation: try operation(), number: try number()))
      guard test.steps.count < Self.most else { throw error("too many operators") }
    }
    repeat {
      let low = try number(orEnd: test.values.isEmpty ? "test ended with no value specified" : nil)
      skipSpace()
      var high = low
      if next == UInt8(ascii: ":") {
        index += 1
        high = try number()
      }
      guard test.values.count < Self.most else { throw error("too many \",\"s") }
      test.values.append((low, high))
    } while takeComma()
    return test
  }

  private var next: UInt8? { index < letters.count ? letters[index] : nil }

  private mutating func skipSpace() {
    while let letter = next, letter == 0x20 || (0x09...0x0d).contains(letter) { index += 1 }
  }

  private mutating func takeEquals() throws(OptionError) -> Bool {
    skipSpace()
    guard next != nil else { throw OptionError("u32: abrupt end of input after location specifier") }
    guard next == UInt8(ascii: "=") else { return false }
    index += 1
    return true
  }

  private mutating func takeComma() -> Bool {
    skipSpace()
    guard next == UInt8(ascii: ",") else { return false }
    index += 1
    return true
  }

  /// - Parameter isFull: there was one test too many, which iptables finds out here.
  private mutating func takeConjunction(isFull: Bool) throws(OptionError) -> Bool {
    skipSpace()
    if let letter = next {
      guard letter == UInt8(ascii: "&") else { throw error("expected \",\" or \"&&\"") }
      index += 1
      guard next == UInt8(ascii: "&") else { throw error("a second '&' was expected") }
    }
    if isFull { throw error("too many \"&&\"s") }
    guard next != nil else { return false }
    index += 1
    return true
  }

  private mutating func operation() throws(OptionError) -> U32Test.Operation {
    guard let letter = next else { throw OptionError("u32: abrupt end of input after location specifier") }
    index += 1
    switch letter {
    case UInt8(ascii: "&"): return .mask
    case UInt8(ascii: "@"): return .at
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      guard next == letter else { throw error("a second '\(UnicodeScalar(letter))' was expected") }
      index += 1
      return letter == UInt8(ascii: "<") ? .left : .right
    default:
      index -= 1
      throw error("operator expected")
    }
  }

  private mutating func number(orEnd message: String? = nil) throws(OptionError) -> UInt32 {
    skipSpace()
    if next == nil, let message { throw OptionError("u32: \(message)") }
    let rest = Substring(decoding: letters[index...], as: UTF8.self)
    guard let (value, after) = CNumber.prefix(rest), let number = UInt32(exactly: value) else {
      throw error("not a number or out of range")
    }
    index = letters.count - after.utf8.count
    return number
  }

  private func error(_ message: String) -> OptionError { OptionError("u32: at char \(index): \(message)") }
}
