extension PatternReader {
  private static let controls: [Character: UInt32] = ["a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11]

  private static func classMember(_ letter: Character) -> PatternSet.Member? {
    switch letter {
    case "d": .class(.digit, isNegative: false)
    case "D": .class(.digit, isNegative: true)
    case "s": .class(.space, isNegative: false)
    case "S": .class(.space, isNegative: true)
    case "w": .class(.word, isNegative: false)
    case "W": .class(.word, isNegative: true)
    default: nil
    }
  }

  mutating func escape(_ flags: Flags) throws(Problem) -> PatternNode {
    let start = place
    place += 1
    guard let letter = next else { throw Problem(message: "bad escape (end of pattern)", position: start) }
    place += 1
    if let member = Self.classMember(letter) { return .set(PatternSet(members: [member])) }
    switch letter {
    case "A": return .place(.textStart)
    case "Z": return .place(.textEnd)
    case "b": return .place(.wordBoundary)
    case "B": return .place(.noWordBoundary)
    case "0": return literal(octal(0), flags)
    case "1"..."9":
      var number = letter.wholeNumberValue ?? 0
      let digits = (place..<place + 2).compactMap { character($0)?.wholeNumberValue }
      if digits.count == 2, number < 8, digits.allSatisfy({ $0 < 8 }) {
        let value = number * 64 + digits[0] * 8 + digits[1]
        guard value <= 255 else {
          throw Problem(
            message: "octal escape value \\\(number)\(digits[0])\(digits[1]) outside of range 0-0o377", position: start)
        }
        place += 2
        return literal(UInt32(value), flags)
      }
      if let digit = next?.wholeNumberValue, next?.isASCII == true {
        number = number * 10 + digit
        place += 1
      }
      guard number <= groupCount else {
        throw Problem(message: "invalid group reference \(number)", position: start + 1)
      }
      guard !open.contains(number) else { throw Problem(message: "cannot refer to an open group", position: start) }
      return .reference(number, ignoresCase: flags.ignoresCase)
    default:
      place = start
      return literal(try escapedValue(start), flags)
    }
  }

  private mutating func octal(_ value: UInt32) -> UInt32 {
    var value = value
    for _ in 0..<2 {
      guard let digit = next?.wholeNumberValue, digit < 8 else { break }
      value = value * 8 + UInt32(digit)
      place += 1
    }
    return value
  }

  /// `\n`, `\x41`, `\.`: what stands for one code point, in a set or outside.
  private mutating func escapedValue(_ start: Int) throws(Problem) -> UInt32 {
    place += 1
    guard let letter = next else { throw Problem(message: "bad escape (end of pattern)", position: start) }
    place += 1
    if let control = Self.controls[letter] { return control }
    let lengths: [Character: Int] = ["x": 2, "u": 4, "U": 8]
    if let length = lengths[letter] {
      var value: UInt32 = 0
      for _ in 0..<length {
        guard let digit = next?.hexDigitValue else {
          let read = (start..<place).compactMap { character($0) }
          throw Problem(message: "incomplete escape \(String(read))", position: start)
        }
        value = value << 4 | UInt32(digit)
        place += 1
      }
      return value
    }
    if letter == "0" { return octal(0) }
    if letter.isASCII, letter.isLetter || letter.isNumber {
      throw Problem(message: "bad escape \\\(letter)", position: start)
    }
    return text[place - 1]
  }

  mutating func set(_ flags: Flags) throws(Problem) -> PatternNode {
    let start = place
    place += 1
    var set = PatternSet(members: [], ignoresCase: flags.ignoresCase)
    set.isNegative = take("^")
    var isFirst = true
    while true {
      guard let character = next else { throw Problem(message: "unterminated character set", position: start) }
      if character == "]", !isFirst {
        place += 1
        return .set(set)
      }
      isFirst = false
      let at = place
      let member = try setMember(start)
      guard next == "-", let after = self.character(place + 1), after != "]" else {
        set.members.append(member)
        continue
      }
      place += 1
      let last = try setMember(start)
      guard case .range(let low) = member, case .range(let high) = last, low.lowerBound <= high.lowerBound else {
        let range = (at..<place).compactMap { self.character($0) }
        throw Problem(message: "bad character range \(String(range))", position: at)
      }
      set.members.append(.range(low.lowerBound...high.lowerBound))
    }
  }

  private mutating func setMember(_ start: Int) throws(Problem) -> PatternSet.Member {
    guard let character = next else { throw Problem(message: "unterminated character set", position: start) }
    if character == "\\", let letter = self.character(place + 1), let member = Self.classMember(letter) {
      place += 2
      return member
    }
    if character == "\\" {
      let value = try escapedValue(place)
      return .range(value...value)
    }
    place += 1
    return .range(text[place - 1]...text[place - 1])
  }
}
