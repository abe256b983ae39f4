/// Something that happened to an expectation, as the kernel tells those who watch (`ctnetlink_expect_event`).
package struct ExpectationEvent {
  package enum Kind: Sendable, Hashable { case new, destroy }

  package let kind: Kind
  package let expectation: Expectation
  /// `NetworkNamespace.now` when it happened, in nanoseconds.
  package let time: Int64
  package let remainingSeconds: Int64
}

extension ConnectionTracker {
  /// What has happened to expectations since `watch()`, oldest first.
  ///
  /// Complexity: O(n log n) in events.
  package var expectationEvents: [ExpectationEvent] {
    pruneExpectations()
    return expectationLog.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  /// Tells of an expectation that was made or has gone. One whose time is up goes when somebody next looks.
  func report(_ kind: ExpectationEvent.Kind, _ expectation: Expectation) {
    guard isWatched else { return }
    let hz = max(1, namespace.hz)
    let isOver = kind == .destroy && expectation.end <= namespace.jiffies
    let time = isOver ? expectation.end &* (1_000_000_000 / hz) : namespace.now
    expectationLog.append(
      ExpectationEvent(
        kind: kind, expectation: expectation, time: time,
        remainingSeconds: expectation.remainingSeconds(at: namespace.jiffies, hz: hz)))
  }
}
