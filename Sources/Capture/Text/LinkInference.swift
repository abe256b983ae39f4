import Wire

/// What a dump's first bytes are.
struct LinkGuess {
  let linkType: LinkType
  /// Bytes of the link-layer header that the text leaves out, to stand before the dump's.
  var prefix = SpelledBytes()
  let network: NetworkHeader?
  let evidence: Int
  /// What to tell the reader about it.
  var comment: String?
}

/// Infers the link type of a dump from its bytes and from what a summary says.
struct LinkInference {
  let bytes: SpelledBytes
  let summary: TcpdumpSummary?

  /// All readings that are possible, the best first.
  func guesses() -> [LinkGuess] {
    let all = [
      raw, ethernet, cooked, cookedVersion2, loopback, pointToPoint, taggedWithoutAddresses, bareAddressResolution,
    ]
    return all.compactMap { $0() }.filter(agreesWithSummary).sorted { $0.evidence > $1.evidence }
  }

  private func agreesWithSummary(_ guess: LinkGuess) -> Bool {
    guard let version = summary?.version, let network = guess.network else { return true }
    return network.version == version || summary?.tunnels == true
  }

  private var all: Bytes { bytes.bytes[...] }

  private func isKnown(_ range: Range<Int>) -> Bool {
    range.upperBound <= bytes.count && !bytes.unknown.contains { $0.overlaps(range) }
  }

  private func number(at offset: Int) -> UInt16? {
    isKnown(offset..<offset + 2) ? all.uint16(at: offset) : nil
  }

  private func network(at offset: Int, _ etherType: UInt16?) -> NetworkHeader? {
    guard let header = NetworkHeader(bytes, at: offset) else { return nil }
    guard let etherType else { return header }
    return etherType == (header.version == 4 ? 0x0800 : 0x86dd) ? header : nil
  }

  private func raw() -> LinkGuess? {
    network(at: 0, nil).map { LinkGuess(linkType: .raw, network: $0, evidence: $0.evidence) }
  }

  private func ethernet() -> LinkGuess? {
    guard let outer = number(at: 12) else { return nil }
    let isShown = summary?.hardwareAddresses.map { isKnown(0..<12) && all.prefix(12).elementsEqual($0) } ?? false
    var offset = 12
    var type = outer
    while Self.tags.contains(type), let next = number(at: offset + 4), offset < 28 {
      offset += 4
      type = next
    }
    let header = network(at: offset + 2, type)
    let tagged = offset > 12 ? 1 : 0
    if let header {
      return LinkGuess(
        linkType: .ethernet, network: header, evidence: header.evidence + 3 + tagged + (isShown ? 6 : 0))
    }
    if isShown { return LinkGuess(linkType: .ethernet, network: nil, evidence: 7) }
    if type == 0x0806, number(at: offset + 2) == 1, number(at: offset + 4) == 0x0800 {
      return LinkGuess(linkType: .ethernet, network: nil, evidence: 6)
    }
    let isLogicalLink =
      type <= 1500 && Int(type) + 14 <= all.count && number(at: 14).map(Self.accessPoints.contains) == true
    guard summary == nil, Self.known.contains(type) || isLogicalLink, all.count >= 14 else { return nil }
    return LinkGuess(linkType: .ethernet, network: nil, evidence: 3)
  }

  /// 802.1Q, 802.1ad and two of their forerunners.
  private static let tags: Set<UInt16> = [0x8100, 0x88a8, 0x9100, 0x9200]
  /// EtherTypes that alone make a dump an Ethernet frame: RARP, MPLS, PPPoE, EAPOL, slow protocols, LLDP.
  private static let known: Set<UInt16> = [0x8035, 0x8847, 0x8848, 0x8863, 0x8864, 0x888e, 0x8809, 0x88cc]

  /// What 802.2 headers begin with: spanning tree, SNAP, IS-IS, NetBIOS.
  private static let accessPoints: Set<UInt16> = [0x4242, 0xaaaa, 0xfefe, 0xf0f0]

  private func cooked() -> LinkGuess? {
    guard let kind = number(at: 0), kind <= 4, let length = number(at: 4), length <= 8, let type = number(at: 14) else {
      return nil
    }
    if let header = network(at: 16, type) {
      return LinkGuess(linkType: .linuxSLL, network: header, evidence: header.evidence + 3)
    }
    guard type == 0x0806, number(at: 16) == 1, number(at: 18) == 0x0800 else { return nil }
    return LinkGuess(linkType: .linuxSLL, network: nil, evidence: 6)
  }

  private func cookedVersion2() -> LinkGuess? {
    guard let type = number(at: 0), number(at: 2) == 0, let kind = all.byte(at: 10), kind <= 4,
      let length = all.byte(at: 11), length <= 8
    else { return nil }
    if let header = network(at: 20, type) {
      return LinkGuess(linkType: .linuxSLL2, network: header, evidence: header.evidence + 3)
    }
    guard type == 0x0806, number(at: 20) == 1, number(at: 22) == 0x0800 else { return nil }
    return LinkGuess(linkType: .linuxSLL2, network: nil, evidence: 6)
  }

  /// The address family of BSD loopback captures: 2 is IPv4; IPv6 is 10, 24, 28 or 30, by system.
  private func loopback() -> LinkGuess? {
    guard isKnown(0..<4), let family = all.uint32(at: 0), let header = network(at: 4, nil) else { return nil }
    let families: Set<UInt32> = header.version == 4 ? [2] : [10, 24, 28, 30]
    guard families.contains(family) || families.contains(family.byteSwapped) else { return nil }
    let linkType: LinkType = families.contains(family) ? .loop : .null
    return LinkGuess(linkType: linkType, network: header, evidence: header.evidence + 2)
  }

  /// PPP in HDLC-like framing (RFC 1662): address, control, protocol.
  private func pointToPoint() -> LinkGuess? {
    guard number(at: 0) == 0xff03, let kind = number(at: 2), let header = network(at: 4, nil),
      kind == (header.version == 4 ? 0x0021 : 0x0057)
    else { return nil }
    return LinkGuess(linkType: .ppp, network: header, evidence: header.evidence + 2)
  }

  /// Old tcpdumps leave the addresses and the first EtherType of a tagged frame out of `-x`: the tag comes first.
  private func taggedWithoutAddresses() -> LinkGuess? {
    guard let type = number(at: 2), let header = network(at: 4, type) else { return nil }
    return LinkGuess(
      linkType: .ethernet, prefix: Self.header(type: 0x8100), network: header, evidence: header.evidence + 1,
      comment: "the dump begins with a VLAN tag; the Ethernet addresses before it are not in the text")
  }

  private func bareAddressResolution() -> LinkGuess? {
    let addresses = summary?.hardwareAddresses
    let source = addresses == nil ? "whose addresses are not in the text" : "which the summary shows"
    if number(at: 0) == 1, number(at: 2) == 0x0800, number(at: 4) == 0x0604 {
      return LinkGuess(
        linkType: .ethernet, prefix: Self.header(type: 0x0806, addresses), network: nil, evidence: 6,
        comment: "the dump begins with the ARP packet, after the Ethernet header, \(source)")
    }
    guard let type = summary?.payloadEtherType, NetworkHeader(bytes, at: 0) == nil else { return nil }
    return LinkGuess(
      linkType: .ethernet, prefix: Self.header(type: type, addresses), network: nil, evidence: 1,
      comment: "the dump begins after the Ethernet header, \(source)")
  }

  /// An Ethernet header; its twelve bytes of addresses are unknown where they are `nil`.
  private static func header(type: UInt16, _ addresses: [UInt8]? = nil) -> SpelledBytes {
    var header = SpelledBytes()
    for index in 0..<12 { header.append(addresses.flatMap { index < $0.count ? $0[index] : nil }) }
    header.append(UInt8(type >> 8))
    header.append(UInt8(type & 255))
    return header
  }
}
