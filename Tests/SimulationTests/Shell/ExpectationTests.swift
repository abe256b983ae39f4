import Netfilter
import Testing

@testable import Simulation

/// What conntrack 1.4.7 printed on Linux 6.18 after the packets of a recorded case, in the namespace of the case's host.
@Suite("conntrack tells what helpers wait for") struct ExpectationTests {
  /// The host of `ftp: an active data connection is expected` after so many of its packets.
  private func shell(after count: Int) throws -> Shell {
    let name = "ftp: an active data connection is expected"
    let recorded = try #require(try KernelCase.recorded("helpers").first { $0.case.name == name })
    let ruleset = try Ruleset(parsing: recorded.case.rules, file: name)
    let host = SimulatedHost(recorded.case.host, ruleset, isRecording: true)
    var tracer = Tracer(host: host)
    for packet in recorded.case.captured.prefix(count) { _ = tracer.trace(packet) }
    return Shell(host)
  }

  private static let waiting =
    "proto=6 src=203.0.113.9 dst=10.0.0.5 sport=0 dport=51210 mask-src=255.255.255.255 mask-dst=255.255.255.255 "
    + "sport=0 dport=65535 master-src=10.0.0.5 master-dst=203.0.113.9 sport=40000 dport=21 class=0 helper=ftp\n"

  @Test("an expectation is listed until it is met", arguments: [6, 7, 8])
  func list(_ count: Int) throws {
    let result = try shell(after: count).run("conntrack -L expect")
    let isThere = count == 7
    #expect(result.output == (isThere ? "300 " + Self.waiting : ""))
    #expect(
      result.errorOutput
        == "conntrack v1.4.7 (conntrack-tools): \(isThere ? 1 : 0) expectations have been shown.\n")
  }

  @Test("events tell that it came and went")
  func events() throws {
    let result = try shell(after: 8).run("conntrack -E expect")
    #expect(result.output == "    [NEW] 300 \(Self.waiting)[DESTROY] 300 \(Self.waiting)")
    #expect(result.errorOutput == "conntrack v1.4.7 (conntrack-tools): 2 expectation events have been shown.\n")
  }

  @Test("XML, the count, and none left once they are flushed")
  func others() throws {
    let shell = try shell(after: 7)
    #expect(
      shell.run("conntrack -L expect -o xml").output == """
        <?xml version="1.0" encoding="utf-8"?>
        <expect>
        <flow><layer3 protonum="2" protoname="ipv4"><expected><src>203.0.113.9</src><dst>10.0.0.5</dst></expected>\
        <mask><src>255.255.255.255</src><dst>255.255.255.255</dst></mask>\
        <master><src>10.0.0.5</src><dst>203.0.113.9</dst></master></layer3><layer4 protonum="6" protoname="tcp">\
        <expected><sport>0</sport><dport>51210</dport></expected><mask><sport>0</sport><dport>65535</dport></mask>\
        <master><sport>40000</sport><dport>21</dport></master></layer4>\
        <meta><helper-name>ftp</helper-name><timeout>300</timeout><class>0</class></meta></flow>
        </expect>

        """)
    #expect(shell.run("conntrack -C expect").output == "1\n")
    #expect(
      shell.run("conntrack -F expect").errorOutput
        == "conntrack v1.4.7 (conntrack-tools): expectation table has been emptied.\n")
    #expect(shell.run("conntrack -C expect").output == "0\n")
  }

  @Test("the entry that expected another is held by it")
  func references() throws {
    let lines = try shell(after: 8).run("conntrack -L").output.split(separator: "\n")
    #expect(lines.filter { $0.hasSuffix(" mark=0 helper=ftp use=2") }.count == 1)
    #expect(lines.filter { $0.hasSuffix(" mark=0 use=1") }.count == 1)
  }
}
