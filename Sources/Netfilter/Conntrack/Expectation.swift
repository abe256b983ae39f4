import Wire

/// How many connections a helper may expect for one, and for how long (`struct nf_conntrack_expect_policy`).
package struct ExpectationPolicy: Sendable, Hashable {
  /// With more, the oldest gives way; 0 for no limit.
  package let mostExpected: Int
  /// Seconds.
  package let timeout: Int64

  package init(mostExpected: Int, timeout: Int64) {
    self.mostExpected = mostExpected
    self.timeout = timeout
  }
}

/// A connection that a helper has read of and waits for (`struct nf_conntrack_expect`).
package final class Expectation {
  /// What the first packet will look like; its source counts only where the masks have bits.
  package internal(set) var tuple: FlowTuple
  package let sourceAddressMask: UInt32
  package let sourcePortMask: UInt16
  /// The connection that it was read in.
  package let master: ConnectionTrackingEntry
  package let helper: String
  package let policy: ExpectationPolicy
  /// It stays when it is met, until its time is up.
  package let isPermanent: Bool
  /// How the master's translation is carried over to the new connection; `nil` where the master is not translated.
  var following: Following?
  /// Timer tick that was aimed at.
  package internal(set) var timeout: Int64 = 0
  /// Timer tick at which the kernel's timer goes off: the longer it waits, the coarser.
  var end: Int64 = 0

  /// What translation needs to know when the expectation is met (`nf_nat_follow_master`).
  struct Following {
    /// The port that the packet named before it was changed.
    var port: UInt16
    /// The direction of the master in which the new connection goes (`exp->dir`).
    var direction: FlowDirection
  }

  init(
    _ tuple: FlowTuple, sourceAddressMask: UInt32 = .max, sourcePortMask: UInt16 = 0,
    of master: ConnectionTrackingEntry,
    by helper: any ConnectionHelper.Type, isPermanent: Bool = false
  ) {
    self.tuple = tuple
    self.sourceAddressMask = sourceAddressMask
    self.sourcePortMask = sourcePortMask
    self.master = master
    self.helper = helper.name
    policy = helper.policy
    self.isPermanent = isPermanent
  }

  /// Seconds left at a tick, not below 0.
  package func remainingSeconds(at jiffies: Int64, hz: Int64) -> Int64 { max(0, timeout - jiffies) / max(1, hz) }

  /// Whether a first packet with this tuple is the one (`nf_ct_tuple_mask_cmp`).
  func isMet(by other: FlowTuple) -> Bool {
    hasDestination(of: other) && (tuple.source.rawValue ^ other.source.rawValue) & sourceAddressMask == 0
      && (tuple.sourcePort ^ other.sourcePort) & sourcePortMask == 0
  }

  private func hasDestination(of other: FlowTuple) -> Bool {
    tuple.destination == other.destination && tuple.destinationPort == other.destinationPort
      && tuple.protocolNumber == other.protocolNumber
  }

  /// The same connection expected for the same master.
  func isSame(as other: Expectation) -> Bool {
    master === other.master && tuple == other.tuple && sourceAddressMask == other.sourceAddressMask
      && sourcePortMask == other.sourcePortMask
  }

  /// Whether one packet could meet both (`expect_clash`).
  func clashes(with other: Expectation) -> Bool {
    hasDestination(of: other.tuple)
      && (tuple.source.rawValue ^ other.tuple.source.rawValue) & sourceAddressMask & other.sourceAddressMask == 0
      && (tuple.sourcePort ^ other.tuple.sourcePort) & sourcePortMask & other.sourcePortMask == 0
  }
}

extension Expectation: CustomStringConvertible {
  /// For the learner: `tcp 203.0.113.9 > 10.0.0.5:51210`, `*` for what may be anything.
  package var description: String {
    let source = sourceAddressMask == 0 ? "*" : tuple.source.description
    let port = sourcePortMask == 0 ? "" : ":\(tuple.sourcePort)"
    return
      "\(ProtocolNames.text(tuple.protocolNumber)) \(source)\(port) > \(tuple.destination):\(tuple.destinationPort)"
  }
}

/// The connections that are waited for (`nf_conntrack_expect.c`), newest first. Operations are linear in their number.
struct ExpectationTable {
  private(set) var all: [Expectation] = []

  var isEmpty: Bool { all.isEmpty }

  /// Why a helper may not expect what it read of.
  enum Refusal: Error {
    /// Another connection waits for the same (`EBUSY`).
    case taken
    /// There are too many (`EMFILE`).
    case full
  }

  /// Takes out what is over: its time is up, or its master is gone. Gives it back, newest first.
  mutating func prune(at jiffies: Int64, hz: Int64) -> [Expectation] {
    guard all.contains(where: { Self.isOver($0, at: jiffies, hz) }) else { return [] }
    let over = all.filter { Self.isOver($0, at: jiffies, hz) }
    all.removeAll { Self.isOver($0, at: jiffies, hz) }
    return over
  }

  /// Seconds after which the kernel has surely collected a connection that has expired; until then it may stand, and
  /// what it expects with it (`GC_SCAN_INTERVAL_MAX`).
  private static let collectionInterval: Int64 = 60

  private static func isOver(_ expectation: Expectation, at jiffies: Int64, _ hz: Int64) -> Bool {
    let master = expectation.master
    return expectation.end <= jiffies || master.status.contains(.dying)
      || (master.isConfirmed && master.isExpired(at: jiffies &- collectionInterval &* hz))
  }

  /// The expectation that a first packet meets (`nf_ct_find_expectation`). Nobody outside can know of one whose master
  /// has not left this host yet.
  func met(by tuple: FlowTuple) -> Expectation? {
    guard let found = all.first(where: { $0.isMet(by: tuple) }), found.master.isConfirmed else { return nil }
    return found
  }

  mutating func remove(_ expectation: Expectation) { all.removeAll { $0 === expectation } }

  /// Enters an expectation (`nf_ct_expect_related_report`) and gives back those that make way for it.
  mutating func insert(_ new: Expectation, most: Int) throws(Refusal) -> [Expectation] {
    var gone: [Expectation] = []
    for other in all {
      if other.isSame(as: new) {
        gone.append(other)
        remove(other)
        break
      }
      if other.clashes(with: new) { throw .taken }
    }
    let limit = new.policy.mostExpected
    let own = all.filter { $0.master === new.master }
    if limit > 0, own.count >= limit, let oldest = own.last {
      gone.append(oldest)
      remove(oldest)
    }
    guard all.count < most else { throw .full }
    all.insert(new, at: 0)
    return gone
  }
}
