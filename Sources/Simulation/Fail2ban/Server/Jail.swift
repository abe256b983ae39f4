/// A jail: a filter over logs, the failures it found, the bans they led to, and the actions that carry these out.
struct Jail {
  let name: String
  var backend: String
  var filter = LogFilter()
  var failures = FailureList()
  var logs: [LogFile] = []
  var bantime = 600.0
  var maxmatches = 5
  var ignoresSelf = true
  /// In the order in which they are printed: networks and names, then single addresses.
  private(set) var ignored: [String] = []
  var logEncoding = "utf-8"
  var datePattern: String?
  var isRunning = false
  var isIdle = false
  private(set) var bans: [BanTicket] = []
  private(set) var banTotal = 0
  var actions: [IptablesAction] = []
  /// When the log may warn again of odd dates, and of none.
  var nextOddWarning = -Double.infinity
  var nextUndatedWarning = -Double.infinity
  /// Counts repairs of the firewall.
  private var epoch = 0

  init(name: String, backend: String) {
    self.name = name
    self.backend = backend
  }

  // MARK: - Settings

  /// - Returns: whether it was not there yet.
  mutating func ignore(_ text: String) -> Bool {
    let address = BanAddress(text)
    guard !text.isEmpty, !ignored.contains(where: { BanAddress($0) == address }) else { return false }
    ignored.append(address.description)
    let lists = ignored.filter { !BanAddress($0).isSingle }
    ignored = lists + ignored.filter { BanAddress($0).isSingle }
    return true
  }

  mutating func stopIgnoring(_ text: String) -> Bool {
    let address = BanAddress(text)
    guard let place = ignored.firstIndex(where: { BanAddress($0) == address }) else { return false }
    ignored.remove(at: place)
    return true
  }

  mutating func ignoreNothing() { ignored = [] }

  /// Why an address is not to be banned; `nil` where nothing speaks for it.
  func reasonToIgnore(_ identity: String, own: [BanAddress]) -> String? {
    let address = BanAddress(identity)
    if ignoresSelf, own.contains(address) { return "ignoreself rule" }
    guard let hit = ignored.first(where: { BanAddress($0).contains(address) }) else { return nil }
    if case .text = BanAddress(hit) { return "dns" }
    return "ip"
  }

  // MARK: - Bans

  func isBanned(_ identity: String) -> Bool { bans.contains { BanAddress($0.identity) == BanAddress(identity) } }

  /// When the first of the bans ends; infinite where none does.
  var nextEnd: Double { bans.map { $0.end(bantime) }.min() ?? .infinity }

  /// Bans in the order in which they end.
  var bansByEnd: [BanTicket] {
    bans.enumerated().sorted { ($0.element.end(bantime), $0.offset) < ($1.element.end(bantime), $1.offset) }
      .map(\.element)
  }

  /// Takes an address into the list of bans and has the actions carry it out.
  ///
  /// - Returns: whether it was not banned yet (or had to be banned anew).
  mutating func ban(_ ticket: BanTicket, now: Double, _ environment: borrowing JailEnvironment) -> Bool {
    let address = BanAddress(ticket.identity)
    if ticket.end(bantime) < now {
      environment.log("fail2ban.actions", "INFO", "[\(name)] Ignore \(ticket.identity), expired bantime")
      return false
    }
    if let place = bans.firstIndex(where: { BanAddress($0.identity) == address }) {
      return banAgain(place, ticket, environment)
    }
    var ticket = ticket
    banTotal += 1
    environment.log(
      "fail2ban.actions", "NOTICE", "[\(name)] \(ticket.isRestored ? "Restore " : "")Ban \(ticket.identity)")
    bans.append(ticket)
    carryOut(ticket.identity, environment)
    ticket.epoch = epoch
    if let place = bans.firstIndex(where: { BanAddress($0.identity) == address }) { bans[place] = ticket }
    return true
  }

  private mutating func banAgain(
    _ place: Int, _ ticket: BanTicket, _ environment: borrowing JailEnvironment
  ) -> Bool {
    if ticket.end(bantime) > bans[place].end(bantime) {
      var duration = ticket.duration ?? bantime
      if duration != -1 { duration += max(0, ticket.time - bans[place].time) }
      bans[place].duration = duration
    }
    let later = ticket.time - bans[place].time
    if later >= 3 {
      environment.log(
        "fail2ban.actions", later < 60 ? "NOTICE" : "WARNING", "[\(name)] \(ticket.identity) already banned")
    }
    guard bans[place].epoch < epoch else { return false }
    environment.log("fail2ban.actions", "NOTICE", "[\(name)] Reban \(ticket.identity)\(rebanNote)")
    carryOut(ticket.identity, environment)
    bans[place].epoch = epoch
    return true
  }

  private var rebanNote: String { actions.count == 1 ? ", action '\(actions[0].settings.title)'" : "" }

  private mutating func carryOut(_ identity: String, _ environment: borrowing JailEnvironment) {
    guard !BanAddress(identity).isIPv6 else { return reportIPv6(identity, environment) }
    for index in actions.indices {
      let isDone = actions[index].ban(identity, environment.run)
      finish(index, isDone, "ban", identity, environment)
    }
  }

  private func reportIPv6(_ identity: String, _ environment: borrowing JailEnvironment) {
    environment.log("fail2ban.actions", "ERROR", "[\(name)] not modelled: ip6tables, which would hold \(identity)")
  }

  /// Writes down what an action had to say.
  private mutating func finish(
    _ index: Int, _ isDone: Bool, _ operation: String, _ identity: String, _ environment: borrowing JailEnvironment
  ) {
    let remarks = actions[index].takeRemarks()
    if remarks.contains(where: { $0.message.hasSuffix("restore a sane environment") }) { epoch += 1 }
    for remark in remarks { environment.log(remark.logger, remark.level, remark.message) }
    guard !isDone else { return }
    let family = BanAddress(identity).isIPv4 ? "'inet4'" : "None"
    let verb = operation == "ban" ? "banning" : "unbanning"
    environment.log(
      "fail2ban.actions", "ERROR",
      "Failed to execute \(operation) jail '\(name)' action '\(actions[index].settings.title)' info "
        + "'ActionInfo({'ip': '\(identity)', 'family': \(family)})': Error \(verb) \(identity)")
  }

  /// Lifts the bans whose time has come.
  mutating func unbanExpired(now: Double, _ environment: borrowing JailEnvironment) {
    let ended = bans.filter { now > $0.end(bantime) }
    guard !ended.isEmpty else { return }
    bans.removeAll { now > $0.end(bantime) }
    for ticket in ended { lift(ticket.identity, environment) }
  }

  /// - Returns: how many bans were lifted: one, or all within a network.
  mutating func unban(_ text: String, _ environment: borrowing JailEnvironment) -> Int {
    let address = BanAddress(text)
    var found = bans.filter { BanAddress($0.identity) == address }
    if found.isEmpty, !address.isSingle { found = bans.filter { address.contains(BanAddress($0.identity)) } }
    for ticket in found {
      bans.removeAll { $0.identity == ticket.identity }
      lift(ticket.identity, environment)
    }
    return found.count
  }

  private mutating func lift(_ identity: String, _ environment: borrowing JailEnvironment) {
    environment.log("fail2ban.actions", "NOTICE", "[\(name)] Unban \(identity)")
    guard !BanAddress(identity).isIPv6 else { return }
    for index in actions.indices {
      let isDone = actions[index].unban(identity, environment.run)
      finish(index, isDone, "unban", identity, environment)
    }
  }

  /// Lifts all bans, each action all of its own at once.
  ///
  /// - Returns: how many there were.
  mutating func unbanAll(_ environment: borrowing JailEnvironment) -> Int {
    let all = bans
    bans = []
    for index in actions.indices {
      environment.log(
        "fail2ban.actions", "NOTICE", "[\(name)] Flush ticket(s) with \(actions[index].settings.title)")
      _ = actions[index].flush(environment.run)
      for remark in actions[index].takeRemarks() { environment.log(remark.logger, remark.level, remark.message) }
    }
    for ticket in all { environment.log("fail2ban.actions", "NOTICE", "[\(name)] Unban \(ticket.identity)") }
    return all.count
  }

  mutating func startActions(_ environment: borrowing JailEnvironment) {
    for index in actions.indices {
      actions[index].start(environment.run)
      for remark in actions[index].takeRemarks() { environment.log(remark.logger, remark.level, remark.message) }
    }
  }

  /// Takes the actions' rules away, the last action first.
  mutating func stopActions(_ environment: borrowing JailEnvironment) {
    for index in actions.indices.reversed() {
      actions[index].stop(environment.run)
      for remark in actions[index].takeRemarks() { environment.log(remark.logger, remark.level, remark.message) }
    }
    actions = []
  }

  /// Moves all that is remembered when the host's calendar is set.
  mutating func shift(by seconds: Double) {
    failures.shift(by: seconds)
    for index in bans.indices { bans[index].time += seconds }
  }
}

/// What a jail needs of its surroundings.
struct JailEnvironment {
  /// Runs a program of the host.
  let run: IptablesAction.Runner
  /// Writes a line of the server's log: who says it, how grave it is, what.
  let log: (_ logger: String, _ level: String, _ message: String) -> Void
}
