/// Makes an ICMP message (RFC 792); the checksum follows from the rest.
public struct ICMPBuilder: Sendable, Hashable {
  public var type: UInt8
  public var code: UInt8
  /// The four bytes after the checksum: identifier and sequence number, gateway, pointer, next-hop MTU.
  public var restOfHeader: UInt32
  public var data: [UInt8]

  public init(type: UInt8, code: UInt8 = 0, restOfHeader: UInt32 = 0, data: [UInt8] = []) {
    self.type = type
    self.code = code
    self.restOfHeader = restOfHeader
    self.data = data
  }

  /// Echo (type 8) or echo reply (type 0).
  public static func echo(
    reply: Bool = false, identifier: UInt16, sequenceNumber: UInt16, data: [UInt8] = []
  ) -> ICMPBuilder {
    ICMPBuilder(
      type: reply ? 0 : 8, restOfHeader: UInt32(identifier) << 16 | UInt32(sequenceNumber), data: data)
  }

  /// The message.
  public var bytes: [UInt8] {
    var message: [UInt8] = [type, code, 0, 0, 0, 0, 0, 0] + data
    message.store(restOfHeader, at: 4)
    message.store(InternetChecksum.of(message), at: 2)
    return message
  }

  /// The whole IP packet: `header` gives all but the lengths and checksums.
  public func packet(in header: IPv4Builder) -> [UInt8] { header.bytes(payload: bytes) }
}
