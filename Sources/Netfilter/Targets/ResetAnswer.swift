import Wire

/// The RST that REJECT answers a TCP segment with (`nf_send_reset` in `net/ipv4/netfilter/nf_reject_ipv4.c`).
enum ResetAnswer {
  /// Sends it where one may be sent: to a first fragment or a whole segment that is no RST itself, whose checksum fits,
  /// and that was not for everybody.
  static func send(_ context: PacketContext) {
    let packet = context.packet
    guard let ip = packet.ip, packet.fragmentOffset == 0, ip.protocolNumber == 6, packet.payload.count >= 20,
      let stack = context.namespace.stack
    else { return }
    let start = packet.headerLength
    guard !packet.isUnknown(12..<20), !packet.isUnknown(start..<start + 14),
      let isGood = RejectChecksum.isGood(packet, trustsTracking: context.hook != .forward)
    else {
      packet.walk.leaveOpen("the RST that answers a segment of which bytes are missing")
      return
    }
    let segment = packet.payload
    let flags = TCPFlags(rawValue: segment.byte(at: 13) ?? 0)
    guard !flags.contains(.rst), isGood else { return }
    if let kind = packet.route?.kind, kind == .broadcast || kind == .multicast { return }
    let mark = context.namespace.sysctl("net.ipv4.fwmark_reflect", default: 0) != 0 ? packet.mark : 0
    guard let route = stack.outputRoute(to: ip.source, from: ip.destination, mark: mark, interface: nil) else { return }

    let bytes = build(ip, segment, flags, length: packet.length, timeToLive: timeToLive(context.namespace))
    let answer = SocketBuffer(
      bytes: bytes, walk: Walk(origin: .reject(context.step), bytes: bytes, isRecording: packet.walk.isRecording))
    answer.mark = mark
    answer.hasPartialChecksum = true
    answer.route = route
    answer.edited = carried(packet.edited, from: packet, answersAcknowledgment: flags.contains(.ack))
    answer.walk.edited = answer.edited
    answer.attachConnection(of: packet)
    context.namespace.tracker?.setClosing(packet)
    stack.send(answer, causedBy: packet)
  }

  private static func timeToLive(_ namespace: NetworkNamespace) -> UInt8 {
    UInt8(clamping: namespace.sysctl("net.ipv4.ip_default_ttl", default: 64))
  }

  /// RFC 9293 section 3.5.2: from the acknowledged place where there is one, else acknowledging all of the segment. The
  /// segment's end is reckoned from the bytes received, not from the header's length.
  private static func build(
    _ ip: IPv4Header, _ segment: Bytes, _ flags: TCPFlags, length: Int, timeToLive: UInt8
  ) -> [UInt8] {
    var reset = TCPBuilder(
      sourcePort: segment.uint16(at: 2) ?? 0, destinationPort: segment.uint16(at: 0) ?? 0)
    if flags.contains(.ack) {
      reset.sequenceNumber = segment.uint32(at: 8) ?? 0
      reset.flags = .rst
    } else {
      let headerLength = Int((segment.byte(at: 12) ?? 0) >> 4) * 4
      let data = UInt32(truncatingIfNeeded: length - ip.headerLength - headerLength)
      let sequence = segment.uint32(at: 4) ?? 0
      reset.acknowledgmentNumber = sequence &+ (flags.contains(.syn) ? 1 : 0) &+ (flags.contains(.fin) ? 1 : 0) &+ data
      reset.flags = [.rst, .ack]
    }
    return reset.packet(
      in: IPv4Builder(
        identification: 0, dontFragment: true, timeToLive: timeToLive, protocolNumber: 6, source: ip.destination,
        destination: ip.source))
  }

  /// Bytes of the RST that are copies of edited ones, and the checksums over them.
  private static func carried(
    _ edited: [Range<Int>], from packet: SocketBuffer, answersAcknowledgment: Bool
  ) -> [Range<Int>] {
    let start = packet.headerLength
    /// Offset in the packet, length, offset in the RST.
    var copies = [(12, 4, 16), (16, 4, 12), (start, 2, 22), (start + 2, 2, 20)]
    copies.append(answersAcknowledgment ? (start + 8, 4, 24) : (start + 4, 4, 28))
    var result: [Range<Int>] = []
    for (from, length, to) in copies {
      for range in edited {
        let common = range.clamped(to: from..<from + length)
        if !common.isEmpty { result.append(common.lowerBound - from + to..<common.upperBound - from + to) }
      }
    }
    guard !result.isEmpty else { return [] }
    if result.contains(where: { $0.lowerBound < 20 }) { result.append(10..<12) }
    return result + [36..<38]
  }
}
