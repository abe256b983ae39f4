import Capture
import Netfilter
import Wire

/// The smallest thing the learner can advance by. It holds everything needed to show it; nothing in it is prose.
package struct Step {
  /// Where in the rules a step stands.
  package struct Place: Sendable, Hashable {
    package var hook: Hook
    package var table: TableName
    package var chain: String
    /// From 1; the number after the last rule for the end of the chain.
    package var rule: Int

    package init(hook: Hook, table: TableName, chain: String, rule: Int) {
      self.hook = hook
      self.table = table
      self.chain = chain
      self.rule = rule
    }
  }

  /// Bytes to mark in the dump, counted from the first byte shown.
  package struct Marks: Sendable, Hashable {
    /// The bytes at hand.
    package var current: [Range<Int>] = []
    /// What earlier steps have decoded.
    package var decoded: [Range<Int>] = []
    /// What earlier comparisons of the same rule have read.
    package var read: [Range<Int>] = []
    /// Edited out, or computed from what was edited out.
    package var edited: [Range<Int>] = []
    /// Not given by the capture.
    package var unknown: [Range<Int>] = []

    package init() {}
  }

  package enum Content {
    /// The packet comes into view, before anything is decoded.
    case arrival
    /// Something to know about the captured bytes.
    case note(Note)
    /// A header field with the smaller fields it is made of, and what is to say about it (a checksum).
    case field(Layer, Field, parts: [Field], notes: [Note])
    /// A whole header at a glance, for packets that the host made.
    case layer(Layer)
    case hook(Hook)
    case tracking(TrackingOutcome)
    case helper(HelperOutcome)
    case routing(Route?, destination: IPv4Address)
    /// One comparison of a rule; the last one where it does not hold.
    case comparison(RuleVisit, index: Int)
    /// A rule all of whose comparisons held, at the moment its target runs.
    case fires(RuleVisit)
    /// The end of a chain: a policy, or the return to the chain before.
    case chainEnd(RuleVisit)
    case log(LogLine)
    case changed(PacketChange)
    /// A packet is whole that came in fragments; its length in bytes.
    case reassembled(Int)
    /// A packet that the walk made the host send comes into view.
    case emission(Walk)
    /// Before this packet a timer made the host send one.
    case belated(BelatedEmission)
    case notModelled(String)
    case verdict(Verdict, Walk)
    /// The captured packet is one that the simulated host had just generated; by the number of the packet it came of.
    case confirms(origin: Int, Walk)
    /// It answered the packet of that number, and the host does not send it now.
    case unsent(origin: Int)
    case passedOver(String)
  }

  package let content: Content
  /// The bytes shown: the captured ones, or those of a packet the host made, as they stand at this step.
  package let bytes: [UInt8]
  package let marks: Marks
  /// Bytes before the IP header in `bytes`.
  package let networkOffset: Int
  /// The captured packet, from 0.
  package let packet: Int
  /// Which packet's walk: empty for the captured packet, else the indices into `Walk.emitted` that lead to it.
  package let emission: [Int]
  /// `nil` where no rule is at hand.
  package let place: Place?
  /// How far the walk has come; `nil` before it begins.
  package let moment: Moment?

  /// A moment in the middle of a packet's walk.
  package struct Moment: Sendable, Hashable {
    /// The walk that goes on: empty for the captured packet's, else as `Step.emission`.
    package var emission: [Int]
    /// How many of its events have happened.
    package var events: Int
  }
}

extension Step {
  /// The rule visit that the step tells of, if it tells of one.
  package var visit: RuleVisit? {
    switch content {
    case .comparison(let visit, _), .fires(let visit), .chainEnd(let visit): visit
    default: nil
    }
  }

  /// Whether the packet's fate at a hook, or as a whole, is settled at this step.
  package var isVerdict: Bool {
    switch content {
    case .verdict, .notModelled: true
    case .fires(let visit): visit.result.map { $0 != .next } ?? false
    case .chainEnd(let visit): visit.step.kind == .policy
    default: false
    }
  }
}
