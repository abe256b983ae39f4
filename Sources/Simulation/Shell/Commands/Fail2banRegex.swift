/// `fail2ban-regex` (1.0.2): tries a filter on a log.
enum Fail2banRegex: ShellCommand {
  static let name = "fail2ban-regex"
  static let summary = "try a failregex on a log or a line"
  static let example = "fail2ban-regex /var/log/kern.log 'SRC=<HOST> '"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var options = RegexTrial.Options()
    var operands: [String] = []
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .operand(let word): operands.append(word)
      case .option("V"): return ShellResult(output: Fail2banServer.version + "\n")
      case .option("version"): return ShellResult(output: "fail2ban-regex \(Fail2banServer.version)\n")
      case .option("h"), .option("help"): return ShellResult(output: usage)
      case .option("v"), .option("verbose"): options.verbosity += 1
      case .option("verbosity"): options.verbosity = arguments.value().flatMap { Int($0) } ?? options.verbosity
      case .option("d"), .option("datepattern"): options.datePattern = arguments.value()
      case .option("o"), .option("out"): options.out = arguments.value()
      case .option("usedns"): options.usesNames = arguments.value() ?? options.usesNames
      case .option("r"), .option("raw"): options.usesNames = "raw"
      case .option("no-check-all"): options.checksAll = false
      case .option("print-all-matched"): options.printsAllMatched = true
      case .option("print-all-missed"): options.printsAllMissed = true
      case .option("print-all-ignored"): options.printsAllIgnored = true
      case .option("print-no-missed"): options.printsNoMissed = true
      case .option("print-no-ignored"): options.printsNoIgnored = true
      case .option("l"), .option("log-level"), .option("e"), .option("encoding"): _ = arguments.value()
      case .option("t"), .option("log-traceback"), .option("full-traceback"): continue
      case .option(let name)
      where [
        "c", "config", "timezone", "TZ", "L", "maxlines", "m", "journalmatch", "D", "debuggex", "VD", "verbose-date",
      ]
      .contains(name):
        return .notModelled("fail2ban-regex \(name.count == 1 ? "-" : "--")\(name)")
      case .option(let name):
        return ShellResult(
          errorOutput:
            "Usage: fail2ban-regex [OPTIONS] <LOG> <REGEX> [IGNOREREGEX]\n\nfail2ban-regex: error: no such option: "
            + "\(name.count == 1 ? "-" : "--")\(name)\n", status: 2)
      }
    }
    guard operands.count == 2 || operands.count == 3 else {
      let what =
        operands.count > 3 ? "ERROR: too many arguments." : "ERROR: provide both <LOG> and <REGEX>."
      return ShellResult(output: usage, errorOutput: "\n\(what)\n", status: 255)
    }
    var trial = RegexTrial(options, shell)
    return trial.run(log: operands[0], regex: operands[1], ignoring: operands.count == 3 ? operands[2] : nil)
  }

  /// Our own words; the options are those of `fail2ban-regex(1)`.
  private static let usage = """
    Usage: fail2ban-regex [OPTIONS] <LOG> <REGEX> [IGNOREREGEX]

    LOG          a file, or a line of a log in quotes
    REGEX        a failregex, a filter's name (sshd, sshd[mode=normal]), or a filter's file
    IGNOREREGEX  an ignoreregex

    -v, --verbose          also the patterns that did not match, and who failed when
    -d, --datepattern P    how the log writes the time
    -o, --out WHAT         only what was found: ip, id, row, msg, or a group's name
    --usedns yes|no|raw    whether <HOST> takes names, too
    --print-all-matched    --print-all-missed   --print-all-ignored
    --print-no-missed      --print-no-ignored
    --no-check-all         stop at the first pattern that matches
    -V                     the version

    """
}
