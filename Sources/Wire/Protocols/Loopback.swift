extension Dissector {
  /// The address family in the capturing host's byte order, which its small value tells.
  static let null = Dissector("null", [.linkType(.null)]) { draft, extent in
    let value = draft.layer("null", extent).long(0)
    draft.loopback("null", extent, value.map { $0 > 0xffff ? $0.byteSwapped : $0 }, "LINKTYPE_NULL")
  }

  /// The address family in network byte order.
  static let loop = Dissector("loop", [.linkType(.loop)]) { draft, extent in
    draft.loopback("loop", extent, draft.layer("loop", extent).long(0), "LINKTYPE_LOOP")
  }
}

extension DissectionDraft {
  fileprivate mutating func loopback(_ name: String, _ extent: Extent, _ family: UInt32?, _ reference: String) {
    var layer = layer(name, extent)
    // IPv6 has another number on each system: 10 Linux, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS.
    let families: [UInt32: (String, UInt16)] = [
      2: ("IPv4", 0x0800), 10: ("IPv6", 0x86dd), 24: ("IPv6", 0x86dd), 28: ("IPv6", 0x86dd), 30: ("IPv6", 0x86dd),
    ]
    let known = family.flatMap { families[$0] }
    let text = family.map {
      FieldFormat.named(known.map { [UInt64(family ?? 0): $0.0] } ?? [:]).text(UInt64($0), width: 32)
    }
    layer.add("address_family", 0..<4, .unsigned(UInt64(family ?? 0)), text ?? "", reference)
    add(layer, length: 4)
    guard let family else { return }
    guard let known else { return payload(extent.dropping(4), named: "address family \(family)") }
    dissect(.etherType(known.1), extent.dropping(4), otherwise: known.0)
  }
}
