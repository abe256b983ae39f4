import Wire

/// One direction of a flow, as tracking tells flows apart (`struct nf_conntrack_tuple`).
package struct FlowTuple: Hashable, Sendable {
  package var source: IPv4Address
  package var destination: IPv4Address
  package var protocolNumber: UInt8
  /// The source port; the identifier of an ICMP query; 0 for protocols that have neither.
  package var sourcePort: UInt16
  /// The destination port; type (high byte) and code of an ICMP message; the call id of PPTP's GRE.
  package var destinationPort: UInt16

  package init(
    source: IPv4Address, destination: IPv4Address, protocolNumber: UInt8, sourcePort: UInt16 = 0,
    destinationPort: UInt16 = 0
  ) {
    self.source = source
    self.destination = destination
    self.protocolNumber = protocolNumber
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
  }

  package var icmpType: UInt8 { UInt8(destinationPort >> 8) }
  package var icmpCode: UInt8 { UInt8(truncatingIfNeeded: destinationPort) }
}

extension FlowTuple {
  /// ICMP queries and what answers them, both ways (`invmap` in `nf_conntrack_proto_icmp.c`).
  private static let icmpAnswers: [UInt8: UInt8] = [0: 8, 8: 0, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17]

  /// The other direction of the flow; `nil` for ICMP messages that nothing answers (`nf_ct_invert_tuple`).
  package var inverted: FlowTuple? {
    var tuple = self
    swap(&tuple.source, &tuple.destination)
    guard protocolNumber == 1 else {
      swap(&tuple.sourcePort, &tuple.destinationPort)
      return tuple
    }
    guard let type = Self.icmpAnswers[icmpType] else { return nil }
    tuple.destinationPort = UInt16(type) << 8 | UInt16(icmpCode)
    return tuple
  }

  /// The tuple of an IPv4 packet, or of one that an ICMP error quotes, which may be cut short
  /// (`nf_ct_get_tuplepr`); `nil` where the bytes do not hold one.
  ///
  /// - Parameter bytes: from the first byte of the IPv4 header on.
  package init?(packet bytes: Bytes) {
    guard let transport = Self.transport(of: bytes) else { return nil }
    self.init(packet: bytes, transport: bytes.slice(at: transport))
  }

  /// Offset of what follows the header; `nil` for later fragments and cut headers (`ipv4_get_l4proto`).
  package static func transport(of bytes: Bytes) -> Int? {
    guard bytes.count >= 20, let first = bytes.first, let fragment = bytes.uint16(at: 6), fragment & 0x1fff == 0
    else { return nil }
    let offset = Int(first & 15) * 4
    return offset > bytes.count ? nil : offset
  }

  private init?(packet bytes: Bytes, transport: Bytes) {
    guard let number = bytes.byte(at: 9), let source = bytes.uint32(at: 12), let destination = bytes.uint32(at: 16)
    else { return nil }
    self.init(
      source: IPv4Address(rawValue: source), destination: IPv4Address(rawValue: destination), protocolNumber: number)
    switch number {
    case 1:
      guard transport.count >= 8, let type = transport.uint16(at: 0), let id = transport.uint16(at: 4) else {
        return nil
      }
      (sourcePort, destinationPort) = (id, type)
    case 6, 17, 132, 136:
      guard let from = transport.uint16(at: 0), let to = transport.uint16(at: 2) else { return nil }
      (sourcePort, destinationPort) = (from, to)
    case 47:
      // Only PPTP's version 1 carries a key that tells flows apart (`gre_pkt_to_tuple`).
      guard let flags = transport.uint16(at: 0), transport.count >= 4, flags & 7 == 1, transport.count >= 8 else {
        break
      }
      guard transport.uint16(at: 2) == 0x880b, let call = transport.uint16(at: 6) else { return nil }
      destinationPort = call
    default: break
    }
  }
}
