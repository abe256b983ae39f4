/// Why the server does not do what it is asked.
enum RequestFailure: Error {
  case unknownJail(String)
  /// A word is missing.
  case tooShort
  /// An exception of Python by its name, and its text.
  case exception(String, String)
  /// The real one could.
  case notModelled(String)

  /// As the client writes the exception's arguments.
  var arguments: String {
    switch self {
    case .unknownJail(let name): "(\(PythonValue.string(name).representation),)"
    case .tooShort: "('list index out of range',)"
    case .exception(_, let text), .notModelled(let text): "(\(PythonValue.string(text).representation),)"
    }
  }

  /// As the server's log writes it.
  var received: String {
    switch self {
    case .unknownJail(let name): "UnknownJailException(\(PythonValue.string(name).representation))"
    case .tooShort: "IndexError('list index out of range')"
    case .exception(let kind, let text): "\(kind)(\(PythonValue.string(text).representation))"
    case .notModelled(let text): text
    }
  }

  /// What the client prints.
  var printed: String {
    switch self {
    case .unknownJail(let name): "Sorry but the jail '\(name)' does not exist"
    case .tooShort: "Sorry but the command is invalid"
    // A KeyError's text is the key as it is written.
    case .exception("KeyError", let text): PythonValue.string(text).representation
    case .exception(_, let text), .notModelled(let text): text
    }
  }
}

extension Fail2banServer {
  /// Makes the jails that the configuration asks for, then starts them.
  func configure(_ settings: [JailSettings]) throws(RequestFailure) {
    for jail in settings {
      add(jail.name, backend: jail.backend)
      try apply(jail, to: jails.count - 1)
    }
    for jail in settings { startJail(jail.name) }
  }

  /// Reads the configuration anew: jails go on with what they know, under the new settings.
  ///
  /// - Parameter only: a single jail; `nil` for all.
  func reload(
    _ settings: [JailSettings], only: String?, restarts: Bool, unbans: Bool, ifExists: Bool
  ) throws(RequestFailure) {
    log("fail2ban.server", "INFO", only.map { "Reload jail \($0)" } ?? "Reload all jails")
    let old = jails.map(\.name).filter { only == nil || $0 == only }
    if let only, old.isEmpty, !ifExists { throw .unknownJail(only) }
    if unbans { for name in old { unbanAll(name) } }
    if restarts { for name in old { stopJail(name) } }
    for jail in settings {
      if let index = index(of: jail.name) {
        log("fail2ban.server", "INFO", "Reload jail '\(jail.name)'")
        jails[index].filter.removePatterns()
        jails[index].ignoreNothing()
        try apply(jail, to: index)
        log("fail2ban.server", "INFO", "Jail '\(jail.name)' reloaded")
      } else {
        add(jail.name, backend: jail.backend)
        try apply(jail, to: jails.count - 1)
      }
    }
    for jail in settings { startJail(jail.name) }
    for name in old where !settings.contains(where: { $0.name == name }) { stopJail(name) }
    log("fail2ban.server", "INFO", "Reload finished.")
  }

  private func unbanAll(_ name: String) {
    guard let index = index(of: name) else { return }
    _ = jails[index].unbanAll(environment)
    forgetAll(name)
  }

  private func apply(_ settings: JailSettings, to index: Int) throws(RequestFailure) {
    if let usesNames = settings.filter["usedns"] { jails[index].filter.usesNames = usesNames }
    if let lines = settings.filter["maxlines"] { try setMaxLines(lines, index) }
    do throws(FailPattern.Problem) {
      if let prefix = settings.filter["prefregex"], !prefix.isEmpty { try jails[index].filter.setPrefix(prefix) }
      for text in FilterSettings.lines(settings.filter["failregex"]) { try jails[index].filter.addFailPattern(text) }
      for text in FilterSettings.lines(settings.filter["ignoreregex"]) {
        try jails[index].filter.addIgnorePattern(text)
      }
    } catch {
      log("fail2ban.filter", "ERROR", error.message)
      throw Self.failure(error.message)
    }
    if let pattern = settings.filter["datepattern"] { try setDatePattern(pattern, index) }
    if let number = settings.maxretry { setMaxRetry(number, index) }
    if let number = settings.maxmatches { jails[index].maxmatches = number }
    if let text = settings.findtime { try setFindTime(text, index) }
    if let text = settings.bantime { try setBanTime(text, index) }
    if let ignores = settings.ignoresSelf { jails[index].ignoresSelf = ignores }
    for text in settings.ignored { _ = jails[index].ignore(text) }
    jails[index].logEncoding = settings.logEncoding == "auto" ? "utf-8" : settings.logEncoding
    log("fail2ban.filter", "INFO", "  encoding: \(jails[index].logEncoding)")
    for file in jails[index].logs where !settings.logs.contains(where: { $0.path == file.path }) {
      removeLog(file.path, from: index)
    }
    for file in settings.logs where !jails[index].logs.contains(where: { $0.path == file.path }) {
      addLog(file.path, isTail: file.isTail, to: index)
    }
    try setActions(settings.actions, index)
  }

  /// Actions that stay keep their chains; those that are gone take them along.
  private func setActions(_ settings: [IptablesAction.Settings], _ index: Int) throws(RequestFailure) {
    var fresh: [IptablesAction] = []
    for setting in settings {
      guard !fresh.contains(where: { $0.settings.title == setting.title }) else {
        throw .exception("ValueError", "Action \(setting.title) already exists")
      }
      var action = jails[index].actions.first { $0.settings.title == setting.title } ?? IptablesAction(setting)
      action.settings = setting
      fresh.append(action)
    }
    for var action in jails[index].actions where !fresh.contains(where: { $0.settings.title == action.settings.title })
    {
      action.stop(environment.run)
    }
    jails[index].actions = fresh
  }

  // MARK: - Single settings

  static func failure(_ message: String) -> RequestFailure {
    message.contains("not modelled: ") ? .notModelled(message) : .exception("RegexException", message)
  }

  func setMaxRetry(_ number: Int, _ index: Int) {
    jails[index].failures.maxretry = number
    log("fail2ban.filter", "INFO", "  maxRetry: \(number)")
  }

  func setFindTime(_ text: String, _ index: Int) throws(RequestFailure) {
    let seconds = try Self.seconds(text)
    jails[index].failures.findtime = Double(seconds)
    log("fail2ban.filter", "INFO", "  findtime: \(seconds)")
  }

  func setBanTime(_ text: String, _ index: Int) throws(RequestFailure) {
    let seconds = try Self.seconds(text)
    jails[index].bantime = Double(seconds)
    log("fail2ban.actions", "INFO", "  banTime: \(seconds)")
  }

  func setMaxLines(_ text: String, _ index: Int) throws(RequestFailure) {
    guard let lines = Int(text) else { throw Self.noNumber(text) }
    guard lines <= 1 else { throw .notModelled("not modelled: maxlines above 1") }
    log("fail2ban.filter", "INFO", "  maxLines: \(lines)")
  }

  func setDatePattern(_ pattern: String, _ index: Int) throws(RequestFailure) {
    do {
      jails[index].filter.dates = pattern.isEmpty ? DateDetector() : try DateDetector(pattern: pattern)
      jails[index].datePattern = pattern.isEmpty ? nil : pattern
    } catch { throw Self.failure(error.message) }
  }

  static func seconds(_ text: String) throws(RequestFailure) -> Int64 {
    guard let seconds = TimeSpan.seconds(text) else { throw .exception("SyntaxError", "not a span of time: '\(text)'") }
    return seconds
  }

  static func noNumber(_ text: String) -> RequestFailure {
    .exception("ValueError", "invalid literal for int() with base 10: \(PythonValue.string(text).representation)")
  }
}
