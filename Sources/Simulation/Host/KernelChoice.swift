import Capture
import Wire

/// What the kernel picks by keyed hashes and clocks when it makes a packet, and nobody can foretell: the
/// identification of packets that may be fragmented, initial sequence numbers, time stamps.
///
/// Where the capture shows the packet that the host sent, its values are taken over, so that what follows on the
/// wire fits; else the host counts on its own.
struct KernelChoice {
  /// Bytes of the IP packet that the kernel chose, and the checksums over them.
  let ranges: [Range<Int>]

  /// A packet with DF carries identification 0 (RFC 6864 lets it); one without has one of the kernel's choice.
  static func identification(of bytes: [UInt8]) -> KernelChoice {
    let mayFragment = (bytes[...].byte(at: 6) ?? 0) & 0x40 == 0
    return KernelChoice(ranges: mayFragment ? [4..<6, 10..<12] : [])
  }

  /// A SYN/ACK's sequence number, window, checksum and the values of its options.
  static func handshake(_ bytes: [UInt8]) -> KernelChoice {
    KernelChoice(ranges: [24..<28, 34..<38, 40..<max(40, bytes.count)])
  }

  /// The packet among those captured next that this one must have been.
  func witness(of bytes: [UInt8], in upcoming: ArraySlice<CapturedPacket>) -> [UInt8]? {
    guard !ranges.isEmpty else { return nil }
    for captured in upcoming where captured.direction != .incoming && captured.knowledge.unknown.isEmpty {
      guard let location = IPv4Location(captured) else { continue }
      // What was edited is zero in both, but the captured checksums are those over what stood there.
      let open = ranges + (captured.knowledge.edited.isEmpty ? [] : Self.checksums(of: bytes))
      let candidate = captured.bytes[...].slice(at: location.offset, length: bytes.count)
      guard candidate.count == bytes.count else { continue }
      let isSame = bytes.indices.allSatisfy { index in
        candidate.byte(at: index) == bytes[index] || open.contains { $0.contains(index) }
      }
      if isSame { return Array(candidate) }
    }
    return nil
  }

  /// Where the checksums of an IPv4 packet and of what it carries stand.
  private static func checksums(of bytes: [UInt8]) -> [Range<Int>] {
    guard let ip = IPv4Header(bytes[...]), let place = [1: 2, 6: 16, 17: 6][ip.protocolNumber] else { return [10..<12] }
    return [10..<12, ip.headerLength + place..<ip.headerLength + place + 2]
  }

  /// What the peer's next step in the handshake acknowledges of a SYN's answer: the ACK from the same end, right after
  /// its SYN.
  static func acknowledgment(
    of syn: TCPHeader, from source: IPv4Address, in upcoming: ArraySlice<CapturedPacket>
  ) -> UInt32? {
    for captured in upcoming where captured.direction != .outgoing && captured.knowledge.unknown.isEmpty {
      guard let location = IPv4Location(captured), let ip = IPv4Header(captured.bytes[...].slice(at: location.offset)),
        ip.source == source, ip.protocolNumber == 6, let segment = TCPHeader(ip.payload),
        segment.sourcePort == syn.sourcePort, segment.destinationPort == syn.destinationPort
      else { continue }
      let control = segment.flags.intersection([.syn, .ack, .rst])
      // Sent again: the answer is still to come.
      if control == .syn { continue }
      return control == .ack && segment.sequenceNumber == syn.sequenceNumber &+ 1 ? segment.acknowledgmentNumber : nil
    }
    return nil
  }
}
