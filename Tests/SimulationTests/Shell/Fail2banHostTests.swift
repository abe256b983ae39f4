import Capture
import Foundation
import Netfilter
import Testing
import Wire

@testable import Simulation

/// fail2ban among packets: what the kernel logs leads to bans, between one packet and the next.
@Suite struct Fail2banHostTests {
  private static let second: Int64 = 1_000_000_000

  private func host(_ rules: String) throws -> SimulatedHost {
    var description = HostDescription()
    description.interfaces.append(
      .init(name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.10/24"))]))
    description.routes = [
      .init(
        destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: IPv4Address("192.0.2.1"), interface: "eth0")
    ]
    return SimulatedHost(description, try Ruleset(parsing: rules, file: "rules"))
  }

  /// A SYN to a port of the host.
  private func syn(_ source: String, _ port: UInt16) throws -> Arrival {
    var segment = TCPBuilder(sourcePort: 40_000, destinationPort: port)
    segment.flags = .syn
    let from = try #require(IPv4Address(source))
    let to = try #require(IPv4Address("192.0.2.10"))
    let header = IPv4Builder(protocolNumber: 6, source: from, destination: to)
    return Arrival(bytes: segment.packet(in: header), interface: "eth0")
  }

  private static let rules = """
    *filter
    :INPUT ACCEPT [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    -A INPUT -p tcp -m tcp --dport 23 -j LOG --log-prefix "SCAN: "
    -A INPUT -p tcp -j REJECT --reject-with tcp-reset
    COMMIT

    """

  @Test("three packets that LOG tells of ban their sender, from the next whole second on")
  func ban() throws {
    let host = try host(Self.rules)
    host.advance(to: Timestamp(nanoseconds: 1_408_016_917 * Self.second))
    let shell = Shell(host)
    #expect(
      shell.run("printf '[portscan]\\nenabled = true\\nmaxretry = 3\\nbantime = 1m\\n' > /etc/fail2ban/jail.local")
        .status == 0)
    #expect(shell.run("fail2ban-client start").status == 0)
    for index in 0..<3 {
      host.advance(to: Timestamp(nanoseconds: 1_408_016_917 * Self.second + Int64(index + 1) * 100_000_000))
      #expect(host.receive(try syn("203.0.113.5", 23)).verdict == .reject)
    }
    // Before the second is over the server has not looked.
    host.advance(to: Timestamp(nanoseconds: 1_408_016_917 * Self.second + 900_000_000))
    #expect(host.receive(try syn("203.0.113.5", 80)).verdict == .reject)
    #expect(host.namespace.tables[.filter]?.table.chains.contains { $0.name == "f2b-portscan" } == false)
    host.advance(to: Timestamp(nanoseconds: 1_408_016_919 * Self.second))
    let walk = host.receive(try syn("203.0.113.5", 80))
    #expect(walk.path.map(\.description) == ["filter:INPUT:rule:1", "filter:f2b-portscan:rule:1"])
    #expect(
      shell.run("iptables -L f2b-portscan -nv").output == """
        Chain f2b-portscan (1 references)
         pkts bytes target     prot opt in     out     source               destination         
            1    40 REJECT     0    --  *      *       203.0.113.5          0.0.0.0/0            reject-with icmp-port-unreachable
            0     0 RETURN     0    --  *      *       0.0.0.0/0            0.0.0.0/0           

        """)
    // Another is not banned, and comes back from the chain.
    #expect(
      host.receive(try syn("203.0.113.6", 80)).path.map(\.description)
        == ["filter:INPUT:rule:1", "filter:f2b-portscan:rule:2", "filter:INPUT:rule:3"])
    // The ban counts from the second in which the last line was written.
    host.advance(to: Timestamp(nanoseconds: 1_408_016_977 * Self.second))
    #expect(host.receive(try syn("203.0.113.5", 80)).path.last?.description == "filter:f2b-portscan:rule:1")
    host.advance(to: Timestamp(nanoseconds: 1_408_016_977 * Self.second + 2000))
    #expect(host.receive(try syn("203.0.113.5", 80)).path.last?.description == "filter:INPUT:rule:3")
    #expect(shell.run("fail2ban-client status portscan").output.hasSuffix("Banned IP list:\t\n"))
  }

  @Test("the server looks at its logs once a second") func second() throws {
    let host = try host(Self.rules)
    host.advance(to: Timestamp(nanoseconds: 1_408_016_917 * Self.second))
    let shell = Shell(host)
    _ = shell.run(
      """
      cat > /etc/fail2ban/jail.local <<'EOF'
      [portscan]
      enabled = true
      maxretry = 1
      EOF
      fail2ban-client start
      """)
    _ = host.receive(try syn("203.0.113.5", 23))
    #expect(shell.run("fail2ban-client banned").output == "[{'sshd': []}, {'portscan': []}]\n")
    #expect(
      shell.run("sleep 1; fail2ban-client banned").output == "[{'sshd': []}, {'portscan': ['203.0.113.5']}]\n")
  }

  @Test("a server started at the prompt bans in the walks that come after, however often they are played")
  func experiment() throws {
    let host = try host(Self.rules)
    var packets: [CapturedPacket] = []
    for (index, port) in [23, 23, 80, 80].enumerated() {
      packets.append(
        CapturedPacket(
          number: index + 1, time: Timestamp(nanoseconds: (1_408_016_917 + Int64(index)) * Self.second + 1),
          linkType: .raw, bytes: try syn("203.0.113.5", UInt16(port)).bytes, provenance: Provenance(file: "test")))
    }
    let scenario = Scenario(
      ruleset: host.namespace.ruleset, packets: packets, host: host.description, content: ContentHash(files: [:]))
    var experiment = Experiment(scenario)
    _ = experiment.run(
      """
      cat > /etc/fail2ban/jail.local <<'EOF'
      [portscan]
      enabled = true
      maxretry = 2
      EOF
      """, at: nil)
    #expect(experiment.run("fail2ban-client start", at: nil).result.status == 0)
    let lasts = { (history: History) in (0..<4).map { history.outcome($0)?.walk?.path.last?.description } }
    let expected = ["INPUT:rule:2", "INPUT:rule:2", "f2b-portscan:rule:1", "f2b-portscan:rule:1"].map { "filter:\($0)" }
    #expect(lasts(experiment.history) == expected)
    #expect(lasts(History(experiment.scenario)) == expected)
    let end = experiment.history.end(of: 3)
    #expect(experiment.run("fail2ban-client get portscan banip", at: end).result.output == "203.0.113.5\n")
    // Unbanned by hand after the third packet, the address comes to INPUT's own rules again.
    let third = experiment.history.end(of: 2)
    #expect(experiment.run("fail2ban-client unban 203.0.113.5", at: third).result.output == "1\n")
    #expect(lasts(experiment.history) == expected.dropLast() + ["filter:INPUT:rule:3"])
    _ = experiment.undo()
    #expect(lasts(experiment.history) == expected)
    // The chain that fail2ban made is there to be taken away, at that place.
    #expect(experiment.run("iptables -X f2b-portscan", at: third).result.status == 1)
    #expect(experiment.run("iptables -D INPUT 1", at: third).result.status == 0)
    #expect(experiment.run("iptables -F f2b-portscan && iptables -X f2b-portscan", at: third).result.status == 0)
    #expect(lasts(experiment.history) == expected.dropLast() + ["filter:INPUT:rule:2"])
    #expect(experiment.run("iptables -S", at: experiment.history.end(of: 3)).result.output.contains("f2b") == false)
    // Before the ban other rules are other rules from the beginning.
    #expect(experiment.run("iptables -P INPUT DROP", at: experiment.history.end(of: 0)).changes == [.rules(packets: 4)])
  }

  @Test("the host's own addresses are never banned, unless asked for") func ownAddress() throws {
    let host = try host(Self.rules)
    let shell = Shell(host)
    _ = shell.run("printf '[sshd]\\nmaxretry = 1\\n' > /etc/fail2ban/jail.local; fail2ban-client start")
    let line =
      "echo 'Jan  1 00:00:00 server sshd[1]: Failed password for root from 192.0.2.10 port 1 ssh2' >> /var/log/auth.log; sleep 1"
    _ = shell.run(line)
    #expect(shell.run("fail2ban-client banned").output == "[{'sshd': []}]\n")
    _ = shell.run("fail2ban-client set sshd ignoreself false")
    _ = shell.run(line)
    #expect(shell.run("fail2ban-client banned").output == "[{'sshd': ['192.0.2.10']}]\n")
  }

  @Test("bans made before the first packet move with the calendar it sets") func calendar() throws {
    let host = try host(Self.rules)
    let shell = Shell(host)
    _ = shell.run("fail2ban-client start")
    _ = shell.run("fail2ban-client set sshd banip 203.0.113.5")
    host.advance(to: Timestamp(nanoseconds: 1_408_016_917 * Self.second))
    #expect(
      shell.run("fail2ban-client get sshd banip --with-time").output
        == "203.0.113.5 \t2014-08-14 11:48:37 + 600 = 2014-08-14 11:58:37\n")
    host.advance(to: Timestamp(nanoseconds: (1_408_016_917 + 601) * Self.second))
    #expect(shell.run("fail2ban-client banned").output == "[{'sshd': []}]\n")
  }

  @Test(
    "what is not modelled is refused by name, and nothing is started",
    arguments: [
      ("banaction = nftables-multiport", "not modelled: the action nftables-multiport\n"),
      ("backend = systemd", "not modelled: backend = systemd in jail `sshd': only files are read\n"),
      ("ignorecommand = /bin/true", "not modelled: ignorecommand in jail `sshd'\n"),
      ("bantime.increment = true", "not modelled: bantime.increment in jail `sshd'\n"),
      ("logpath = my.log", "not modelled: the log my.log of jail `sshd': only logs in /var/log are read\n"),
      ("action = iptables[type=ipset]", "not modelled: the action's type ipset\n"),
    ])
  func refused(_ setting: String, _ message: String) throws {
    let shell = Shell(try host(Self.rules))
    _ = shell.run("printf '[sshd]\\n\(setting)\\n' > /etc/fail2ban/jail.local")
    let result = shell.run("fail2ban-client start")
    #expect(result.errorOutput.hasSuffix(message))
    #expect(result.status == 2)
    #expect(shell.run("fail2ban-client ping").status == 255)
  }

  @Test("a pattern that never ends is given up, and said", arguments: ["(.+)+<HOST>(.+)+z"])
  func endless(_ pattern: String) throws {
    let shell = Shell(try host(Self.rules))
    let line = "Jan  1 00:00:00 " + String(repeating: "a", count: 200) + " 1.2.3.4"
    let result = shell.run("fail2ban-regex '\(line)' '\(pattern)'")
    #expect(result.errorOutput.hasPrefix("not modelled: a pattern that takes more than 2000000 steps"))
    #expect(result.status == 2)
  }

  @Test("whatever is written into logs and files, nothing traps") func damage() throws {
    var choices = ShellChoices(seed: 20_261_126)
    func below(_ bound: Int) -> Int { Int(choices.next() % UInt64(bound)) }
    let seeds = [
      "Jan  1 00:00:00 server sshd[1]: Failed password for root from 192.0.2.10 port 1 ssh2", "99999999999 a 1.2.3.4",
      "9999-12-31T23:59:59.999999+1959 999.1.2.3 [::1] ::ffff:1.2.3.4 1.2.3.4/99", "0001-01-01 00:00:00 x",
      "@ffffffffffffffffffffffff x 1.2.3.4", "Feb 29 24:61:61 x", "%d/%b/%Y:%H:%M:%S %z",
      "[DEFAULT]\nbantime = 99999999999\nfindtime = -9y\n[sshd]\nmaxretry = -99999999999999999\nport = %(port)s",
      "[sshd]\naction = iptables[port=\"1,2\", name='x', =]\nfailregex = (?P<a><HOST>)(?(a)b|c){2,9}[^\\]]\n ignoreregex = \\",
      "^(?:(?=a)|(?<!b)c)*+d??(?i:e)<ADDR></F-X><F-X>\\S+</F-X>$",
    ]
    let host = try host(Self.rules)
    let shell = Shell(host)
    let started = ContinuousClock.now
    var rounds = 0
    while rounds < 200, ContinuousClock.now - started < .seconds(20) {
      rounds += 1
      var text = Array(seeds[below(seeds.count)].unicodeScalars)
      for _ in 0..<below(6) {
        let donor = Array(seeds[below(seeds.count)].unicodeScalars)
        let piece = donor[below(donor.count)...].prefix(below(12))
        let place = below(text.count + 1)
        text.replaceSubrange(place..<min(text.count, place + below(8)), with: piece)
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text)
      let damaged = String(view).replacing("'", with: "\"")
      let path = ["/etc/fail2ban/jail.local", "/etc/fail2ban/filter.d/sshd.local", "/var/log/auth.log"][below(3)]
      _ = shell.run("printf '%s\\n' '\(damaged)' > \(path)")
      _ = shell.run("fail2ban-client \(["start", "reload", "restart", "-t"][below(4)])")
      _ = shell.run(
        "fail2ban-client set sshd \(["addfailregex", "datepattern", "bantime", "addignoreip", "banip"][below(5)]) '\(damaged)'"
      )
      _ = shell.run("fail2ban-regex -v '\(damaged)' '\(seeds[below(seeds.count)].replacing("'", with: ""))'")
      _ = shell.run(
        "fail2ban-regex -v -d '\(damaged)' /var/log/auth.log sshd; fail2ban-client get sshd banip --with-time")
      _ = shell.run("sleep \(below(5000))")
    }
    #expect(rounds > 0)
  }

  @Test("the shipped files are those that the recordings were made with") func shipped() throws {
    for (path, text) in Fail2banFiles.shipped where path.hasPrefix("/etc/fail2ban/") {
      let name = path.dropFirst("/etc/fail2ban/".count)
      let url = try #require(
        Bundle.module.url(forResource: "Resources/shell/fail2ban-etc/\(name)", withExtension: nil))
      #expect(try String(contentsOf: url, encoding: .utf8) == text, "\(name)")
    }
  }

  @Test("writing to the host's /etc and /var never reaches the person's files") func ownFiles() throws {
    let files = MemoryFiles(["rules.v4": "x"])
    let shell = Shell(try host(Self.rules), files: files)
    _ = shell.run("iptables-save > /etc/iptables/rules.v4; echo a >> /var/log/x.log; echo b > mine")
    #expect(files.paths.sorted() == ["mine", "rules.v4"])
    #expect(shell.run("cat /var/log/x.log; echo c >> /var/log/x.log; cat /var/log/x.log").output == "a\na\nc\n")
    // A setting of the kernel's is set; what else there is under /proc cannot be written.
    #expect(shell.run("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter").status == 0)
    #expect(shell.run("echo 1 > /proc/sys/kernel/hostname").status == 1)
    #expect(files.paths.sorted() == ["mine", "rules.v4"])
  }
}
