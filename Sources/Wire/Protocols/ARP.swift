/// Address resolution (RFC 826, RFC 903); addresses as Ethernet and IPv4 hold them, others as bytes.
package enum ARP {
  static let head: [FieldDefinition] = [
    .init(
      "hardware_type", bits: 0..<16, "RFC 826",
      .named([
        1: "Ethernet", 2: "experimental Ethernet", 3: "AX.25", 6: "IEEE 802", 7: "ARCNET", 15: "frame relay", 16: "ATM",
        17: "HDLC", 18: "Fibre Channel", 19: "ATM", 20: "serial line", 24: "IEEE 1394", 32: "InfiniBand",
      ])),
    .init("protocol_type", bits: 16..<32, "RFC 826", .namedHexadecimal(ProtocolNumbers.ether)),
    .init("hardware_address_length", bits: 32..<40, "RFC 826"),
    .init("protocol_address_length", bits: 40..<48, "RFC 826"),
    .init(
      "opcode", bits: 48..<64, "RFC 826",
      .named([
        1: "request", 2: "reply", 3: "reverse request", 4: "reverse reply", 5: "dynamic reverse request",
        6: "dynamic reverse reply", 7: "dynamic reverse error", 8: "inverse request", 9: "inverse reply",
        10: "ATM NAK",
      ])),
  ]
}

extension Dissector {
  static let arp = Dissector("arp", [.etherType(0x0806), .etherType(0x8035)]) { draft, extent in
    var layer = draft.layer("arp", extent)
    layer.add(ARP.head)
    guard let hardware = layer.byte(4).map({ Int($0) }), let network = layer.byte(5).map({ Int($0) }) else {
      return draft.add(layer, length: 8)
    }
    let isIPv4 = layer.word(2) == 0x0800 && network == 4
    var offset = 8
    for role in ["sender", "target"] {
      let addresses = [
        ("\(role)_hardware_address", hardware, hardware == 6 ? FieldFormat.macAddress : .bytes),
        ("\(role)_protocol_address", network, isIPv4 ? .ipv4Address : .bytes),
      ]
      for (name, length, format) in addresses where length > 0 {
        layer.add(FieldDefinition(name, bits: 0..<length * 8, "RFC 826", format), at: offset)
        offset += length
      }
    }
    draft.add(layer, length: offset)
    draft.padding(from: extent.start + offset, in: extent, after: "ARP packet")
  }
}
