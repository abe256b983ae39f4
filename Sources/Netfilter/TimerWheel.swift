/// Timers of a host, as the kernel's wheel runs them (`kernel/time/timer.c`): never early, and the later the coarser.
///
/// Setting a timer and taking the next ones is quick; a timer that is no longer wanted stays until its time, and whoever
/// set it then tells that it is void.
package struct TimerWheel<Owner: Sendable>: Sendable {
  /// The timers of a tick by level of the wheel; in a level the one set last goes off first.
  private var slots: [Int64: [Int: [Owner]]] = [:]
  /// The tick of the first timer; `nil` where none is set.
  package private(set) var next: Int64?

  package init() {}

  /// Sets a timer and gives back the tick at which it goes off.
  ///
  /// - Parameter delay: in ticks, 0 or more.
  @discardableResult
  package mutating func set(_ owner: Owner, now: Int64, delay: Int64) -> Int64 {
    let (tick, level) = Self.slot(now: now, delay: delay)
    slots[tick, default: [:]][level, default: []].append(owner)
    next = min(next ?? tick, tick)
    return tick
  }

  /// Takes out the timers of the first tick, in the order in which they go off.
  package mutating func takeNext() -> [Owner] {
    guard let tick = next, let levels = slots.removeValue(forKey: tick) else { return [] }
    next = slots.keys.min()
    return levels.sorted { $0.key > $1.key }.flatMap { $0.value.reversed() }
  }

  /// The tick at which a timer set now would go off.
  package static func tick(now: Int64, delay: Int64) -> Int64 { slot(now: now, delay: delay).tick }

  /// Where a timer is put: each level of the wheel has 64 slots, and its ticks are eight times those of the level before.
  private static func slot(now: Int64, delay: Int64) -> (tick: Int64, level: Int) {
    let expires = now &+ max(0, delay)
    var level = 0
    while level < 8, delay >= 63 << Int64(3 * level) { level += 1 }
    let shift = Int64(3 * level)
    return (((expires >> shift) &+ 1) << shift, level)
  }
}
