extension Dissector {
  /// The Point-to-Point Protocol (RFC 1661), with or without the address and control bytes of RFC 1662; the protocol
  /// may be compressed to one byte.
  static let ppp = Dissector("ppp", [.linkType(.ppp), .etherType(0x880b)]) { draft, extent in
    var layer = draft.layer("ppp", extent)
    var offset = 0
    if layer.word(0) == 0xff03 {
      layer.add([
        .init("address", bits: 0..<8, "RFC 1662 section 3.1", .hexadecimal),
        .init("control", bits: 8..<16, "RFC 1662 section 3.1", .hexadecimal),
      ])
      offset = 2
    }
    let isCompressed = (layer.byte(offset) ?? 0) & 1 == 1
    let width = isCompressed ? 1 : 2
    let names: [UInt64: String] = [
      0x21: "IPv4", 0x2d: "compressed TCP", 0x2f: "uncompressed TCP", 0x57: "IPv6", 0x281: "MPLS", 0x8021: "IPCP",
      0x8057: "IPv6CP", 0x80fd: "CCP", 0xc021: "LCP", 0xc023: "PAP", 0xc025: "LQR", 0xc223: "CHAP",
    ]
    layer.add(
      FieldDefinition("protocol", bits: 0..<width * 8, "RFC 1661 section 2", .namedHexadecimal(names)), at: offset)
    draft.add(layer, length: offset + width)
    let number = isCompressed ? layer.byte(offset).map { UInt16($0) } : layer.word(offset)
    guard let number else { return }
    let name = "PPP protocol " + FieldFormat.namedHexadecimal(names).text(UInt64(number), width: 16)
    draft.dissect(.pppProtocol(number), extent.dropping(offset + width), otherwise: name)
  }

  /// A PPP session over Ethernet (RFC 2516 section 4).
  static let pppoe = Dissector("pppoe", [.etherType(0x8864)]) { draft, extent in
    var layer = draft.layer("pppoe", extent)
    layer.add([
      .init("version", bits: 0..<4, "RFC 2516 section 4"),
      .init("type", bits: 4..<8, "RFC 2516 section 4"),
      .init("code", bits: 8..<16, "RFC 2516 section 4", .hexadecimal),
      .init("session_id", bits: 16..<32, "RFC 2516 section 4", .hexadecimal),
      .init("length", bits: 32..<48, "RFC 2516 section 4"),
    ])
    draft.add(layer, length: 6)
    guard let length = layer.word(4).map({ Int($0) }) else { return }
    let body = extent.dropping(6, length: length)
    draft.dissect(.etherType(0x880b), body, otherwise: nil)
    draft.padding(from: body.end, in: extent, after: "PPPoE packet")
  }
}
