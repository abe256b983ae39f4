import Foundation
import Netfilter
import Testing
import Wire

@testable import Simulation

/// A session of host commands as the real programs answered it on a Linux host with one link, recorded by
/// `Resources/shell/record_host.py`.
struct HostSession: Decodable, CustomTestStringConvertible {
  struct Host: Decodable {
    let interface: String
    let address: String
    let outside: String
    let listen: [String]
  }

  let session: String
  let host: Host
  let commands: [RecordedSession.Command]

  var testDescription: String { session }

  /// The sessions of JSON lines; a first line that says how they were made is passed over.
  static func read(_ text: String) -> [HostSession] {
    text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Self.self, from: Data($0.utf8)) }
  }

  static func load(_ name: String) -> [HostSession] {
    guard let url = resource("\(name).jsonl"), let text = try? String(contentsOf: url, encoding: .utf8) else {
      return []
    }
    return read(text)
  }

  static func resource(_ name: String) -> URL? {
    Bundle.module.url(forResource: "Resources/shell/\(name)", withExtension: nil)
  }

  /// The same host, simulated.
  func shell() throws -> Shell {
    var description = HostDescription()
    let address = try #require(IPv4Prefix(host.address))
    let outside = try #require(IPv4Address(host.outside))
    let everything = try #require(IPv4Prefix("0.0.0.0/0"))
    description.interfaces.append(
      .init(
        name: host.interface, addresses: [address], mac: MACAddress("52:54:00:12:34:56"),
        peerMAC: MACAddress("52:54:00:ab:cd:ef")))
    description.routes = [.init(destination: everything, gateway: outside, interface: host.interface)]
    description.services = try host.listen.map { text in
      let parts = text.split(separator: "/")
      let transport = try #require(HostDescription.Service.Transport(rawValue: String(parts[0])))
      return .init(transport: transport, port: try #require(UInt16(parts[1])))
    }
    let shell = Shell(SimulatedHost(description, Ruleset()))
    shell.outsideAddress = outside
    return shell
  }

  /// Plays the session on the simulated host; text and status must be the real programs', but for what `HostText` says.
  func check() throws {
    let shell = try shell()
    for command in commands {
      let result = shell.run(command.run)
      let (ours, theirs) = HostText.aligned(result.output, command.out, of: command.run)
      #expect(ours == theirs, "output of: \(command.run)")
      let (ourErrors, theirErrors) = HostText.aligned(result.errorOutput, command.err, of: command.run)
      #expect(ourErrors == theirErrors, "errors of: \(command.run)")
      #expect(result.status == command.status, "status of: \(command.run)")
    }
  }
}

/// What two runs of a real program would not have in common either: times, and numbers that the kernel or the program
/// chose at random.
enum HostText {
  /// Patterns by the program they belong to, each replaced by what stands beside it.
  private static let masks: [(program: String, pattern: String, replacement: String)] = [
    ("hping3", #"rtt=[0-9.]+"#, "rtt=T"), ("hping3", #"= [0-9.]+/[0-9.]+/[0-9.]+ ms"#, "= T ms"),
    ("hping3", #"ttl=64 id=\+?[0-9]+"#, "ttl=64 id=N"), ("hping3", #"ack=[0-9]+ sum=[0-9a-f]+"#, "ack=N sum=N"),
    ("hping3", #"ate=[0-9]+|ceive=[0-9]+|smit=[0-9]+|tsrtt=[0-9]+"#, "T"),
    ("hping3", #"name=UNKNOWN"#, "name=UNKNOWN"),
    // A pipe gets what was printed before the fork from both processes.
    ("hping3", #"using eth0, addr: [0-9.]+, MTU: 1500\n"#, ""),
    ("conntrack", #" id=[0-9]{4,}|<id>[0-9]+</id>"#, " id=N"), ("conntrack", #"portid=[0-9]+"#, "portid=N"),
    // Whether the kernel finds the program still there.
    ("conntrack", #" progname=conntrack"#, ""),
    ("conntrack", #"^\[[0-9]+\.[0-9]+ *\]"#, "[T]"), ("tcpdump", #"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}"#, "T"),
    ("tcpdump", #"Flags \[S\.\], (cksum 0x[0-9a-f]+ \(correct\), )?seq [0-9]+, ack 2"#, "Flags [S.], seq N, ack 2"),
    ("tcpdump", #"id [0-9]+, offset 0, flags \[none\], proto ICMP"#, "id N, proto ICMP"),
    // The other end of a veth link is in another namespace, and known for good.
    ("ip", #"@if[0-9]+(:?) {0,4}"#, "$1 "), ("ip", #" link-netns [a-z0-9]+"#, ""), ("ip", "PERMANENT", "REACHABLE"),
    ("ip", #"(eth0:?) +"#, "$1 "),
    // With -c it stops before it has looked at all that it was handed.
    ("tcpdump", #"[0-9]+ packets? received by filter"#, "N received by filter"),
  ]

  /// Both texts without what may differ, and with times made equal that differ by a few seconds.
  static func aligned(_ ours: String, _ theirs: String, of command: String) -> (String, String) {
    let program = command.split(separator: " ").first.map(String.init) ?? ""
    var (a, b) = (masked(ours, program), masked(theirs, program))
    // The kernel's order of entries and of sockets is that of a keyed hash.
    if program == "conntrack" && !command.contains("-E") || program == "ss" { (a, b) = (sorted(a), sorted(b)) }
    guard program == "conntrack" else { return (a, b) }
    return (seconds(a, like: b), b)
  }

  private static func masked(_ text: String, _ program: String) -> String {
    masks.filter { $0.program == program }.reduce(text) { text, mask in
      text.replacingOccurrences(of: mask.pattern, with: mask.replacement, options: .regularExpression)
    }
  }

  private static func sorted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).sorted().joined(separator: "\n")
  }

  /// `ours` with its numbers taken from `theirs` where lines differ only in seconds that are left, by a few.
  private static func seconds(_ ours: String, like theirs: String) -> String {
    let lines = ours.split(separator: "\n", omittingEmptySubsequences: false)
    let others = theirs.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == others.count else { return ours }
    return zip(lines, others).map { line, other in
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      let otherWords = other.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == otherWords.count else { return String(line) }
      return zip(words, otherWords).map { isNear($0, $1) ? $1 : $0 }.joined(separator: " ")
    }.joined(separator: "\n")
  }

  private static func isNear(_ word: Substring, _ other: Substring) -> Bool {
    guard let a = Int(word), let b = Int(other) else { return xmlTimeout(word) == xmlTimeout(other) }
    return b <= a && a - b <= 9
  }

  private static func xmlTimeout(_ word: Substring) -> String {
    word.replacingOccurrences(of: "<timeout>[0-9]+</timeout>", with: "<timeout/>", options: .regularExpression)
  }
}
