import Foundation
import Glibc
import Testing

/// `verify` asks the kernel of the machine the tests run on, which must be Linux 6.18 for the rarer answers.
@Suite("verify", .serialized)
struct VerifyTests {
  /// Why the kernel cannot be asked here; `nil` where it can.
  static let obstacle: String? = {
    guard geteuid() == 0 else { return "only root may make network namespaces" }
    let tools = ["iptables-legacy-restore", "ip"].allSatisfy { name in
      ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
      }
    }
    return tools ? nil : "iptables-legacy and iproute2 are not installed"
  }()

  private static let rules = """
    *nat
    :PREROUTING ACCEPT [0:0]
    :INPUT ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :POSTROUTING ACCEPT [0:0]
    -A POSTROUTING -o eth1 -p udp -j SNAT --to-source 198.51.100.9
    COMMIT
    *filter
    :INPUT DROP [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    -A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -j ACCEPT
    -A INPUT -p tcp -m conntrack --ctstate NEW -j REJECT --reject-with tcp-reset
    -A INPUT -p icmp -j LOG --log-prefix "ping "
    -A INPUT -p icmp -j ACCEPT
    COMMIT

    """

  private static let host = """
    interfaces:
      - {name: eth0, addresses: [192.0.2.1/24]}
      - {name: eth1, addresses: [198.51.100.1/24]}
    routes: [{to: default, dev: eth1}]
    services: [tcp/22]
    sysctls: {net.ipv4.ip_forward: 1}
    """

  /// A header checksum that fits (RFC 1071).
  private static func packet(_ protocolNumber: UInt8, to destination: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    var header: [UInt8] = [
      0x45, 0, 0, UInt8(20 + payload.count), 0, 7, 0x40, 0, 64, protocolNumber, 0, 0, 192, 0, 2, 7,
    ]
    header += destination
    let sum = checksum(header)
    header[10] = UInt8(sum >> 8)
    header[11] = UInt8(sum & 0xff)
    return header + payload
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0 as UInt32) { total, index in
      total + UInt32(bytes[index]) << 8 + (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }

  private static func transport(_ protocolNumber: UInt8, to destination: [UInt8], _ bytes: [UInt8], at place: Int)
    -> [UInt8]
  {
    let pseudo: [UInt8] = [192, 0, 2, 7] + destination + [0, protocolNumber, 0, UInt8(bytes.count)]
    let sum = checksum((protocolNumber == 1 ? [] : pseudo) + bytes)
    var bytes = bytes
    bytes[place] = UInt8(sum >> 8)
    bytes[place + 1] = UInt8(sum & 0xff)
    return packet(protocolNumber, to: destination, bytes)
  }

  /// From 192.0.2.7: a SYN to port 22, one to port 80, an echo request, a datagram to 203.0.113.5.
  private static var capture: Data {
    let own: [UInt8] = [192, 0, 2, 1]
    func syn(_ port: UInt8) -> [UInt8] {
      transport(6, to: own, [0x10, 0, 0, port, 0, 0, 0, 9, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0], at: 16)
    }
    let packets = [
      syn(22), syn(80), transport(1, to: own, [8, 0, 0, 0, 0, 5, 0, 1, 1, 2, 3, 4], at: 2),
      transport(17, to: [203, 0, 113, 5], [0x10, 0, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4], at: 6),
    ]
    // pcap of raw IP (LINKTYPE_RAW, 101), little-endian.
    func words(_ values: [UInt32]) -> [UInt8] { values.flatMap { v in (0..<4).map { UInt8(v >> (8 * $0) & 0xff) } } }
    var file = words([0xa1b2_c3d4, 0x0004_0002, 0, 0, 65535, 101])
    for (index, bytes) in packets.enumerated() {
      file += words([1, UInt32(index), UInt32(bytes.count), UInt32(bytes.count)]) + bytes
    }
    return Data(file)
  }

  @Test(
    "this machine's kernel agrees: counters, packets that left, connections",
    .enabled(if: Self.obstacle == nil, Comment(rawValue: Self.obstacle ?? "")))
  func agrees() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-verify-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.capture.write(to: folder.appendingPathComponent("c.pcap"))
    try Self.rules.write(to: folder.appendingPathComponent("r.v4"), atomically: true, encoding: .utf8)
    try Self.host.write(to: folder.appendingPathComponent("h.yaml"), atomically: true, encoding: .utf8)
    let result = try Program.run(
      ["verify", "c.pcap", "--rules", "r.v4", "--host", "h.yaml"], folder: folder)
    #expect(result.output == "4 packets agree, 0 differ, 0 not compared\n", "\(result.error)")
    #expect(result.status == 0)
  }

  /// The lessons, each with the rules that it begins with.
  private static let scenarios: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Files.lessons.path)) ?? []
    return names.sorted().filter { name in
      ["trace.txt", "rules.v4", "host.yaml"].allSatisfy {
        FileManager.default.fileExists(atPath: Files.lessons.appendingPathComponent("\(name)/\($0)").path)
      }
    }
  }()

  @Test(
    "what a lesson teaches is what this machine's kernel does",
    .enabled(if: Self.obstacle == nil, Comment(rawValue: Self.obstacle ?? "")), arguments: scenarios)
  func lessons(_ lesson: String) throws {
    let result = try Program.run(
      ["verify", "trace.txt", "--rules", "rules.v4", "--host", "host.yaml"],
      folder: Files.lessons.appendingPathComponent(lesson))
    #expect(result.status == 0, "\(result.output)\(result.error)")
    #expect(result.output.contains(" agree, 0 differ, "))
  }

  @Test("verify names what it needs", .enabled(if: geteuid() != 0, "root has all that verify needs"))
  func needsRoot() throws {
    let result = try Program.run(["verify", "trace.txt", "--rules", "rules.v4"])
    #expect(result.status == 2)
    #expect(result.error.contains("asking the kernel needs root"))
  }
}
