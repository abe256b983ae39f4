import Netfilter
import Testing
import Wire

@testable import Simulation

@Suite("host.yaml")
struct HostFileTests {
  @Test("every key of the manual is read")
  func everything() throws {
    let host = try HostDescription(
      yaml: """
        interfaces:
          - {name: ifext, addresses: [89.238.65.123/24], mac: "52:54:00:12:34:56", peer_mac: "52:54:00:ab:cd:ef", mtu: 1400}
        routes:
          - {to: default, via: 89.238.65.1, dev: ifext}
          - {to: local 203.0.113.0/24, dev: ifext}
        services:
          - tcp/22
          - udp/123
          - {listen: tcp/80, address: 89.238.65.123, user: www-data, groups: [adm, 1000], opened_by: root}
        programs:
          - {port: udp/40000-40100, user: 1000}
          - {port: icmp, user: nobody}
          - {port: any, user: root}
        cpus: 1
        sysctls: {net.ipv4.ip_forward: 1}
        hz: 1000
        stack: quiet
        conntrack: on
        """, file: "host.yaml")
    #expect(host.interfaces.map(\.name) == ["lo", "ifext"])
    let external = try #require(host[interface: "ifext"])
    #expect(external.addresses.map(\.description) == ["89.238.65.123/24"])
    #expect(external.mac?.description == "52:54:00:12:34:56")
    #expect(external.peerMAC?.description == "52:54:00:ab:cd:ef")
    #expect(external.mtu == 1400)
    #expect(host.routes.first?.gateway?.description == "89.238.65.1")
    #expect(host.routes.count == 1)
    #expect(host.localRoutes.map(\.network.description) == ["203.0.113.0/24"])
    #expect(host.services.prefix(2) == [.init(transport: .tcp, port: 22), .init(transport: .udp, port: 123)])
    let web = try #require(host.services.last)
    #expect(web.address?.description == "89.238.65.123")
    #expect(web.user == SocketOwner(user: 33, group: 33, supplementaryGroups: [4, 1000]))
    #expect(web.opener == SocketOwner(user: 0, group: 0))
    #expect(
      host.programs == [
        .init(protocolNumber: 17, ports: 40000...40100, user: SocketOwner(user: 1000, group: 1000)),
        .init(protocolNumber: 1, ports: nil, user: SocketOwner(user: 65534, group: 65534)),
        .init(protocolNumber: nil, ports: nil, user: SocketOwner(user: 0, group: 0)),
      ])
    #expect(host.processors == 1)
    #expect(try HostDescription(yaml: host.yaml, file: "host.yaml") == host)
    #expect(host.sysctls == ["net.ipv4.ip_forward": 1])
    #expect(host.hz == 1000)
    #expect(host.stack == .quiet)
    #expect(host.conntrack == .on)
  }

  @Test("an empty file names no interfaces, so they are inferred")
  func empty() throws {
    #expect(try !HostDescription(yaml: "", file: "host.yaml").namesInterfaces)
    #expect(try HostDescription(yaml: "interfaces: []", file: "host.yaml").interfaces.map(\.name) == ["lo"])
  }

  /// A match that needs tracking registers its hooks; `recorder/oracle.py` saw an ICMP error RELATED on a host like this.
  @Test(
    "conntrack: off ends where a rule needs it, as in the kernel",
    arguments: [
      ("off", "-A INPUT -m state --state NEW", true), ("off", "-A INPUT", false), ("auto", "-A INPUT", false),
      ("on", "-A INPUT", true),
    ])
  func tracking(_ mode: String, _ rule: String, _ tracks: Bool) throws {
    let ruleset = try Ruleset(parsing: "*filter\n\(rule)\nCOMMIT\n", file: "rules")
    let description = try HostDescription(yaml: "conntrack: \(mode)\n", file: "host.yaml")
    #expect((SimulatedHost(description, ruleset).namespace.tracker != nil) == tracks)
    let other = SimulatedHost(description, Ruleset())
    for table in ruleset.tables { other.load(table) }
    #expect((other.namespace.tracker != nil) == tracks)
  }

  @Test("a setting that is not modelled is named with its place")
  func settings() throws {
    let yaml = "sysctls:\n  net.ipv4.ip_forward: 1\n  net.ipv4.conf.all.rp_filter: 1\n  net.ipv4.tcp_sack: 0\n"
    let host = try HostDescription(yaml: yaml, file: "host.yaml")
    #expect(host.unheeded == ["host.yaml:4:22: not modelled: sysctl net.ipv4.tcp_sack, which changes nothing here"])
  }

  @Test(
    "what does not fit is named with its place",
    arguments: [
      ("hz: many\n", "host.yaml:1:5: expected a number such as 250"),
      ("hz: 0\n", "host.yaml:1:5: expected 1 to 10000 timer interrupts a second"),
      ("interfaces: [{name: eth0/1}]\n", "host.yaml:1:14: `eth0/1` cannot be an interface's name"),
      ("seed: -1\n", "host.yaml:1:7: expected a number such as 7"),
      ("stack: loud\n", "host.yaml:1:8: `loud` is not real or quiet"),
      ("interfaces:\n  - {addresses: [10.0.0.1/24]}\n", "host.yaml:2:5: an interface needs a name"),
      (
        "interfaces:\n  - {name: eth0, addresses: [10.0.0.1/33]}\n",
        "host.yaml:2:30: `10.0.0.1/33` is not an address such as 192.0.2.1/24"
      ),
      ("services: [{user: root}]\n", "host.yaml:1:12: a service needs `listen`"),
      ("services: [{listen: tcp/22, group: adm}]\n", "host.yaml:1:36: a group needs `user` beside it"),
      (
        "programs: [{port: tcp/9-1, user: root}]\n",
        "host.yaml:1:19: `tcp/9-1` is not ports such as tcp/40000, udp/1024-65535, tcp, icmp or any"
      ),
      ("programs: [{port: any}]\n", "host.yaml:1:12: a program needs `user`"),
      (
        "programs: [{port: any, user: somebody}]\n",
        "host.yaml:1:30: `somebody` is not a user such as root, www-data or 1000"
      ),
      ("cpus: 0\n", "host.yaml:1:7: expected 1 to 8192 processors"),
      (
        "interfaces: [{name: a}]\nroutes: [{to: local 10.0.0.0/8, via: 1.1.1.1, dev: a}]\n",
        "host.yaml:2:10: a local route leads nowhere else: it has no `via`"
      ),
      ("services: [tcp/ssh]\n", "host.yaml:1:12: `tcp/ssh` is not a service such as tcp/22 or udp/123"),
      (
        "routes:\n  - {to: default, dev: eth7}\n",
        "host.yaml:2:5: a route names the interface eth7, which is not listed under interfaces"
      ),
      (
        "interfaces: [{name: a}, {name: b}, {name: a}]\n", "host.yaml:1:36: there is an interface a already"
      ),
      (
        "colour: red\n",
        "host.yaml:1:1: unknown key `colour`; known are interfaces, routes, services, programs, sysctls, hz, seed, cpus, stack, conntrack, sets"
      ),
    ])
  func refusals(yaml: String, message: String) {
    let error = #expect(throws: HostFileError.self) { try HostDescription(yaml: yaml, file: "host.yaml") }
    #expect(error?.description == message)
  }

  @Test(
    "sets stand there as lines or as one text, or in a file of their own",
    arguments: [
      ("sets:\n  - create a hash:ip\n  - add a 10.0.0.1\n", nil),
      ("sets: |\n  create a hash:ip\n  add a 10.0.0.1\n", nil),
      ("sets: sets.ipset\n", "sets.ipset"),
    ])
  func sets(yaml: String, file: String?) throws {
    let host = try HostDescription(yaml: yaml, file: "host.yaml")
    #expect(host.setsFile == file)
    #expect(host.sets["a"]?.members.count == (file == nil ? 1 : nil))
  }

  @Test("a line of the sets that cannot be read is named with its place")
  func wrongSets() {
    let error = #expect(throws: HostFileError.self) {
      try HostDescription(yaml: "sets:\n  - create a hash:ip\n  - add b 10.0.0.1\n", file: "host.yaml")
    }
    #expect(error?.description == "host.yaml:3:5: the set with the given name does not exist: b")
  }

  @Test("text that is no YAML is refused with its line")
  func broken() {
    let error = #expect(throws: HostFileError.self) { try HostDescription(yaml: "hz: [1\nstack: }", file: "host.yaml") }
    #expect(error?.line == 2)
  }
}
