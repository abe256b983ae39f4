/// Prints packets as tcpdump (4.99.3) does, with `-nvvX` unless `style` says otherwise, for IPv4, IPv6, TCP, UDP, ICMP,
/// ICMPv6, SCTP, ARP, DNS, DHCP, NTP, TFTP, syslog, VXLAN and the text protocols (SMTP, HTTP, SSH, SIP); what others carry is
/// printed as their length alone.
///
/// Keeps, for each TCP connection, the sequence numbers that it prints the later ones relative to.
public struct TcpdumpPrinter {
  /// A read past the bytes that were captured: tcpdump stops and prints `[|protocol]`.
  struct CutShort: Error {}

  /// The name of an interface by its index, for Linux cooked captures of version 2; `nil` prints `?`.
  public var interfaceName: (UInt32) -> String? = { _ in nil }
  public var style = TcpdumpStyle()

  /// What has been printed of this packet, in UTF-8.
  var out: [UInt8] = []
  var bytes: [UInt8] = []
  /// Where reading ends: the capture's end, or the end of the packet that an enclosing header gives.
  var end = 0
  /// The protocol being printed, for `[|protocol]`.
  var current = ""
  var knowledge = ByteKnowledge()
  var connections: [TCPConversation: TCPConversation.Start] = [:]
  private var hardEnd = 0
  private var linkHeaderLength = 0

  public init() {}

  /// The lines of one packet, each ended by a line feed.
  ///
  /// - Parameters:
  ///   - time: what stands before the packet, such as `11:48:37.860337`; nothing where it is empty.
  ///   - originalLength: length on the wire in bytes.
  public mutating func print(
    _ bytes: [UInt8], linkType: LinkType, originalLength: Int, time: String, knowledge: ByteKnowledge = ByteKnowledge()
  ) -> [UInt8] {
    self.bytes = bytes
    self.knowledge = knowledge
    out.removeAll(keepingCapacity: true)
    current = ""
    linkHeaderLength = 0
    guard !bytes.isEmpty else {
      return Array("[Invalid header: caplen==0\(originalLength == 0 ? ", len==0" : "")]\n".utf8)
    }
    // Bytes that the source does not give are to the headers as if they had not been captured.
    end = min(bytes.count, knowledge.unknown.map(\.lowerBound).min() ?? bytes.count)
    if !time.isEmpty { put("\(time) ") }
    do throws(CutShort) {
      linkHeaderLength = try link(linkType, max(originalLength, bytes.count))
    } catch {
      putCut()
      linkHeaderLength = 0
    }
    if bytes.count > linkHeaderLength { dump(afterLink: linkHeaderLength) }
    put("\n")
    return out
  }

  /// `-X`: sixteen bytes a line, offsets from the network header.
  mutating func hexAndText(from start: Int) { hexAndText(start..<max(start, bytes.count)) }

  /// The same of a part of the packet, offsets from where it begins.
  mutating func hexAndText(_ range: Range<Int>) {
    let start = range.lowerBound
    for line in stride(from: start, to: range.upperBound, by: 16) {
      put("\n\t0x\(hex(line - start, 4)): ")
      let row = line..<min(line + 16, range.upperBound)
      for index in row {
        if (index - line) % 2 == 0 { put(" ") }
        put(isUnknown(index) ? "XX" : hex(bytes[index], 2))
      }
      put(String(repeating: " ", count: 40 - row.count * 2 - (row.count + 1) / 2))
      put("  ")
      for index in row { out.append((0x21...0x7e).contains(bytes[index]) && !isUnknown(index) ? bytes[index] : 0x2e) }
    }
  }

  private func isUnknown(_ index: Int) -> Bool {
    !knowledge.unknown.isEmpty && knowledge.hides(index..<index + 1)
  }
}

// MARK: Reading

extension TcpdumpPrinter {
  func has(_ offset: Int, _ count: Int) -> Bool { offset >= 0 && count >= 0 && offset + count <= end }

  func byte(_ offset: Int) throws(CutShort) -> UInt8 {
    guard has(offset, 1) else { throw CutShort() }
    return bytes[offset]
  }

  func word(_ offset: Int) throws(CutShort) -> UInt16 {
    guard has(offset, 2) else { throw CutShort() }
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  func long(_ offset: Int) throws(CutShort) -> UInt32 {
    guard has(offset, 4) else { throw CutShort() }
    return UInt32(try word(offset)) << 16 | UInt32(try word(offset + 2))
  }

  func quad(_ offset: Int) throws(CutShort) -> UInt64 {
    UInt64(try long(offset)) << 32 | UInt64(try long(offset + 4))
  }

  /// An IPv4 address, what was edited out of it shown as such.
  func ipv4(_ offset: Int) throws(CutShort) -> String {
    let address = IPv4Address(rawValue: try long(offset))
    if !style.isNumeric, let name = style.hostName(address) { return name }
    let text = address.description
    return knowledge.edited.isEmpty ? text : knowledge.mark(text, .ipv4Address, offset..<offset + 4)
  }

  func ipv6(_ offset: Int) throws(CutShort) -> String {
    guard has(offset, 16), let address = IPv6Address(bytes: bytes[offset...]) else { throw CutShort() }
    return address.description
  }

  /// Runs `body` with reading ended `length` bytes after `start`, if that is earlier.
  mutating func within<R>(_ start: Int, _ length: Int, _ body: (inout Self) throws(CutShort) -> R) throws(CutShort) -> R
  {
    let outer = end
    if start + length <= end { end = max(0, start + length) }
    let result = try body(&self)
    end = outer
    return result
  }
}

// MARK: Writing

extension TcpdumpPrinter {
  mutating func put(_ text: String) { out.append(contentsOf: text.utf8) }

  mutating func putCut() { put(" [|\(current)]") }

  mutating func putInvalid() { put(" (invalid)") }

  /// Lower-case digits, padded with zeros to `width`.
  func hex(_ value: some BinaryInteger, _ width: Int = 1) -> String {
    let digits = String(value, radix: 16)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
  }

  /// A byte of captured text: control characters as `^A`, bytes above 127 with `M-` before them.
  mutating func put(character byte: UInt8) {
    var byte = byte
    if byte > 0x7f {
      put("M-")
      byte &= 0x7f
    }
    if !(0x20...0x7e).contains(byte) {
      put("^")
      byte ^= 0x40
    }
    out.append(byte)
  }

  /// `-x`: groups of two bytes, eight a line, each line after `indent`.
  mutating func hexDump(_ start: Int, _ length: Int, indent: String) {
    let stop = max(start, min(start + length, end))
    var index = start
    while index < stop {
      if (index - start) % 16 == 0 { put("\(indent)0x\(hex(index - start, 4)): ") }
      put(" \(hex(bytes[index], 2))")
      if index + 1 < stop { put(hex(bytes[index + 1], 2)) }
      index += 2
    }
  }

  /// Bytes that tcpdump has no words for.
  mutating func unknownData(_ start: Int, _ length: Int, indent: String) {
    guard start <= end else {
      return put("\(indent)Dissector error: print_unknown_data called with pointer past end of packet")
    }
    hexDump(start, length, indent: indent)
  }

  /// The names of the bits that are set, in the table's order.
  func flags(_ value: UInt32, _ table: [(UInt32, String)], separator: String = ", ") -> String {
    let names = table.filter { value & $0.0 == $0.0 }.map { $0.1 }
    return names.isEmpty ? "none" : names.joined(separator: separator)
  }
}

// MARK: Checksums

/// What tcpdump can say of a checksum.
enum TcpdumpChecksum {
  case good
  /// The stored value and the one that would fit.
  case bad(stored: UInt16, fitting: UInt16)
  /// Covers bytes that were edited out: nothing is computed.
  case edited
}

extension TcpdumpPrinter {
  /// Sums `length` bytes from `start`, with an IPv4 or IPv6 pseudo-header where `network` gives one. The caller has
  /// made sure that all are there.
  func checksum(
    _ start: Int, _ length: Int, field: Int, network: TcpdumpNetwork? = nil, number: UInt8 = 0
  ) throws(CutShort) -> TcpdumpChecksum {
    var covered = [start..<start + length]
    var sum = InternetChecksum()
    if let network {
      let addresses = [network.source, try finalDestination(network)]
      for range in addresses {
        guard has(range.lowerBound, range.count) else { throw CutShort() }
        sum.add(bytes[range])
      }
      covered += addresses
      sum.add(UInt16(truncatingIfNeeded: length >> 16))
      sum.add(UInt16(truncatingIfNeeded: length))
      sum.add(UInt16(number))
    }
    if covered.contains(where: { knowledge.edit(in: $0) != nil }) { return .edited }
    guard has(start, length) else { throw CutShort() }
    sum.add(bytes[start..<start + length])
    guard sum.folded != 0xffff else { return .good }
    let stored = try word(start + field)
    var fitting = InternetChecksum()
    fitting.add(stored)
    fitting.add(sum.value)
    return .bad(stored: stored, fitting: fitting.folded)
  }
}

/// The IP header around what is printed.
struct TcpdumpNetwork {
  /// 4 or 6.
  let version: Int
  /// Where the header begins.
  let start: Int
  let source: Range<Int>
  let destination: Range<Int>

  init(version: Int, start: Int) {
    self.version = version
    self.start = start
    source = version == 4 ? start + 12..<start + 16 : start + 8..<start + 24
    destination = version == 4 ? start + 16..<start + 20 : start + 24..<start + 40
  }
}
