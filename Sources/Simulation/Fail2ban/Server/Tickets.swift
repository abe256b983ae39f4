/// Failures of one address that have not led to a ban yet.
struct FailureTicket: Sendable {
  /// The address, or what `<F-ID>` matched.
  let identity: String
  /// When the first and the last happened, in seconds since 1970.
  var firstTime: Double
  var time: Double
  /// How often, as far as it counts against `maxretry`.
  var count: Int

  /// Takes another failure in. One that comes later than `findtime` after the first counts in proportion to how often
  /// the address failed before.
  mutating func add(at time: Double, count more: Int, findtime: Double) {
    if time > self.time {
      if firstTime < time - findtime {
        count = Int((Double(count) / (time - firstTime) * findtime).rounded(.toNearestOrEven))
        firstTime = time - findtime
      }
      self.time = time
    }
    count += more
  }
}

/// An address that is banned.
struct BanTicket: Sendable {
  let identity: String
  /// When the ban began, by the log's time, in seconds since 1970.
  var time: Double
  /// Seconds; `nil` for the jail's, -1 for ever.
  var duration: Double?
  var isRestored = false
  /// Bans from before the firewall had to be put right are made again when the address fails once more.
  var epoch = 0

  /// When it ends; infinite for one that does not.
  func end(_ bantime: Double) -> Double {
    let duration = duration ?? bantime
    return duration == -1 ? .infinity : time + duration
  }
}

/// Failures by address, in the order in which they began.
struct FailureList {
  private(set) var tickets: [FailureTicket] = []
  private(set) var total = 0
  var findtime = 600.0
  var maxretry = 3
  /// When the jail began, and when failures were last forgotten.
  private var started = 0.0
  private var served = 0.0

  /// - Returns: how many failures of the address count now.
  mutating func add(_ identity: String, at time: Double, count: Int = 1) -> Int {
    total += 1
    if let place = tickets.firstIndex(where: { $0.identity == identity }) {
      tickets[place].add(at: time, count: count, findtime: findtime)
      return tickets[place].count
    }
    tickets.append(FailureTicket(identity: identity, firstTime: time, time: time, count: count))
    return count
  }

  /// Takes out an address that has failed often enough.
  mutating func takeRipe(_ identity: String) -> FailureTicket? {
    guard let place = tickets.firstIndex(where: { $0.identity == identity && $0.count >= maxretry }) else { return nil }
    return tickets.remove(at: place)
  }

  mutating func begin(now: Double) { (started, served) = (now, now) }

  /// Every ten seconds, those whose last failure is longer ago than `findtime` are forgotten.
  mutating func serve(now: Double) {
    let moment = started + ((now - started) / 10).rounded(.down) * 10
    guard moment > served else { return }
    forget(now: moment)
  }

  /// The same after a ban, though not within five seconds of the last time.
  mutating func serveAfterBan(now: Double) {
    if now >= served + 5 { forget(now: now) }
  }

  private mutating func forget(now: Double) {
    served = now
    tickets.removeAll { $0.time <= now - findtime }
  }

  mutating func shift(by seconds: Double) {
    started += seconds
    served += seconds
    for index in tickets.indices {
      tickets[index].time += seconds
      tickets[index].firstTime += seconds
    }
  }
}
