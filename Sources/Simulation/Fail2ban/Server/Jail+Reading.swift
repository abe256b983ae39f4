extension Jail {
  /// Reads what is new in the jail's logs; addresses that have failed often enough are banned.
  ///
  /// - Parameters:
  ///   - own: the host's own addresses, for `ignoreself`.
  ///   - now: seconds since 1970.
  /// - Returns: the bans made, for the database.
  mutating func read(
    from store: any LogStore, own: [BanAddress], now: Double, _ environment: borrowing JailEnvironment
  ) -> [BanTicket] {
    failures.serve(now: now)
    var ripe: [BanTicket] = []
    for index in logs.indices {
      let (lines, position) = store.lines(of: logs[index].path, from: logs[index].position)
      logs[index].position = position
      for line in lines {
        do throws(PythonPattern.TooLong) {
          ripe += try examine(line, isNew: logs[index].isInOperation, own, now, environment)
        } catch {
          environment.log(
            "fail2ban.filter", "ERROR",
            "[\(name)] not modelled: a pattern that takes more than \(PythonPattern.stepLimit) steps, on: \(line)")
        }
      }
      logs[index].isInOperation = true
    }
    return ripe.filter { ban($0, now: now, environment) }
  }

  private mutating func examine(
    _ line: String, isNew: Bool, _ own: [BanAddress], _ now: Double, _ environment: borrowing JailEnvironment
  ) throws(PythonPattern.TooLong) -> [BanTicket] {
    var oddTime: Double?
    let oldest = now - failures.findtime
    let outcome = try filter.examine(line, now: now) { date in
      guard let date else { return .some(isNew ? now : nil) }
      if isNew {
        // A new line with an old date: a clock or a time zone is wrong, the line counts as of now.
        guard abs((date - now).rounded(.towardZero)) <= 60 else {
          oddTime = date
          return .some(now)
        }
        return .some(date)
      }
      return date < oldest ? nil : .some(date)
    }
    if let oddTime { warn(oddTime, line, now, environment) }
    if let undated = outcome.undated, now >= nextUndatedWarning {
      nextUndatedWarning = now + 86_400
      for message in [
        "Found a match but no valid date/time found for \(PythonValue.string(undated.time).representation).",
        "Match without a timestamp: \(undated.line)",
        "Please try setting a custom date pattern (see man page jail.conf(5)).",
      ] {
        environment.log("fail2ban.filter", "WARNING", "[\(name)] \(message)")
      }
    }
    for name in outcome.unresolved {
      environment.log(
        "fail2ban.ipdns", "WARNING",
        "Unable to find a corresponding IP address for \(name): [Errno -3] Temporary failure in name resolution")
    }
    var ripe: [BanTicket] = []
    for failure in outcome.failures {
      guard let time = failure.time.map({ min($0, now) }), let failed = failure.identity else { continue }
      let identity = BanAddress(failed).description
      if let reason = reasonToIgnore(identity, own: own) {
        environment.log("fail2ban.filter", "INFO", "[\(name)] Ignore \(identity) by \(reason)")
        continue
      }
      environment.log("fail2ban.filter", "INFO", "[\(name)] Found \(identity) - \(Self.moment(time))")
      guard failures.add(identity, at: time) >= failures.maxretry, let ticket = failures.takeRipe(identity) else {
        continue
      }
      failures.serveAfterBan(now: now)
      ripe.append(BanTicket(identity: identity, time: ticket.time))
    }
    return ripe
  }

  private mutating func warn(
    _ date: Double, _ line: String, _ now: Double, _ environment: borrowing JailEnvironment
  ) {
    // Once a day is enough.
    guard now >= nextOddWarning else { return }
    nextOddWarning = now + 86_400
    let delta = (date - now).rounded(.towardZero)
    let kind = delta < 0 && delta >= -3300 ? "latency" : "timezone"
    environment.log(
      "fail2ban.filter", "WARNING",
      "[\(name)] Detected a log entry \(Self.span(abs(delta))) \(delta < 0 ? "before" : "after") the current time in "
        + "operation mode. This looks like a \(kind) problem. Treating such entries as if they just happened.")
    environment.log(
      "fail2ban.filter", "WARNING",
      "[\(name)] Please check a jail for a timing issue. Line with odd timestamp: \(line)")
  }

  /// `2026-11-26 11:09:02`.
  static func moment(_ seconds: Double) -> String {
    guard seconds < 253_402_214_400 else { return "9999-12-31 23:59:59" }
    let time = CalendarTime(seconds: Int64(seconds.rounded(.down)))
    return "\(time.year)-\(time.month.padded(2, "0"))-\(time.day.padded(2, "0")) \(time.clock)"
  }

  /// `1d 2h`, rounded the more the longer it is.
  private static func span(_ seconds: Double) -> String {
    let steps: [(from: Double, unit: Double, parts: [(letter: String, count: Int)])] = [
      (31_536_000, 86_400, [("y", 365), ("w", 7), ("d", 1)]), (604_800, 3600, [("w", 168), ("d", 24), ("h", 1)]),
      (86_400, 60, [("d", 1440), ("h", 60), ("m", 1)]), (3595, 10, [("h", 360), ("m", 6)]),
      (0, 1, [("m", 60), ("s", 1)]),
    ]
    guard let step = steps.first(where: { seconds >= $0.from }) else { return "0" }
    var rest = Int((seconds / step.unit).rounded(.toNearestOrEven))
    var words: [String] = []
    for part in step.parts where rest >= part.count {
      words.append("\(rest / part.count)\(part.letter)")
      rest %= part.count
    }
    return words.isEmpty ? "0" : words.joined(separator: " ")
  }
}
