import Testing

@testable import Netfilter

@Suite("sets in the form of ipset save") struct SetCatalogTests {
  @Test("entries stand for the elements that ipset makes of them")
  func elements() throws {
    let sets = try SetCatalog(
      parsing: """
        # comments and COMMIT are passed over
        create net hash:net family inet hashsize 1024 maxelem 65536 timeout 300 counters comment
        add net 10.1.2.3/8 nomatch timeout 20 packets 3 bytes 120 comment "two words"
        create pairs hash:ip,port
        add pairs 10.0.0.1,http
        add pairs 10.0.0.1-10.0.0.2,udp:53-54
        add pairs 10.0.0.9,icmp:echo-request
        create ports bitmap:port range 20-30
        -exist add ports 22
        COMMIT
        """.replacing("-exist add ports 22", with: "add ports 22 -exist"), file: "sets")
    let net = try #require(sets["net"])
    #expect(net.timeout == 300 && net.hasCounters)
    let entry = try #require(net.members.first)
    #expect(entry.isException && entry.timeout == 20 && entry.counters == Counters(packets: 3, bytes: 120))
    guard case .element(let element) = entry.content else { return #expect(Bool(false), "no element") }
    #expect(element.text(.hashNet) == "10.0.0.0/8")
    let pairs = try #require(sets["pairs"]).members.map { member in
      if case .element(let element) = member.content { element.text(.hashIPPort) } else { "" }
    }
    #expect(
      pairs == [
        "10.0.0.1,tcp:80", "10.0.0.1,udp:53", "10.0.0.1,udp:54", "10.0.0.2,udp:53", "10.0.0.2,udp:54",
        "10.0.0.9,icmp:8/0",
      ])
    #expect(sets["ports"]?.range == 20...30)
  }

  @Test(
    "what cannot be read is refused with its place",
    arguments: [
      ("creat a hash:ip", "sets:1:1: `creat' is no line of `ipset save': expected `create' or `add'"),
      ("create a hash", "sets:1:10: `hash' is no type of set, such as hash:ip"),
      ("create a hash:ip\ncreate a hash:ip", "sets:2:8: the set a is there already"),
      ("add a 10.0.0.1", "sets:1:5: the set with the given name does not exist: a"),
      ("create a hash:ip\nadd a x", "sets:2:7: `x' is no IPv4 address"),
      ("create a hash:ip\nadd a 10.0.0.0/8", "sets:2:7: `10.0.0.0/8' stands for more than 65536 addresses"),
      (
        "create a hash:net\nadd a 0.0.0.0/0",
        "sets:2:7: `0.0.0.0/0': a set of networks takes prefix lengths from 1 to 32"
      ),
      ("create a hash:ip timeout", "sets:1:18: `timeout' needs a value"),
      ("create a hash:ip timeout x", "sets:1:26: `x' is no number for `timeout'"),
      ("create a hash:ip colour red", "sets:1:18: unknown option `colour' of a set"),
      ("create a bitmap:port range 5-1", "sets:1:28: `5-1' is no range"),
      ("create a bitmap:port range 1-5\nadd a 9", "sets:2:7: `9' lies outside the range of the set a"),
      ("create a hash:ip,port\nadd a 10.0.0.1", "sets:2:7: `10.0.0.1' is no entry of a set of type hash:ip,port"),
      ("create a list:set\nadd a b", "sets:2:7: the set to be added does not exist: b"),
      ("create", "sets:1:1: `create' needs the name of a set"),
    ])
  func refused(_ text: String, _ message: String) {
    let error = #expect(throws: RulesetError.self) { try SetCatalog(parsing: text, file: "sets") }
    #expect(error?.description == message)
  }

  @Test("a set of a type that is not modelled may be named; asking it is said to be not modelled")
  func otherTypes() throws {
    let sets = try SetCatalog(parsing: "create a hash:net,iface family inet\nadd a 10.0.0.0/8,eth0", file: "sets")
    #expect(sets["a"]?.kind == nil)
    _ = try Ruleset(
      parsing: "*filter\n-A INPUT -m set --match-set a src,src -j DROP\nCOMMIT\n", file: "rules", sets: sets)
  }
}
