/// What the program is measured on.
enum Inputs {
  /// One address outside and one for the host.
  static let host = """
    interfaces:
      - {name: eth0, addresses: [192.0.2.1/24]}
    routes:
      - {to: default, via: 192.0.2.254, dev: eth0}
    stack: quiet

    """

  /// A pcap file of raw IP (link type 101): TCP SYNs from as many addresses, which no rule but the last few stops.
  static func capture(packets: Int) -> [UInt8] {
    var bytes = little(0xa1b2_c3d4) + [2, 0, 4, 0] + little(0) + little(0) + little(65_535) + little(101)
    for number in 0..<packets {
      let packet = syn(number)
      bytes += little(UInt32(1_700_000_000 + number)) + little(0)
      bytes += little(UInt32(packet.count)) + little(UInt32(packet.count)) + packet
    }
    return bytes
  }

  /// `count` rules of one chain, each for an address and a port that do not come up.
  static func rules(_ count: Int) -> String {
    var text = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    for number in 0..<count - 1 {
      text +=
        "-A INPUT -s 10.\(number >> 8 & 255).\(number & 255).1/32 -p tcp -m tcp --dport \(number % 60_000 + 1) -j DROP\n"
    }
    return text + "-A INPUT -p tcp -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n"
  }

  /// RFC 791 and RFC 9293 section 3.1.
  private static func syn(_ number: Int) -> [UInt8] {
    var ip: [UInt8] = [0x45, 0, 0, 40, UInt8(number >> 8 & 255), UInt8(number & 255), 0x40, 0, 60, 6, 0, 0]
    ip += [198, 51, UInt8(number >> 8 & 255), UInt8(number & 255), 192, 0, 2, 1]
    let sum = checksum(ip)
    ip[10] = UInt8(sum >> 8)
    ip[11] = UInt8(sum & 255)
    var tcp: [UInt8] = [
      0x80, 0, 0, 80, 0, 0, UInt8(number >> 8 & 255), UInt8(number & 255), 0, 0, 0, 0, 0x50, 2, 0x72, 0x10,
    ]
    tcp += [0, 0, 0, 0]
    let total = checksum(Array(ip[12..<20]) + [0, 6, 0, 20] + tcp)
    tcp[16] = UInt8(total >> 8)
    tcp[17] = UInt8(total & 255)
    return ip + tcp
  }

  /// RFC 1071.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: bytes.count - 1, by: 2) {
      sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~sum & 0xffff
  }

  private static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 255) } }
}
