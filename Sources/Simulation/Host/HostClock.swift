import Netfilter

extension SimulatedHost {
  /// The time of day or date at this moment, in nanoseconds as the capture counts them: since 1970-01-01 UTC, or since
  /// midnight where it gives no date.
  package var clock: Int64 { clock(at: namespace.now) }

  /// The same for a moment in the host's uptime.
  package func clock(at uptime: Int64) -> Int64 { uptime &- Self.uptime &+ (firstTime ?? 0) }

  /// Lets time pass.
  package func pass(nanoseconds: Int64) {
    if firstTime == nil { firstTime = 0 }
    moveClock(to: namespace.now &+ max(0, nanoseconds))
  }
}
