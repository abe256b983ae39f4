/// Makes a UDP datagram (RFC 768); length and checksum follow from the rest.
public struct UDPBuilder: Sendable, Hashable {
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  public var data: [UInt8]
  /// False leaves the checksum zero, as IPv4 allows.
  public var hasChecksum = true

  public init(sourcePort: UInt16, destinationPort: UInt16, data: [UInt8] = []) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.data = data
  }

  /// The datagram, its checksum under the pseudo-header of these addresses; a checksum of zero is sent as all ones.
  public func bytes(source: IPv4Address, destination: IPv4Address) -> [UInt8] {
    var datagram = [UInt8](repeating: 0, count: 8) + data
    datagram.store(sourcePort, at: 0)
    datagram.store(destinationPort, at: 2)
    datagram.store(UInt16(truncatingIfNeeded: datagram.count), at: 4)
    guard hasChecksum else { return datagram }
    let checksum = InternetChecksum.of(datagram[...], source: source, destination: destination, protocolNumber: 17)
    datagram.store(checksum == 0 ? 0xffff : checksum, at: 6)
    return datagram
  }

  /// The whole IP packet: `header` gives all but the lengths and checksums.
  public func packet(in header: IPv4Builder) -> [UInt8] {
    header.bytes(payload: bytes(source: header.source, destination: header.destination))
  }
}
