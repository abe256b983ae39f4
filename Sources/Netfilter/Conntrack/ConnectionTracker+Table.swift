import Wire

extension ConnectionTracker {
  /// All entries in the table, oldest first. Complexity: O(n log n) in their number.
  package var entries: [ConnectionTrackingEntry] { table.entries(at: namespace.jiffies) }

  /// The table as `conntrack -L` prints it, oldest entry first (the kernel's order is that of a keyed hash).
  package var lines: [String] {
    entries.map { $0.line(at: namespace.jiffies, hz: namespace.hz) }
  }

  /// The entry that a packet with this tuple belongs to, and which way it goes there.
  package func find(_ tuple: FlowTuple) -> (entry: ConnectionTrackingEntry, direction: FlowDirection)? {
    table.find(tuple, at: namespace.jiffies)
  }

  /// Takes an entry out of the table (`nf_ct_delete`, `conntrack -D`); packets under way keep it.
  ///
  /// - Parameter byProgram: whether a program asked for it, which those who watch are told.
  package func delete(_ entry: ConnectionTrackingEntry, byProgram: Bool = false) {
    guard entry.isConfirmed else {
      entry.status.insert(.dying)
      return
    }
    reportDeletion(entry, byProgram: byProgram)
    table.remove(entry)
    entry.helper?.end(entry, self)
    if entry.protocolNumber == 47, let master = entry.master { removeCallKeys(of: master) }
  }

  /// Empties the table (`conntrack -F`).
  package func deleteAll() {
    for entry in entries { delete(entry, byProgram: true) }
  }

  /// Sets an entry's counters back (`conntrack -L -z`).
  package func zeroCounters(of entry: ConnectionTrackingEntry) {
    if entry.counters != nil { entry.counters = FlowCounters() }
  }

  /// REJECT sent a reset for a packet: its connection is closed (`nf_conntrack_tcp_set_closing`).
  package func setClosing(_ packet: SocketBuffer) {
    guard let entry = packet.connection, entry.isConfirmed, var tcp = entry.tcp, tcp.state != .close else { return }
    tcp.state = .close
    entry.tcp = tcp
    if entry.status.contains(.fixedTimeout) { return }
    entry.timeout = namespace.jiffies + parameters.tcp[TCPState.close.rawValue]
  }
}
