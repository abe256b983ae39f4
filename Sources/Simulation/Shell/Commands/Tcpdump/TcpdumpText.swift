import Capture
import Netfilter
import Wire

/// The lines that `tcpdump` prints of packets, each behind its number and time.
struct TcpdumpText {
  private(set) var output = ""
  private var printer = TcpdumpPrinter()
  private let options: TcpdumpOptions
  private let linkType: LinkType
  private var printed = 0
  private var first: Int64?
  private var previous: Int64?

  /// - Parameter names: interfaces by their index, for cooked captures.
  init(_ options: TcpdumpOptions, _ linkType: LinkType, names: [UInt32: String]) {
    self.options = options
    self.linkType = linkType
    printer.interfaceName = { names[$0] }
    printer.style.verbosity = options.verbosity
    printer.style.isQuiet = options.isQuiet
    printer.style.isNumeric = options.isNumeric
    printer.style.showsLink = options.showsLink
    printer.style.hasAbsoluteNumbers = options.hasAbsoluteNumbers
    printer.style.dump = options.dump
    printer.style.hostName = { $0.rawValue == 0x7f00_0001 ? "localhost" : nil }
    printer.style.serviceName = { port, isTCP in
      let text = ServiceNames.text(port, isTCP ? .tcp : .udp)
      return text == String(port) ? nil : text
    }
    printer.style.protocolName = { ProtocolNames.name($0) }
  }

  mutating func print(_ packet: CapturedPacket) {
    printed += 1
    if options.isNumbered { output += printed.padded(5) + "  " }
    let time = time(packet.time?.nanoseconds ?? 0)
    let text = printer.print(
      packet.bytes, linkType: packet.linkType, originalLength: packet.originalLength, time: time,
      knowledge: packet.knowledge)
    output += String(decoding: text, as: UTF8.self)
  }

  mutating func endLine() { output += "\n" }

  private mutating func time(_ nanoseconds: Int64) -> String {
    let moment = CalendarTime(nanoseconds: nanoseconds)
    let clock = "\(moment.clock).\(moment.microseconds)"
    switch options.clock {
    case .none: return ""
    case .ofDay: return clock
    case .seconds: return "\(nanoseconds / 1_000_000_000).\(moment.microseconds)"
    case .date:
      return "\(moment.year)-\(moment.month.padded(2, "0"))-\(moment.day.padded(2, "0")) \(clock)"
    case .sincePrevious, .sinceFirst:
      let start = (options.clock == .sinceFirst ? first : previous) ?? nanoseconds
      if first == nil { first = nanoseconds }
      previous = nanoseconds
      return Self.span(nanoseconds / 1000 - start / 1000)
    }
  }

  /// ` 00:00:01.000200`, in microseconds.
  private static func span(_ microseconds: Int64) -> String {
    let magnitude = abs(microseconds)
    let seconds = magnitude / 1_000_000
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.padded(2, "0") }.joined(separator: ":")
    return "\(microseconds < 0 ? "-" : " ")\(clock).\((magnitude % 1_000_000).padded(6, "0"))"
  }

  /// A link type as tcpdump says it: `EN10MB (Ethernet)`.
  static func described(_ linkType: LinkType) -> String {
    let words: [LinkType: String] = [
      .ethernet: "Ethernet", .raw: "Raw IP", .linuxSLL: "Linux cooked v1", .linuxSLL2: "Linux cooked v2",
      .null: "BSD loopback", .loop: "OpenBSD loopback", .ppp: "PPP", .ciscoHDLC: "Cisco HDLC", .ipv4: "Raw IPv4",
      .ipv6: "Raw IPv6",
    ]
    return words[linkType].map { "\(linkType.name) (\($0))" } ?? linkType.name
  }
}

/// A capture file as `tcpdump -w` writes it (pcap, little-endian, microseconds), and what the head of one says.
struct PcapFile {
  let linkType: LinkType
  let snapshotLength: Int

  /// `nil` for a file that is neither pcap nor pcapng.
  init?(_ bytes: [UInt8]) {
    let head = bytes[...]
    guard let magic = head.uint32(at: 0) else { return nil }
    switch magic {
    case 0xa1b2_c3d4, 0xa1b2_3c4d:
      guard let length = head.uint32(at: 16), let type = head.uint32(at: 20) else { return nil }
      (linkType, snapshotLength) = (LinkType(rawValue: type & 0xffff), Int(length))
    case 0xd4c3_b2a1, 0x4d3c_b2a1:
      guard let length = head.uint32(at: 16), let type = head.uint32(at: 20) else { return nil }
      (linkType, snapshotLength) = (LinkType(rawValue: type.byteSwapped & 0xffff), Int(length.byteSwapped))
    case 0x0a0d_0d0a:
      let isLittle = head.uint32(at: 8) == 0x4d3c_2b1a
      func number(_ value: UInt32) -> UInt32 { isLittle ? value.byteSwapped : value }
      // The first interface's description stands behind the section header.
      guard let size = head.uint32(at: 4).map(number), size >= 12, let kind = head.uint32(at: Int(size)).map(number),
        kind == 1, let type = head.uint16(at: Int(size) + 8), let length = head.uint32(at: Int(size) + 12).map(number)
      else { return nil }
      linkType = LinkType(rawValue: UInt32(isLittle ? type.byteSwapped : type))
      snapshotLength = length == 0 ? TcpdumpOptions.largestSnapshot : Int(length)
    default: return nil
    }
  }

  static func bytes(_ packets: [CapturedPacket], _ linkType: LinkType, _ snapshot: Int) -> [UInt8] {
    func little(_ value: some BinaryInteger) -> [UInt8] {
      let number = UInt32(truncatingIfNeeded: value)
      return (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    var bytes = little(0xa1b2_c3d4) + [2, 0, 4, 0] + little(0) + little(0) + little(snapshot)
    bytes += little(linkType.rawValue)
    for packet in packets {
      let time = packet.time?.nanoseconds ?? 0
      bytes += little(time / 1_000_000_000) + little(time % 1_000_000_000 / 1000)
      bytes += little(packet.bytes.count) + little(packet.originalLength) + packet.bytes
    }
    return bytes
  }
}
