/// Where a dissector is called: what number in which enclosing header names its protocol.
package enum ProtocolKey: Sendable, Hashable {
  case linkType(LinkType)
  case etherType(UInt16)
  /// The IPv4 protocol field, or the next header of IPv6.
  case ipProtocol(UInt8)
  case pppProtocol(UInt16)
  /// Either port of a datagram.
  case udpPort(UInt16)
  /// Either port of a segment.
  case tcpPort(UInt16)
}

/// How one protocol is taken apart. A protocol file in `Protocols` defines one; `all` lists them.
package struct Dissector: Sendable {
  /// The layer's name: `ipv4`.
  package let name: String
  package let keys: [ProtocolKey]
  /// Adds the protocol's layers and notes to the draft, then hands what it carries to the next dissector.
  let dissect: @Sendable (inout DissectionDraft, Extent) -> Void

  init(
    _ name: String, _ keys: [ProtocolKey], _ dissect: @escaping @Sendable (inout DissectionDraft, Extent) -> Void
  ) {
    self.name = name
    self.keys = keys
    self.dissect = dissect
  }

  static let byKey: [ProtocolKey: Dissector] = Dictionary(
    all.flatMap { dissector in dissector.keys.map { ($0, dissector) } }, uniquingKeysWith: { first, _ in first })
}

/// Takes a captured packet apart, from the link-layer header in.
///
/// Never fails and never invents: what was not captured or not given is absent and named in a note, what makes no
/// sense is named in a note and shown as bytes. Time and space grow linearly with the packet.
///
/// - Parameters:
///   - bytes: from the link-layer header on.
///   - knowledge: which bytes the source did not give, and which somebody zeroed.
///   - originalLength: length on the wire in bytes; that of `bytes` where it is not given.
public func dissect(
  _ bytes: [UInt8], linkType: LinkType, knowledge: ByteKnowledge = ByteKnowledge(), originalLength: Int? = nil
) -> Dissection {
  var draft = DissectionDraft(bytes, knowledge: knowledge)
  let extent = Extent(start: 0, end: max(bytes.count, originalLength ?? 0))
  if extent.end > bytes.count {
    draft.note(
      .truncated, "the capture kept \(bytes.count) of the \(extent.end) bytes that were on the wire")
  }
  draft.dissect(.linkType(linkType), extent, otherwise: "link type \(linkType.name)")
  draft.noteEdits()
  return Dissection(linkType: linkType, layers: draft.layers, notes: draft.notes)
}
