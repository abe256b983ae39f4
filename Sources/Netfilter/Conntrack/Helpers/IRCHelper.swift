import Wire

/// IRC (`net/netfilter/nf_conntrack_irc.c`): direct connections between clients (DCC) that a client offers another in a
/// message.
package final class IRCHelper: ConnectionHelper {
  package static let name = "irc"
  package static let protocolNumbers: Set<UInt8> = [6]
  package static let policy = ExpectationPolicy(mostExpected: 8, timeout: 300)

  private static let offers = ["SEND ", "CHAT ", "MOVE ", "TSEND ", "SCHAT "].map { Array($0.utf8) }
  /// Bytes of a segment that are looked at.
  private static let longestSearch = 4095
  private static let message = Array("PRIVMSG ".utf8)
  private static let offerStart = Array("\u{01}DCC ".utf8)
  private static let space = UInt8(ascii: " ")

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    guard packet.info == .established, let offset = packet.tcpDataOffset else { return .accept }
    let data = packet.packet.bytes[...].slice(at: offset, length: Self.longestSearch)
    guard !packet.packet.isUnknown(offset..<offset + data.count) else { return .unknown }
    guard let (port, range) = find(in: data, packet) else {
      packet.note(.nothing, offset..<offset + data.count)
      return .accept
    }
    let bytes = offset + range.lowerBound..<offset + range.upperBound
    return expect(port, bytes, packet)
  }

  private func expect(_ port: UInt16, _ bytes: Range<Int>, _ packet: HelpedPacket) -> HelperVerdict {
    let expectation = Expectation(
      FlowTuple(source: .any, destination: packet.entry.reply.destination, protocolNumber: 6, destinationPort: port),
      sourceAddressMask: 0, of: packet.entry, by: Self.self)
    guard packet.isTranslated else { return packet.expect(expectation, bytes) }
    guard let port = packet.expectTranslated(expectation, to: .reply, from: port, bytes) else { return .drop }
    let text = "\(packet.entry.reply.destination.rawValue) \(port)"
    return packet.replace(bytes, with: Array(text.utf8), expectation)
  }

  // MARK: Reading

  /// The port that is offered, and where in the data it and the address before it stand.
  private func find(in data: Bytes, _ packet: HelpedPacket) -> (UInt16, Range<Int>)? {
    var place = 0
    while place < data.count - 10, let byte = data.byte(at: place), [0x20, 0x0d, 0x0a].contains(byte) { place += 1 }
    if place < data.count - 10 {
      guard zip(data.slice(at: place), Self.message).allSatisfy({ Self.raised($0) == $1 }) else { return nil }
      place += 8
    }
    // The shortest offer takes 26 bytes.
    while place < data.count - 26 {
      guard Self.has(data, Array(" :".utf8), at: place) else {
        place += 1
        continue
      }
      place += 2
      guard Self.has(data, Self.offerStart, at: place) else { return nil }
      place += 5
      guard let word = Self.offers.first(where: { Self.has(data, $0, at: place) }) else { continue }
      guard let (address, port, range) = numbers(data, from: place + word.count) else { return nil }
      // Either of the client's addresses, where it has two.
      let isOwn = address == packet.entry.original.source || address == packet.entry.reply.destination
      return isOwn && port != 0 ? (port, range) : nil
    }
    return nil
  }

  /// Skips a word; then an address and a port in decimal, a space between (`parse_dcc`).
  private func numbers(_ data: Bytes, from start: Int) -> (IPv4Address, UInt16, Range<Int>)? {
    var place = start
    while data.byte(at: place) != Self.space {
      place += 1
      if place > data.count - 12 { return nil }
    }
    place += 1
    guard data.slice(at: place).contains(0x0a) else { return nil }
    let begin = place
    let address = Self.number(data, &place)
    while data.byte(at: place) == Self.space {
      if place >= data.count { return nil }
      place += 1
    }
    let port = Self.number(data, &place)
    return (
      IPv4Address(rawValue: UInt32(truncatingIfNeeded: address)), UInt16(truncatingIfNeeded: port), begin..<place
    )
  }

  /// Decimal digits, modulo 2^64; 0 where there are none.
  private static func number(_ data: Bytes, _ place: inout Int) -> UInt64 {
    var number: UInt64 = 0
    while let byte = data.byte(at: place), (0x30...0x39).contains(byte) {
      number = number &* 10 &+ UInt64(byte - 0x30)
      place += 1
    }
    return number
  }

  private static func has(_ data: Bytes, _ text: [UInt8], at place: Int) -> Bool {
    data.slice(at: place, length: text.count).elementsEqual(text)
  }

  private static func raised(_ byte: UInt8) -> UInt8 { (0x61...0x7a).contains(byte) ? byte & 0xdf : byte }
}
