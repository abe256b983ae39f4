/// Makes the packets of an hping3 command, one after the other.
public struct Hping3Sender<Random: RandomNumberGenerator> {
  public let command: Hping3
  private var random: Random
  private var sent: UInt16 = 0
  private let firstPort: UInt16
  /// The process id that ICMP messages carry.
  public let process: UInt16
  /// How many answers came, for `-p +N`.
  public var answered: UInt16 = 0
  /// The port to send to, where a scan decides on it.
  public var scannedPort: UInt16?

  /// - Parameters:
  ///   - random: makes the ports, sequence numbers and identifications that the command leaves open.
  ///   - process: the process id that ICMP messages carry; a random one where it is not given.
  public init(_ command: Hping3, random: Random, process: UInt16? = nil) {
    self.command = command
    self.random = random
    firstPort = command.basePort ?? UInt16.random(in: 1024...3023, using: &self.random)
    self.process = process ?? UInt16.random(in: 2...32767, using: &self.random)
  }

  /// The next packet, cut into fragments where the command asks for it or the link needs it.
  ///
  /// - Parameters:
  ///   - source: the sending host's address, where the command gives none.
  ///   - mtu: of the link, in bytes.
  ///   - midnight: milliseconds since midnight UTC, for ICMP timestamps.
  public mutating func next(source: IPv4Address, mtu: Int = 1500, midnight: UInt32 = 0) -> [[UInt8]] {
    defer { sent &+= 1 }
    let from =
      command.randomSource
      ? IPv4Address(rawValue: UInt32.random(in: .min ... .max, using: &random)) : command.source ?? source
    let payload = payload(from: from, midnight)
    var header = IPv4Builder(
      typeOfService: command.typeOfService, dontFragment: command.dontFragment, moreFragments: command.moreFragments,
      fragmentOffset: command.fragmentOffset, timeToLive: command.timeToLive, protocolNumber: number, source: from,
      destination: command.target)
    // The kernel, not hping3, fills in an identification of zero and the header's checksum (raw(7)).
    let isWhole = command.fragmentSize == nil && payload.count + 20 < mtu
    let chosen = isWhole ? UInt16.random(in: 1...65535, using: &random) : process & 255
    header.identification = command.identification ?? chosen
    guard !isWhole else { return [header.bytes(payload: payload)] }
    return fragments(payload, header, size: command.fragmentSize ?? (mtu - 20) / 8 * 8)
  }

  private func fragments(_ payload: [UInt8], _ header: IPv4Builder, size: Int) -> [[UInt8]] {
    var header = header
    header.dontFragment = false
    return stride(from: 0, to: max(1, payload.count), by: max(8, size)).map { start in
      let end = min(payload.count, start + max(8, size))
      header.moreFragments = end < payload.count
      header.fragmentOffset = start
      return header.bytes(payload: payload[start..<end])
    }
  }

  private var number: UInt8 {
    switch command.mode {
    case .tcp: 6
    case .udp: 17
    case .icmp: 1
    case .raw: command.rawProtocol
    }
  }

  /// The port that the next packet comes from; a scan sends all from one.
  public var sourcePort: UInt16 { command.keepsPort || scannedPort != nil ? firstPort : firstPort &+ sent }
  /// The port that the next packet goes to.
  public var destinationPort: UInt16 {
    if let scannedPort { return scannedPort }
    if command.countsAnsweredPort { return command.destinationPort &+ answered }
    return command.countsDestinationPort ? command.destinationPort &+ sent : command.destinationPort
  }
  private var data: [UInt8] {
    command.signature + [UInt8](repeating: UInt8(ascii: "X"), count: command.dataSize - command.signature.count)
  }

  private mutating func payload(from source: IPv4Address, _ midnight: UInt32) -> [UInt8] {
    switch command.mode {
    case .raw: return data
    case .icmp: return spoiled(icmp(source, midnight), checksumAt: 2)
    case .udp:
      let datagram = UDPBuilder(sourcePort: sourcePort, destinationPort: destinationPort, data: data)
      return spoiled(datagram.bytes(source: source, destination: command.target), checksumAt: 6)
    case .tcp: return spoiled(segment(from: source), checksumAt: 16)
    }
  }

  private mutating func segment(from source: IPv4Address) -> [UInt8] {
    var tcp = TCPBuilder(sourcePort: sourcePort, destinationPort: destinationPort)
    tcp.sequenceNumber = command.sequenceNumber ?? UInt32.random(in: .min ... .max, using: &random)
    tcp.acknowledgmentNumber = command.acknowledgmentNumber ?? UInt32.random(in: .min ... .max, using: &random)
    tcp.flags = command.flags
    tcp.window = command.window
    if command.hasTimestamp {
      let value = UInt32.random(in: .min ... .max, using: &random)
      tcp.options = [1, 1, 8, 10] + IPv4Address(rawValue: value).bytes + [0, 0, 0, 0]
    }
    tcp.data = data
    var bytes = tcp.bytes(source: source, destination: command.target)
    guard command.dataOffset != 5 else { return bytes }
    bytes[12] = (command.dataOffset + (command.hasTimestamp ? 3 : 0)) << 4
    bytes.store(UInt16(0), at: 16)
    let sum = InternetChecksum.of(bytes[...], source: source, destination: command.target, protocolNumber: 6)
    bytes.store(sum, at: 16)
    return bytes
  }

  private func icmp(_ source: IPv4Address, _ midnight: UInt32) -> [UInt8] {
    // hping3 stores its process id and sequence number in the host's byte order, here little-endian.
    let echo = UInt32(process.byteSwapped) << 16 | UInt32(sent.byteSwapped)
    switch command.icmpType {
    case 0, 8:
      return ICMPBuilder(type: command.icmpType, code: command.icmpCode, restOfHeader: echo, data: data).bytes
    case 13, 14:
      let times = IPv4Address(rawValue: midnight).bytes + [UInt8](repeating: 0, count: 8)
      return ICMPBuilder(type: command.icmpType, restOfHeader: echo, data: times).bytes
    case 17, 18:
      return ICMPBuilder(type: command.icmpType, restOfHeader: echo, data: [0, 0, 0, 0]).bytes
    default:
      let rest = command.icmpType == 5 ? command.icmpGateway.rawValue : 0
      return ICMPBuilder(type: command.icmpType, code: command.icmpCode, restOfHeader: rest, data: quotation).bytes
    }
  }

  /// What an ICMP error of hping3 quotes: a TCP packet from 1.2.3.4 to 5.6.7.8 that holds a UDP header, whose
  /// checksum counts the IP packet's length.
  private var quotation: [UInt8] {
    let source = IPv4Address(rawValue: 0x0102_0304)
    let destination = IPv4Address(rawValue: 0x0506_0708)
    var ports = [UInt8](repeating: 0, count: 8)
    ports.store(UInt16(8), at: 4)
    var sum = InternetChecksum()
    for address in [source, destination] { sum.add(address.bytes) }
    sum.add(UInt16(6))
    sum.add(UInt16(28))
    sum.add(ports)
    ports.store(sum.value, at: 6)
    let header = IPv4Builder(identification: process, protocolNumber: 6, source: source, destination: destination)
    return header.bytes(payload: ports) + data
  }

  private func spoiled(_ bytes: [UInt8], checksumAt offset: Int) -> [UInt8] {
    guard command.spoilsChecksum, let sum = bytes[...].uint16(at: offset) else { return bytes }
    var bytes = bytes
    bytes.store(sum ^ 0x5555, at: offset)
    return bytes
  }
}
