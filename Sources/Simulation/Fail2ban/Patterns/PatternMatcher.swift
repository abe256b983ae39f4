/// Runs a pattern's program over a text: depth first, with a list of places to come back to.
struct PatternMatcher {
  /// Somewhere to go on when what was tried fails.
  private struct Resumption {
    var instruction: Int
    var place: Int
    /// How long the list of changes was.
    var changes: Int
    /// A run of one code point that may give back (or take, when lazy) one more at a time: the place it may reach.
    var limit: Int?
  }

  private let program: PatternProgram
  private let text: [UInt32]
  private let end: Int
  private var slots: [Int]
  /// Slots changed, with what they held.
  private var changes: [(slot: Int, value: Int)] = []
  private var resumptions: [Resumption] = []
  private var steps = 0

  init(_ program: PatternProgram, _ text: PatternText, end: Int) {
    self.program = program
    self.text = text.scalars
    self.end = end
    slots = Array(repeating: -1, count: program.slotCount)
  }

  /// Where the groups matched, when the pattern matches at `place`.
  mutating func match(at place: Int) throws(PythonPattern.TooLong) -> [Int]? {
    for index in slots.indices { slots[index] = -1 }
    changes.removeAll(keepingCapacity: true)
    resumptions.removeAll(keepingCapacity: true)
    guard try run(0, place) != nil else { return nil }
    return Array(slots[..<((program.groupCount + 1) * 2)])
  }

  private mutating func change(_ slot: Int, _ value: Int) {
    changes.append((slot, slots[slot]))
    slots[slot] = value
  }

  private mutating func undo(to count: Int) {
    while changes.count > count, let change = changes.popLast() { slots[change.slot] = change.value }
  }

  /// Runs from an instruction up to `accept`; the place reached, or `nil` where nothing matches.
  private mutating func run(_ first: Int, _ start: Int) throws(PythonPattern.TooLong) -> Int? {
    let base = resumptions.count
    var instruction = first
    var place = start
    while true {
      steps += 1
      guard steps <= PythonPattern.stepLimit else { throw PythonPattern.TooLong() }
      var isFine = true
      switch program.instructions[instruction] {
      case .accept:
        resumptions.removeLast(resumptions.count - base)
        return place
      case .character, .letter, .any, .set:
        isFine = place < end && matches(instruction, text[place])
        place += 1
        instruction += 1
      case .place(let kind):
        isFine = holds(kind, place)
        instruction += 1
      case .save(let slot), .enterLoop(let slot):
        change(slot, place)
        instruction += 1
      case .branch(let now, let later):
        resumptions.append(Resumption(instruction: later, place: place, changes: changes.count))
        instruction = now
      case .jump(let next): instruction = next
      case .leaveIfEmpty(let slot, let next): instruction = slots[slot] == place ? next : instruction + 1
      case .reference(let group, let ignoresCase):
        if let after = afterReference(group, ignoresCase, place) { place = after } else { isFine = false }
        instruction += 1
      case .ifMatched(let group, let other):
        let hasMatched = group <= program.groupCount && slots[group * 2 + 1] >= 0
        instruction = hasMatched ? instruction + 1 : other
      case .ahead(let isNegative, let next):
        isFine = try look(instruction + 1, place, isNegative)
        instruction = next
      case .behind(let width, let isNegative, let next):
        isFine = place >= width ? try look(instruction + 1, place - width, isNegative) : isNegative
        instruction = next
      case .atomic(let next):
        if let after = try run(instruction + 1, place) { place = after } else { isFine = false }
        instruction = next
      case .run(let least, let most, let isLazy):
        isFine = startRun(&instruction, &place, least, most, isLazy)
      }
      if isFine { continue }
      guard resume(base, &instruction, &place) else { return nil }
    }
  }

  /// Goes back to the last place left open since `base`.
  private mutating func resume(_ base: Int, _ instruction: inout Int, _ place: inout Int) -> Bool {
    while resumptions.count > base, var last = resumptions.popLast() {
      undo(to: last.changes)
      instruction = last.instruction
      place = last.place
      guard let limit = last.limit else { return true }
      if limit < last.place {
        // A greedy run gives one back.
        last.place -= 1
        if last.place > limit { resumptions.append(last) }
      } else {
        // A lazy run takes one more: its code point's instruction stands before where it goes on.
        guard last.place < end, matches(last.instruction - 1, text[last.place]) else { continue }
        last.place += 1
        if last.place < limit { resumptions.append(last) }
      }
      place = last.place
      return true
    }
    return false
  }

  private mutating func startRun(
    _ instruction: inout Int, _ place: inout Int, _ least: Int, _ most: Int, _ isLazy: Bool
  ) -> Bool {
    let single = instruction + 1
    instruction += 2
    let start = place
    let reach = most > end - start ? end : start + most
    let wanted = isLazy ? (least > end - start ? end : start + least) : reach
    while place < wanted, matches(single, text[place]) { place += 1 }
    steps += (place - start) / 8
    guard place - start >= least else { return false }
    if isLazy {
      if place < reach {
        resumptions.append(Resumption(instruction: instruction, place: place, changes: changes.count, limit: reach))
      }
    } else if place > start + least {
      resumptions.append(
        Resumption(instruction: instruction, place: place, changes: changes.count, limit: start + least))
    }
    return true
  }

  private mutating func look(
    _ first: Int, _ place: Int, _ isNegative: Bool
  ) throws(PythonPattern.TooLong) -> Bool {
    let count = changes.count
    let isThere = try run(first, place) != nil
    if isNegative || !isThere { undo(to: count) }
    return isThere != isNegative
  }

  private func matches(_ instruction: Int, _ value: UInt32) -> Bool {
    switch program.instructions[instruction] {
    case .character(let wanted): value == wanted
    case .letter(let wanted): value == wanted || PatternCase.lower(value) == wanted
    case .any(let includesLineFeed): includesLineFeed || value != 10
    case .set(let index): program.sets[index].contains(value)
    default: false
    }
  }

  private func afterReference(_ group: Int, _ ignoresCase: Bool, _ place: Int) -> Int? {
    let (start, stop) = (slots[group * 2], slots[group * 2 + 1])
    guard start >= 0, stop >= start, stop - start <= end - place else { return nil }
    for offset in 0..<(stop - start) {
      let (a, b) = (text[start + offset], text[place + offset])
      guard a == b || ignoresCase && PatternCase.lower(a) == PatternCase.lower(b) else { return nil }
    }
    return place + stop - start
  }

  private func holds(_ kind: PatternPlace, _ place: Int) -> Bool {
    func isWord(_ place: Int) -> Bool { place >= 0 && place < end && PatternClass.word.contains(text[place]) }
    return switch kind {
    case .textStart: place == 0
    case .lineStart: place == 0 || text[place - 1] == 10
    case .textEnd: place == end
    case .textEndOrLineFeed: place == end || place == end - 1 && text[place] == 10
    case .lineEnd: place == end || text[place] == 10
    case .wordBoundary: isWord(place - 1) != isWord(place)
    case .noWordBoundary: isWord(place - 1) == isWord(place)
    }
  }
}
