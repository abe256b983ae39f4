import Netfilter
import Simulation

/// A question ready to be asked: its choices laid out, its answers read and judged.
package struct Question: Sendable {
  /// What came of an answer.
  package enum Judgement: Sendable {
    case right(Answer)
    case wrong(Answer, Misconception?)
    /// It could not be read as an answer; it does not count.
    case unreadable
  }

  /// Stable: a lesson's step, or what the generator derives from the spec.
  package let id: String
  package let spec: QuestionSpec
  /// What the order of its choices was made from, beside its id.
  package let seed: UInt64
  package let kind: any QuestionKind
  /// The right answer once among wrong ones, in an order that depends on the id and the seed alone.
  package let choices: [Choice]

  /// At most this many choices are offered, the right one included.
  private static let limit = 5

  package init(id: String, _ spec: QuestionSpec, _ history: History, seed: UInt64 = 0) throws(QuestionError) {
    guard let type = QuestionKinds[spec.kind] else {
      throw QuestionError("unknown kind of question `\(spec.kind)`")
    }
    let kind = try type.init(spec, history)
    self.id = id
    self.spec = spec
    self.seed = seed
    self.kind = kind
    var seen: Set<Answer> = [kind.correct]
    let wrong = kind.distractors.filter { !kind.isRight($0.answer) && seen.insert($0.answer).inserted }
    var random = SplitMix64(seed: seed ^ SplitMix64.hash(id))
    let offered = [Choice(kind.correct)] + wrong.prefix(Self.limit - 1)
    choices = Self.ordered(offered, &random)
  }

  /// A question with the choices given, for proving that lint can fail.
  init(id: String, _ spec: QuestionSpec, kind: any QuestionKind, choices: [Choice]) {
    self.id = id
    self.spec = spec
    seed = 0
    self.kind = kind
    self.choices = choices
  }

  /// Rules and states keep their natural order; everything else is shuffled.
  private static func ordered(_ choices: [Choice], _ random: inout SplitMix64) -> [Choice] {
    let ranks = choices.map { rank($0.answer) }
    guard ranks.contains(nil) else {
      return zip(choices, ranks.compactMap { $0 }).sorted { $0.1 < $1.1 }.map(\.0)
    }
    // Fisher and Yates, by hand: the library's order may change with its version, a transcript's may not.
    var shuffled = choices
    for last in shuffled.indices.dropFirst().reversed() {
      shuffled.swapAt(last, Int(random.next() % UInt64(last + 1)))
    }
    return shuffled
  }

  private static func rank(_ answer: Answer) -> Int? {
    switch answer {
    case .rule(let number): number
    case .policy: .max
    case .state(let state): ConnectionState.allCases.firstIndex(of: state)
    case .bytes(let range): range.lowerBound &* 1_000 &+ range.count
    default: nil
    }
  }

  /// Reads and judges what was typed: a choice's letter, or the answer itself in any of its forms.
  package func judge(_ text: String) -> Judgement {
    let cleaned = Self.cleaned(text)
    guard let answer = kind.readExactly(text) ?? choice(cleaned) ?? kind.read(cleaned) else { return .unreadable }
    if kind.isRight(answer) { return .right(answer) }
    let offered = choices.first { $0.answer == answer }?.misconception
    return .wrong(answer, offered ?? kind.misconception(of: answer))
  }

  /// The kind, and for a field's value what it looks like: `field_value:address`; for `Phrases.howToAnswer`.
  var answering: String {
    guard spec.kind == FieldValueQuestion.name, let field = spec.field else { return spec.kind }
    if field.hasSuffix("address") { return spec.kind + ":address" }
    if field == "flags", spec.protocolName == "tcp" { return spec.kind + ":flags" }
    return (kind as? FieldValueQuestion)?.isOneBit == true ? spec.kind + ":flag" : spec.kind
  }

  /// The letter of each choice: a, b, c, ...
  package static func letter(_ index: Int) -> String {
    guard let scalar = Unicode.Scalar(UInt32(97 + index % 26)) else { return "?" }
    return String(Character(scalar))
  }

  private func choice(_ text: String) -> Answer? {
    guard let index = choices.indices.first(where: { text == Self.letter($0) || text == Self.letter($0) + ")" }) else {
      return nil
    }
    return choices[index].answer
  }

  /// Lower case, single spaces, full-width letters and digits as ASCII.
  static func cleaned(_ text: String) -> String {
    let folded = text.unicodeScalars.map { scalar -> Character in
      guard (0xff01...0xff5e).contains(scalar.value), let ascii = Unicode.Scalar(scalar.value - 0xfee0) else {
        return scalar.value == 0x3000 ? " " : Character(scalar)
      }
      return Character(ascii)
    }
    return String(folded).lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// A small reproducible source of randomness (Steele, Lea and Flood's SplitMix64).
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// FNV-1a, so that an id always gives the same order.
  package static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
