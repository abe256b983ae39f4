import Wire

/// A line that LOG wrote to the kernel log, without time stamp.
package struct LogLine: Sendable, Hashable {
  /// syslog level, 0 (emergency) to 7 (debug).
  package var level: Int
  package var text: String
  /// The simulated clock, in nanoseconds, when it was written.
  package var time: Int64

  package init(level: Int, text: String, time: Int64) {
    self.level = level
    self.text = text
    self.time = time
  }
}

/// One stop on a packet's path, in the words of the TRACE target: `filter:INPUT:rule:4`.
package struct PathStep: Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable { case rule, policy, `return` }
  package var table: TableName
  package var chain: String
  package var kind: Kind
  /// From 1; the end of a chain has the number after its last rule.
  package var number: Int

  package init(table: TableName, chain: String, kind: Kind, number: Int) {
    self.table = table
    self.chain = chain
    self.kind = kind
    self.number = number
  }

  package var description: String { "\(table.rawValue):\(chain):\(kind.rawValue):\(number)" }
}

/// A rule (or the end of a chain) that a packet met, whether it matched or not.
package struct RuleVisit: Sendable, Hashable {
  package var hook: Hook
  package var step: PathStep
  /// In the order the kernel makes them; it stops at the first that does not hold.
  package var comparisons: [Comparison]
  package var matched: Bool
  /// What the rule asked for: `-p tcp -m tcp --dport 22 -j ACCEPT`; the policy's name for a policy.
  package var text: String
  /// What the target did; `nil` where the rule did not match, has no target or jumps.
  package var result: TargetResult?
}

/// What connection tracking decided about a packet at a hook.
package struct TrackingOutcome: Sendable, Hashable {
  package var hook: Hook
  package var state: ConnectionState
  /// Why, in language-neutral key words: the kernel's own debug message (`invalid new`) or the transition made
  /// (`SYN_SENT -> SYN_RECV`).
  package var reason: String
  /// The entry as `conntrack -L` prints it, before and after; `nil` where there is none.
  package var before: String?
  package var after: String?
  /// The entry, in the same form, of the connection that this packet's was expected of; `nil` unless it begins one.
  package var master: String?

  package init(
    hook: Hook, state: ConnectionState, reason: String, before: String? = nil, after: String? = nil,
    master: String? = nil
  ) {
    self.hook = hook
    self.state = state
    self.reason = reason
    self.before = before
    self.after = after
    self.master = master
  }
}

/// What a helper of connection tracking made of a packet at the last hook.
package struct HelperOutcome: Sendable, Hashable {
  package enum Result: Sendable, Hashable {
    /// The segment does not go on where a line has ended, so it was not read.
    case notAtLineStart
    /// No command that announces a connection.
    case nothing
    /// A command, by its first word, that is not whole or not well formed; the packet is dropped.
    case incomplete(String)
    /// It names another address than its sender's.
    case otherAddress(IPv4Address, sender: IPv4Address)
    /// A connection is waited for: `tcp 203.0.113.9 > 10.0.0.5:51210`.
    case expects(String)
    /// None can be waited for, in the kernel's words; the packet is dropped.
    case refuses(String)
  }

  package var hook: Hook
  /// `ftp`.
  package var helper: String
  /// What it read, as text; `nil` where it read nothing.
  package var read: String?
  /// The bytes it read, from the first of the IP header.
  package var bytes: Range<Int>?
  package var result: Result

  package init(hook: Hook, helper: String, read: String?, bytes: Range<Int>?, result: Result) {
    self.hook = hook
    self.helper = helper
    self.read = read
    self.bytes = bytes
    self.result = result
  }
}

/// A change that a target or NAT made to the packet.
package struct PacketChange: Sendable, Hashable {
  /// `MARK`, `TTL`, `DNAT`, ...
  package var by: String
  /// `mark`, `ttl`, `destination_address`, ...
  package var what: String
  package var from: String
  package var to: String
  /// The bytes changed, from the first of the IP header; `nil` where none were.
  package var bytes: Range<Int>?
  /// The whole packet after the change, where its length is another; `nil` where it is not.
  package var packet: [UInt8]?

  package init(
    by: String, what: String, from: String, to: String, bytes: Range<Int>? = nil, packet: [UInt8]? = nil
  ) {
    self.by = by
    self.what = what
    self.from = from
    self.to = to
    self.bytes = bytes
    self.packet = packet
  }
}

/// One thing that happened on a walk, in order.
package enum Event: Sendable {
  case hook(Hook)
  case tracking(TrackingOutcome)
  case helper(HelperOutcome)
  /// The routing decision, `nil` where there was no way.
  case routing(Route?, destination: IPv4Address)
  case visit(RuleVisit)
  case log(LogLine)
  case changed(PacketChange)
  /// The last fragment has come: the packet put together, from the IP header on.
  case reassembled([UInt8])
  /// The walk of a packet that this one made the host send: its index in `Walk.emitted`.
  case emitted(Int)
  case notModelled(String)
  case verdict(Verdict)
}

/// A packet's way through the host: everything it met, in order, and how it ended.
package final class Walk {
  /// Who put the packet on its way.
  package enum Origin: Sendable, Hashable {
    /// A captured packet, or one sent at the prompt.
    case injected
    /// REJECT's answer, and the rule that sent it.
    case reject(PathStep)
    /// The host's own TCP/IP stack (SYN/ACK, RST, echo reply).
    case stack
    /// An ICMP error that IP itself sends.
    case icmpError
    /// The copy of a broadcast, or of a multicast to a group of its own, that the host hears itself.
    case ownCopy
    /// The copy of a packet that TEE sent elsewhere, and the rule that asked for it.
    case duplicate(PathStep)
  }

  package let origin: Origin
  /// The number of the captured packet that it is, or that it goes back to; `nil` where that one was not captured.
  package var number: Int?
  /// The IP packet as it set out.
  package let initialBytes: [UInt8]
  /// As it left the host or was delivered (after NAT), or as it stood when the walk ended.
  package var finalBytes: [UInt8]
  /// A fragment that waits for the rest of its packet.
  package var isHeld = false
  /// The packets it left in, where it was cut to fit the link or cut again as it had come; else empty.
  package var fragments: [[UInt8]] = []
  /// `in`, `out`, `forward`.
  package var direction = "in"
  /// The interface it came in by (incoming, forwarded) or leaves by (outgoing).
  package var interface = ""
  package var outputInterface: String?
  package var events: [Event] = []
  package var path: [PathStep] = []
  package var log: [LogLine] = []
  package var emitted: [Walk] = []
  package var notModelled: [String] = []
  /// What cannot be known and does not change the verdict: whether a packet with bytes missing is answered, which port
  /// the kernel picked.
  package var leftOpen: [String] = []
  /// `nil` while the walk goes on, and for good when something was not modelled.
  package var verdict: Verdict?
  /// The state tracking gave the packet; `nil` when tracking never saw it.
  package var conntrack: ConnectionState?
  /// Whether comparisons and rules that did not match are recorded.
  package let isRecording: Bool
  /// Bytes of the packet (from its IP header) that were edited out, or were computed from edited-out bytes.
  package var edited: [Range<Int>] = []
  /// Called after each event that is recorded, for who looks at the host in the middle of a walk; a packet that this
  /// one causes hands it on.
  package var watcher: ((Walk) -> Void)?

  package init(origin: Origin, bytes: [UInt8], isRecording: Bool) {
    self.origin = origin
    initialBytes = bytes
    finalBytes = bytes
    self.isRecording = isRecording
  }

  /// Notes an event when the walk is watched.
  package func record(_ event: @autoclosure () -> Event) {
    guard isRecording else { return }
    events.append(event())
    watcher?(self)
  }

  /// Says what cannot be known here and does not change the verdict, once.
  package func leaveOpen(_ what: String) {
    if !leftOpen.contains(what) { leftOpen.append(what) }
    record(.notModelled(what))
  }

  /// Says by name what we do not model, once.
  package func cannotModel(_ what: String) {
    if !notModelled.contains(what) { notModelled.append(what) }
    record(.notModelled(what))
  }
}
