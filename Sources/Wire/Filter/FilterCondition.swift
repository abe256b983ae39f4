/// What a capture filter asks of a packet: what is left of an expression once its words are understood.
///
/// As in the packet filter machine that libpcap compiles for, a read past the packet's captured end, or a division by
/// zero, rejects the packet, whatever stands around it.
indirect enum FilterCondition: Sendable, Hashable {
  case constant(Bool)
  case and(FilterCondition, FilterCondition)
  case or(FilterCondition, FilterCondition)
  case not(FilterCondition)
  case compare(FilterValue, FilterRelation, FilterValue)

  static func all(_ conditions: [FilterCondition]) -> FilterCondition {
    guard let first = conditions.first else { return .constant(true) }
    return conditions.dropFirst().reduce(first) { .and($0, $1) }
  }

  static func any(_ conditions: [FilterCondition]) -> FilterCondition {
    guard let first = conditions.first else { return .constant(false) }
    return conditions.dropFirst().reduce(first) { .or($0, $1) }
  }
}

enum FilterRelation: Sendable, Hashable {
  case equal, notEqual, greater, greaterOrEqual, less, lessOrEqual

  func holds(_ a: UInt32, _ b: UInt32) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .less: a < b
    case .lessOrEqual: a <= b
    }
  }
}

/// A number of 32 bits without sign, computed from a packet.
indirect enum FilterValue: Sendable, Hashable {
  enum Base: Sendable, Hashable {
    /// The first byte of the frame.
    case frame
    /// The first byte after the link header.
    case network
    /// The first byte after the IPv4 header.
    case transport
    /// The first byte after IPv6's fixed header.
    case behindIPv6
  }

  enum Operation: Sendable, Hashable { case add, subtract, multiply, divide, modulo, and, or, xor, left, right }

  case number(UInt32)
  /// The packet's length on the wire, in bytes.
  case length
  /// What the host knows of a packet that the bytes do not say.
  case isOutgoing
  case interfaceIndex
  /// 1, 2 or 4 bytes in network order.
  case load(Base, FilterValue, size: Int)
  case binary(Operation, FilterValue, FilterValue)

  /// Constants are computed at once, and what comes to nothing whatever the packet; those reads are never made, as in
  /// libpcap's optimized programs.
  static func folded(_ operation: Operation, _ a: FilterValue, _ b: FilterValue) -> FilterValue {
    switch (operation, a, b) {
    case (_, .number(let first), .number(let second)):
      return operation.value(first, second).map(FilterValue.number) ?? .binary(operation, a, b)
    case (.and, _, .number(0)), (.multiply, _, .number(0)): return .number(0)
    case (.subtract, _, _) where a == b: return .number(0)
    default: return .binary(operation, a, b)
    }
  }

  static func load(_ base: Base, at offset: Int, size: Int) -> FilterValue {
    .load(base, .number(UInt32(truncatingIfNeeded: offset)), size: size)
  }
}

/// A packet as a filter sees it.
struct FilteredPacket {
  let bytes: Bytes
  /// Where the network header begins.
  let network: Int
  let length: Int
  let isOutgoing: Bool
  let interfaceIndex: UInt32

  struct Rejected: Error {}

  func holds(_ condition: FilterCondition) throws(Rejected) -> Bool {
    switch condition {
    case .constant(let value): return value
    case .and(let a, let b): return try holds(a) ? try holds(b) : false
    case .or(let a, let b): return try holds(a) ? true : try holds(b)
    case .not(let a): return try !holds(a)
    case .compare(let a, let relation, let b): return relation.holds(try value(a), try value(b))
    }
  }

  private func value(_ value: FilterValue) throws(Rejected) -> UInt32 {
    switch value {
    case .number(let number): return number
    case .length: return UInt32(truncatingIfNeeded: length)
    case .isOutgoing: return isOutgoing ? 1 : 0
    case .interfaceIndex: return interfaceIndex
    case .load(let base, .number(let offset), let size): return try load(base, offset, size, isConstant: true)
    case .load(let base, let offset, let size): return try load(base, try self.value(offset), size, isConstant: false)
    case .binary(let operation, let a, let b):
      guard let value = operation.value(try self.value(a), try self.value(b)) else { throw Rejected() }
      return value
    }
  }

  private func load(
    _ base: FilterValue.Base, _ offset: UInt32, _ size: Int, isConstant: Bool
  ) throws(Rejected) -> UInt32 {
    var index = offset
    var start = 0
    switch base {
    case .frame: break
    case .network: start = network
    case .behindIPv6: start = network + 40
    case .transport:
      guard let first = bytes.byte(at: network) else { throw Rejected() }
      start = network
      index = offset &+ UInt32(first & 15) * 4
    }
    // The machine's numbers have 32 bits: a negative index reads what stands before, where it is added up early.
    let at = isConstant && base != .transport ? Int(index &+ UInt32(start)) : start + Int(index)
    let value: UInt32? =
      switch size {
      case 1: bytes.byte(at: at).map(UInt32.init)
      case 2: bytes.uint16(at: at).map(UInt32.init)
      default: bytes.uint32(at: at)
      }
    guard let value else { throw Rejected() }
    return value
  }

}

extension FilterValue.Operation {
  /// Modulo 2^32; `nil` for a division by zero.
  func value(_ a: UInt32, _ b: UInt32) -> UInt32? {
    switch self {
    case .add: a &+ b
    case .subtract: a &- b
    case .multiply: a &* b
    case .divide: b == 0 ? nil : a / b
    case .modulo: b == 0 ? nil : a % b
    case .and: a & b
    case .or: a | b
    case .xor: a ^ b
    case .left: b < 32 ? a << b : 0
    case .right: b < 32 ? a >> b : 0
    }
  }
}

extension FilterCondition {
  /// Whether it is plain that no packet can fulfil this, as libpcap's optimizer mostly sees too: each way to do so asks that one value be two numbers at once.
  var isNeverTrue: Bool {
    guard let ways = ways(wanted: true) else { return false }
    return ways.allSatisfy { way in
      way.contains { $0 == .impossible }
        || way.contains { fact in
          guard case .equals(let value, let number) = fact else { return false }
          return way.contains { other in
            switch other {
            case .equals(value, let another): another != number
            case .differs(value, number): true
            default: false
            }
          }
        }
    }
  }

  /// What must be so, each a list of alternatives' parts.
  private enum Fact: Hashable {
    case equals(FilterValue, UInt32)
    case differs(FilterValue, UInt32)
    case impossible
  }

  private static let tooMany = 8192

  /// The ways to make it true, or false; `nil` where there are too many to look at.
  private func ways(wanted: Bool) -> [[Fact]]? {
    switch self {
    case .constant(let value): return value == wanted ? [[]] : [[.impossible]]
    case .not(let a): return a.ways(wanted: !wanted)
    case .and(let a, let b), .or(let a, let b):
      guard let left = a.ways(wanted: wanted), let right = b.ways(wanted: wanted) else { return nil }
      var isJoined = wanted
      if case .or = self { isJoined.toggle() }
      guard isJoined else { return left.count + right.count > Self.tooMany ? nil : left + right }
      guard left.count * right.count <= Self.tooMany else { return nil }
      return left.flatMap { one in right.map { one + $0 } }
    case .compare(.number(let a), let relation, .number(let b)):
      return relation.holds(a, b) == wanted ? [[]] : [[.impossible]]
    // What is computed from bytes is not followed, as libpcap's optimizer does not.
    case .compare(.binary, _, _): return [[]]
    case .compare(let value, .equal, .number(let number)):
      return [[wanted ? .equals(value, number) : .differs(value, number)]]
    case .compare(let value, .notEqual, .number(let number)):
      return [[wanted ? .differs(value, number) : .equals(value, number)]]
    case .compare: return [[]]
    }
  }
}
