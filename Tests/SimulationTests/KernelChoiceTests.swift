import Capture
import Netfilter
import Testing
import Wire

@testable import Simulation

/// What the kernel picks is taken from the capture where that shows it, whichever form the capture has.
@Suite("what the kernel picks")
struct KernelChoiceTests {
  /// `tcpdump -nvvX`, which says of each checksum that it is correct, and `tcpdump -nX`, which says nothing, of one handshake.
  private static let verbose = """
    09:30:00.020000 IP (tos 0x0, ttl 52, id 18961, offset 0, flags [DF], proto TCP (6), length 44)
        198.51.100.7.40112 > 192.0.2.10.21: Flags [S], cksum 0xc5d0 (correct), seq 1012535808, win 64240, options [mss 1460], length 0
    \t0x0000:  4500 002c 4a11 4000 3406 1076 c633 6407  E..,J.@.4..v.3d.
    \t0x0010:  c000 020a 9cb0 0015 3c5a 1200 0000 0000  ........<Z......
    \t0x0020:  6002 faf0 c5d0 0000 0204 05b4            `...........
    09:30:00.021000 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 44)
        192.0.2.10.21 > 198.51.100.7.40112: Flags [S.], cksum 0x0647 (correct), seq 2078294016, ack 1012535809, win 65160, options [mss 1460], length 0
    \t0x0000:  4500 002c 0000 4000 4006 4e87 c000 020a  E..,..@.@.N.....
    \t0x0010:  c633 6407 0015 9cb0 7be0 4000 3c5a 1201  .3d.....{.@.<Z..
    \t0x0020:  6012 fe88 0647 0000 0204 05b4            `....G......
    09:30:00.041000 IP (tos 0x0, ttl 52, id 18962, offset 0, flags [DF], proto TCP (6), length 40)
        198.51.100.7.40112 > 192.0.2.10.21: Flags [.], cksum 0x219c (correct), seq 1, ack 1, win 64240, length 0
    \t0x0000:  4500 0028 4a12 4000 3406 1079 c633 6407  E..(J.@.4..y.3d.
    \t0x0010:  c000 020a 9cb0 0015 3c5a 1201 7be0 4001  ........<Z..{.@.
    \t0x0020:  5010 faf0 219c 0000                      P...!...

    """

  private static var brief: String {
    verbose.split(separator: "\n").filter { !$0.hasPrefix("    ") }.map { line in
      guard let detail = line.range(of: " ("), line.hasPrefix("09") else { return String(line) }
      return line[..<detail.lowerBound] + " 198.51.100.7.40112 > 192.0.2.10.21: tcp 0"
    }.joined(separator: "\n") + "\n"
  }

  /// The far end's address is edited out, as people do before they show a trace.
  private static var edited: String {
    verbose.replacing("198.51.100.7.", with: "198.51.[edited].").replacing("c633 6407", with: "c633 0000")
  }

  @Test("a service's answer has the numbers that the capture shows", arguments: [verbose, brief, edited])
  func handshake(_ text: String) throws {
    var reader = try openCapture(bytes: Array(text.utf8), named: "trace.txt")
    var packets: [CapturedPacket] = []
    while let packet = try reader.next() { packets.append(packet) }
    try #require(packets.count == 3)
    let description = try HostDescription(
      yaml:
        "interfaces: [{name: eth0, addresses: [192.0.2.10/24]}]\nroutes: [{to: default, dev: eth0}]\nservices: [{listen: tcp/21}]\n",
      file: "host.yaml")
    let rules = "*filter\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n"
    let host = SimulatedHost(description, try Ruleset(parsing: rules, file: "rules"))
    var tracer = Tracer(host: host)
    var states: [ConnectionState?] = []
    for (index, packet) in packets.enumerated() {
      host.upcoming = packets[(index + 1)...]
      let record = tracer.trace(packet)
      if index == 0 { #expect(record.walk?.emitted.map(\.finalBytes) == [Array(packets[1].bytes)]) }
      if index == 1, case .confirms(let origin, _) = record.disposition { #expect(origin == 1) }
      states.append(record.walk?.conntrack)
    }
    #expect(states == [.new, nil, .established])
  }
}
