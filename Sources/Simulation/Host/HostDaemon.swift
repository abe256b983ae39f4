/// A program that runs on the host by itself and acts as time passes.
///
/// The host's clock moves in steps: to a packet's time, or by what a program sleeps. Before it gets there it stops at
/// each moment a daemon has asked for, so that what the daemon does (bans, that change the rules) happens at its time
/// and between the right packets, and always the same way.
package protocol HostDaemon: AnyObject {
  /// When it wants to run next, in nanoseconds of the host's uptime, later than now; `nil` for not before something
  /// happens. Asked again after each time it ran, and whenever the clock is about to move.
  var nextWake: Int64? { get }
  /// Runs, with the host's clock at that moment.
  func wake()
}

extension SimulatedHost {
  /// Moves the clock on to a moment of the uptime; the kernel's timers go off and daemons run on the way.
  func moveClock(to target: Int64) {
    // Each wake is later than the one before; a daemon that asks for more than this is not asked again.
    var wakes = 0
    while true {
      let next = wakes < 1_000_000 ? nextDaemon : nil
      if let timer = nextTimer, timer <= target, timer <= next?.wake ?? .max {
        namespace.now = max(namespace.now, timer)
        runTimers()
      } else if let (daemon, wake) = next, wake <= target {
        namespace.now = max(namespace.now, wake)
        daemon.wake()
        wakes += 1
      } else {
        break
      }
    }
    namespace.now = max(namespace.now, target)
  }

  private var nextDaemon: (daemon: any HostDaemon, wake: Int64)? {
    daemons.compactMap { daemon in daemon.nextWake.map { (daemon, $0) } }.min { $0.1 < $1.1 }
  }
}
