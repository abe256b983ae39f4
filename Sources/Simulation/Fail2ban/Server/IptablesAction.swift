/// The actions `iptables`, `iptables-multiport`, `iptables-allports` and `iptables-new`: a chain `f2b-NAME` with a rule
/// for each banned address, which a rule at the head of INPUT jumps to.
///
/// It is made at the first ban and taken away when the jail stops. The commands, their order and when a failed one
/// leads to repair are those that Debian's fail2ban 1.0.2 runs (seen in its log at level DEBUG).
struct IptablesAction {
  /// Options in the brackets behind the action's name.
  struct Settings: Sendable, Hashable {
    enum Problem: Error {
      /// No action of ours.
      case unknown
      case notModelled(String)
    }

    /// Which packets jump to the chain.
    enum Kind: String, Sendable { case oneport, multiport, allports }

    /// What `get JAIL actions` calls it.
    let title: String
    var kind: Kind
    var name: String
    var chain = "INPUT"
    var port = "ssh"
    var protocols = ["tcp"]
    var blocktype = "REJECT --reject-with icmp-port-unreachable"
    var returntype = "RETURN"
    /// Conditions before the port: `-m state --state NEW`.
    var before = ""
    var lock = "-w"
    /// Whether the chain waits for the first ban.
    var isOnDemand = true

    private static let kinds: [String: Kind] = [
      "iptables": .oneport, "iptables-multiport": .multiport, "iptables-allports": .allports, "iptables-new": .oneport,
    ]

    init(_ list: OptionList, jail: String) throws(Problem) {
      guard let kind = Self.kinds[list.name] else {
        if Self.others.contains(where: list.name.hasPrefix) { throw .notModelled("the action \(list.name)") }
        throw .unknown
      }
      self.kind = kind
      name = list.options["name"] ?? jail
      title =
        list.options["actname"]
        ?? list.name + (name == jail ? "" : name.hasPrefix(jail) ? String(name.dropFirst(jail.count)) : "-\(name)")
      if list.name == "iptables-new" { before = "-m state --state NEW" }
      for (option, value) in list.options {
        switch option {
        case "name", "actname": break
        case "chain": if value != "<known/chain>" { chain = value }
        case "port": port = value
        case "protocol": protocols = value.split(separator: ",").map { $0.trimmed }
        case "blocktype": blocktype = value
        case "returntype": returntype = value
        case "pre-rule": before = value.replacing("<sp>", with: " ")
        case "lockingopt": lock = value
        case "actionstart_on_demand": isOnDemand = JailsReader.isTrue(value)
        case "type":
          guard let kind = Kind(rawValue: value) else { throw .notModelled("the action's type \(value)") }
          self.kind = kind
        case "sender", "dest", "bantime", "logpath", "timeout": break
        default: throw .notModelled("the option `\(option)' of the action \(list.name)")
        }
      }
    }

    /// Beginnings of actions that fail2ban has and we have not.
    private static let others = [
      "iptables-", "nftables", "firewallcmd", "ufw", "shorewall", "sendmail", "mail", "hostsdeny", "route", "ipset",
      "abuseipdb", "cloudflare", "blocklist", "dummy", "bsd-", "pf", "npf", "apf", "complain", "dshield", "xarf",
      "nsupdate", "netscaler", "smtp", "osx", "ipfw", "ipfilter", "apprise", "mynetwatchman", "symbiosis", "ipthreat",
      "nginx",
    ]
  }

  /// Runs a program; gives back its status and what it wrote to standard error.
  typealias Runner = ([String]) -> ShellResult

  /// Something for the server's log.
  struct Remark {
    var logger = "fail2ban.utils"
    var level = "ERROR"
    let message: String
  }

  var settings: Settings
  private(set) var isStarted = false
  private var hasItems = false
  private(set) var remarks: [Remark] = []
  private var scripts = 0

  init(_ settings: Settings) { self.settings = settings }

  mutating func takeRemarks() -> [Remark] {
    defer { remarks = [] }
    return remarks
  }

  private var chain: String { "f2b-\(settings.name)" }

  private static let proto = "$proto"

  private func command(_ text: String) -> String { "iptables \(settings.lock) \(text)" }

  /// The rule that jumps to the chain, for each protocol in the place of `$proto`.
  private var jump: String {
    let before = settings.before.isEmpty ? "" : settings.before + " "
    let port =
      switch settings.kind {
      case .oneport: "--dport \(settings.port) "
      case .multiport: "-m multiport --dports \(settings.port) "
      case .allports: ""
      }
    return "\(before)-p \(Self.proto) \(port)-j \(chain)"
  }

  // MARK: - Operations

  /// What is done when the jail starts.
  mutating func start(_ run: Runner) {
    if !settings.isOnDemand { _ = begin(run) }
  }

  /// - Returns: whether the address is banned now.
  mutating func ban(_ address: String, _ run: Runner) -> Bool {
    if !isStarted, settings.isOnDemand { _ = begin(run) }
    guard change("-I \(chain) 1 -s \(address) -j \(settings.blocktype)", isUnban: false, run) else { return false }
    isStarted = true
    hasItems = true
    return true
  }

  mutating func unban(_ address: String, _ run: Runner) -> Bool {
    guard hasItems else { return true }
    return change("-D \(chain) -s \(address) -j \(settings.blocktype)", isUnban: true, run)
  }

  /// Lifts all bans at once.
  mutating func flush(_ run: Runner) -> Bool {
    guard isStarted, hasItems else { return true }
    let isDone = execute([.one(command("-F \(chain)"))], run)
    if isDone { hasItems = false }
    return isDone
  }

  mutating func stop(_ run: Runner) {
    guard isStarted else { return }
    isStarted = false
    hasItems = false
    _ = execute(
      [.each(command("-D \(settings.chain) \(jump)")), .one(command("-F \(chain)")), .one(command("-X \(chain)"))],
      run)
  }

  private mutating func begin(_ run: Runner) -> Bool {
    let isDone = execute(
      [
        .unless(
          command("-C \(chain) -j \(settings.returntype)"),
          [command("-N \(chain)"), command("-A \(chain) -j \(settings.returntype)")]),
        .eachUnless(command("-C \(settings.chain) \(jump)"), command("-I \(settings.chain) \(jump)")),
      ], run)
    if isDone { isStarted = true }
    return isDone
  }

  /// Adds or removes a rule of the chain; where that fails and the chain is not as it should be, puts it right and
  /// tries once more.
  private mutating func change(_ text: String, isUnban: Bool, _ run: Runner) -> Bool {
    if execute([.one(command(text))], run) { return true }
    let check: [Step] = [.each(command("-C \(settings.chain) \(jump)"))]
    if !execute(check, run) {
      let logger = "fail2ban.CommandAction"
      if isUnban {
        remarks.append(Remark(logger: logger, message: "Invariant check failed. Unban is impossible."))
        return false
      }
      remarks.append(Remark(logger: logger, message: "Invariant check failed. Trying to restore a sane environment"))
      stop(run)
      _ = begin(run)
      if isStarted, !execute(check, run) {
        remarks.append(Remark(logger: logger, level: "CRITICAL", message: "Unable to restore environment"))
        return false
      }
    }
    return execute([.one(command(text))], run)
  }

  // MARK: - Scripts

  /// A line of a script.
  private enum Step {
    case one(String)
    /// For each protocol.
    case each(String)
    /// Those that follow only where the first fails; what it says is thrown away.
    case unless(String, [String])
    case eachUnless(String, String)
  }

  /// - Returns: whether the last command succeeded, which is the script's status.
  private mutating func execute(_ steps: [Step], _ run: Runner) -> Bool {
    var status: Int32 = 0
    var errors = ""
    func call(_ text: String, _ proto: String = "", isQuiet: Bool = false) {
      let result = run(text.replacing(Self.proto, with: proto).split(separator: " ").map(String.init))
      status = result.status
      if !isQuiet { errors += result.errorOutput }
    }
    for step in steps {
      switch step {
      case .one(let text): call(text)
      case .each(let text): for proto in settings.protocols { call(text, proto) }
      case .unless(let test, let texts):
        call(test, isQuiet: true)
        if status != 0 { for text in texts { call(text) } }
      case .eachUnless(let test, let text):
        for proto in settings.protocols {
          call(test, proto, isQuiet: true)
          if status != 0 { call(text, proto) }
        }
      }
    }
    if status != 0 { report(steps, status, errors) }
    return status == 0
  }

  /// What the server's log says of a script that failed.
  private mutating func report(_ steps: [Step], _ status: Int32, _ errors: String) {
    scripts += 1
    let mark = "7f" + String(0x3a40_0100_0000 + scripts * 0x30, radix: 16).suffix(10)
    let loop = "for proto in $(echo '\(settings.protocols.joined(separator: ","))' | sed 's/,/ /g'); do"
    let script = steps.map { step in
      switch step {
      case .one(let text): text
      case .each(let text): "\(loop)\n\(text)\ndone"
      case .unless(let test, let texts):
        "{ \(test) >/dev/null 2>&1; } || { \(texts.joined(separator: " || true; ")); }"
      case .eachUnless(let test, let text):
        "\(loop)\n{ \(test) >/dev/null 2>&1; } || { \(text); }\ndone"
      }
    }.joined(separator: "\n")
    remarks.append(Remark(message: "\(mark) -- exec: \(script)"))
    for line in TextInput.lines(errors) {
      remarks.append(Remark(message: "\(mark) -- stderr: \(PythonValue.string(String(line)).representation)"))
    }
    remarks.append(Remark(message: "\(mark) -- returned \(status)"))
  }
}
