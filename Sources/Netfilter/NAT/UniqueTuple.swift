import Wire

/// Finds what a new flow is translated to, so that its answers cannot be mistaken for those of another
/// (`get_unique_tuple` in `net/netfilter/nf_nat_core.c`).
struct UniqueTuple {
  let tracker: ConnectionTracker
  let entry: ConnectionTrackingEntry
  let range: TranslationRange
  let end: TranslatedEnd

  /// A translation found, and whether the kernel picks its port at random: then the one here is but one it may take.
  struct Choice {
    var tuple: FlowTuple
    var isRandom = false
  }

  /// Ports tried before the search begins anew elsewhere.
  private static let mostAttempts = 128
  /// In the last attempts, a connection that is over gives way.
  private static let harderThreshold = 32

  /// - Parameter current: how the flow's packets look after what was translated already.
  func choice(for current: FlowTuple) -> Choice {
    if end == .source, !range.picksAnyPort {
      if isInRange(current) {
        if !isTakenByOther(current) { return Choice(tuple: current) }
      } else if let known = knownMapping(of: current) {
        if !isTaken(known) { return Choice(tuple: known) }
      }
    }
    var tuple = current
    chooseAddress(&tuple)
    if !range.picksAnyPort {
      if let ports = range.ports {
        let isUsable = range.portBase == nil && isPortInRange(tuple, end)
        if isUsable, ports.first == ports.last || !isTaken(tuple) { return Choice(tuple: tuple) }
      } else if !isTaken(tuple) {
        return Choice(tuple: tuple)
      }
    }
    return choosePort(tuple)
  }

  // MARK: Ranges

  /// Whether a tuple's source is within the range as it is (`nf_in_range`).
  private func isInRange(_ tuple: FlowTuple) -> Bool {
    if let addresses = range.addresses, tuple.source < addresses.first || tuple.source > addresses.last { return false }
    return range.ports == nil || isPortInRange(tuple, .source)
  }

  private func isPortInRange(_ tuple: FlowTuple, _ end: TranslatedEnd) -> Bool {
    guard let ports = range.ports else { return true }
    switch tuple.protocolNumber {
    case 1: return ports.first <= tuple.sourcePort && tuple.sourcePort <= ports.last
    case 6, 17, 47, 132, 136:
      let port = end == .source ? tuple.sourcePort : tuple.destinationPort
      return ports.first <= port && port <= ports.last
    default: return true
    }
  }

  /// How another flow from the same source is translated, where that is in the range (`find_appropriate_src`).
  private func knownMapping(of tuple: FlowTuple) -> FlowTuple? {
    for other in tracker.table.entries(from: tuple, at: tracker.namespace.jiffies) {
      guard var known = other.reply.inverted else { continue }
      known.destination = tuple.destination
      known.destinationPort = tuple.destinationPort
      if isInRange(known) { return known }
    }
    return nil
  }

  // MARK: Is it free?

  /// Whether answers to `tuple` would belong to another flow (`nf_nat_used_tuple`).
  private func isTaken(_ tuple: FlowTuple) -> Bool {
    guard let reply = tuple.inverted, let found = tracker.find(reply), found.entry !== entry else { return false }
    return found.entry.original != entry.original
  }

  /// The same for a tuple left as it is: the other way round, two packets of one flow may have met
  /// (`nf_nat_used_tuple_new`).
  private func isTakenByOther(_ tuple: FlowTuple) -> Bool {
    guard isTaken(tuple) else { return false }
    guard ClashRule.allows(tuple.protocolNumber), entry.status.isDisjoint(with: Self.translations) else { return true }
    guard let found = tracker.find(tuple) ?? tuple.inverted.flatMap(tracker.find) else { return false }
    guard found.entry.status.isDisjoint(with: Self.translations) else { return true }
    return found.entry.original != entry.reply
  }

  private static let translations: ConnectionStatus = [.sourceNAT, .destinationNAT, .sequenceAdjust]

  /// Near the end of the search, a TCP connection in TIME_WAIT whose sequence numbers lie behind the new one's is
  /// taken out (`nf_nat_used_tuple_harder`).
  private func isTaken(_ tuple: FlowTuple, attemptsLeft: Int) -> Bool {
    guard attemptsLeft <= Self.harderThreshold, tuple.protocolNumber == 6, let tcp = entry.tcp, tcp.state == .synSent
    else { return isTaken(tuple) }
    guard let reply = tuple.inverted, let found = tracker.find(reply) else { return false }
    guard found.direction == .reply, let old = found.entry.tcp, old.state.rawValue >= TCPState.timeWait.rawValue,
      found.entry.status.isDisjoint(with: [.fixedTimeout, .dying]), found.entry.status.contains(.sourceNAT),
      tcp.original.end.isAfter(old.original.end)
    else { return true }
    tracker.delete(found.entry)
    return false
  }

  // MARK: Choosing

  /// The same source always gets the same address of a range, by a hash (`find_best_ips_proto`).
  private func chooseAddress(_ tuple: inout FlowTuple) {
    guard let addresses = range.addresses else { return }
    var chosen = addresses.first
    if addresses.first != addresses.last {
      let seed = range.isPersistent ? 0 : tuple.destination.rawValue.byteSwapped
      let hash = JenkinsHash.of([tuple.source.rawValue.byteSwapped, 0, 0, 0], seed: seed)
      let size = addresses.last.rawValue &- addresses.first.rawValue &+ 1
      chosen = IPv4Address(rawValue: addresses.first.rawValue &+ JenkinsHash.scaled(hash, to: size))
    }
    if end == .source { tuple.source = chosen } else { tuple.destination = chosen }
  }

  /// A port of the range that nobody uses (`nf_nat_l4proto_unique_tuple`).
  private func choosePort(_ tuple: FlowTuple) -> Choice {
    var tuple = tuple
    guard let (lowest, size) = portRange(tuple) else { return Choice(tuple: tuple) }
    let path: WritableKeyPath<FlowTuple, UInt16> =
      tuple.protocolNumber == 1 || end == .source ? \.sourcePort : \.destinationPort
    let own = tuple[keyPath: path]
    let start: UInt16?
    if let base = range.portBase {
      start = own &- base
    } else {
      start = range.picksAnyPort || end == .source ? nil : 0
    }
    let attempts = min(size, Self.mostAttempts)
    for attempt in 0..<attempts {
      tuple[keyPath: path] = UInt16(truncatingIfNeeded: lowest + Int((start ?? 0) &+ UInt16(attempt)) % size)
      guard !isTaken(tuple, attemptsLeft: attempts - attempt) else { continue }
      return Choice(tuple: tuple, isRandom: start == nil && hasAnother(tuple, path, lowest, size, after: attempt))
    }
    // Nothing free; the last one stays where the whole range was tried.
    return Choice(tuple: tuple, isRandom: size > 1 && (start == nil || size > attempts))
  }

  /// Whether a random start could have come to another free port than the first found.
  private func hasAnother(
    _ tuple: FlowTuple, _ path: WritableKeyPath<FlowTuple, UInt16>, _ lowest: Int, _ size: Int, after attempt: Int
  ) -> Bool {
    if size > Self.mostAttempts { return true }
    var other = tuple
    return (attempt + 1..<max(attempt + 1, size)).contains { offset in
      other[keyPath: path] = UInt16(truncatingIfNeeded: lowest + offset)
      return !isTaken(other)
    }
  }

  /// The lowest port to try and how many there are; `nil` where the port stays.
  private func portRange(_ tuple: FlowTuple) -> (lowest: Int, size: Int)? {
    switch tuple.protocolNumber {
    case 1:
      guard let ports = range.ports else { return (0, 65536) }
      return (Int(ports.first), max(1, Int(ports.last) - Int(ports.first) + 1))
    case 6, 17, 132, 136: break
    case 47 where entry.master != nil:
      guard let ports = range.ports else { return (1, 65535) }
      return (Int(ports.first), max(1, Int(ports.last) - Int(ports.first) + 1))
    default: return nil
    }
    if let ports = range.ports {
      let (low, high) = (min(ports.first, ports.last), max(ports.first, ports.last))
      return (Int(low), Int(high) - Int(low) + 1)
    }
    guard end == .source else { return nil }
    // Who owns a low port may be trusted for it: it maps to one of its kind.
    switch tuple.sourcePort {
    case ..<512: return (1, 511)
    case ..<1024: return (600, 424)
    default: return (1024, 64512)
    }
  }
}
