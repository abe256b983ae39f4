import Wire

/// Amanda, which makes backups (`net/netfilter/nf_conntrack_amanda.c`): a line `CONNECT DATA 1 MESG 2 INDEX 3` of the
/// backed up host names the ports that it waits at.
package final class AmandaHelper: ConnectionHelper {
  package static let name = "amanda"
  package static let protocolNumbers: Set<UInt8> = [17]
  package static let policy = ExpectationPolicy(mostExpected: 4, timeout: 180)

  private static let words = ["DATA ", "MESG ", "INDEX ", "STATE "].map { Array($0.utf8) }
  private static let connect = Array("CONNECT ".utf8)
  /// Seconds that the connection lives after an answer: the next may take long.
  private static let masterTimeout: Int64 = 300

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    guard packet.direction == .reply else { return .accept }
    packet.refresh(seconds: Self.masterTimeout)
    let offset = packet.packet.headerLength + 8
    guard offset < packet.packet.bytes.count else { return .accept }
    guard packet.isKnown(from: offset) else { return .unknown }
    let bytes = packet.packet.bytes
    guard let connect = Self.find(Self.connect, in: bytes, offset..<bytes.count),
      let stop = Self.find([0x0a], in: bytes, connect + Self.connect.count..<bytes.count)
    else {
      packet.note(.nothing, offset..<bytes.count)
      return .accept
    }
    var verdict = HelperVerdict.accept
    for word in Self.words {
      let bytes = packet.packet.bytes
      let end = min(stop, bytes.count)
      guard let found = Self.find(word, in: bytes, connect + Self.connect.count..<end) else { continue }
      // Up to five characters are read, as many as the line had when the packet came: NAT may have made it shorter.
      let start = found + word.count
      guard start + min(5, stop - start) <= bytes.count else { break }
      let digits = bytes[start..<end].prefix(5).prefix { (0x30...0x39).contains($0) }
      let port = UInt16(truncatingIfNeeded: digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
      guard port != 0 else { break }
      let last = expect(port, digits.startIndex..<digits.endIndex, packet)
      // Under NAT only the last word decides.
      if last == .drop || packet.isTranslated { verdict = last }
    }
    return verdict
  }

  private func expect(_ port: UInt16, _ bytes: Range<Int>, _ packet: HelpedPacket) -> HelperVerdict {
    let original = packet.entry.original
    let expectation = Expectation(
      FlowTuple(source: original.source, destination: original.destination, protocolNumber: 6, destinationPort: port),
      of: packet.entry, by: Self.self)
    guard packet.isTranslated else { return packet.expect(expectation, bytes) }
    guard let port = packet.expectTranslated(expectation, to: .original, from: port, bytes) else { return .drop }
    return packet.replace(bytes, with: Array(String(port).utf8), expectation)
  }

  /// Where a text stands first within a range of the bytes.
  private static func find(_ text: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    guard range.count >= text.count else { return nil }
    return (range.lowerBound...range.upperBound - text.count).first {
      bytes[$0..<$0 + text.count].elementsEqual(text)
    }
  }
}
