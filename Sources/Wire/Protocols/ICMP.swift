extension Dissector {
  static let icmp = Dissector("icmp", [.ipProtocol(1)]) { draft, extent in
    var layer = draft.layer("icmp", extent)
    layer.add(ICMP.head)
    let type = layer.byte(0).flatMap { ICMP.types[$0] }
    layer.add(FieldDefinition("code", bits: 8..<16, "RFC 792", .named(type?.codes ?? [:])))
    layer.add(ICMP.checksum)
    layer.add(type?.fields ?? [])
    draft.finishICMP(&layer, type, "ICMP", quoting: 0x0800) { draft in
      draft.verify(
        "ICMP", over: extent, field: 2, whenFragment: draft.network?.isFragment == true,
        vouched: draft.knowledge.transportChecksumVouched)
    }
  }
}

extension DissectionDraft {
  /// The rest of an ICMP or ICMPv6 message: repeated elements, the checksum's verdict, data or the quoted packet.
  ///
  /// - Parameter quoting: EtherType of the packets that errors quote.
  mutating func finishICMP(
    _ layer: inout LayerBuilder, _ type: ICMPMessageType?, _ name: String, quoting etherType: UInt16,
    verify: (inout DissectionDraft) -> Void
  ) {
    let fieldsEnd = (type?.fields.map(\.bits.upperBound).max() ?? 32) / 8
    var headerLength = max(4, fieldsEnd)
    if case .repeated(let stride, let fields)? = type?.body {
      var index = 1
      while headerLength + stride <= layer.extent.length, layer.knows(headerLength..<headerLength + stride) {
        for field in fields { layer.add(field, at: headerLength, index: index) }
        headerLength += stride
        index += 1
      }
    }
    add(layer, length: headerLength)
    verify(&self)
    let rest = layer.extent.dropping(headerLength)
    guard rest.length > 0 else { return }
    switch type?.body ?? .data {
    case .none, .data, .repeated:
      payload(rest, named: type == nil ? layer.byte(0).map { "\(name) type \($0)" } : nil)
    case .extensions: icmpExtensions(rest)
    case .quotation: quotation(rest, layer, etherType)
    }
  }

  /// The quoted packet and, where the length field (RFC 4884) or a full 128 bytes say so, the extensions after it.
  private mutating func quotation(_ rest: Extent, _ layer: LayerBuilder, _ etherType: UInt16) {
    let isIPv4 = etherType == 0x0800
    let stated = Int(layer.byte(isIPv4 ? 5 : 4) ?? 0) * (isIPv4 ? 4 : 8)
    let allowsLength = isIPv4 ? [3, 11, 12].contains(layer.byte(0)) : [1, 3].contains(layer.byte(0))
    let quoted = rest.dropping(0, length: allowsLength && stated > 0 ? stated : nil)
    let outer = (limit, isQuoted, network)
    limit = min(limit, quoted.end)
    isQuoted = true
    dissect(.etherType(etherType), quoted, otherwise: "the quoted packet")
    (limit, isQuoted, network) = outer
    if quoted.end < rest.end { icmpExtensions(rest.dropping(quoted.length)) }
  }

  /// The extension structure: a header, then objects (RFC 4884 section 7).
  private mutating func icmpExtensions(_ extent: Extent) {
    var layer = layer("icmp_extensions", extent)
    layer.add([
      .init("version", bits: 0..<4, "RFC 4884 section 7"),
      .init("reserved", bits: 4..<16, "RFC 4884 section 7", .hexadecimal),
      .init("checksum", bits: 16..<32, "RFC 4884 section 7", .hexadecimal),
    ])
    addOptions(ICMPExtensions.table, 4..<max(4, layer.captured), to: &layer)
    add(layer, length: extent.length)
    if layer.word(2) != 0 { verify("ICMP extensions", over: extent, field: 2) }
  }
}

/// The objects of ICMP extensions (IANA's "ICMP Extension Object Classes and Class Sub-types").
enum ICMPExtensions {
  static let table = OptionTable(
    kindName: "class", kindBits: 16..<24, lengthBits: 0..<16,
    kindFields: [.init("c_type", bits: 24..<32, "RFC 4884 section 7.1")], reference: "RFC 4884 section 7.1",
    [
      .init(
        1, "mpls_label_stack", "RFC 4950 section 4",
        tail: .repeated(
          stride: 4,
          [
            .init("mpls_label", bits: 0..<20, "RFC 4950 section 4"),
            .init("mpls_traffic_class", bits: 20..<23, "RFC 5462"),
            .init("mpls_bottom_of_stack", bits: 23..<24, "RFC 4950 section 4", .flag),
            .init("mpls_ttl", bits: 24..<32, "RFC 4950 section 4"),
          ])),
      .init(2, "interface_information", "RFC 5837 section 4", tail: .data("interface_information")),
      .init(3, "interface_identification", "RFC 8335 section 2.1", tail: .data("interface_identification")),
    ])
}
