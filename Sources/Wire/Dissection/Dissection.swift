/// One decoded header (or the payload that no decoder took) within a packet.
public struct Layer: Sendable, Hashable {
  /// Lower-case short name: `ethernet`, `ipv4`, `tcp`, `payload`, `padding`.
  public let protocolName: String
  /// Bytes from the packet's first captured byte.
  public let offset: Int
  /// Header length in bytes, as captured.
  public let length: Int
  /// In the order of the bytes. A field that the capture cut short is absent, and a note names it.
  public let fields: [Field]

  public init(protocolName: String, offset: Int, length: Int, fields: [Field]) {
    self.protocolName = protocolName
    self.offset = offset
    self.length = length
    self.fields = fields
  }

  /// The field called `name`, if it was captured.
  public subscript(name: String) -> Field? { fields.first { $0.name == name } }
}

/// Something that the reader of a dissection must know: a checksum that does not fit, bytes that were edited out,
/// a header cut short, padding that belongs to nobody.
public struct Note: Sendable, Hashable {
  public enum Kind: String, Sendable {
    case checksum, edited, unknown, truncated, padding, malformed, information
  }
  public let kind: Kind
  /// The captured bytes it is about; `nil` where it is about none in particular.
  public let bytes: Range<Int>?
  /// One English sentence without a full stop.
  public let text: String

  public init(_ kind: Kind, bytes: Range<Int>? = nil, _ text: String) {
    self.kind = kind
    self.bytes = bytes
    self.text = text
  }
}

/// A packet taken apart: its headers from the outside in.
public struct Dissection: Sendable, Hashable {
  public let linkType: LinkType
  public let layers: [Layer]
  public let notes: [Note]

  public init(linkType: LinkType, layers: [Layer], notes: [Note]) {
    self.linkType = linkType
    self.layers = layers
    self.notes = notes
  }

  /// The first layer of a protocol.
  public subscript(protocolName: String) -> Layer? { layers.first { $0.protocolName == protocolName } }
}

/// What a capture knows about a packet's bytes beside the bytes themselves.
public struct ByteKnowledge: Sendable, Hashable {
  /// Bytes that the source did not give (`XXXX`, a LOG line that does not say): shown as unknown, read by no match.
  /// They are zero, but for TCP's data offset, which holds the least value with which the header can be placed.
  public var unknown: [Range<Int>] = []
  /// Bytes that somebody zeroed to protect an address. What they were is never computed, shown or logged.
  public var edited: [Range<Int>] = []
  /// tcpdump saw the whole packet and called its IP header checksum good (it prints `bad cksum` otherwise).
  public var ipChecksumVouched = false
  /// tcpdump called the TCP, UDP or ICMP checksum correct.
  public var transportChecksumVouched = false

  /// Every byte is there as it was captured.
  public var isWhole: Bool { unknown.isEmpty && edited.isEmpty }

  public init() {}
}
