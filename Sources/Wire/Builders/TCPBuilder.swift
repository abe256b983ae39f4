/// Makes a TCP segment (RFC 9293 section 3.1); data offset and checksum follow from the rest.
public struct TCPBuilder: Sendable, Hashable {
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  public var sequenceNumber: UInt32 = 0
  public var acknowledgmentNumber: UInt32 = 0
  public var flags: TCPFlags = []
  public var window: UInt16 = 0
  public var urgentPointer: UInt16 = 0
  /// Option bytes; padded with End of Option List to a multiple of four, at most 40 bytes are written.
  public var options: [UInt8] = []
  public var data: [UInt8] = []

  public init(sourcePort: UInt16, destinationPort: UInt16) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
  }

  /// The segment, its checksum under the pseudo-header of these addresses.
  public func bytes(source: IPv4Address, destination: IPv4Address) -> [UInt8] {
    let options = Array(options.prefix(40)) + Array(repeating: 0, count: (4 - min(options.count, 40) % 4) % 4)
    var segment = [UInt8](repeating: 0, count: 20) + options + data
    segment.store(sourcePort, at: 0)
    segment.store(destinationPort, at: 2)
    segment.store(sequenceNumber, at: 4)
    segment.store(acknowledgmentNumber, at: 8)
    segment[12] = UInt8((20 + options.count) / 4) << 4
    segment[13] = flags.rawValue
    segment.store(window, at: 14)
    segment.store(urgentPointer, at: 18)
    let checksum = InternetChecksum.of(segment[...], source: source, destination: destination, protocolNumber: 6)
    segment.store(checksum, at: 16)
    return segment
  }

  /// The whole IP packet: `header` gives all but the lengths and checksums.
  public func packet(in header: IPv4Builder) -> [UInt8] {
    header.bytes(payload: bytes(source: header.source, destination: header.destination))
  }
}
