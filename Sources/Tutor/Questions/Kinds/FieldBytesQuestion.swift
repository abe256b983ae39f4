import Simulation
import Wire

/// Which bytes hold this field? Bytes are counted from 0, as the dump counts them.
struct FieldBytesQuestion: QuestionKind {
  static let name = "field_bytes"
  private let about: FieldSubject

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) { about = try FieldSubject(spec, history) }

  var correct: Answer { .bytes(about.range) }

  var distractors: [Choice] {
    let range = about.range
    var choices: [Choice] = []
    func add(_ lower: Int, _ count: Int, _ idea: Misconception?) {
      guard lower >= 0, lower + count <= about.subject.bytes.count else { return }
      choices.append(Choice(.bytes(lower..<lower + count), idea))
    }
    if let rival = about.rival {
      add(rival.field.byteRange.lowerBound, rival.field.byteRange.count, rival.misconception)
    }
    if about.layer.offset > 0 { add(range.lowerBound - about.layer.offset, range.count, .offsetsFromOwnHeader) }
    add(range.lowerBound + 1, range.count, .offsetsFromOne)
    add(range.lowerBound + range.count, range.count, .neighbouringField)
    add(range.lowerBound - range.count, range.count, .neighbouringField)
    return choices
  }

  var view: QuestionView { QuestionView(bytes: about.subject.bytes, marks: about.subject.plainMarks) }

  var prompt: Prompt {
    .fieldBytes(protocolName: about.layer.protocolName, field: about.field.name, count: about.range.count)
  }

  var clues: [Clue] {
    [
      .lookAtHeader(
        protocolName: about.layer.protocolName, shown: about.layer.offset..<about.layer.offset + about.layer.length),
      .fieldIs(
        protocolName: about.layer.protocolName, name: about.field.name,
        offsetInHeader: about.range.lowerBound - about.layer.offset, count: about.range.count),
      .bytesAre(about.range, about.bytes),
    ]
  }

  /// `22-23`, `22..23`, `22 23`, `22, 23`, `0x16-0x17`, `22` for a single byte; or the bytes themselves where they stand
  /// in the packet only once.
  func read(_ text: String) -> Answer? {
    let plain =
      text.hasPrefix("bytes ") ? String(text.dropFirst(6)) : text.hasPrefix("byte ") ? String(text.dropFirst(5)) : text
    let words = plain.split { "-–—~〜,. ".contains($0) }.filter { !["to", "and"].contains($0) }.map(String.init)
    if Self.looksLikeBytes(words, about.bytes), let found = occurrence(of: words.joined()) { return .bytes(found) }
    let numbers = words.compactMap(\.number).map { Int(truncatingIfNeeded: $0) }
    guard numbers.count == words.count, let first = numbers.first, let last = numbers.last, first >= 0, last >= first,
      last < 65_536
    else { return nil }
    if numbers.count > 2, numbers != Array(first...last) { return nil }
    return .bytes(first..<last + 1)
  }

  /// Two-digit groups that spell as many bytes as the field has, and do not read as a span of offsets.
  private static func looksLikeBytes(_ words: [String], _ bytes: [UInt8]) -> Bool {
    let joined = words.joined()
    guard let typed = [UInt8](hex: joined), typed.count == bytes.count else { return false }
    return typed == bytes && (joined.contains { $0.isLetter } || joined.hasPrefix("0") || words.count == 1)
  }

  private func occurrence(of hex: String) -> Range<Int>? {
    guard let wanted = [UInt8](hex: hex), !wanted.isEmpty, wanted.count <= about.subject.bytes.count else { return nil }
    let bytes = about.subject.bytes
    let starts = (0...bytes.count - wanted.count).filter { Array(bytes[$0..<$0 + wanted.count]) == wanted }
    guard starts.count == 1 || wanted == about.bytes else { return nil }
    return wanted == about.bytes ? about.range : starts.first.map { $0..<$0 + wanted.count }
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard !isRight(answer), case .bytes(let range) = answer else { return [about.evidence] }
    guard range.upperBound <= about.subject.bytes.count else {
      return [.pastTheEnd(shown: range, count: about.subject.bytes.count), about.evidence]
    }
    let owners = owners(of: range)
    return owners.isEmpty ? [about.evidence] : [.belongsTo(shown: range, fields: owners), about.evidence]
  }

  /// The fields that the bytes of a range belong to, in order; more than three are not worth a sentence.
  private func owners(of range: Range<Int>) -> [FieldName] {
    var found: [FieldName] = []
    for layer in about.subject.dissection.layers {
      for (field, _) in layer.fieldGroups where field.byteRange.overlaps(range) {
        found.append(FieldName(protocolName: layer.protocolName, name: field.name))
      }
    }
    return Array(found.prefix(3))
  }
}
