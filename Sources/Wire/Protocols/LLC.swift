/// The logical link control header of an 802.3 frame (IEEE 802.2), and the SNAP header after it.
enum LLC {
  static let fields: [FieldDefinition] = [
    .init("destination_service_access_point", bits: 0..<8, "IEEE 802.2", .namedHexadecimal(accessPoints)),
    .init("source_service_access_point", bits: 8..<16, "IEEE 802.2", .namedHexadecimal(accessPoints)),
  ]
  static let snap: [FieldDefinition] = [
    .init("organization_code", bits: 24..<48, "RFC 1042", .namedHexadecimal([0: "EtherType follows"])),
    .init("type", bits: 48..<64, "RFC 1042", .namedHexadecimal(ProtocolNumbers.ether)),
  ]

  private static let accessPoints: [UInt64: String] = [
    0x00: "null", 0x02: "LLC sublayer management", 0x03: "LLC sublayer management", 0x06: "IP", 0x0e: "PROWAY",
    0x42: "spanning tree", 0x7e: "X.25", 0xaa: "SNAP", 0xab: "SNAP", 0xe0: "IPX", 0xf0: "NetBIOS", 0xfe: "ISO CLNS",
    0xff: "global",
  ]
}

extension DissectionDraft {
  /// An 802.3 frame's content: raw IPX, SNAP with its EtherType, or a service access point named by number.
  mutating func logicalLink(_ extent: Extent) {
    var layer = layer("llc", extent)
    if layer.word(0) == 0xffff { return payload(extent, named: "IPX in a raw 802.3 frame") }
    layer.add(LLC.fields)
    let control = layer.byte(2) ?? 3
    let isUnnumbered = control & 3 == 3
    layer.add(FieldDefinition("control", bits: 16..<(isUnnumbered ? 24 : 32), "IEEE 802.2", .hexadecimal))
    guard let access = layer.byte(0), let source = layer.byte(1), layer.knows(0..<3) else {
      return add(layer, length: 3)
    }
    guard access == 0xaa, source == 0xaa, control == 3 else {
      let length = isUnnumbered ? 3 : 4
      add(layer, length: length)
      if access == 6, source == 6, control == 3 {
        return dissect(.etherType(0x0800), extent.dropping(length), otherwise: nil)
      }
      let name = FieldFormat.hexadecimal.text(UInt64(access), width: 8)
      return payload(extent.dropping(length), named: "LLC service access point \(name)")
    }
    layer.add(LLC.snap)
    add(layer, length: 8)
    guard let type = layer.word(6), layer.knows(3..<6) else { return }
    let organization = layer.slice(3..<6).hex
    guard organization == "000000" || organization == "0000f8" else {
      return payload(extent.dropping(8), named: "SNAP of organization \(organization)")
    }
    dissect(.etherType(type), extent.dropping(8), otherwise: ProtocolNumbers.name(ether: type))
  }
}
