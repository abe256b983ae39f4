/// A pattern as a list of instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    case character(UInt32)
    /// A letter in lower case, which either case matches.
    case letter(UInt32)
    case any(includesLineFeed: Bool)
    case set(Int)
    case place(PatternPlace)
    /// Notes the present place in a slot.
    case save(Int)
    /// Goes on at the first; where that fails, at the second.
    case branch(Int, Int)
    case jump(Int)
    /// Notes where a pass through a loop begins.
    case enterLoop(Int)
    /// Leaves the loop for the place given when the pass took nothing.
    case leaveIfEmpty(Int, Int)
    case reference(Int, ignoresCase: Bool)
    /// Goes on when the group has matched, else at the place given.
    case ifMatched(Int, else: Int)
    /// Runs what follows by itself, up to `accept`, and goes on at `next`.
    case ahead(isNegative: Bool, next: Int)
    case behind(Int, isNegative: Bool, next: Int)
    case atomic(next: Int)
    /// A single code point over and over; the code point's own instruction follows.
    case run(least: Int, most: Int, isLazy: Bool)
    case accept
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [PatternSet] = []
  /// Twice the groups with the whole match, then one for each loop.
  private(set) var slotCount: Int
  let groupCount: Int

  /// A pattern of real use has a few hundred.
  private static let limit = 40_000

  init(_ root: PatternNode, groupCount: Int) throws(PythonPattern.Problem) {
    self.groupCount = groupCount
    slotCount = (groupCount + 1) * 2
    emit(.save(0))
    try add(root)
    emit(.save(1))
    emit(.accept)
  }

  private mutating func emit(_ instruction: Instruction) { instructions.append(instruction) }

  private var here: Int { instructions.count }

  private mutating func add(_ node: PatternNode) throws(PythonPattern.Problem) {
    guard here < Self.limit else {
      throw PythonPattern.Problem(message: "not modelled: a pattern this large", position: 0)
    }
    switch node {
    case .empty: break
    case .character(let value, let ignoresCase): emit(ignoresCase ? .letter(value) : .character(value))
    case .any(let includesLineFeed): emit(.any(includesLineFeed: includesLineFeed))
    case .set(let set):
      sets.append(set)
      emit(.set(sets.count - 1))
    case .sequence(let parts): for part in parts { try add(part) }
    case .alternatives(let choices): try add(choices[...])
    case .group(let number, let node):
      emit(.save(number * 2))
      try add(node)
      emit(.save(number * 2 + 1))
    case .repetition(let node, let least, let most, let greed):
      if greed == .possessive {
        return try add(.atomic(.repetition(node, least: least, most: most, .greedy)))
      }
      try add(node, least, most, isLazy: greed == .lazy)
    case .atomic(let node): try enclose(node) { .atomic(next: $0) }
    case .place(let place): emit(.place(place))
    case .ahead(let node, let isNegative): try enclose(node) { .ahead(isNegative: isNegative, next: $0) }
    case .behind(let node, let width, let isNegative):
      try enclose(node) { .behind(width, isNegative: isNegative, next: $0) }
    case .reference(let group, let ignoresCase): emit(.reference(group, ignoresCase: ignoresCase))
    case .conditional(let group, let yes, let no):
      let test = here
      emit(.accept)
      try add(yes)
      let leave = here
      emit(.accept)
      instructions[test] = .ifMatched(group, else: here)
      try add(no)
      instructions[leave] = .jump(here)
    }
  }

  private mutating func enclose(
    _ node: PatternNode, _ instruction: (Int) -> Instruction
  ) throws(PythonPattern.Problem) {
    let start = here
    emit(.accept)
    try add(node)
    emit(.accept)
    instructions[start] = instruction(here)
  }

  private mutating func add(_ choices: ArraySlice<PatternNode>) throws(PythonPattern.Problem) {
    var leaves: [Int] = []
    for (index, choice) in choices.enumerated() {
      guard index < choices.count - 1 else {
        try add(choice)
        break
      }
      let branch = here
      emit(.accept)
      try add(choice)
      leaves.append(here)
      emit(.accept)
      instructions[branch] = .branch(branch + 1, here)
    }
    for leave in leaves { instructions[leave] = .jump(here) }
  }

  private mutating func add(
    _ node: PatternNode, _ least: Int, _ most: Int?, isLazy: Bool
  ) throws(PythonPattern.Problem) {
    switch node {
    case .character, .any, .set:
      emit(.run(least: least, most: most ?? .max, isLazy: isLazy))
      return try add(node)
    default: break
    }
    for _ in 0..<least { try add(node) }
    if let most {
      // Each further pass is optional, within the one before.
      var branches: [Int] = []
      for _ in least..<max(most, least) {
        branches.append(here)
        emit(.accept)
        try add(node)
      }
      for branch in branches { instructions[branch] = isLazy ? .branch(here, branch + 1) : .branch(branch + 1, here) }
      return
    }
    let slot = slotCount
    slotCount += 1
    let loop = here
    emit(.accept)
    emit(.enterLoop(slot))
    try add(node)
    let check = here
    emit(.accept)
    emit(.jump(loop))
    instructions[loop] = isLazy ? .branch(here, loop + 1) : .branch(loop + 1, here)
    instructions[check] = .leaveIfEmpty(slot, here)
  }
}
