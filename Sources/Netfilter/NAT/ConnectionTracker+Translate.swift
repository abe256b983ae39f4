import Wire

extension ConnectionTracker {
  /// Translates addresses at a hook of the nat table; `traverse` asks the table's chain, which happens only for the
  /// first packet of a flow not yet translated in that direction (`nf_nat_inet_fn`).
  package func translate(_ packet: SocketBuffer, _ hook: Hook, traverse: () -> HookVerdict) -> HookVerdict {
    guard let entry = packet.connection, let info = packet.connectionInfo else { return .accept }
    let verdict = translate(packet, entry, info, hook, traverse)
    guard verdict == .accept, hook == .output else { return verdict }
    let direction = info.direction
    guard entry[direction].destination != entry[direction.opposite].source else { return .accept }
    return namespace.stack?.routeAgain(packet) == false ? .drop : .accept
  }

  private func translate(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ info: ConnectionInfo, _ hook: Hook,
    _ traverse: () -> HookVerdict
  ) -> HookVerdict {
    let end = TranslatedEnd(hook)
    switch info {
    case .untracked: return .accept
    case .related where packet.bytes[9] == 1, .relatedReply where packet.bytes[9] == 1:
      return PacketRewriter.translateError(packet, entry, info.direction, end) ? .accept : .drop
    case .new, .related, .relatedReply:
      if !entry.status.contains(end.done) {
        let verdict = traverse()
        guard verdict == .accept else { return verdict }
        if !entry.status.contains(end.done) { bindAsIs(packet, entry, end) }
      } else if hasLeftByOther(packet, entry, info, hook) {
        return loseInterface(packet, entry, info)
      }
    case .established, .establishedReply:
      if hasLeftByOther(packet, entry, info, hook) { return loseInterface(packet, entry, info) }
    }
    let changed = info.direction == .original ? end.changed : end.opposite.changed
    guard entry.status.contains(changed) else { return .accept }
    return PacketRewriter.rewrite(packet, entry, info.direction, end) ? .accept : .drop
  }

  /// A masqueraded flow leaves by another interface than the one whose address it took (`nf_nat_oif_changed`).
  private func hasLeftByOther(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ info: ConnectionInfo, _ hook: Hook
  ) -> Bool {
    guard hook == .postrouting, info.direction == .original, let interface = entry.masqueradeInterface else {
      return false
    }
    return interface != packet.outputInterface
  }

  private func loseInterface(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ info: ConnectionInfo
  ) -> HookVerdict {
    entry.counters?[info.direction].count(packet.length)
    delete(entry)
    return .drop
  }

  // MARK: Deciding

  /// Decides what becomes of a new flow's source or destination (`nf_nat_setup_info`); a flow in the table already
  /// stays as it is.
  ///
  /// - Parameter target: the target's name, for what is said of it.
  package func bind(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, to range: TranslationRange, _ end: TranslatedEnd,
    by target: String
  ) {
    guard !entry.isConfirmed, !entry.status.contains(end.done) else { return }
    if let current = entry.reply.inverted {
      let choice = UniqueTuple(tracker: self, entry: entry, range: range, end: end).choice(for: current)
      if choice.tuple != current, let reply = choice.tuple.inverted {
        entry.reply = reply
        entry.status.insert(end.changed)
        if choice.isRandom { noteRandomPort(packet, entry, target) }
      }
    }
    entry.status.insert(end.done)
  }

  /// No rule wanted a change: the address stays, and the port too unless another flow has it
  /// (`nf_nat_alloc_null_binding`).
  private func bindAsIs(_ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ end: TranslatedEnd) {
    let address = end == .source ? entry.reply.destination : entry.reply.source
    bind(packet, entry, to: TranslationRange().to(address), end, by: "nat")
  }

  private func noteRandomPort(_ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ target: String) {
    entry.hasRandomPort = true
    packet.walk.leaveOpen("\(target): the kernel picks the port at random")
  }
}
