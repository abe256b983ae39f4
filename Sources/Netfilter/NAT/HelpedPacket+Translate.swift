import Wire

extension HelpedPacket {
  /// Ports tried before the kernel gives up.
  private static let mostAttempts = 128

  /// Waits for a connection to a translated address, at the announced port where nobody else waits there
  /// (`nf_nat_exp_find_port`).
  ///
  /// - Parameters:
  ///   - direction: the direction of the master in which the connection will go.
  ///   - port: the announced port.
  ///   - bytes: what announces it, counted from the first byte of the IP header.
  /// - Returns: the port waited at; `nil` where the packet is dropped.
  func expectTranslated(
    _ expectation: Expectation, to direction: FlowDirection, from port: UInt16, _ bytes: Range<Int>
  ) -> UInt16? {
    expectation.following = .init(port: port, direction: direction)
    let others = UInt16.max - port
    for attempt in 0...min(Int(others), Self.mostAttempts) {
      let tried = port &+ UInt16(attempt)
      expectation.tuple.destinationPort = tried
      do {
        try tracker.expect(expectation)
      } catch {
        if error == .taken { continue }
        break
      }
      // The kernel takes the port for none at all, and waits there all the same.
      guard tried != 0 else { break }
      if attempt > 0 { packet.walk.leaveOpen("NAT: the kernel picks the port at random") }
      note(.expects(expectation.description), bytes)
      return tried
    }
    note(.refuses("all ports in use"), bytes)
    return nil
  }

  /// Writes what announces the connection anew, and notes by how much the sequence numbers after it are shifted
  /// (`nf_nat_mangle_tcp_packet`).
  func replace(_ bytes: Range<Int>, with text: [UInt8], _ expectation: Expectation) -> HelperVerdict {
    let sequence = packet.payload.uint32(at: 4) ?? 0
    guard packet.replaceData(bytes, with: text) else {
      tracker.forget(expectation)
      note(.refuses("cannot mangle packet"), bytes)
      return .drop
    }
    let shift = text.count - bytes.count
    if shift != 0, entry.tcp != nil {
      entry.status.insert(.sequenceAdjust)
      var adjustment = entry.tcp?.adjustment ?? SequenceAdjustment()
      adjustment[direction].add(Int32(shift), at: sequence)
      entry.tcp?.adjustment = adjustment
    }
    return .accept
  }
}

extension SocketBuffer {
  /// Puts other bytes in the place of some of a TCP segment's or UDP datagram's data, with lengths and checksums brought
  /// up to date (`nf_nat_mangle_tcp_packet`, `nf_nat_mangle_udp_packet`); `false` where the packet would become too long.
  func replaceData(_ range: Range<Int>, with text: [UInt8]) -> Bool {
    let start = headerLength
    guard range.upperBound <= bytes.count, start >= 20, range.lowerBound >= start + 8,
      let length = UInt16(exactly: bytes.count + text.count - range.count)
    else { return false }
    let old = Array(bytes[range])
    bytes.replaceSubrange(range, with: text)
    bytes.store(length, at: 2)
    bytes.storeHeaderChecksum(length: start)
    // What was put together from fragments is one piece now.
    fragmentSizes = []
    if bytes[9] == 17 {
      bytes.store(length - UInt16(start), at: start + 4)
      if bytes[...].uint16(at: start + 6) != 0 || hasPartialChecksum { finishChecksum() }
    } else {
      finishChecksum()
    }
    let change = PacketChange(
      by: "NAT", what: "payload", from: String(decoding: old, as: UTF8.self), to: String(decoding: text, as: UTF8.self),
      bytes: range.lowerBound..<range.lowerBound + text.count, packet: bytes)
    walk.record(.changed(change))
    return true
  }

  /// Leaves the transport checksum to the device; `bytes` hold what it will write (`nf_nat_csum_recalc`).
  func finishChecksum() {
    guard let ip else { return }
    hasPartialChecksum = true
    let place = headerLength + (ip.protocolNumber == 17 ? 6 : 16)
    bytes.store(UInt16(0), at: place)
    let sum = InternetChecksum.of(
      payload, source: ip.source, destination: ip.destination, protocolNumber: ip.protocolNumber)
    bytes.store(sum == 0 && ip.protocolNumber == 17 ? 0xffff : sum, at: place)
  }
}

extension ConnectionTracker {
  /// Translates a connection that was waited for as its master is (`nf_nat_follow_master`): it comes from where the
  /// master's packets go, and goes to who announced it.
  func follow(_ following: Expectation.Following, _ entry: ConnectionTrackingEntry, _ packet: SocketBuffer) {
    guard let master = entry.master else { return }
    let opposite = master[following.direction.opposite]
    bind(packet, entry, to: TranslationRange().to(opposite.destination), .source, by: "NAT")
    let ports = TranslationRange.Ends(following.port, following.port)
    bind(packet, entry, to: TranslationRange(ports: ports).to(opposite.source), .destination, by: "NAT")
  }
}
