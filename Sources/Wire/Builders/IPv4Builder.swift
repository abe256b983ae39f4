/// Makes an IPv4 header (RFC 791 section 3.1); total length, header length and checksum follow from the rest.
public struct IPv4Builder: Sendable, Hashable {
  public var typeOfService: UInt8
  public var identification: UInt16
  public var dontFragment: Bool
  public var moreFragments: Bool
  /// In bytes, a multiple of eight; written in units of eight.
  public var fragmentOffset: Int
  public var timeToLive: UInt8
  public var protocolNumber: UInt8
  public var source: IPv4Address
  public var destination: IPv4Address
  /// Option bytes; padded with End of Option List to a multiple of four, at most 40 bytes are written.
  public var options: [UInt8]

  public init(
    typeOfService: UInt8 = 0, identification: UInt16 = 0, dontFragment: Bool = false, moreFragments: Bool = false,
    fragmentOffset: Int = 0, timeToLive: UInt8 = 64, protocolNumber: UInt8, source: IPv4Address,
    destination: IPv4Address, options: [UInt8] = []
  ) {
    self.typeOfService = typeOfService
    self.identification = identification
    self.dontFragment = dontFragment
    self.moreFragments = moreFragments
    self.fragmentOffset = fragmentOffset
    self.timeToLive = timeToLive
    self.protocolNumber = protocolNumber
    self.source = source
    self.destination = destination
    self.options = options
  }

  /// The header followed by `payload`.
  public func bytes(payload: some Collection<UInt8>) -> [UInt8] {
    let options = Array(options.prefix(40)) + Array(repeating: 0, count: (4 - min(options.count, 40) % 4) % 4)
    let length = 20 + options.count
    var header = [UInt8](repeating: 0, count: 20) + options
    header[0] = 0x40 | UInt8(length / 4)
    header[1] = typeOfService
    header.store(UInt16(truncatingIfNeeded: length + payload.count), at: 2)
    header.store(identification, at: 4)
    let flags: UInt16 = (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0)
    header.store(flags | UInt16(truncatingIfNeeded: fragmentOffset / 8) & 0x1fff, at: 6)
    header[8] = timeToLive
    header[9] = protocolNumber
    header.store(source.rawValue, at: 12)
    header.store(destination.rawValue, at: 16)
    header.store(InternetChecksum.of(header), at: 10)
    return header + payload
  }
}
