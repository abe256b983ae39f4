/// The Domain Name System (RFC 1035 section 4).
enum DNS {
  static let header: [FieldDefinition] = [
    .init("id", bits: 0..<16, section, .hexadecimal),
    .init("qr", bits: 16..<17, section, .named([0: "query", 1: "response"])),
    .init(
      "opcode", bits: 17..<21, section,
      .named([0: "query", 1: "inverse query", 2: "status", 4: "notify", 5: "update", 6: "stateful operations"])),
    .init("aa", bits: 21..<22, section, .flag),
    .init("tc", bits: 22..<23, section, .flag),
    .init("rd", bits: 23..<24, section, .flag),
    .init("ra", bits: 24..<25, section, .flag),
    .init("z", bits: 25..<26, section),
    .init("ad", bits: 26..<27, "RFC 4035 section 3.2.3", .flag),
    .init("cd", bits: 27..<28, "RFC 4035 section 3.2.2", .flag),
    .init("rcode", bits: 28..<32, section, .named(codes)),
    .init("qdcount", bits: 32..<48, section),
    .init("ancount", bits: 48..<64, section),
    .init("nscount", bits: 64..<80, section),
    .init("arcount", bits: 80..<96, section),
  ]

  /// Response codes (RFC 6895 section 2.3).
  static let codes: [UInt64: String] = [
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET",
    8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI",
  ]

  /// Record types in use (IANA's "Resource Record (RR) TYPEs").
  static let types: [UInt64: String] = [
    1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS",
    12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB", 24: "SIG", 25: "KEY", 28: "AAAA",
    29: "LOC", 33: "SRV", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME", 41: "OPT", 42: "APL", 43: "DS",
    44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM",
    52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD",
    64: "SVCB", 65: "HTTPS", 99: "SPF", 108: "EUI48", 109: "EUI64", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR",
    253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI", 257: "CAA",
  ]
  static let classes: [UInt64: String] = [1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"]

  /// The parts of a record's data that are not one name, address or text: fields, then what follows them.
  static let layouts: [UInt16: (fields: [FieldDefinition], rest: Rest)] = [
    1: ([.init("address", bits: 0..<32, "RFC 1035 section 3.4.1", .ipv4Address)], .bytes),
    2: ([], .names(["nsdname"])),
    5: ([], .names(["cname"])),
    6: ([], .names(["mname", "rname"])),
    12: ([], .names(["ptrdname"])),
    13: ([], .strings),
    15: ([.init("preference", bits: 0..<16, "RFC 1035 section 3.3.9")], .names(["exchange"])),
    16: ([], .strings),
    28: ([.init("address", bits: 0..<128, "RFC 3596 section 2.2", .ipv6Address)], .bytes),
    33: (
      [
        .init("priority", bits: 0..<16, "RFC 2782"), .init("weight", bits: 16..<32, "RFC 2782"),
        .init("port", bits: 32..<48, "RFC 2782"),
      ], .names(["target"])
    ),
    39: ([], .names(["target"])),
    43: (
      [
        .init("key_tag", bits: 0..<16, "RFC 4034 section 5.1"),
        .init("algorithm", bits: 16..<24, "RFC 4034 section 5.1"),
        .init("digest_type", bits: 24..<32, "RFC 4034 section 5.1"),
      ], .bytes
    ),
    64: ([.init("svc_priority", bits: 0..<16, "RFC 9460 section 2.2")], .names(["target_name"])),
    65: ([.init("svc_priority", bits: 0..<16, "RFC 9460 section 2.2")], .names(["target_name"])),
    99: ([], .strings),
  ]

  /// What follows the fixed fields of a record's data.
  enum Rest: Sendable {
    case bytes, strings
    case names([String])
  }

  /// The numbers after the two names of an SOA record.
  static let authority: [FieldDefinition] = [
    .init("serial", bits: 0..<32, "RFC 1035 section 3.3.13"),
    .init("refresh", bits: 32..<64, "RFC 1035 section 3.3.13"),
    .init("retry", bits: 64..<96, "RFC 1035 section 3.3.13"),
    .init("expire", bits: 96..<128, "RFC 1035 section 3.3.13"),
    .init("minimum", bits: 128..<160, "RFC 1035 section 3.3.13"),
  ]

  private static let section = "RFC 1035 section 4.1.1"
}

extension Dissector {
  /// Also multicast DNS (RFC 6762) and link-local name resolution (RFC 4795), which share the format.
  static let dns = Dissector("dns", [.udpPort(53), .udpPort(5353), .udpPort(5355)]) { draft, extent in
    draft.dnsMessage(extent)
  }

  /// Over TCP, each message has its length before it (RFC 1035 section 4.2.2); a segment may hold a part of one.
  static let dnsOverTCP = Dissector("dns", [.tcpPort(53)]) { draft, extent in
    var rest = extent
    for _ in 0..<64 where rest.length > 0 {
      var layer = draft.layer("dns_length", rest)
      guard let length = layer.word(0).map({ Int($0) }), length >= 12, length <= rest.length - 2 else {
        return draft.payload(rest)
      }
      layer.add(FieldDefinition("length", bits: 0..<16, "RFC 1035 section 4.2.2"))
      draft.add(layer, length: 2)
      draft.dnsMessage(rest.dropping(2, length: length))
      rest = rest.dropping(2 + length)
    }
    draft.payload(rest)
  }
}

extension DissectionDraft {
  fileprivate mutating func dnsMessage(_ extent: Extent) {
    var layer = layer("dns", extent)
    layer.add(DNS.header)
    guard layer.knows(0..<12) else { return add(layer, length: 12) }
    var reader = DNSReader(layer: layer)
    var failure: DNSName.Failure?
    do throws(DNSName.Failure) {
      for index in 0..<Int(layer.word(4) ?? 0) { try reader.question(index + 1) }
      for (section, offset) in [("answer", 6), ("authority", 8), ("additional", 10)] {
        for index in 0..<Int(layer.word(offset) ?? 0) { try reader.record("\(section)_\(index + 1)") }
      }
    } catch {
      failure = error
    }
    let end = reader.offset
    if let failure {
      let isCut = extent.end > limit && end >= reader.layer.captured
      let place = extent.start + min(end, extent.length)
      note(isCut ? .truncated : .malformed, bytes: place..<place, "dns: \(failure.text); the rest is shown as bytes")
    }
    if reader.hasHidden, end < extent.length {
      reader.layer.addBytes("rest", end..<extent.length, "RFC 1035 section 4.1")
    }
    add(reader.layer, length: end)
    payload(extent.dropping(end))
  }
}

/// Goes through the questions and records of a message.
private struct DNSReader {
  var layer: LayerBuilder
  /// Bytes from the message's first.
  private(set) var offset = 12
  private let message: Bytes

  init(layer: LayerBuilder) {
    self.layer = layer
    message = layer.slice(0..<layer.extent.length)
  }

  /// Whether the source left out bytes of the message.
  var hasHidden: Bool { !layer.hidden.isEmpty }

  mutating func question(_ index: Int) throws(DNSName.Failure) {
    try name("question_\(index)_name")
    add("question_\(index)", [("type", 16, DNS.types), ("class", 16, DNS.classes)])
    guard offset <= layer.captured else { throw .cutShort }
  }

  mutating func record(_ prefix: String) throws(DNSName.Failure) {
    try name("\(prefix)_name")
    let type = layer.word(offset)
    if type == 41 {
      add(
        prefix,
        [
          ("type", 16, DNS.types), ("udp_payload_size", 16, [:]), ("extended_rcode", 8, [:]), ("edns_version", 8, [:]),
          ("edns_flags", 16, [:]), ("rdlength", 16, [:]),
        ])
    } else {
      add(prefix, [("type", 16, DNS.types), ("class", 16, DNS.classes), ("ttl", 32, [:]), ("rdlength", 16, [:])])
    }
    guard let type, let length = layer.word(offset - 2).map({ Int($0) }) else { throw .cutShort }
    guard offset + length <= layer.captured else {
      layer.addBytes("\(prefix)_rdata", offset..<offset + length, "RFC 1035 section 4.1.3")
      offset = layer.captured
      throw .cutShort
    }
    let end = offset + length
    try data(prefix, type, end)
    offset = end
  }

  /// The record's data from `offset` to `end`.
  private mutating func data(_ prefix: String, _ type: UInt16, _ end: Int) throws(DNSName.Failure) {
    let layout = DNS.layouts[type] ?? ([], .bytes)
    let size = (layout.fields.last?.bits.upperBound ?? 0) / 8
    guard offset + size <= end else { return rest(prefix, end) }
    for field in layout.fields { add(field, prefix) }
    offset += size
    switch layout.rest {
    case .bytes: break
    case .strings:
      var index = 1
      while offset < end, let length = layer.byte(offset).map({ Int($0) }), offset + 1 + length <= end {
        let text = String(decoding: layer.slice(offset + 1..<offset + 1 + length), as: UTF8.self)
        layer.add("\(prefix)_text_\(index)", offset..<offset + 1 + length, .text(text), text, "RFC 1035 section 3.3.14")
        offset += 1 + length
        index += 1
      }
    case .names(let names):
      for suffix in names where offset < end { try name("\(prefix)_\(suffix)") }
      if type == 6, offset + 20 <= end {
        for field in DNS.authority { add(field, prefix) }
        offset += 20
      }
    }
    rest(prefix, end)
  }

  private mutating func rest(_ prefix: String, _ end: Int) {
    if offset < end { layer.addBytes("\(prefix)_rdata", offset..<end, "RFC 1035 section 4.1.3") }
  }

  private mutating func add(_ field: FieldDefinition, _ prefix: String) {
    layer.add(FieldDefinition("\(prefix)_\(field.name)", bits: field.bits, field.reference, field.format), at: offset)
  }

  private mutating func name(_ field: String) throws(DNSName.Failure) {
    let name = try DNSName(message, at: offset)
    layer.add(field, offset..<offset + name.length, .text(name.text), name.text, "RFC 1035 section 3.1")
    offset += name.length
  }

  private mutating func add(_ prefix: String, _ fields: [(name: String, width: Int, names: [UInt64: String])]) {
    for field in fields {
      layer.add(
        FieldDefinition("\(prefix)_\(field.name)", bits: 0..<field.width, "RFC 1035 section 4.1", .named(field.names)),
        at: offset)
      offset += field.width / 8
    }
  }
}
