import Capture
import Netfilter
import Simulation
import Wire

/// A scenario's packets with other addresses, ports, sequence numbers, identifications and times to live, the same ones
/// everywhere, so that what belongs together still does. What rules and host name stays as it is.
struct PacketRenewal {
  private(set) var scenario: Scenario
  private var random: SplitMix64
  private let named: Set<UInt64>
  private let ruleText: String
  private let local: [IPv4Prefix]
  private let hasFragments: Bool
  private var addresses: [UInt32: UInt32] = [:]
  private var ports: [UInt16: UInt16] = [:]
  private var identifications: [UInt16: UInt16] = [:]
  /// What is added to the numbers that an end of a connection counts with.
  private var shifts: [UInt64: UInt32] = [:]

  init(_ original: Scenario, seed: UInt64) {
    scenario = original
    random = SplitMix64(seed: seed)
    ruleText = original.ruleset.savedText(counters: false)
    named = Self.numbers(in: ruleText).union(original.host.services.map { UInt64($0.port) })
    local = original.host.interfaces.flatMap(\.addresses)
    hasFragments = original.packets.contains { packet in
      guard let offset = IPv4Location(packet)?.offset else { return false }
      return (packet.bytes[...].uint16(at: offset + 6) ?? 0) & 0x3fff != 0
    }
    scenario = original.with(packets: original.packets.map { renew($0) })
  }

  /// Every number that a text writes.
  static func numbers(in text: String) -> Set<UInt64> {
    Set(text.split { !$0.isNumber }.compactMap { UInt64($0) })
  }

  private mutating func renew(_ packet: CapturedPacket) -> CapturedPacket {
    guard packet.knowledge.unknown.isEmpty, let offset = IPv4Location(packet)?.offset else { return packet }
    var fresh = packet
    // A packet with bytes edited out becomes one that is whole.
    if !packet.knowledge.edited.isEmpty {
      fresh.knowledge = ByteKnowledge()
      fresh.shownSource = nil
      fresh.shownDestination = nil
      fresh.bytes = Self.withChecksums(fresh.bytes, at: offset)
    }
    let isSound = Self.withChecksums(fresh.bytes, at: offset) == fresh.bytes
    rewrite(&fresh.bytes, at: offset, isQuoted: false)
    if isSound {
      fresh.bytes = Self.withChecksums(fresh.bytes, at: offset)
    } else if !hasFragments {
      // What did not fit before must not fit now.
      let sound = Self.withChecksums(fresh.bytes, at: offset)
      if sound == fresh.bytes { fresh.bytes[offset + 11] &+= 1 }
    }
    return fresh
  }

  private mutating func rewrite(_ bytes: inout [UInt8], at offset: Int, isQuoted: Bool) {
    guard bytes.count >= offset + 20, bytes[offset] >> 4 == 4 else { return }
    let header = Int(bytes[offset] & 0xf) * 4
    let word = { (bytes: [UInt8], at: Int) in UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }
    let identification = word(bytes, offset + 4)
    if identification != 0 { bytes.store(otherIdentification(identification), at: offset + 4) }
    let (source, destination) = (address(bytes, offset + 12), address(bytes, offset + 16))
    if bytes[offset + 8] > 30, !isLocal(source) {
      bytes[offset + 8] = bytes[offset + 8] > 128 ? 230 + UInt8(random.next() % 20) : 40 + UInt8(random.next() % 24)
    }
    if !hasFragments {
      bytes.store(otherAddress(source), at: offset + 12)
      bytes.store(otherAddress(destination), at: offset + 16)
    }
    let start = offset + header
    let isFragment = word(bytes, offset + 6) & 0x3fff != 0
    guard !isFragment, bytes.count >= start + 8 else { return }
    switch bytes[offset + 9] {
    case 6, 17:
      let (from, to) = (word(bytes, start), word(bytes, start + 2))
      bytes.store(otherPort(from), at: start)
      bytes.store(otherPort(to), at: start + 2)
      guard bytes[offset + 9] == 6 else { return }
      let ends = (UInt64(source) << 16 | UInt64(from), UInt64(destination) << 16 | UInt64(to))
      bytes.store(address(bytes, start + 4) &+ shift(ends.0), at: start + 4)
      guard bytes.count >= start + 14, bytes[start + 13] & 0x10 != 0 else { return }
      bytes.store(address(bytes, start + 8) &+ shift(ends.1), at: start + 8)
    // An error quotes a packet.
    case 1 where [3, 4, 5, 11, 12].contains(bytes[start]) && !isQuoted:
      rewrite(&bytes, at: start + 8, isQuoted: true)
      guard bytes.count >= start + 28, bytes[start + 8] >> 4 == 4 else { return }
      let quoted = Int(bytes[start + 8] & 0xf) * 4
      guard quoted >= 20, bytes.count >= start + 8 + quoted else { return }
      bytes.store(UInt16(0), at: start + 18)
      bytes.store(InternetChecksum.of(bytes[start + 8..<start + 8 + quoted]), at: start + 18)
    default: return
    }
  }

  private func address(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func isLocal(_ address: UInt32) -> Bool { local.contains { $0.address.rawValue == address } }

  /// Another address of the same sort, always the same one; the host's own and those that the rules name stay.
  private mutating func otherAddress(_ address: UInt32) -> UInt32 {
    if let known = addresses[address] { return known }
    let text = IPv4Address(rawValue: address).description
    let gateways = scenario.host.routes.compactMap(\.gateway?.rawValue)
    var chosen = address
    if !isLocal(address), !gateways.contains(address), !ruleText.contains(text), address >> 28 != 0xe, address != .max,
      address != 0
    {
      // A neighbour stays one: only the last byte changes.
      let isNeighbour = local.contains { $0.contains(IPv4Address(rawValue: address)) }
      let networks: [UInt32] = isNeighbour ? [address & 0xffff_ff00] : [0xc633_6400, 0xcb00_7100]
      repeat {
        chosen = networks[Int(random.next() % UInt64(networks.count))] | UInt32(20 + random.next() % 220)
      } while addresses.values.contains(chosen) || isLocal(chosen)
        || ruleText.contains(IPv4Address(rawValue: chosen).description)
    }
    addresses[address] = chosen
    return chosen
  }

  /// Another port; well-known ones, services and those that the rules name stay.
  private mutating func otherPort(_ port: UInt16) -> UInt16 {
    if let known = ports[port] { return known }
    var chosen = port
    if port >= 1024, !named.contains(UInt64(port)) {
      repeat {
        chosen = UInt16(1024 + random.next() % 60_000)
      } while named.contains(UInt64(chosen))
        || ports.values.contains(chosen)
    }
    ports[port] = chosen
    return chosen
  }

  /// Another identification; fragments of one packet go on sharing theirs.
  private mutating func otherIdentification(_ number: UInt16) -> UInt16 {
    if let known = identifications[number] { return known }
    let chosen = UInt16(1 + random.next() % 65_000)
    identifications[number] = chosen
    return chosen
  }

  private mutating func shift(_ end: UInt64) -> UInt32 {
    if let known = shifts[end] { return known }
    let chosen = UInt32(truncatingIfNeeded: random.next())
    shifts[end] = chosen
    return chosen
  }

  /// The packet with all checksums right that it holds whole: the header's, and TCP's, UDP's or ICMP's.
  static func withChecksums(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    guard let ip = IPv4Header(bytes[...].slice(at: offset)) else { return bytes }
    var bytes = bytes
    let start = offset + ip.headerLength
    let end = min(bytes.count, offset + ip.totalLength)
    bytes.store(UInt16(0), at: offset + 10)
    bytes.store(InternetChecksum.of(bytes[offset..<start]), at: offset + 10)
    let place: Int
    switch ip.protocolNumber {
    case 6: place = start + 16
    case 17: place = start + 6
    case 1: place = start + 2
    default: return bytes
    }
    let isWhole = ip.fragmentOffset == 0 && !ip.moreFragments && end == offset + ip.totalLength && place + 2 <= end
    // A UDP checksum of zero says that none was sent.
    guard isWhole, !(ip.protocolNumber == 17 && bytes[place] == 0 && bytes[place + 1] == 0) else { return bytes }
    bytes.store(UInt16(0), at: place)
    let sum =
      ip.protocolNumber == 1
      ? InternetChecksum.of(bytes[start..<end])
      : InternetChecksum.of(
        bytes[start..<end], source: ip.source, destination: ip.destination, protocolNumber: ip.protocolNumber)
    bytes.store(sum == 0 && ip.protocolNumber == 17 ? 0xffff : sum, at: place)
    return bytes
  }
}
