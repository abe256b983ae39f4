extension Fail2banServer {
  /// Answers a request of the client, `status sshd`; the words are those of its command line.
  func answer(_ words: [String]) throws(RequestFailure) -> PythonValue {
    followCalendar()
    do throws(RequestFailure) { return try handle(words) } catch {
      let command = PythonValue.list(words.map(PythonValue.string)).representation
      log("fail2ban.transmitter", "ERROR", "Command \(command) has failed. Received \(error.received)")
      throw error
    }
  }

  private func word(_ words: [String], _ index: Int) throws(RequestFailure) -> String {
    guard words.indices.contains(index) else { throw .tooShort }
    return words[index]
  }

  private func jail(_ name: String) throws(RequestFailure) -> Int {
    guard let index = index(of: name) else { throw .unknownJail(name) }
    return index
  }

  private func handle(_ words: [String]) throws(RequestFailure) -> PythonValue {
    switch try word(words, 0) {
    case "ping": return .string("pong")
    case "version": return .string(Self.version)
    case "echo": return .list(words.dropFirst().map(PythonValue.string))
    case "status": return try status(Array(words.dropFirst()))
    case "get": return try get(Array(words.dropFirst()))
    case "set": return try set(Array(words.dropFirst()))
    case "banned": return banned(Array(words.dropFirst()))
    case "unban" where words.count >= 2: return .int(Int64(unban(Array(words.dropFirst()))))
    case "flushlogs": return .string("rolled over")
    case "add":
      let name = try word(words, 1)
      if name == "--all" { throw .exception("Exception", "Reserved name '--all'") }
      guard index(of: name) == nil else { throw .exception("NameError", "name 'noduplicates' is not defined") }
      add(name, backend: words.count > 2 ? words[2] : "auto")
      return .string(name)
    case "start":
      let name = try word(words, 1)
      _ = try jail(name)
      startJail(name)
      return .none
    case "stop":
      if words.count == 1 {
        stop()
      } else if words[1] == "--all" {
        for jail in jails { stopJail(jail.name) }
      } else {
        _ = try jail(words[1])
        stopJail(words[1])
      }
      return .none
    default: throw .exception("Exception", "Invalid command")
    }
  }

  // MARK: - Status

  private func status(_ words: [String]) throws(RequestFailure) -> PythonValue {
    guard let name = words.first else {
      return .list([
        entry("Number of jail", .int(Int64(jails.count))),
        entry("Jail list", .string(jails.map(\.name).sorted().joined(separator: ", "))),
      ])
    }
    guard words.count <= 2 else { throw .exception("Exception", "Invalid command (no status)") }
    let index = try jail(name)
    let flavor = words.count == 2 ? words[1] : "basic"
    if flavor == "cymru" { throw .notModelled("not modelled: status by cymru, which asks a name server") }
    if !["short", "basic"].contains(flavor) {
      log(
        "fail2ban.actions", "WARNING",
        "Unsupported extended jail status flavor \(PythonValue.string(flavor).representation). "
          + "Supported: ['short', 'basic', 'cymru']")
    }
    var jail = jails[index]
    jail.failures.serve(now: now)
    var actions = [
      entry("Currently banned", .int(Int64(jail.bans.count))), entry("Total banned", .int(Int64(jail.banTotal))),
    ]
    if flavor != "short" {
      actions.append(entry("Banned IP list", .list(jail.bans.map { .string($0.identity) })))
    }
    return .list([
      entry(
        "Filter",
        .list([
          entry("Currently failed", .int(Int64(jail.failures.tickets.count))),
          entry("Total failed", .int(Int64(jail.failures.total))),
          entry("File list", .list(jail.logs.map { .string($0.path) })),
        ])), entry("Actions", .list(actions)),
    ])
  }

  private func entry(_ name: String, _ value: PythonValue) -> PythonValue { .list([.string(name), value]) }

  private func banned(_ words: [String]) -> PythonValue {
    if words.isEmpty {
      return .list(jails.map { .pair($0.name, .list($0.bans.map { .string($0.identity) })) })
    }
    return .list(
      words.map { text in .list(jails.filter { $0.isBanned(text) }.map { .string($0.name) }) })
  }

  private func unban(_ words: [String]) -> Int {
    var count = 0
    for index in jails.indices {
      if words == ["--all"] {
        count += jails[index].unbanAll(environment)
        forgetAll(jails[index].name)
      } else {
        for text in words { count += unban(text, index) }
      }
    }
    return count
  }

  private func unban(_ text: String, _ index: Int) -> Int {
    let name = jails[index].name
    forget(text, name)
    let address = BanAddress(text)
    if !address.isSingle {
      for ban in jails[index].bans where address.contains(BanAddress(ban.identity)) { forget(ban.identity, name) }
    }
    return jails[index].unban(text, environment)
  }

  // MARK: - Get

  private func get(_ words: [String]) throws(RequestFailure) -> PythonValue {
    switch try word(words, 0) {
    case "loglevel": return .string(logLevel)
    case "logtarget": return .string("/var/log/fail2ban.log")
    case "syslogsocket": return .string("auto")
    case "dbfile": return .string(Self.databasePath)
    case "dbpurgeage": return .int(databasePurgeAge)
    case "dbmaxmatches": return .int(databaseMaxMatches)
    case "thread": return .pair("stacksize", .int(0))
    default: break
    }
    let option = try word(words, 1)
    let known = Self.readable.contains(option) || option.hasPrefix("bantime.")
    guard known else { throw .exception("Exception", "Invalid command (no get action or not yet implemented)") }
    let jail = jails[try jail(words[0])]
    switch option {
    case "banned":
      if words.count == 2 { return .list(jail.bans.map { .string($0.identity) }) }
      let answers = words.dropFirst(2).map { PythonValue.int(jail.isBanned($0) ? 1 : 0) }
      return answers.count == 1 ? answers[0] : .list(answers)
    case "banip":
      let withTime = words.count > 2 && words[2] == "--with-time"
      return .list(jail.bansByEnd.map { .string(withTime ? Self.line($0, jail.bantime) : $0.identity) })
    case "action":
      guard let action = jail.actions.first(where: { words.count > 2 && $0.settings.title == words[2] }) else {
        throw words.count > 2 ? .exception("KeyError", "Invalid Action name: \(words[2])") : .tooShort
      }
      return try property(try word(words, 3), of: action.settings)
    default: return value(option, of: jail)
    }
  }

  private static let readable: Set<String> = [
    "banned", "banip", "bantime", "findtime", "maxretry", "maxmatches", "maxlines", "usedns", "ignoreself", "ignoreip",
    "failregex", "ignoreregex", "prefregex", "logpath", "logencoding", "datepattern", "actions", "action",
    "journalmatch", "ignorecommand", "ignorecache", "logtimezone",
  ]

  private func value(_ option: String, of jail: Jail) -> PythonValue {
    switch option {
    case "bantime": .int(Int64(jail.bantime))
    case "findtime": .int(Int64(jail.failures.findtime))
    case "maxretry": .int(Int64(jail.failures.maxretry))
    case "maxmatches": .int(Int64(jail.maxmatches))
    case "maxlines": .int(1)
    case "usedns": .string(jail.filter.usesNames)
    case "ignoreself": .bool(jail.ignoresSelf)
    case "ignoreip": .list(jail.ignored.map(PythonValue.string))
    case "failregex": .list(jail.filter.failPatterns.map { .string($0.pattern.expanded) })
    case "ignoreregex": .list(jail.filter.ignorePatterns.map { .string($0.pattern.expanded) })
    case "prefregex": .string(jail.filter.prefix?.expanded ?? "")
    case "logpath": .list(jail.logs.map { .string($0.path) })
    case "logencoding": .string(jail.logEncoding)
    case "datepattern": datePattern(of: jail)
    case "actions": .list(jail.actions.map { .string($0.settings.title) })
    case "journalmatch": .list([])
    case "ignorecommand": .string("")
    default: .none
    }
  }

  private func datePattern(of jail: Jail) -> PythonValue {
    guard jail.datePattern != nil else { return .list([.none, .string("Default Detectors")]) }
    return .list([
      jail.filter.dates.patternText.map(PythonValue.string) ?? .none,
      .string(jail.filter.dates.patternName ?? "Default Detectors"),
    ])
  }

  private func property(_ name: String, of action: IptablesAction.Settings) throws(RequestFailure) -> PythonValue {
    switch name {
    case "port": return .string(action.port)
    case "protocol": return .string(action.protocols.joined(separator: ","))
    case "chain": return .string(action.chain)
    case "name": return .string(action.name)
    case "blocktype": return .string(action.blocktype)
    case "returntype": return .string(action.returntype)
    case "lockingopt": return .string(action.lock)
    case "actname": return .string(action.title)
    default: throw .notModelled("not modelled: the property `\(name)' of an action")
    }
  }

  /// `203.0.113.9 	2026-11-26 11:09:04 + 8 = 2026-11-26 11:09:12`
  private static func line(_ ticket: BanTicket, _ bantime: Double) -> String {
    let seconds = Int64(ticket.duration ?? bantime)
    return "\(ticket.identity) \t\(Jail.moment(ticket.time)) + \(seconds) = \(Jail.moment(ticket.end(bantime)))"
  }

  // MARK: - Set

  private func set(_ words: [String]) throws(RequestFailure) -> PythonValue {
    switch try word(words, 0) {
    case "loglevel":
      logLevel = try word(words, 1).uppercased()
      return .string(logLevel)
    case "dbpurgeage":
      databasePurgeAge = try Self.seconds(try word(words, 1))
      return .int(databasePurgeAge)
    case "dbmaxmatches":
      databaseMaxMatches = Int64(try number(words, 1))
      return .int(databaseMaxMatches)
    case "logtarget", "syslogsocket", "dbfile", "thread", "allowipv6":
      throw .notModelled("not modelled: set \(words[0])")
    default: break
    }
    let option = try word(words, 1)
    switch option {
    case "banip": return try ban(words)
    case "unbanip": return try unbanip(words)
    case "attempt": return try attempt(words)
    case "idle":
      let index = try jail(words[0])
      let state = try word(words, 2)
      guard ["on", "off"].contains(state) else {
        throw .exception("Exception", "Invalid idle option, must be 'on' or 'off'")
      }
      jails[index].isIdle = state == "on"
      return .bool(jails[index].isIdle)
    case "delaction":
      let index = try jail(words[0])
      let name = try word(words, 2)
      guard let place = jails[index].actions.firstIndex(where: { $0.settings.title == name }) else {
        throw .exception("KeyError", "Invalid Action name: \(name)")
      }
      jails[index].actions.remove(at: place)
      return .none
    case "addaction", "action", "addjournalmatch", "deljournalmatch", "ignorecommand", "ignorecache", "logtimezone",
      "logencoding":
      throw .notModelled("not modelled: set JAIL \(option)")
    case let option where option.hasPrefix("bantime."): throw .notModelled("not modelled: \(option)")
    default: break
    }
    guard let answer = Self.settable[option] else {
      throw .exception(
        "Exception",
        "Invalid command \(PythonValue.string(option).representation) (no set action or not yet implemented)")
    }
    let value = try word(words, 2)
    let index = try jail(words[0])
    try change(option, value, words, index)
    return self.value(answer, of: jails[index])
  }

  /// What can be set, with what is answered.
  private static let settable = [
    "ignoreself": "ignoreself", "addignoreip": "ignoreip", "delignoreip": "ignoreip", "addlogpath": "logpath",
    "dellogpath": "logpath", "prefregex": "prefregex", "addfailregex": "failregex", "delfailregex": "failregex",
    "addignoreregex": "ignoreregex", "delignoreregex": "ignoreregex", "usedns": "usedns", "findtime": "findtime",
    "datepattern": "datepattern", "maxmatches": "maxmatches", "maxretry": "maxretry", "maxlines": "maxlines",
    "bantime": "bantime",
  ]

  private func change(_ option: String, _ value: String, _ words: [String], _ index: Int) throws(RequestFailure) {
    switch option {
    case "ignoreself": jails[index].ignoresSelf = JailsReader.isTrue(value)
    case "addignoreip": for text in words.dropFirst(2) { _ = jails[index].ignore(text) }
    case "delignoreip":
      guard jails[index].stopIgnoring(value) else { throw .exception("ValueError", "list.remove(x): x not in list") }
    case "addlogpath":
      let place = words.count > 3 ? words[3].lowercased() : "head"
      guard words.count <= 4 else { throw .exception("ValueError", "Only one file can be added at a time") }
      guard ["tail", "head"].contains(place) else {
        throw .exception("ValueError", "File option must be 'head' or 'tail'")
      }
      addLog(value, isTail: place == "tail", to: index)
    case "dellogpath": removeLog(value, from: index)
    case "usedns": jails[index].filter.usesNames = value.lowercased()
    case "findtime": try setFindTime(value, index)
    case "bantime": try setBanTime(value, index)
    case "datepattern": try setDatePattern(value, index)
    case "maxlines": try setMaxLines(value, index)
    case "maxmatches": jails[index].maxmatches = try number(words, 2)
    case "maxretry": setMaxRetry(try number(words, 2), index)
    case "delfailregex", "delignoreregex":
      var place = try number(words, 2)
      let count =
        option == "delfailregex" ? jails[index].filter.failPatterns.count : jails[index].filter.ignorePatterns.count
      // As in Python, -1 is the last.
      if place < 0, place >= -count { place += count }
      let isDone =
        option == "delfailregex"
        ? jails[index].filter.removeFailPattern(place) : jails[index].filter.removeIgnorePattern(place)
      if !isDone {
        log("fail2ban.filter", "ERROR", "Cannot remove regular expression. Index \(place) is not valid")
      }
    default: try addPattern(option, value, index)
    }
  }

  private func addPattern(_ option: String, _ value: String, _ index: Int) throws(RequestFailure) {
    do throws(FailPattern.Problem) {
      switch option {
      case "addfailregex": try jails[index].filter.addFailPattern(value)
      case "addignoreregex": try jails[index].filter.addIgnorePattern(value)
      default: try jails[index].filter.setPrefix(value)
      }
    } catch {
      log("fail2ban.filter", "ERROR", error.message)
      throw Self.failure(error.message)
    }
  }

  private func number(_ words: [String], _ index: Int) throws(RequestFailure) -> Int {
    let text = try word(words, index)
    guard let number = Int(text) else { throw Self.noNumber(text) }
    return number
  }

  // MARK: - Bans by hand

  private func ban(_ words: [String]) throws(RequestFailure) -> PythonValue {
    let index = try jail(words[0])
    var count: Int64 = 0
    for text in words.dropFirst(2) {
      let ticket = BanTicket(identity: BanAddress(text).description, time: now)
      guard jails[index].ban(ticket, now: now, environment) else { continue }
      remember(ticket, jails[index])
      count += 1
    }
    return .int(count)
  }

  private func unbanip(_ words: [String]) throws(RequestFailure) -> PythonValue {
    let index = try jail(words[0])
    let reportsAbsent = try word(words, 2) == "--report-absent"
    let addresses = words.dropFirst(reportsAbsent ? 3 : 2)
    var count = 0
    var absent: [PythonValue] = []
    for text in addresses {
      let number = unban(text, index)
      if number == 0 { absent.append(.string(text)) }
      count += number
    }
    if reportsAbsent, !absent.isEmpty {
      throw .exception("ValueError", "not banned: \(PythonValue.list(absent).representation)")
    }
    return .int(Int64(count))
  }

  private func attempt(_ words: [String]) throws(RequestFailure) -> PythonValue {
    let index = try jail(words[0])
    let identity = BanAddress(try word(words, 2)).description
    log("fail2ban.filter", "INFO", "[\(words[0])] Attempt \(identity) - \(Jail.moment(now))")
    let count = jails[index].failures.add(identity, at: now, count: max(words.count - 3, 1))
    if count >= jails[index].failures.maxretry, let ripe = jails[index].failures.takeRipe(identity) {
      let ticket = BanTicket(identity: identity, time: ripe.time)
      if jails[index].ban(ticket, now: now, environment) { remember(ticket, jails[index]) }
    }
    return .int(1)
  }
}
