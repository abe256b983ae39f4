import Wire

/// FTP (`net/netfilter/nf_conntrack_ftp.c`): data connections that `PORT` and `EPRT` (RFC 959, RFC 2428) announce to the
/// server, and the answers 227 and 229 to the client.
package final class FTPHelper: ConnectionHelper {
  package static let name = "ftp"
  package static let protocolNumbers: Set<UInt8> = [6]
  package static let policy = ExpectationPolicy(mostExpected: 1, timeout: 300)

  /// Sequence numbers at which a line begins, two at most, each way: only there is a command looked for.
  private var lineStarts: [FlowDirection: [UInt32]] = [:]

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    guard packet.isEstablished else { return .accept }
    // It is read in one piece, and what came in fragments does not leave as it came (`skb_linearize`).
    packet.packet.fragmentSizes = []
    guard let offset = packet.tcpDataOffset else { return .accept }
    let data = packet.packet.bytes[offset...]
    guard packet.isKnown(from: offset), let sequence = packet.packet.payload.uint32(at: 4) else { return .unknown }
    let direction = packet.direction
    let end = sequence &+ UInt32(truncatingIfNeeded: data.count)
    var verdict = HelperVerdict.accept
    if lineStarts[direction, default: []].contains(sequence) {
      guard let read = read(data, offset, packet) else { return .drop }
      verdict = read
    } else {
      packet.note(.notAtLineStart)
    }
    if data.last == UInt8(ascii: "\n") { noteLineStart(end, direction) }
    return verdict
  }

  private func noteLineStart(_ sequence: UInt32, _ direction: FlowDirection) {
    var starts = lineStarts[direction, default: []]
    guard !starts.contains(sequence) else { return }
    if starts.count < 2 {
      starts.append(sequence)
    } else {
      let oldest = starts[0].isBefore(starts[1]) ? 0 : 1
      if sequence.isAfter(starts[oldest]) { starts[oldest] = sequence }
    }
    lineStarts[direction] = starts
  }

  /// Looks for a command at the beginning of the data; `offset` is where that is in the packet. `nil` for a command that is
  /// not whole: its segment counts for nothing.
  private func read(_ data: Bytes, _ offset: Int, _ packet: HelpedPacket) -> HelperVerdict? {
    let (entry, direction) = (packet.entry, packet.direction)
    for command in FTPCommand.of(direction) {
      switch command.find(in: data, sender: entry[direction].source) {
      case .absent: continue
      case .partial:
        packet.note(.incomplete(command.word), offset..<packet.packet.bytes.count)
        return nil
      case .found(let address, let port, let range):
        let bytes = range.lowerBound + offset..<range.upperBound + offset
        guard address == entry[direction].source else {
          packet.note(.otherAddress(address, sender: entry[direction].source), bytes)
          return .accept
        }
        let opposite = entry[direction.opposite]
        let expectation = Expectation(
          FlowTuple(
            source: opposite.source, destination: opposite.destination, protocolNumber: 6, destinationPort: port),
          of: entry, by: Self.self)
        return packet.isTranslated
          ? translate(command, expectation, bytes, packet) : packet.expect(expectation, bytes)
      }
    }
    packet.note(.nothing, offset..<packet.packet.bytes.count)
    return .accept
  }

  /// Announces the translated address in the sender's stead (`nf_nat_ftp.c`).
  private func translate(
    _ command: FTPCommand, _ expectation: Expectation, _ bytes: Range<Int>, _ packet: HelpedPacket
  ) -> HelperVerdict {
    let opposite = packet.direction.opposite
    guard let port = packet.expectTranslated(expectation, to: opposite, from: expectation.tuple.destinationPort, bytes)
    else { return .drop }
    return packet.replace(bytes, with: command.text(packet.entry[opposite].destination, port), expectation)
  }
}

/// A command or answer that announces a data connection.
private struct FTPCommand {
  let word: String
  /// What stands between the word and the numbers is skipped up to this character; `nil` where the numbers follow at
  /// once.
  let skip: UInt8?
  /// What must follow the numbers.
  let terminator: UInt8
  let form: Form

  enum Form {
    /// `h1,h2,h3,h4,p1,p2` (RFC 959 section 4.1.2).
    case numbers
    /// The same wherever the first digit stands, whatever follows (RFC 1123 section 4.1.2.6).
    case numbersAnywhere
    /// `|1|address|port|` (RFC 2428 section 2).
    case extended
    /// `|||port|` (RFC 2428 section 3).
    case extendedPassive
  }

  static func of(_ direction: FlowDirection) -> [FTPCommand] { direction == .original ? client : server }

  private static let client = [
    FTPCommand(word: "PORT", skip: 0x20, terminator: 0x0d, form: .numbers),
    FTPCommand(word: "EPRT", skip: 0x20, terminator: 0x0d, form: .extended),
  ]
  private static let server = [
    FTPCommand(word: "227 ", skip: nil, terminator: 0, form: .numbersAnywhere),
    FTPCommand(word: "229 ", skip: 0x28, terminator: 0x29, form: .extendedPassive),
  ]

  enum Finding {
    case absent
    /// It may be the command, but not all of it is there or it is not well formed.
    case partial
    /// The address and port named, and where in the data they stand.
    case found(IPv4Address, UInt16, Range<Int>)
  }

  /// - Parameter sender: the address of who sends it, for forms that name none.
  func find(in data: Bytes, sender: IPv4Address) -> Finding {
    let word = Array(word.utf8)
    let isAlike = zip(data, word).allSatisfy { Self.lowered($0) == Self.lowered($1) }
    guard isAlike else { return .absent }
    guard data.count > word.count else { return .partial }
    var start = word.count
    if let skip {
      guard let found = data.slice(at: start).firstIndex(of: skip) else { return .partial }
      start = found - data.startIndex + 1
    }
    var rest = data.slice(at: start)
    if form == .numbersAnywhere {
      guard let digit = rest.firstIndex(where: Self.isDigit) else { return .partial }
      start += digit - rest.startIndex
      rest = data.slice(at: start)
    }
    guard let (address, port, length) = numbers(rest), length > 0 else { return .partial }
    return .found(address ?? sender, port, start..<start + length)
  }

  private func numbers(_ data: Bytes) -> (IPv4Address?, UInt16, length: Int)? {
    switch form {
    case .numbers, .numbersAnywhere:
      let end = form == .numbers ? terminator : nil
      guard let (values, length) = Self.values(data, count: 6, separator: 0x2c, terminator: end) else { return nil }
      return (Self.address(values), UInt16(truncatingIfNeeded: values[4] << 8 | values[5]), length)
    case .extended:
      guard data.count > 3, let mark = Self.delimiter(data), data.byte(at: 2) == mark, data.byte(at: 1) == 0x31,
        let (values, length) = Self.values(data.slice(at: 3), count: 4, separator: 0x2e, terminator: mark), length > 0,
        let (port, end) = Self.port(data, from: 3 + length + 1, mark)
      else { return nil }
      return (Self.address(values), port, end)
    case .extendedPassive:
      guard data.count > 3, let mark = Self.delimiter(data), data.byte(at: 1) == mark, data.byte(at: 2) == mark,
        let (port, end) = Self.port(data, from: 3, mark)
      else { return nil }
      return (nil, port, end)
    }
  }

  /// As the command is written anew: always with `|` between the parts of the extended forms.
  func text(_ address: IPv4Address, _ port: UInt16) -> [UInt8] {
    switch form {
    case .numbers, .numbersAnywhere:
      let parts = address.bytes.map(String.init) + [String(port >> 8), String(port & 0xff)]
      return Array(parts.joined(separator: ",").utf8)
    case .extended: return Array("|1|\(address)|\(port)|".utf8)
    case .extendedPassive: return Array("|||\(port)|".utf8)
    }
  }

  // MARK: Numbers

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

  /// A printable character that is no digit, at the beginning.
  private static func delimiter(_ data: Bytes) -> UInt8? {
    guard let byte = data.byte(at: 0), (33...126).contains(byte), !isDigit(byte) else { return nil }
    return byte
  }

  /// Decimal numbers modulo 2^32 and how long they are together; they end with `terminator`, or with any character where
  /// that is `nil`.
  private static func values(
    _ data: Bytes, count: Int, separator: UInt8, terminator: UInt8?
  ) -> (values: [UInt32], length: Int)? {
    var values = [UInt32](repeating: 0, count: count)
    var index = 0
    for (length, byte) in data.enumerated() {
      guard index < count else { return nil }
      if isDigit(byte) {
        values[index] = values[index] &* 10 &+ UInt32(byte - 0x30)
      } else if byte == separator {
        index += 1
      } else {
        return index == count - 1 && (terminator == nil || byte == terminator) ? (values, length) : nil
      }
    }
    return nil
  }

  /// Numbers above 255 run over into their neighbours, as they do in the kernel.
  private static func address(_ values: [UInt32]) -> IPv4Address {
    IPv4Address(rawValue: values[0] << 24 | values[1] << 16 | values[2] << 8 | values[3])
  }

  /// A port modulo 2^16, not 0, and where the delimiter after it ends.
  private static func port(_ data: Bytes, from start: Int, _ delimiter: UInt8) -> (UInt16, end: Int)? {
    var port: UInt16 = 0
    for (index, byte) in data.slice(at: start).enumerated() {
      if byte == delimiter { return port == 0 ? nil : (port, start + index + 1) }
      guard isDigit(byte) else { return nil }
      port = port &* 10 &+ UInt16(byte - 0x30)
    }
    return nil
  }
}
