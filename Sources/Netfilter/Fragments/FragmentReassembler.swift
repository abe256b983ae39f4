import Wire

/// Puts fragments together again (`net/ipv4/ip_fragment.c`, `nf_defrag_ipv4.c`).
///
/// Tracking does so before any table sees a packet, at PREROUTING and OUTPUT; without it, only what is delivered is
/// put together. Queues are apart for each of these.
package final class FragmentReassembler {
  /// Who asks (`enum ip_defrag_users`).
  package enum User: Sendable, Hashable { case trackingInput, trackingOutput, localDelivery }

  package enum Outcome: Sendable, Hashable {
    /// No fragment, or the last one missing: the buffer now holds the whole packet.
    case complete
    /// Kept until the others come.
    case held
    /// Dropped, and with it all that was kept of its packet unless it was a duplicate.
    case dropped(String)
  }

  /// A packet whose fragments did not all come in time, and whose first one did: RFC 792 wants its sender told.
  package struct Expiry {
    package let user: User
    /// The fragment with the header.
    package let first: SocketBuffer
  }

  struct Key: Hashable, Sendable {
    let user: User
    let source: IPv4Address
    let destination: IPv4Address
    let identification: UInt16
    let protocolNumber: UInt8
  }

  private unowned(safe) let namespace: NetworkNamespace
  private var queues: [Key: FragmentQueue] = [:]
  private var timers = TimerWheel<Key>()
  /// Fragments seen from each source, to tell when a queue is older than its identification may be.
  private var seen: [IPv4Address: Int] = [:]

  package init(namespace: NetworkNamespace) { self.namespace = namespace }

  /// Takes a packet that came in, goes out or is to be delivered.
  package func take(_ packet: SocketBuffer, for user: User) -> Outcome {
    guard let ip = packet.ip, ip.isFragment else { return .complete }
    let key = Key(
      user: user, source: ip.source, destination: ip.destination, identification: ip.identification,
      protocolNumber: ip.protocolNumber)
    var queue = queues[key] ?? FragmentQueue(deadline: newDeadline(key))
    restartIfTooFar(&queue, key)
    let fragment = FragmentQueue.Fragment(packet, ip)
    switch queue.insert(fragment) {
    case .held:
      queues[key] = queue
      return .held
    case .duplicate:
      queues[key] = queue
      return .dropped("duplicate fragment")
    case .corrupt(let why):
      queues[key] = nil
      return .dropped(why)
    case .complete:
      queues[key] = nil
      packet.ignoresDontFragment = user != .localDelivery
      return queue.reassemble(into: packet).map { .dropped($0) } ?? .complete
    }
  }

  /// The tick at which the next packet is given up on; `nil` where none waits.
  package var nextExpiry: Int64? { timers.next }

  /// Gives up on the packets whose time is over first, 30 seconds after their first fragment (`net.ipv4.ipfrag_time`).
  package func expireNext() -> [Expiry] {
    let tick = timers.next
    return timers.takeNext().compactMap { key in
      // One that is whole, or began anew, is not meant.
      guard let queue = queues[key], queue.deadline == tick else { return nil }
      queues[key] = nil
      return queue.first.map { Expiry(user: key.user, first: $0) }
    }
  }

  private func newDeadline(_ key: Key) -> Int64 {
    let time = Int64(namespace.sysctl("net.ipv4.ipfrag_time", default: 30)) * max(1, namespace.hz)
    return timers.set(key, now: namespace.jiffies, delay: time)
  }

  /// Too many other fragments came from the source since the last one of this packet: its identification may be in
  /// use for another by now (`ip_frag_too_far`).
  private func restartIfTooFar(_ queue: inout FragmentQueue, _ key: Key) {
    let most = namespace.sysctl("net.ipv4.ipfrag_max_dist", default: 64)
    guard most > 0 else { return }
    let count = (seen[key.source] ?? 0) &+ 1
    seen[key.source] = count
    if !queue.isEmpty, count &- queue.lastSeen > most { queue.restart(deadline: newDeadline(key)) }
    queue.lastSeen = count
  }
}
