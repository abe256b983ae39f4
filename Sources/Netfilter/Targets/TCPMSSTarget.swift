import Wire

/// `-j TCPMSS`: lowers the maximum segment size that a SYN offers (`net/netfilter/xt_TCPMSS.c`).
package struct TCPMSSTarget: Target {
  package static let name = "TCPMSS"
  package static let options = [
    OptionDefinition("set-mss"), OptionDefinition("clamp-mss-to-pmtu", argument: .none),
  ]
  package static let protocolNumber: UInt8? = 6
  /// Stands for the path's MTU less 40 bytes of headers.
  private static let clamp: UInt16 = 0xffff

  private var size: UInt16?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    size = try option.name == "set-mss" ? option.number(0...65_515, for: Self.name) : Self.clamp
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if size == nil { throw OptionError("TCPMSS target: At least one parameter is required") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if size == Self.clamp, !placement.hooks.isSubset(of: [.forward, .output, .postrouting]) {
      throw OptionError("TCPMSS: --clamp-mss-to-pmtu works only from FORWARD, OUTPUT and POSTROUTING")
    }
    guard placement.matches.contains(where: { ($0 as? TCPMatch)?.requiresSYN == true }) else {
      throw OptionError("TCPMSS works only on SYN segments: the rule needs `-p tcp --tcp-flags SYN,RST SYN' or `--syn'")
    }
  }

  package var saved: String {
    size == Self.clamp ? " --clamp-mss-to-pmtu" : " --set-mss \(size ?? 0)"
  }

  package func listed(numeric: Bool) -> String {
    size == Self.clamp ? " TCPMSS clamp to PMTU" : " TCPMSS set \(size ?? 0)"
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    guard packet.fragmentOffset == 0 else { return .next }
    let segment = packet.payload
    guard segment.count >= 20, let first = segment.byte(at: 12), let ip = packet.ip else { return .drop }
    let headerLength = Int(first >> 4) * 4
    guard headerLength >= 20, headerLength <= segment.count, var new = size else { return .drop }
    if new == Self.clamp {
      let back = context.namespace.stack?.outputRoute(to: ip.source, from: nil, mark: 0, interface: nil)?.mtu ?? .max
      let mtu = min(packet.route?.mtu ?? .max, back)
      guard mtu > 40 else { return .drop }
      new = UInt16(truncatingIfNeeded: mtu - 40)
    }
    if let place = Self.find(segment, headerLength) {
      lower(packet, at: place, to: new)
    } else if segment.count == headerLength, headerLength < 60 {
      Self.add(packet, min(new, 536))
    }
    return .next
  }

  /// Where the option's value stands in the segment.
  private static func find(_ segment: Bytes, _ headerLength: Int) -> Int? {
    var index = 20
    while index <= headerLength - 4, let kind = segment.byte(at: index), let length = segment.byte(at: index + 1) {
      if kind == 2, length == 4 { return index + 2 }
      index += kind < 2 || length == 0 ? 1 : Int(length)
    }
    return nil
  }

  /// Never raises it.
  private func lower(_ packet: SocketBuffer, at place: Int, to new: UInt16) {
    guard let old = packet.payload.uint16(at: place), old > new else { return }
    let start = packet.headerLength + place
    // The value may stand at an odd offset; the kernel's difference is that of the bare value all the same.
    packet.updateChecksum(at: packet.headerLength + 16, from: old, to: new)
    packet.bytes.store(new, at: start)
    packet.note(Self.name, "maximum_segment_size", String(old), String(new), start..<start + 2)
  }

  /// A segment without data gets the option as its first.
  private static func add(_ packet: SocketBuffer, _ size: UInt16) {
    let start = packet.headerLength
    let length = UInt16(truncatingIfNeeded: packet.payload.count)
    packet.bytes.insert(contentsOf: [2, 4, UInt8(size >> 8), UInt8(size & 255)], at: start + 20)
    packet.updateChecksum(at: start + 16, from: length, to: length + 4)
    packet.updateChecksum(at: start + 16, from: 0, to: 0x0204)
    packet.updateChecksum(at: start + 16, from: 0, to: size)
    packet.setTCPWord((packet.bytes[...].uint16(at: start + 12) ?? 0) &+ 0x1000, at: 12)
    let total = packet.bytes[...].uint16(at: 2) ?? 0
    packet.updateHeaderChecksum(from: total, to: total &+ 4)
    packet.bytes.store(total &+ 4, at: 2)
    packet.unknown = moved(packet.unknown, from: start + 20)
    packet.edited = moved(packet.edited, from: start + 20)
    packet.note(Self.name, "maximum_segment_size", "none", String(size), start + 22..<start + 24)
  }

  private static func moved(_ ranges: [Range<Int>], from place: Int) -> [Range<Int>] {
    ranges.map { $0.lowerBound >= place ? $0.lowerBound + 4..<$0.upperBound + 4 : $0 }
  }
}
