import Netfilter
import Testing
import Wire

@testable import Simulation

/// The real one goes on until Ctrl-C is typed (`timeout -s INT 0.05 hping3 --flood -S -p 80 ADDRESS`); the words are its.
@Suite struct HpingFloodTests {
  @Test("a flood is stopped, which is said, and a limit holds it") func flood() throws {
    var description = HostDescription()
    description.interfaces.append(.init(name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.10/24"))]))
    let rules =
      "*filter\n-A INPUT -p tcp --syn -m limit --limit 1/s --limit-burst 5 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n"
    let shell = Shell(SimulatedHost(description, try Ruleset(parsing: rules, file: "rules")))
    let result = shell.run("hping3 --flood -c 50 -S -p 80 192.0.2.10")
    #expect(result.output == "HPING 192.0.2.10 (eth0 192.0.2.10): S set, 40 headers + 0 data bytes\n")
    #expect(
      result.errorOutput == """
        hping in flood mode, no replies will be shown

        --- 192.0.2.10 hping statistic ---
        50 packets transmitted, 0 packets received, 100% packet loss
        round-trip min/avg/max = 0.0/0.0/0.0 ms
        not modelled: an hping3 --flood without end: it is stopped after 50 packets, -c says after how many

        """)
    #expect(result.status == 1)
    #expect(shell.takeSent().count == 50)
    #expect(shell.host.namespace.ruleset[.filter]?["INPUT"]?.rules.map(\.counters.packets) == [5, 45])
  }
}
