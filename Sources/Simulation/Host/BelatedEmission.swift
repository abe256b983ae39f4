import Capture
import Netfilter

/// A packet that the host sends when a timer runs out, some time after the packet that set it: a SYN/ACK once more, the
/// error about fragments of which one never came.
package struct BelatedEmission {
  package enum Cause: Sendable {
    /// Nobody acknowledged a SYN/ACK.
    case unacknowledged
    /// An acknowledgment has waited for data to go with it.
    case delayedAcknowledgment
    /// The rest of a packet's fragments did not come.
    case missingFragments
  }

  package let cause: Cause
  /// As `SimulatedHost.clock` counts.
  package let clock: Int64
  /// The number of the captured packet that it goes back to; `nil` where that one was not captured.
  package let origin: Int?
  package let walk: Walk

  /// The time of day when it set out.
  package var timeOfDay: String { Timestamp(nanoseconds: clock).timeOfDay }
}

extension Walk {
  /// The rules that matched and what became of the packet, on one line.
  package var wayInShort: String {
    let end = verdict.map(\.rawValue) ?? notModelled.map { "not modelled: \($0)" }.joined(separator: ", ")
    return (path.map(\.description) + [end]).joined(separator: ", ")
  }
}

extension SimulatedHost {
  /// What timers have made the host send since this was last asked, oldest first.
  package func takeBelated() -> [BelatedEmission] {
    defer { belated = [] }
    return belated
  }

  /// When the next of the kernel's timers goes off, in nanoseconds of the uptime.
  var nextTimer: Int64? {
    let ticks = [localStack.timers.next, namespace.fragments.nextExpiry].compactMap { $0 }
    return ticks.min().map { $0 * (1_000_000_000 / max(1, namespace.hz)) }
  }

  /// The timers of this tick go off.
  func runTimers() {
    handle {
      if let tick = namespace.fragments.nextExpiry, tick <= namespace.jiffies { giveUpFragments() }
      if let tick = localStack.timers.next, tick <= namespace.jiffies { localStack.runTimers(of: self) }
    }
  }

  /// Sends a packet that no packet causes at this moment; gives back whether the IP layer took it.
  func sendBelated(_ packet: SocketBuffer, _ cause: BelatedEmission.Cause, origin: Int?) -> Bool {
    guard let route = route(for: packet) else { return false }
    packet.walk.number = origin
    belated.append(BelatedEmission(cause: cause, clock: clock, origin: origin, walk: packet.walk))
    return send(packet, by: route)
  }
}
