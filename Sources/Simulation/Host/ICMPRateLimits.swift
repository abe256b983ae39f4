/// Tokens for what one destination is sent (`struct inet_peer`).
struct ICMPErrorBucket {
  private var tokens: Int64 = 0
  private var last: Int64
  private var redirects: Int64 = 0

  /// A destination not seen before has had a minute to fill its bucket.
  init(now: Int64, hz: Int64) { last = now - 60 * hz }

  /// Takes a token where there is one: six at once, then one each `interval` ticks (`inet_peer_xrlim_allow`).
  mutating func take(now: Int64, interval: Int64) -> Bool { take(now, cost: interval, most: 6 * interval) }

  /// The same for packets that no way leads on for: five at once, then one a second (`ip_error`).
  mutating func takeForUnreachable(now: Int64, hz: Int64) -> Bool { take(now, cost: hz, most: 5 * hz) }

  /// Whether it may be told once more of a better way: each time after twice as long, nine times at most, and anew after
  /// 20 seconds without a packet that would be redirected (`ip_rt_send_redirect`).
  mutating func takeForRedirect(now: Int64, hz: Int64) -> Bool {
    let load = hz / 50
    if now > last + load << 10 { (tokens, redirects) = (0, 0) }
    guard redirects < 9 else {
      last = now
      return false
    }
    guard redirects == 0 || now > last + load << redirects else { return false }
    last = now
    redirects += 1
    return true
  }

  private mutating func take(_ now: Int64, cost: Int64, most: Int64) -> Bool {
    if last != now { tokens = min(tokens + now - last, most) }
    last = now
    guard tokens >= cost else { return false }
    tokens -= cost
    return true
  }
}

/// The credit that ICMP errors to everybody share (`icmp_global_allow`). The kernel takes none, one or two for each at
/// random and fills up only where nothing is left, so that it can be told for sure only up to a number of errors.
struct ICMPErrorCredit {
  /// When the last errors went, in ticks.
  private var ticks: [Int64] = []

  /// Whether an error goes now whatever the kernel took for those before.
  ///
  /// It fills up a fiftieth of a second after the last time at the earliest, and to the full `burst` where that is long
  /// enough ago at `rate` a second. So it can only be empty where at least half of `burst` went since, or, filled up
  /// shortly before, twice half of what that brought.
  mutating func allows(now: Int64, hz: Int64, rate: Int, burst: Int) -> Bool {
    let (rate, burst) = (min(max(0, rate), 1_000_000), min(max(0, burst), 1_000_000))
    let toFill = rate > 0 ? (Int64(burst) * hz + Int64(rate) - 1) / Int64(rate) : .max / 2
    let certain = max(1, min(burst / 2, rate / 50 / 2 * 2))
    let oldest = ticks.firstIndex { now - $0 <= hz / 50 + toFill } ?? ticks.count
    ticks.removeFirst(max(oldest, ticks.count - certain))
    return ticks.count < certain
  }

  mutating func note(now: Int64) { ticks.append(now) }
}
