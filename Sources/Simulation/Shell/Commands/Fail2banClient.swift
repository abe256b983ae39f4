/// `fail2ban-client` (1.0.2): starts, asks and tells the server that bans who fails too often.
enum Fail2banClient: ShellCommand {
  static let name = "fail2ban-client"
  static let summary = "start fail2ban, list and change its jails and bans"
  static let example = "fail2ban-client status portscan"

  static func effect(of call: ShellCall) -> ShellEffect {
    let request = call.arguments.first { !$0.hasPrefix("-") } ?? "help"
    return ["ping", "status", "get", "banned", "version", "echo", "help"].contains(request) ? .reads : .moves
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var words: [String] = []
    var isTest = false
    var arguments = ArgumentReader(call.arguments)
    loop: while let argument = arguments.next() {
      switch argument {
      case .operand(let word):
        // What follows the first word belongs to the request.
        words = [word] + arguments.rest()
        break loop
      case .option("V"): return ShellResult(output: Fail2banServer.version + "\n")
      case .option("version"): return ShellResult(output: "Fail2Ban v\(Fail2banServer.version)\n")
      case .option("h"), .option("help"): return ShellResult(output: usage)
      case .option("t"), .option("test"): isTest = true
      case .option("v"), .option("q"), .option("b"), .option("x"): continue
      case .option("str2sec"):
        let text = arguments.value() ?? ""
        guard let seconds = TimeSpan.seconds(text) else { return .notModelled("a span of time `\(text)'") }
        return ShellResult(output: "\(seconds)\n")
      case .option("i"): return .notModelled("fail2ban-client -i: its own prompt")
      case .option("d"), .option("dp"), .option("dump-pretty"):
        return .notModelled("fail2ban-client -d: the dump of its configuration")
      case .option("c"), .option("conf"), .option("s"), .option("socket"), .option("p"), .option("pidfile"),
        .option("f"), .option("async"), .option("timeout"), .option("pname"), .option("loglevel"),
        .option("logtarget"), .option("syslogsocket"):
        return .notModelled("fail2ban-client \(call.arguments.first ?? "")")
      case .option: return ShellResult(output: usage, status: 255)
      }
    }
    var session = Fail2banClientSession(shell)
    if isTest { return session.test() }
    guard let first = words.first else { return ShellResult(output: usage, status: 255) }
    if first == "help" { return ShellResult(output: usage) }
    return session.run(words)
  }

  /// Our own words; the requests are those of `fail2ban-client(1)`.
  private static let usage = """
    Usage: fail2ban-client [OPTIONS] <COMMAND>

    start | stop | restart | reload [JAIL]      the server; reload reads its files anew
    status [JAIL]                               what runs, what failed, who is banned
    ping | version                              whether the server answers
    banned [IP]... | unban --all|IP...          bans of all jails
    set JAIL banip|unbanip IP...                ban and unban by hand
    set JAIL attempt IP                         count a failure
    set JAIL bantime|findtime|maxretry VALUE    settings, until the server is started anew
    set JAIL addignoreip|delignoreip IP
    set JAIL addfailregex|addignoreregex REGEX  set JAIL delfailregex|delignoreregex INDEX
    set JAIL addlogpath|dellogpath FILE         set JAIL idle on|off
    get JAIL banip [--with-time] | banned | bantime | findtime | maxretry | ignoreip | failregex | ignoreregex
             logpath | actions | usedns | datepattern | action ACTION PROPERTY
    add JAIL | start JAIL | stop JAIL           a jail by hand
    -t  test the configuration    -V  the version    --str2sec SPAN  a span of time in seconds

    Files: /etc/fail2ban/jail.local, /etc/fail2ban/filter.d/NAME.conf, /var/log/fail2ban.log

    """
}

/// One run of the client.
struct Fail2banClientSession {
  private let server: Fail2banServer
  private let process: Int
  private var result = ShellResult()

  init(_ shell: Shell) {
    server = shell.fail2ban
    process = server.freshProcessID
  }

  /// Carries a request out.
  mutating func run(_ words: [String]) -> ShellResult {
    switch words[0] {
    case "start" where words.count == 1: start()
    case "restart" where words.count == 1:
      send(["stop"])
      result.status = 0
      start()
    case "restart": reload(["--restart"] + words.dropFirst())
    case "reload": reload(Array(words.dropFirst()))
    default: send(words)
    }
    return result
  }

  /// `-t`.
  mutating func test() -> ShellResult {
    var reader = JailsReader(server.store)
    guard read(&reader, nil, isTest: true) else { return failed("ERROR: test configuration failed") }
    guard reader.wrongJails.isEmpty else { return failed("ERROR: test configuration failed") }
    result.output += "OK: configuration test is successful\n"
    return result
  }

  private mutating func failed(_ message: String) -> ShellResult {
    error(message)
    return result
  }

  // MARK: - Messages

  private mutating func remark(_ logger: String, _ level: String, _ message: String) {
    result.errorOutput += Fail2banServer.line(logger, level, message, process, server.host.clock)
  }

  private mutating func error(_ message: String) {
    remark("fail2ban", "ERROR", message)
    result.status = 255
  }

  private mutating func refuse(_ failure: RequestFailure, isShown: Bool) {
    if case .notModelled(let message) = failure {
      result.errorOutput += message.hasPrefix("not modelled: ") ? "\(message)\n" : "not modelled: \(message)\n"
      result.status = 2
      return
    }
    error("NOK: \(failure.arguments)")
    if isShown { result.output += failure.printed + "\n" }
  }

  // MARK: - The server's life

  /// Reads the configuration; `false` where nothing may be done with it.
  private mutating func read(_ reader: inout JailsReader, _ only: String?, isTest: Bool = false) -> Bool {
    var failure: JailSettings.Failure?
    do throws(JailSettings.Failure) { try reader.read(only: only, isTest: isTest) } catch { failure = error }
    for remark in reader.remarks where remark.level != "NOTICE" {
      self.remark(remark.logger, remark.level, remark.message)
    }
    switch failure {
    case nil: return true
    case .fatal(let message): error("Failed during configuration: \(message)")
    case .wrong(let message): error(message)
    case .notModelled(let what):
      result.errorOutput += "not modelled: \(what)\n"
      result.status = 2
    }
    return false
  }

  private mutating func start() {
    guard !server.isRunning else { return error("Server already running") }
    var reader = JailsReader(server.store)
    guard read(&reader, nil) else { return }
    server.start()
    for (name, message) in reader.wrongJails { noteWrong(name, message) }
    result.output += "Server ready\n"
    do throws(RequestFailure) { try server.configure(reader.jails) } catch { refuse(error, isShown: false) }
  }

  private func noteWrong(_ name: String, _ message: String) {
    server.log(
      "fail2ban.transmitter", "ERROR", "Jail '\(name)' skipped, because of wrong configuration: \(message)")
  }

  private mutating func reload(_ words: [String]) {
    let options = words.prefix { ["--restart", "--unban", "--if-exists"].contains($0) }
    let names = words.dropFirst(options.count)
    guard names.count <= 1 else {
      return error(
        "Unexpected argument(s) for reload: \(PythonValue.list(names.map(PythonValue.string)).representation)")
    }
    guard server.isRunning else { return error("Could not find server") }
    let only = names.first.flatMap { $0 == "--all" ? nil : $0 }
    var reader = JailsReader(server.store)
    guard read(&reader, only) else { return }
    do throws(RequestFailure) {
      try server.reload(
        reader.jails, only: only, restarts: options.contains("--restart"), unbans: options.contains("--unban"),
        ifExists: options.contains("--if-exists"))
      for (name, message) in reader.wrongJails { noteWrong(name, message) }
      result.output += "OK\n"
    } catch { refuse(error, isShown: true) }
  }

  private mutating func noServer() {
    error("Failed to access socket path: /var/run/fail2ban/fail2ban.sock. Is fail2ban running?")
  }

  // MARK: - Requests

  private mutating func send(_ words: [String]) {
    guard server.isRunning else { return noServer() }
    do throws(RequestFailure) {
      let answer = try server.answer(words)
      result.output += Fail2banAnswer(words).text(answer) + "\n"
    } catch { refuse(error, isShown: true) }
  }
}
