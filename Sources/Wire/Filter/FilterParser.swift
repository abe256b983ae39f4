/// What stands before a name or number in a filter: `tcp src port`.
struct FilterQualifiers: Sendable, Hashable {
  enum Direction: Sendable, Hashable { case source, destination, both, either, none }
  enum Kind: Sendable, Hashable { case none, host, net, port, portRange, proto, protochain, gateway }

  var proto: String?
  var direction = Direction.none
  var kind = Kind.none
  /// Set after what cannot be carried on from: `tcp or 80`.
  var isUsedUp = false
}

/// Reads a filter's words. `and` and `or` bind alike and to the left; `not` binds closer.
struct FilterParser {
  typealias Result = (condition: FilterCondition, qualifiers: FilterQualifiers)

  private let tokens: [FilterToken]
  private var next = 0
  private let primitives: FilterPrimitives

  private static let protocols: Set<String> = [
    "ether", "ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp", "pim", "vrrp", "carp",
    "ah", "esp", "radio",
  ]
  /// Words of link layers and protocols that no frame here has.
  private static let notModelled: Set<String> = [
    "vlan", "mpls", "pppoed", "pppoes", "geneve", "fddi", "tr", "wlan", "atalk", "aarp", "decnet", "lat", "sca",
    "moprc", "mopdl", "iso", "esis", "isis", "clnp", "stp", "ipx", "netbeui", "type", "subtype", "dir", "addr1",
    "addr2", "addr3", "addr4", "ra", "ta", "ifname", "rulenum", "rset", "reason", "action", "rnr", "srnr", "lane",
    "llc", "metac", "bcc", "sc", "ilmic", "vpi", "vci", "oam", "oamf4", "connectmsg", "metaconnect", "on", "byte",
    "protochain",
  ]

  /// What is read here by functions that call themselves must not fill the stack.
  private static let longest = 1000
  private static let deepest = 100

  /// At most so many words nest.
  private var depth: Int {
    tokens.count {
      [.symbol("("), .symbol("["), .symbol("-"), .symbol("^"), .symbol("%"), .keyword("not")].contains($0)
    }
  }

  init(_ tokens: [FilterToken], _ primitives: FilterPrimitives) {
    self.tokens = tokens
    self.primitives = primitives
  }

  mutating func parse() throws(FilterError) -> FilterCondition {
    guard !tokens.isEmpty else { return .constant(true) }
    guard tokens.count <= Self.longest, depth <= Self.deepest else {
      throw FilterError("a capture filter of so many words", isNotModelled: true)
    }
    if case .keyword(let word)? = tokens.first(where: {
      if case .keyword(let word) = $0 { Self.notModelled.contains(word) } else { false }
    }) {
      throw FilterError("`\(word)' in a capture filter", isNotModelled: true)
    }
    let result = try expression()
    guard next == tokens.count else { throw .syntax }
    return result.condition
  }

  // MARK: Words

  private var token: FilterToken? { next < tokens.count ? tokens[next] : nil }

  private mutating func take(_ wanted: FilterToken) -> Bool {
    guard token == wanted else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ wanted: FilterToken) throws(FilterError) {
    guard take(wanted) else { throw .syntax }
  }

  /// What `body` reads; `nil`, and nothing read, where it is no sentence.
  private mutating func attempt<R>(_ body: (inout FilterParser) throws(FilterError) -> R) throws(FilterError) -> R? {
    let start = next
    do throws(FilterError) { return try body(&self) } catch {
      guard error == .syntax else { throw error }
      next = start
      return nil
    }
  }

  // MARK: Conditions

  private mutating func expression() throws(FilterError) -> Result {
    var result = try term()
    while let isAnd = joint {
      next += 1
      let before = result.qualifiers
      let right: Result
      if let term = try attempt({ (p: inout FilterParser) throws(FilterError) in try p.term() }) {
        right = term
      } else {
        right = try identifier(before)
      }
      result.condition = isAnd ? .and(result.condition, right.condition) : .or(result.condition, right.condition)
      result.qualifiers = right.qualifiers
    }
    return result
  }

  /// Whether `and` comes next, or `or`.
  private var joint: Bool? {
    switch token {
    case .keyword("and"): true
    case .keyword("or"): false
    default: nil
    }
  }

  private mutating func term() throws(FilterError) -> Result {
    if take(.keyword("not")) {
      let inner = try term()
      return (.not(inner.condition), inner.qualifiers)
    }
    var usedUp = FilterQualifiers()
    usedUp.isUsedUp = true
    if let relation = try attempt({ (p: inout FilterParser) throws(FilterError) in try p.relation() }) {
      return (relation, usedUp)
    }
    if take(.symbol("(")) {
      let inner = try expression()
      try expect(.symbol(")"))
      return inner
    }
    guard case .keyword(let word)? = token else { throw .syntax }
    switch word {
    case "less", "greater":
      next += 1
      guard case .number(let number)? = token else { throw .syntax }
      next += 1
      return (.compare(.length, word == "less" ? .lessOrEqual : .greaterOrEqual, .number(number)), usedUp)
    case "inbound", "outbound":
      next += 1
      return (try primitives.direction(isOutgoing: word == "outbound"), usedUp)
    case "ifindex":
      next += 1
      guard case .number(let number)? = token else { throw .syntax }
      next += 1
      return (try primitives.interface(number), usedUp)
    default: return try primitive(usedUp)
    }
  }

  /// Qualifiers and what they are about, or a protocol's name alone.
  private mutating func primitive(_ usedUp: FilterQualifiers) throws(FilterError) -> Result {
    var head = FilterQualifiers()
    if case .keyword(let word)? = token, Self.protocols.contains(word) {
      head.proto = word
      next += 1
    }
    if take(.keyword("broadcast")) { return (try primitives.broadcast(head.proto), usedUp) }
    if take(.keyword("multicast")) { return (try primitives.multicast(head.proto), usedUp) }
    head.direction = directionWord()
    if case .keyword(let word)? = token {
      let kinds: [String: FilterQualifiers.Kind] = ["host": .host, "net": .net, "port": .port, "portrange": .portRange]
      let others: [String: FilterQualifiers.Kind] = ["proto": .proto, "gateway": .gateway]
      if let kind = kinds[word] ?? (head.direction == .none ? others[word] : nil) {
        head.kind = kind
        next += 1
      }
    }
    guard head.direction != .none || head.kind != .none else {
      guard let proto = head.proto else { throw .syntax }
      return (try primitives.named(proto), usedUp)
    }
    return try identifier(head)
  }

  private mutating func directionWord() -> FilterQualifiers.Direction {
    guard case .keyword(let first)? = token, first == "src" || first == "dst" else { return .none }
    next += 1
    let other: FilterToken = .keyword(first == "src" ? "dst" : "src")
    if next + 1 < tokens.count, tokens[next + 1] == other, let isAnd = joint {
      next += 2
      return isAnd ? .both : .either
    }
    return first == "src" ? .source : .destination
  }

  // MARK: Names and numbers

  /// What qualifiers are about: one name, or several in parentheses with `and` and `or` between.
  private mutating func identifier(_ head: FilterQualifiers) throws(FilterError) -> Result {
    if take(.keyword("not")) {
      let inner = try identifier(head)
      return (.not(inner.condition), inner.qualifiers)
    }
    if take(.symbol("(")) {
      var result = try identifier(head).condition
      while let isAnd = joint {
        next += 1
        let right = try identifier(head).condition
        result = isAnd ? .and(result, right) : .or(result, right)
      }
      try expect(.symbol(")"))
      return (result, head)
    }
    guard let token else { throw .syntax }
    next += 1
    let condition: FilterCondition
    switch token {
    case .number(let number): condition = try checked(head) { (p) throws(FilterError) in try p.number(number, head) }
    case .name(let name): condition = try checked(head) { (p) throws(FilterError) in try p.name(name, head) }
    case .mac(let mac): condition = try checked(head) { (p) throws(FilterError) in try p.link(mac, head) }
    case .ipv6(let address):
      var length: UInt32?
      if take(.symbol("/")) { length = try takeNumber() }
      condition = try checked(head) { (p) throws(FilterError) in try p.ipv6(address, length, head) }
    case .dotted(let text):
      if take(.symbol("/")) {
        let length = try takeNumber()
        condition = try checked(head) { (p) throws(FilterError) in try p.network(text, length: length, head) }
      } else if take(.keyword("mask")) {
        guard case .dotted(let mask)? = self.token else { throw .syntax }
        next += 1
        condition = try checked(head) { (p) throws(FilterError) in try p.network(text, mask: mask, head) }
      } else {
        condition = try checked(head) { (p) throws(FilterError) in try p.dotted(text, head) }
      }
    case .keyword, .symbol:
      next -= 1
      throw .syntax
    }
    return (condition, head)
  }

  private func checked(
    _ head: FilterQualifiers, _ body: (FilterPrimitives) throws(FilterError) -> FilterCondition
  ) throws(FilterError) -> FilterCondition {
    guard !head.isUsedUp else { throw FilterError("syntax error in filter expression") }
    return try body(primitives)
  }

  private mutating func takeNumber() throws(FilterError) -> UInt32 {
    guard case .number(let number)? = token else { throw .syntax }
    next += 1
    return number
  }

  // MARK: Arithmetic

  private static let relations: [String: FilterRelation] = [
    "=": .equal, "!=": .notEqual, ">": .greater, ">=": .greaterOrEqual, "<": .less, "<=": .lessOrEqual,
  ]
  private static let operations: [String: (operation: FilterValue.Operation, strength: Int)] = [
    "|": (.or, 1), "&": (.and, 2), "<<": (.left, 3), ">>": (.right, 3), "+": (.add, 4), "-": (.subtract, 4),
    "*": (.multiply, 5), "/": (.divide, 5),
  ]
  /// These two have no rank in libpcap's grammar: they take what stands nearest on the left, all on the right.
  private static let unranked: [String: FilterValue.Operation] = ["^": .xor, "%": .modulo]

  private mutating func relation() throws(FilterError) -> FilterCondition {
    let left = try arithmetic(0)
    guard case .symbol(let symbol)? = token, let relation = Self.relations[symbol] else { throw .syntax }
    next += 1
    let right = try arithmetic(0)
    return .all(left.conditions + right.conditions + [.compare(left.value, relation, right.value)])
  }

  /// A value, and what must hold of the packet for it to have one.
  private typealias Operand = (value: FilterValue, conditions: [FilterCondition])

  private mutating func arithmetic(_ strength: Int) throws(FilterError) -> Operand {
    var left = try operand()
    while case .symbol(let symbol)? = token {
      let operation: FilterValue.Operation
      let right: Operand
      if let ranked = Self.operations[symbol], ranked.strength > strength {
        next += 1
        (operation, right) = (ranked.operation, try arithmetic(ranked.strength))
      } else if let other = Self.unranked[symbol] {
        next += 1
        (operation, right) = (other, try arithmetic(0))
      } else {
        break
      }
      try check(operation, right.value)
      left = (FilterValue.folded(operation, left.value, right.value), left.conditions + right.conditions)
    }
    return left
  }

  private func check(_ operation: FilterValue.Operation, _ right: FilterValue) throws(FilterError) {
    guard case .number(let number) = right else { return }
    switch operation {
    case .divide where number == 0: throw FilterError("division by zero")
    case .modulo where number == 0: throw FilterError("modulus by zero")
    case .left where number > 31, .right where number > 31: throw FilterError("shift by more than 31 bits")
    default: return
    }
  }

  private mutating func operand() throws(FilterError) -> Operand {
    guard let token else { throw .syntax }
    next += 1
    switch token {
    case .number(let number): return (.number(number), [])
    case .keyword("len"): return (.length, [])
    case .symbol("-"):
      let inner = try operand()
      return (FilterValue.folded(.subtract, .number(0), inner.value), inner.conditions)
    case .symbol("("):
      let inner = try arithmetic(0)
      try expect(.symbol(")"))
      return inner
    case .keyword(let proto) where Self.protocols.contains(proto):
      try expect(.symbol("["))
      let index = try arithmetic(0)
      var size = 1
      if take(.symbol(":")) { size = Int(try takeNumber()) }
      try expect(.symbol("]"))
      let load = try primitives.load(proto, index.value, size)
      return (load.value, index.conditions + load.conditions)
    default: throw .syntax
    }
  }
}
