import Wire

extension ConnectionTracker {
  /// What is waited for, newest first.
  package var expected: [Expectation] {
    pruneExpectations()
    return expectations.all
  }

  /// Takes out expectations whose time is up or whose connection has gone.
  func pruneExpectations() {
    guard !expectations.isEmpty else { return }
    for gone in expectations.prune(at: namespace.jiffies, hz: namespace.hz) { report(.destroy, gone) }
  }

  /// Waits for a connection.
  func expect(_ expectation: Expectation) throws(ExpectationTable.Refusal) {
    pruneExpectations()
    let ticks = expectation.policy.timeout &* max(1, namespace.hz)
    expectation.timeout = namespace.jiffies &+ ticks
    expectation.end = TimerWheel<Never>.tick(now: namespace.jiffies, delay: ticks)
    for gone in try expectations.insert(expectation, most: parameters.maximumExpectations) { report(.destroy, gone) }
    report(.new, expectation)
  }

  /// No longer waits for it.
  func forget(_ expectation: Expectation) {
    guard expectations.all.contains(where: { $0 === expectation }) else { return }
    expectations.remove(expectation)
    report(.destroy, expectation)
  }

  /// No longer waits for anything (`conntrack -F expect`).
  package func forgetAll() {
    for expectation in expected { forget(expectation) }
  }

  /// What waits for a connection with this tuple.
  func expectation(for tuple: FlowTuple) -> Expectation? { expectations.all.first { $0.isMet(by: tuple) } }

  /// Forgets what an entry expects that does not come into the table.
  func forgetExpectations(of entry: ConnectionTrackingEntry) {
    for expectation in expectations.all where expectation.master === entry { forget(expectation) }
  }

  /// Makes a new entry the one that was waited for, or gives it the helper that a rule asked for
  /// (`init_conntrack`).
  ///
  /// - Parameter template: what `-j CT` put before tracking; `nil` for none.
  func introduce(_ entry: ConnectionTrackingEntry, _ packet: SocketBuffer, template: ConnectionTrackingEntry?) {
    pruneExpectations()
    guard !expectations.isEmpty, let met = expectations.met(by: entry.original) else {
      if let helper = template?.helper {
        entry.helper = type(of: helper).init()
        entry.status.insert(.helper)
      }
      return
    }
    if met.master.isExpired(at: namespace.jiffies) {
      packet.walk.leaveOpen(
        "the connection that expected this one has expired: whether the kernel has collected both is its own affair")
    }
    if !met.isPermanent { forget(met) }
    entry.status.insert(.expected)
    entry.master = met.master
    entry.mark = met.master.mark
    met.master.helper?.met(met, entry, packet, self)
  }

  // MARK: At the last hook

  /// Lets an entry's helper read the packet, and shifts sequence numbers where a helper has changed a payload's length
  /// (`nf_confirm`).
  func help(_ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ hook: Hook) -> HookVerdict {
    guard let info = packet.connectionInfo, info != .relatedReply else { return .accept }
    // What crosses `lo` was shifted when it left.
    let isLooped = hook == .input && packet.inputInterface == "lo"
    let isShifted = entry.status.contains(.sequenceAdjust) && !isLooped
    if let helper = entry.helper {
      let helped = HelpedPacket(packet: packet, entry: entry, info: info, hook: hook, tracker: self)
      switch helper.help(helped) {
      case .accept: break
      case .drop: return .drop
      case .unknown:
        packet.walk.cannotModel("conntrack helper \(type(of: helper).name): the capture lacks bytes that it reads")
        return .unknown
      case .notModelled(let what):
        packet.walk.cannotModel(what)
        return .unknown
      }
    }
    if isShifted, let adjustment = entry.tcp?.adjustment {
      guard adjustment.shift(packet, info.direction) else { return .drop }
    }
    if hook == .input, packet.hasPartialChecksum {
      // No device will finish it.
      packet.bytes = packet.unfinishedBytes
      packet.transportChecksumVouched = true
    }
    return .accept
  }
}
