import Netfilter
import Wire

/// `hping3` (3.0.0-alpha-2, Debian's 3.a2.ds2), run on a host outside: sends to this one and prints what it answers.
enum Hping3Program: ShellCommand {
  static let name = "hping3"
  static let summary = "send packets to this host from outside and print the answers"
  static let example = "hping3 -c 1 --syn --ack 89.238.65.123"

  static func effect(of call: ShellCall) -> ShellEffect { .moves }

  /// How many packets one command may send: each is walked with all its comparisons.
  static let limit = 10_000
  /// How long one command may go on, in microseconds.
  private static let longest = 31_557_600e6
  /// Where a flood ends that no `-c` ends, and how far its packets are apart, in nanoseconds: what one core does.
  private static let floodEnd = 1000
  private static let floodInterval: Int64 = 10_000
  /// How long it waits for answers after the last packet, in nanoseconds.
  private static let lastWait: Int64 = 1_000_000_000

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    if call.arguments.isEmpty { return .notModelled("hping3's own prompt, which speaks Tcl") }
    if call.arguments.contains("-h") || call.arguments.contains("--help") { return ShellResult(output: help) }
    if call.arguments.contains("-v") || call.arguments.contains("--version") {
      return ShellResult(output: "hping3 version 3.0.0-alpha-2\n")
    }
    let command: Hping3
    do { command = try Hping3(call.arguments) } catch { return refusal(error) }
    if let what = notModelled(command) { return .notModelled(what) }
    guard let outside = OutsideHost(of: shell.host, towards: command.target, address: shell.outsideAddress) else {
      return .notModelled("hping3 to a host without a link")
    }
    if command.target == outside.address || command.target.isLoopback {
      return .notModelled("hping3 to the outside host itself")
    }
    if let ports = command.scannedPorts { return Hping3Scan(command, outside, shell).run(ports) }
    return command.floods ? flood(command, outside, shell) : send(command, outside, shell)
  }

  private static func refusal(_ error: PacketCommandError) -> ShellResult {
    func tryHelp(_ text: String) -> ShellResult { .failure("hping3: \(text)\nTry hping3 --help") }
    switch error.reason {
    case .missingHost:
      return ShellResult(
        output: "hping3: missing host argument\nTry `hping3 --help' for more information.\n", status: 1)
    case .tooManyHosts: return .failure("hping3: you must specify only one target host at a time")
    case .unknownHost(let name): return .failure("Unable to resolve '\(name)'")
    case .unknownOption(let word) where word.hasPrefix("--"): return tryHelp("unrecognized option `\(word)'")
    case .ambiguousOption(let word): return tryHelp("option `\(word)' is ambiguous")
    case .badCount: return ShellResult(output: "Option error: count must > 0\n", status: 1)
    case .notModelled:
      return .notModelled(error.message.replacing(" is not modelled", with: "").replacing(":", with: ""))
    case .badICMPType, .unknownOption, .other: return .failure(error.message)
    }
  }

  private static func notModelled(_ command: Hping3) -> String? {
    if command.printing.contains(.debug) { return "hping3 --debug" }
    if let interface = command.interface, interface != OutsideHost.interfaceName {
      return "hping3 -I \(interface): the outside host has \(OutsideHost.interfaceName) alone"
    }
    guard command.scannedPorts == nil, !command.floods else { return nil }
    guard let count = command.count else { return "hping3 without -c: it sends until Ctrl-C is typed" }
    if Double(count) * Double(command.interval) > longest { return "an hping3 that sends for longer than a year" }
    return count > limit ? "more than \(limit) packets of hping3 at once" : nil
  }

  // MARK: Packets and their answers

  private static func send(_ command: Hping3, _ outside: OutsideHost, _ shell: Shell) -> ShellResult {
    var sender = Hping3Sender(command, random: shell.choices.fork())
    var receiver = Hping3Receiver(command, local: command.source ?? outside.address, process: sender.process)
    var output = preamble(command, outside)
    let count = command.count ?? 1
    let begin = shell.host.namespace.now
    var notModelled: [String] = []
    for number in 0..<count {
      wait(until: begin + Int64(number) * Int64(command.interval) * 1000, shell.host)
      let sent = shell.host.namespace.now
      receiver.noteSent(number, from: command.mode == .icmp || command.mode == .raw ? 0 : sender.sourcePort, at: sent)
      receiver.destinationPort = sender.destinationPort
      let packets = sender.next(
        source: outside.address, mtu: OutsideHost.mtu, midnight: outside.millisecondsSinceMidnight)
      if command.randomSource {
        receiver.local = packets.first.flatMap { IPv4Header($0[...])?.source } ?? receiver.local
      }
      let exchange = outside.send(packets, shell.note)
      notModelled += exchange.notModelled.filter { !notModelled.contains($0) }
      for answer in exchange.answers where receiver.received < count {
        let midnight = outside.millisecondsSinceMidnight
        receiver.take(answer, at: sent + 2 * OutsideHost.delay, midnight: midnight)
      }
      sender.answered = receiver.answeredPorts
      if receiver.received == count || Interruption.isAsked { break }
    }
    if receiver.received < count {
      shell.host.pass(nanoseconds: lastWait)
    } else {
      wait(until: begin + 2 * OutsideHost.delay, shell.host)
    }
    output += receiver.output
    guard notModelled.isEmpty else {
      let text = notModelled.map { "not modelled: \($0)\n" }.joined()
      return ShellResult(output: output, errorOutput: text, status: 2)
    }
    let status = command.printing.contains(.flagsAsStatus) ? Int32(receiver.lastFlags) : receiver.received > 0 ? 0 : 1
    return ShellResult(
      output: output, errorOutput: receiver.statistics(sent: min(count, receiver.sent)), status: status)
  }

  /// `--flood` sends until Ctrl-C is typed and looks at no answer; here it is typed after so many packets as `-c` says.
  private static func flood(_ command: Hping3, _ outside: OutsideHost, _ shell: Shell) -> ShellResult {
    var sender = Hping3Sender(command, random: shell.choices.fork())
    let receiver = Hping3Receiver(command, local: command.source ?? outside.address, process: sender.process)
    let end = min(command.count ?? floodEnd, limit)
    let begin = shell.host.namespace.now
    var notModelled: [String] = []
    var sent = 0
    while sent < end, !Interruption.isAsked {
      wait(until: begin + Int64(sent) * floodInterval, shell.host)
      let packets = sender.next(
        source: outside.address, mtu: OutsideHost.mtu, midnight: outside.millisecondsSinceMidnight)
      let exchange = outside.send(packets, shell.note)
      notModelled += exchange.notModelled.filter { !notModelled.contains($0) }
      sent += 1
    }
    notModelled.append("an hping3 --flood without end: it is stopped after \(sent) packets, -c says after how many")
    return ShellResult(
      output: preamble(command, outside),
      errorOutput: "hping in flood mode, no replies will be shown\n" + receiver.statistics(sent: sent)
        + notModelled.map { "not modelled: \($0)\n" }.joined(), status: 1)
  }

  private static func wait(until moment: Int64, _ host: SimulatedHost) {
    host.pass(nanoseconds: max(0, moment - host.namespace.now))
  }

  static func interfaceLine(_ outside: OutsideHost) -> String {
    "using \(OutsideHost.interfaceName), addr: \(outside.address), MTU: \(OutsideHost.mtu)\n"
  }

  private static func preamble(_ command: Hping3, _ outside: OutsideHost) -> String {
    let kind: String
    let headers: Int
    switch command.mode {
    case .tcp:
      let letters = Hping3Receiver.letters(command.flags)
      (kind, headers) = ((letters.isEmpty ? "NO FLAGS are" : letters) + " set", 40)
    case .udp: (kind, headers) = ("udp mode set", 28)
    case .icmp: (kind, headers) = ("icmp mode set", 28)
    case .raw: (kind, headers) = ("raw IP mode set", 20)
    }
    let verbose = command.printing.contains(.verbose) ? interfaceLine(outside) : ""
    return verbose + "HPING \(command.target) (\(OutsideHost.interfaceName) \(command.target)): \(kind), "
      + "\(headers) headers + \(command.dataSize) data bytes\n"
  }

  private static let help = """
    hping3 -c COUNT [options] ADDRESS     from a host at the other end of this host's link

      -c N  how many packets      -i N|uN  seconds or microseconds between them      --fast
      TCP:  -S -A -F -R -P -U -X -Y (--syn --ack --fin --rst --push --urg --xmas --ymas)
            -s N  -p [+|++]N  -k  -w N  -M N  -L N  -O N  --tcp-timestamp
      -2 UDP    -1 ICMP, -C TYPE -K CODE --icmp-ts --icmp-addr    -0 raw IP, -H PROTOCOL
      -8 PORTS  scan: 20-25,80,!22
      IP:   -a ADDRESS  --rand-source  -t N  -N N  -o HEX  -f  -m N  -x  -y  -g N
      data: -d N  -e TEXT  -b
      what is printed: -n -q -V -r -W -Q -j -J --beep --tcpexitcode

    Answers to a forged address come back too: that host is the only one on the link.
    --flood is stopped after -c N packets, 1000 where it is not given.
    Not modelled: no -c, --listen, --traceroute, --safe, --file, IP options, names.

    """
}

extension ShellChoices: RandomNumberGenerator {
  /// A sequence of its own for one program.
  mutating func fork() -> ShellChoices { ShellChoices(seed: next()) }
}
