import Netfilter

extension SimulatedHost {
  /// Loads a table in place of the one of that name, as `iptables` does; what its rules keep (token buckets) starts
  /// afresh, counters are the table's. Connection tracking begins with the first rule that needs it.
  package func load(_ table: Table) {
    if description.conntrack != .on {
      var ruleset = namespace.ruleset
      ruleset.tables.removeAll { $0.name == table.name }
      ruleset.tables.append(table)
      setTracking(ruleset.needsConnectionTracking)
    }
    namespace.load(table)
  }

  /// An empty table of connections; what happens to them is kept where somebody watches.
  func freshTracker() -> ConnectionTracker {
    let tracker = ConnectionTracker(namespace: namespace)
    if isRecording || keepsFrames { tracker.watch() }
    return tracker
  }

  /// From now on what happens to connections is kept.
  func watchTracking() {
    namespace.tracker?.watch()
    idleTracker?.watch()
  }

  private func setTracking(_ isNeeded: Bool) {
    if isNeeded, namespace.tracker == nil {
      namespace.tracker = idleTracker ?? freshTracker()
      idleTracker = nil
    } else if !isNeeded, let tracker = namespace.tracker {
      // The table of connections outlives the hooks.
      idleTracker = tracker
      namespace.tracker = nil
    }
  }
}
