import Testing
import Wire

@testable import Simulation

/// A generator without surprises.
private struct Steps: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 31
  }
}

/// Words that the host's programs know, in no order that makes sense.
@Suite("the host's programs bear any words") struct HostFuzzTests {
  private static let programs = [
    "conntrack", "tcpdump", "hping3", "ip", "ss", "sysctl", "dmesg", "journalctl", "date", "sleep",
  ]
  private static let words = [
    "-L", "-D", "-E", "-G", "-C", "-F", "-V", "-h", "-p", "-s", "-d", "-r", "-q", "-o", "-e", "-u", "-m", "-n", "-g",
    "-j",
    "-w", "-z", "-c", "-i", "-v", "-X", "-xx", "-A", "-t", "-ttt", "-#", "-S", "-k", "-a", "-1", "-2", "-0", "-8", "-f",
    "-N", "-H", "-b", "-y", "-x", "-l", "-tu", "-br", "-4", "-6", "-U", "--since", "--until", "--scan", "--syn",
    "--state", "--dport", "--sport", "--icmp-type", "--mask-src", "--pattern", "--count", "--fast", "--rand-source",
    "tcp", "udp", "icmp", "port", "host", "net", "and", "or", "not", "'('", "')'", "'tcp[13]'", "'&'", "=", "'!='",
    "src",
    "192.0.2.2", "192.0.2.0/24", "10.0.0.0/33", "0", "1", "-1", "65535", "99999999999999999999", "0x", "ffff", "++80",
    "u1000", "1-10", "22,80-82,!81", "addr", "route", "get", "show", "table", "local", "neigh", "dev", "eth0", "lo",
    "any",
    "net.ipv4.ip_forward=1", "net.ipv4.ip_forward", "+%s%N%q%", "@99999999999999", "'5 min ago'", "today", "1e300",
    "ESTABLISHED",
    "id,extended", "xml", "save", "NEW", "all.pcap", "''", "é",
  ]

  @Test("hundreds of lines leave the host standing")
  func lines() throws {
    var random = Steps(state: 7)
    var description = HostDescription()
    description.interfaces.append(
      .init(
        name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.2/24"))], mac: MACAddress("52:54:00:12:34:56"),
        peerMAC: MACAddress("52:54:00:ab:cd:ef")))
    description.conntrack = .on
    var shell = Shell(SimulatedHost(description, .init()))
    for number in 0..<600 {
      // What has crossed a link is printed by every tcpdump, so a host does not live long here.
      if number % 25 == 0 { shell = Shell(SimulatedHost(description, .init())) }
      let count = Int.random(in: 0...7, using: &random)
      let words = (0..<count).map { _ in Self.words[Int.random(in: Self.words.indices, using: &random)] }
      let program = Self.programs[Int.random(in: Self.programs.indices, using: &random)]
      let line = ([program] + words).joined(separator: " ")
      #expect((0...255).contains(shell.run(line).status), "\(line)")
    }
  }

  @Test(
    "what nests deeply is refused, not followed",
    arguments: [
      String(repeating: "(", count: 5000) + "tcp", String(repeating: "not ", count: 5000) + "tcp",
      "tcp" + String(repeating: " or tcp", count: 5000), "len = " + String(repeating: "-", count: 5000) + "1",
      "len = 1" + String(repeating: " ^ 1", count: 5000),
    ])
  func depth(_ filter: String) {
    let shell = Shell(SimulatedHost(HostDescription(), .init()))
    #expect(shell.run("tcpdump -i lo '\(filter)'").status == 2)
  }
}
