/// The server `fail2ban-server`: reads logs as time passes, bans and lifts bans.
///
/// It does its work at whole seconds after its start, when there is something to do, as a real one that looks at its
/// logs once a second: `nextWake` says when. Its memory of bans (the real one's database) outlives a restart.
final class Fail2banServer: HostDaemon {
  unowned let host: SimulatedHost
  let store: any LogStore
  /// Runs a program of the host.
  private let runner: IptablesAction.Runner
  /// Takes a line of the server's log.
  private let write: (String) -> Void

  var jails: [Jail] = []
  private(set) var isRunning = false
  private(set) var processID = 0
  private var startedAt: Int64 = 0
  /// Bans by jail that a restart brings back.
  private var database: [String: [BanTicket]] = [:]
  /// How far logs were read, by jail and path.
  private var positions: [String: Int] = [:]
  private var hasDatabase = false
  /// Where the host's calendar began when times were last noted.
  private var calendarStart: Int64
  var logLevel = "INFO"
  var databasePurgeAge: Int64 = 86_400
  var databaseMaxMatches: Int64 = 10

  /// Nanoseconds between two looks at the logs.
  static let interval: Int64 = 1_000_000_000
  static let version = "1.0.2"

  init(
    _ host: SimulatedHost, store: any LogStore, run: @escaping IptablesAction.Runner,
    write: @escaping (String) -> Void
  ) {
    self.host = host
    self.store = store
    runner = run
    self.write = write
    calendarStart = host.clock(at: 0)
  }

  /// The present, in seconds since 1970.
  var now: Double { Double(host.clock) / 1_000_000_000 }

  var environment: JailEnvironment {
    JailEnvironment(run: runner, log: { [unowned self] in log($0, $1, $2) })
  }

  // MARK: - Time

  /// When there is something to do, in nanoseconds of the host's uptime.
  var nextWake: Int64? {
    guard isRunning else { return nil }
    var wake: Int64?
    for jail in jails where jail.isRunning && !jail.isIdle {
      if hasNews(jail) {
        let ticks = (host.namespace.now - startedAt) / Self.interval + 1
        wake = min(wake ?? .max, startedAt + ticks * Self.interval)
      }
      let end = jail.nextEnd
      if end.isFinite, end < 9e9 {
        // A ban ends when its last moment is over: a microsecond is the least that seconds in a Double tell apart.
        let uptime = Int64((end * 1_000_000_000).rounded()) - host.clock(at: 0) + 1000
        wake = min(wake ?? .max, max(uptime, host.namespace.now + 1000))
      }
    }
    return wake
  }

  private func hasNews(_ jail: Jail) -> Bool {
    jail.logs.contains { log in store.extent(of: log.path).map { $0 > log.position || $0 < log.position } ?? false }
  }

  func wake() { work() }

  /// Looks at the logs and at the ends of bans, now.
  func work() {
    guard isRunning else { return }
    followCalendar()
    let own = host.description.interfaces.flatMap(\.addresses).map { BanAddress($0.address.description) }
    for index in jails.indices where jails[index].isRunning && !jails[index].isIdle {
      let bans = jails[index].read(from: store, own: own, now: now, environment)
      for ban in bans { remember(ban, jails[index]) }
      jails[index].unbanExpired(now: now, environment)
    }
  }

  /// The first packet sets the host's calendar: what was noted before moves with it.
  func followCalendar() {
    let start = host.clock(at: 0)
    guard start != calendarStart else { return }
    let shift = Double(start - calendarStart) / 1_000_000_000
    calendarStart = start
    for index in jails.indices { jails[index].shift(by: shift) }
    for (name, tickets) in database {
      database[name] = tickets.map { ticket in
        var moved = ticket
        moved.time += shift
        return moved
      }
    }
  }

  /// A number for a process that begins now. It follows from the clock, so that looking changes nothing.
  var freshProcessID: Int { 1000 + Int((host.namespace.now / 1_000_000_000 % 30_000 + 30_000) % 30_000) }

  // MARK: - Life

  func start() {
    processID = freshProcessID
    isRunning = true
    startedAt = host.namespace.now
    log("fail2ban.server", "INFO", String(repeating: "-", count: 50))
    log("fail2ban.server", "INFO", "Starting Fail2ban v\(Self.version)")
    log("fail2ban.server", "INFO", "Daemon started")
    log("fail2ban.observer", "INFO", "Observer start...")
    log("fail2ban.database", "INFO", "Connected to fail2ban persistent database '\(Self.databasePath)'")
    if !hasDatabase { log("fail2ban.database", "WARNING", "New database created. Version '4'") }
    hasDatabase = true
  }

  static let databasePath = "/var/lib/fail2ban/fail2ban.sqlite3"

  func stop() {
    log("fail2ban.server", "INFO", "Shutdown in progress...")
    log("fail2ban.observer", "INFO", "Observer stop ... try to end queue 5 seconds")
    log("fail2ban.observer", "INFO", "Observer stopped, 0 events remaining.")
    log("fail2ban.server", "INFO", "Stopping all jails")
    for jail in jails { stopJail(jail.name) }
    log("fail2ban.database", "INFO", "Connection to database closed.")
    log("fail2ban.server", "INFO", "Exiting Fail2ban")
    isRunning = false
  }

  func index(of name: String) -> Int? { jails.firstIndex { $0.name == name } }

  func add(_ name: String, backend: String) {
    log("fail2ban.jail", "INFO", "Creating new jail '\(name)'")
    log("fail2ban.jail", "INFO", "Jail '\(name)' uses poller {}")
    log("fail2ban.jail", "INFO", "Initiated 'polling' backend")
    jails.append(Jail(name: name, backend: backend))
  }

  /// Begins to read; bans of before that still last are made again.
  func startJail(_ name: String) {
    guard let index = index(of: name), !jails[index].isRunning else { return }
    jails[index].isRunning = true
    jails[index].failures.begin(now: now)
    jails[index].startActions(environment)
    work()
    log("fail2ban.jail", "INFO", "Jail '\(name)' started")
    for var ticket in database[name] ?? [] {
      let duration = ticket.duration ?? jails[index].bantime
      let limit = jails[index].bantime
      ticket.duration = limit == -1 ? duration : duration == -1 ? limit : min(duration, limit)
      guard ticket.end(jails[index].bantime) > now else { continue }
      ticket.isRestored = true
      _ = jails[index].ban(ticket, now: now, environment)
    }
  }

  func stopJail(_ name: String) {
    guard let index = index(of: name) else { return }
    for log in jails[index].logs { removeLog(log, of: name) }
    if jails[index].isRunning {
      _ = jails[index].unbanAll(environment)
      jails[index].stopActions(environment)
    }
    log("fail2ban.jail", "INFO", "Jail '\(name)' stopped")
    jails.remove(at: index)
  }

  private func removeLog(_ file: LogFile, of jail: String) {
    positions["\(jail) \(file.path)"] = file.position
    log("fail2ban.filter", "INFO", "Removed logfile: '\(file.path)'")
  }

  // MARK: - Logs

  func addLog(_ path: String, isTail: Bool, to index: Int) {
    if jails[index].logs.contains(where: { $0.path == path }) {
      return log("fail2ban.filter", "ERROR", "\(path) already exists")
    }
    var file = LogFile(path: path, isTail: isTail)
    let extent = store.extent(of: path) ?? 0
    file.position = isTail ? extent : min(positions["\(jails[index].name) \(path)"] ?? 0, extent)
    jails[index].logs.append(file)
    log("fail2ban.filter", "INFO", "Added logfile: '\(path)' (pos = \(file.position), hash = )")
  }

  func removeLog(_ path: String, from index: Int) {
    guard let place = jails[index].logs.firstIndex(where: { $0.path == path }) else { return }
    removeLog(jails[index].logs.remove(at: place), of: jails[index].name)
  }

  // MARK: - Memory of bans

  func remember(_ ticket: BanTicket, _ jail: Jail) {
    var ticket = ticket
    ticket.duration = ticket.duration ?? jail.bantime
    forget(ticket.identity, jail.name)
    database[jail.name, default: []].append(ticket)
  }

  func forget(_ identity: String, _ jail: String) {
    let address = BanAddress(identity)
    database[jail]?.removeAll { BanAddress($0.identity) == address }
  }

  func forgetAll(_ jail: String) { database[jail] = nil }

  // MARK: - The server's log

  func log(_ logger: String, _ level: String, _ message: String) {
    let levels = ["CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"]
    guard (levels.firstIndex(of: level) ?? 0) <= (levels.firstIndex(of: logLevel) ?? 4) else { return }
    write(Self.line(logger, level, message, processID, host.clock))
  }

  /// `2026-11-26 11:09:02,684 fail2ban.filter         [31]: INFO    [stray] Found ...`
  static func line(_ logger: String, _ level: String, _ message: String, _ process: Int, _ clock: Int64) -> String {
    let time = CalendarTime(nanoseconds: clock)
    let moment = Jail.moment(Double(clock / 1_000_000_000))
    let thousandths = (time.nanosecond / 1_000_000).padded(3, "0")
    return "\(moment),\(thousandths) \(logger.padded(right: 24))[\(process)]: \(level.padded(right: 7)) \(message)\n"
  }
}
