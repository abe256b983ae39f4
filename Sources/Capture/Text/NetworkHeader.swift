import Wire

/// Where an IP header may stand in a dump, and how much speaks for it.
struct NetworkHeader {
  let version: Int
  /// Bytes from the dump's first.
  let offset: Int
  /// Bytes from the dump's first to the end of the packet, as the header says; `nil` where the header does not say
  /// (a total length of 0, as segmentation offload leaves it).
  let end: Int?
  /// Larger is better; at least 1.
  let evidence: Int

  /// `nil` where there is no IPv4 or IPv6 header at `offset`. A header that is cut short counts little.
  init?(_ bytes: SpelledBytes, at offset: Int) {
    let rest = bytes.bytes[...].slice(at: offset)
    guard let first = rest.first, !bytes.isUnknown(offset) else { return nil }
    self.offset = offset
    version = Int(first >> 4)
    switch version {
    case 4:
      let headerLength = Int(first & 15) * 4
      guard headerLength >= 20 else { return nil }
      guard rest.count >= headerLength, let length = rest.uint16(at: 2) else {
        guard first == 0x45 else { return nil }
        (end, evidence) = (rest.uint16(at: 2).map { offset + Int($0) }, 1)
        return
      }
      guard length == 0 || Int(length) >= headerLength else { return nil }
      end = length == 0 ? nil : offset + Int(length)
      let isGood = InternetChecksum.of(rest.prefix(headerLength)) == 0
      let isUsual = first == 0x45 && Self.usual.contains(rest[rest.startIndex + 9]) && rest[rest.startIndex + 8] > 0
      evidence = 1 + (isGood ? 4 : 0) + (isUsual ? 1 : 0) + Self.lengthEvidence(Int(length), rest.count)
    case 6:
      guard let length = rest.uint16(at: 4) else { return nil }
      end = length == 0 ? nil : offset + 40 + Int(length)
      let isUsual = rest.byte(at: 6).map(Self.usual.contains) ?? false
      evidence = 1 + (isUsual ? 2 : 0) + Self.lengthEvidence(Int(length) + 40, rest.count)
    default: return nil
    }
  }

  /// Protocol numbers that most packets have: ICMP, IGMP, TCP, UDP, GRE, IPsec, OSPF, SCTP, and IPv6's extension headers.
  private static let usual: Set<UInt8> = [0, 1, 2, 6, 17, 43, 44, 47, 50, 51, 58, 59, 60, 89, 132]

  private static func lengthEvidence(_ stated: Int, _ captured: Int) -> Int {
    stated == captured ? 3 : stated < captured ? 1 : 0
  }
}
