import Capture
import Netfilter
import Simulation
import Testing

@testable import Tutor

@Suite("Saving, loading and pasting")
struct SaveTests {
  private func incident(_ files: any ShellFiles = MemoryFiles()) throws -> Session {
    var options = Session.Options()
    options.watches = true
    var session = Session(library: Package.library, options: options, files: files)
    _ = session.step(try Package.incidentScenario())
    return session
  }

  @Test("what was saved and loaded again is the same scenario, edited-out bytes and all")
  func thereAndBack() throws {
    var session = try incident()
    _ = session.handle("iptables -I INPUT 3 -m state --state INVALID -j DROP")
    _ = session.handle("edit packet 1 ttl 9")
    _ = session.handle("insert packet after 2 udp 192.0.2.1:53 > 89.238.65.123:53")
    let before = try #require(session.scenario)
    #expect(session.handle("save mine/").text.contains("mine/capture.pcapng"))
    #expect(session.handle("load mine").text.contains("3 packets to step"))
    let after = try #require(session.scenario)
    #expect(after.ruleset.savedText(counters: false) == before.ruleset.savedText(counters: false))
    var host = before.host
    host.inferences = []
    #expect(after.host == host)
    #expect(after.packets.count == 3)
    for (old, new) in zip(before.packets, after.packets) {
      #expect(new.bytes == old.bytes)
      #expect(new.knowledge == old.knowledge)
      #expect(new.time == old.time)
      #expect(new.linkType == old.linkType)
      #expect(new.originalLength == old.originalLength)
      #expect(new.shownSource == old.shownSource)
      #expect(new.shownDestination == old.shownDestination)
      #expect(new.direction == old.direction)
      #expect(new.comments == old.comments)
    }
    #expect(session.handle("next").text.contains("108.162.[edited]"))
    #expect(session.handle("edits").text == "Nothing has been changed.")
  }

  @Test("save never overwrites without saying so, and tells what no file holds")
  func overwrite() throws {
    var session = try incident()
    _ = session.handle("next")
    _ = session.handle("sleep 5")
    #expect(
      session.handle("save mine").text.contains("Not saved, since no file holds what is done between packets: sleep 5.")
    )
    #expect(session.handle("save mine").text.contains("there already"))
    #expect(session.handle("save mine overwrite").text.contains("Saved"))
    #expect(session.handle("save").text.contains("expected save my-server"))
    #expect(session.handle("load nowhere").text == "nowhere: No such file or directory")
  }

  @Test(
    "every host that can be described is written so that it reads back to the same",
    arguments: [
      "interfaces:\n  - {name: eth0, addresses: [10.0.0.2/24, 10.0.1.2/25], mac: \"52:54:00:12:34:56\", peer_mac: \"52:54:00:ab:cd:ef\", mtu: 1400}\n  - {name: \"on\", addresses: []}\nroutes:\n  - {to: default, via: 10.0.0.1, dev: eth0}\n  - {to: 10.9.0.0/16, dev: \"on\"}\nservices: [tcp/22, udp/53]\nsysctls: {net.ipv4.ip_forward: 1}\nhz: 1000\nstack: quiet\nconntrack: \"off\"\n",
      "",
    ])
  func host(yaml: String) throws {
    let host = try HostDescription(yaml: yaml, file: "host.yaml")
    #expect(try HostDescription(yaml: host.yaml, file: "again") == host)
  }

  @Test("rules that are pasted take the place of those at hand, and can be undone")
  func pastedRules() throws {
    var session = try incident()
    let before = session.scenario?.ruleset.savedText(counters: false)
    let text = session.handle("# Generated\n*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n").text
    #expect(text.hasPrefix("Rules changed"))
    #expect(session.scenario?.ruleset[.filter]?["INPUT"]?.policy == .drop)
    #expect(
      session.handle("-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -j DROP").text.contains("ACCEPT policies is assumed"))
    _ = session.handle("undo")
    _ = session.handle("undo")
    #expect(session.scenario?.ruleset.savedText(counters: false) == before)
  }

  @Test("an error in a ruleset shows its line with a caret under the place")
  func caret() throws {
    var session = try incident()
    let lines = session.handle("*filter\n-A INPUT -p tcp --dprt 22 -j ACCEPT\nCOMMIT\n").lines.map(\.text)
    #expect(lines.first?.hasPrefix("pasted:2:") == true)
    let place = try #require(lines.firstIndex { $0.hasPrefix("  -A INPUT") })
    let caret = try #require(lines[place + 1].firstIndex(of: "^"))
    let column = lines[place + 1].distance(from: lines[place + 1].startIndex, to: caret)
    #expect(String(lines[place].dropFirst(column)).hasPrefix("--dprt"))
    #expect(session.handle("edits").text == "Nothing has been changed.")
  }

  @Test("a dump that is pasted is stepped under the rules at hand, and one that cannot be read shows its line")
  func pastedDump() throws {
    var session = try incident()
    let text = session.handle(
      """
      11:48:37.860337 IP 192.0.2.1.80 > 89.238.65.123.3594: Flags [S.], seq 1, ack 2, win 512, length 0
      \t0x0000:  4500 0028 0001 0000 4006 1d65 c000 0201
      \t0x0010:  59ee 417b 0050 0e0a 0000 0001 0000 0002
      \t0x0020:  5012 0200 4b4d 0000
      """
    ).text
    #expect(text.contains("1 packet to step"), "\(text)")
    #expect(session.handle("next").text.contains("192.0.2.1 > 89.238.65.123"))
    #expect(session.scenario?.ruleset[.filter]?["INPUT"]?.rules.count == 4)
    #expect(session.handle("this is\nno dump at all\n").lines.first?.role == .error)
    #expect(session.handle("next").text.contains("packet 1 of 1"))
  }

  @Test("commands that are pasted are carried out one after the other")
  func pastedCommands() throws {
    var session = try incident()
    let text = session.handle("goto packet 1\nnext 100\ndmesg -t\n").text
    #expect(text.contains("UNKNOWN_OUTGOING: IN= OUT=ifext"))
  }

  @Test("hping3 sends packets that can be stepped, each call other ones, after the place where it was typed")
  func sent() throws {
    var session = try incident()
    _ = session.handle("goto packet 1")
    let first = session.handle("hping3 -c 1 --syn --ack 89.238.65.123").text
    #expect(first.contains("flags=R "))
    #expect(first.contains("Packet 1 was played to its end first."))
    #expect(first.contains("Packet 2 came in: goto packet 2 steps it."))
    #expect(session.handle("dmesg").lines.count == 2)
    let second = session.handle("hping3 -c 1 --syn 89.238.65.123").text
    #expect(second.contains("flags=RA"))
    #expect(second.contains("Packet 3 came in"))
    #expect(session.handle("dmesg").lines.count == 2)
    let packets = try #require(session.scenario?.packets)
    #expect(packets.count == 4)
    #expect(packets[1].bytes[20..<22] != packets[2].bytes[20..<22])
    #expect(session.handle("goto packet 4").text.contains("packet 4 of 4"))
    guard case .confirms(origin: 1, _)? = session.history?.record(3)?.disposition else {
      Issue.record("the captured answer is not the one that the first packet made the host send")
      return
    }
    _ = session.handle("undo")
    _ = session.handle("undo")
    #expect(session.scenario?.packets.count == 2)
  }
}
