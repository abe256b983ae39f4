import Wire

/// Connection tracking of one network namespace (`net/netfilter/nf_conntrack_core.c`).
package final class ConnectionTracker {
  package unowned(safe) let namespace: NetworkNamespace
  /// Rules of `-m connbytes` turn accounting on for all entries made from then on.
  package var isAccounting = false
  private(set) var parameters: TrackingParameters
  var table = ConnectionTable()
  /// Connections that helpers wait for.
  var expectations = ExpectationTable()
  /// Call identifiers of tunnels that helpers have read of.
  var callKeys: [GRECallKey] = []
  private var nextSerial = 0
  /// What happened to entries; `nil` while nobody watches.
  var log: [ConnectionEvent]?
  /// What happened to expectations; empty while nobody watches.
  var expectationLog: [ExpectationEvent] = []

  package init(namespace: NetworkNamespace) {
    self.namespace = namespace
    parameters = TrackingParameters(namespace)
  }

  /// Reads the sysctls again.
  package func reloadParameters() { parameters = TrackingParameters(namespace) }

  // MARK: A packet comes in

  /// Finds or makes the packet's entry and sets its connection and info, at PREROUTING and OUTPUT, priority -200
  /// (`nf_conntrack_in`). Packets that carry an entry already or are untracked are left as they are.
  package func track(_ packet: SocketBuffer, _ hook: Hook) -> HookVerdict {
    // Seen before (it came back by `lo`), attached to what it answers, or untracked.
    let template = takeTemplate(packet)
    guard packet.connection == nil, packet.connectionInfo != .untracked else { return .accept }
    if hook == .output, packet.ip?.isFragment == true { return .accept }
    packet.wasTracked = true
    guard let offset = FlowTuple.transport(of: packet.bytes[...]) else {
      return note(packet, hook, "fragment or bogus header")
    }
    let header = max(20, offset)..<min(packet.bytes.count, offset + Self.headerRead(packet.bytes[9]))
    guard !packet.isUnknown(header), !packet.isUnknown(0..<20) else {
      packet.walk.cannotModel("connection tracking: the capture lacks bytes of the packet's headers")
      return .unknown
    }
    if packet.bytes[9] == 1 {
      switch ICMPTracker.look(at: packet, hook, self) {
      case .query: break
      case .invalid(let reason): return note(packet, hook, reason)
      case .related(let entry, let direction):
        packet.connection = entry
        packet.connectionInfo = direction == .original ? .related : .relatedReply
        return note(packet, hook, "related", before: entry, line: line(of: entry, packet))
      }
    }
    return trackFlow(packet, hook, template)
  }

  /// Takes off the packet what `-j CT` put on it for tracking.
  private func takeTemplate(_ packet: SocketBuffer) -> ConnectionTrackingEntry? {
    guard let template = packet.connection, template.status.contains(.template) else { return nil }
    packet.connection = nil
    packet.connectionInfo = nil
    return template
  }

  /// Bytes of the transport header that a protocol's tracker reads.
  private static func headerRead(_ protocolNumber: UInt8) -> Int {
    switch protocolNumber {
    case 1, 17, 47, 136: 8
    case 6: 20
    case 132: 16
    default: 0
    }
  }

  /// Looks the flow up or begins it, and asks its protocol; once more where the packet opens anew what was closed.
  private func trackFlow(
    _ packet: SocketBuffer, _ hook: Hook, _ template: ConnectionTrackingEntry?
  ) -> HookVerdict {
    while true {
      guard let tuple = tuple(of: packet.bytes[...]) else { return note(packet, hook, "short packet") }
      guard let (entry, direction) = find(tuple) ?? begin(tuple, packet, template) else {
        return note(packet, hook, "can't create new conn with type \(tuple.icmpType)")
      }
      if !entry.isConfirmed, table.count >= parameters.maximumEntries, parameters.maximumEntries > 0 {
        packet.walk.cannotModel("connection tracking: the table is full")
        return .unknown
      }
      let info = relation(of: entry, direction)
      let before = line(of: entry, packet)
      let judgement = ProtocolTrackers.tracker(for: tuple.protocolNumber).judge(
        TrackedPacket(packet: packet, entry: entry, info: info, hook: hook, tracker: self))
      switch judgement {
      case .again: continue
      case .notModelled(let what):
        packet.walk.cannotModel(what)
        return .unknown
      case .invalid(let reason): return note(packet, hook, reason, before: entry, line: before)
      case .valid(var reason):
        packet.connection = entry
        packet.connectionInfo = info
        if info == .establishedReply, !entry.status.contains(.seenReply) {
          entry.status.insert(.seenReply)
          if reason.isEmpty { reason = "SEEN_REPLY" }
        }
        return note(packet, hook, reason.isEmpty ? packet.state.rawValue : reason, before: entry, line: before)
      }
    }
  }

  /// A new entry, not yet in the table; `nil` for what nothing can answer.
  private func begin(
    _ tuple: FlowTuple, _ packet: SocketBuffer, _ template: ConnectionTrackingEntry?
  ) -> (entry: ConnectionTrackingEntry, direction: FlowDirection)? {
    guard let reply = tuple.inverted else { return nil }
    nextSerial += 1
    let entry = ConnectionTrackingEntry(original: tuple, reply: reply, serial: nextSerial, created: namespace.now)
    if isAccounting || parameters.counts { entry.counters = FlowCounters() }
    if template != nil || !expectations.isEmpty { introduce(entry, packet, template: template) }
    return (entry, .original)
  }

  /// Once both ends spoke, all is established (`resolve_normal_ct`).
  private func relation(of entry: ConnectionTrackingEntry, _ direction: FlowDirection) -> ConnectionInfo {
    if direction == .reply { return .establishedReply }
    if entry.status.contains(.seenReply) { return .established }
    return entry.status.contains(.expected) ? .related : .new
  }

  func verifiesChecksum(of packet: SocketBuffer, at hook: Hook) -> Bool {
    guard hook == .prerouting, parameters.verifiesChecksums, !packet.transportChecksumVouched else { return false }
    // What the capture lacks was there when the kernel looked.
    return packet.unknown.isEmpty
  }

  // MARK: A packet goes out

  /// Enters the packet's new entry into the table once nothing dropped it, at INPUT and POSTROUTING, last of all
  /// (`nf_conntrack_confirm`).
  package func confirm(_ packet: SocketBuffer, _ hook: Hook) -> HookVerdict {
    if let entry = packet.connection, entry.helper != nil || entry.status.contains(.sequenceAdjust) {
      let verdict = help(packet, entry, hook)
      guard verdict == .accept else { return verdict }
    }
    let entry = packet.connection
    let verdict = enter(packet, hook)
    if let entry, !entry.isConfirmed, !expectations.isEmpty { forgetExpectations(of: entry) }
    if verdict == .accept, let entry = packet.connection { report(entry) }
    return verdict
  }

  private func enter(_ packet: SocketBuffer, _ hook: Hook) -> HookVerdict {
    guard let entry = packet.connection, !entry.isConfirmed, packet.connectionInfo?.direction == .original else {
      return .accept
    }
    guard !entry.status.contains(.dying) else { return .drop }
    switch table.clash(with: entry, at: namespace.jiffies) {
    case .none: insert(entry)
    case .same(let other):
      guard ClashRule.allows(entry.protocolNumber) else { return .drop }
      if var counters = other.counters, let lost = entry.counters {
        let direction = packet.connectionInfo?.direction ?? .original
        counters[direction].count(Int(truncatingIfNeeded: lost[direction].bytes))
        other.counters = counters
      }
      packet.connection = other
    case .original:
      guard ClashRule.allows(entry.protocolNumber) else { return .drop }
      // Found by replies alone, and not for long.
      entry.timeout = namespace.jiffies + max(1, namespace.hz)
      entry.status.formUnion([.fixedTimeout, .natClash, .confirmed])
      entry.changes.insert(.new)
      table.insertReply(entry)
    case .reply: return .drop
    }
    note(packet, hook, "confirmed")
    return .accept
  }

  private func insert(_ entry: ConnectionTrackingEntry) {
    // Time counts from here, not from when the packet came in.
    entry.timeout += namespace.jiffies
    entry.status.insert(.confirmed)
    entry.changes.insert(.new)
    table.insert(entry, at: namespace.jiffies)
  }

  // MARK: What happened, for the history

  @discardableResult
  private func note(
    _ packet: SocketBuffer, _ hook: Hook, _ reason: String, before entry: ConnectionTrackingEntry? = nil,
    line before: String? = nil
  ) -> HookVerdict {
    packet.walk.record(
      .tracking(
        TrackingOutcome(
          hook: hook, state: packet.state, reason: reason, before: before,
          after: (packet.connection ?? entry).flatMap { line(of: $0, packet) }, master: master(of: packet))))
    return .accept
  }

  /// The line of the connection that expected the packet's own, where this packet begins it.
  private func master(of packet: SocketBuffer) -> String? {
    guard packet.walk.isRecording, packet.connectionInfo == .related, let entry = packet.connection,
      !entry.isConfirmed, let master = entry.master
    else { return nil }
    return master.line(at: namespace.jiffies, hz: namespace.hz)
  }

  /// The entry's line as it is now, where somebody watches and it is in the table.
  private func line(of entry: ConnectionTrackingEntry, _ packet: SocketBuffer) -> String? {
    guard packet.walk.isRecording, entry.isConfirmed, !entry.status.contains(.dying) else { return nil }
    return entry.line(at: namespace.jiffies, hz: namespace.hz)
  }
}
