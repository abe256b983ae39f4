import Wire

extension RuleHeader {
  /// Compares addresses, interfaces, protocol and fragment, in the kernel's order (`ip_packet_match`).
  func evaluate(_ context: PacketContext) -> MatchResult {
    let ip = context.address
    if let missing = unknownField(context.packet) { return .notModelled("the packet's \(missing) is unknown") }
    if let source {
      let holds = source.contains(ip.source) != source.inverted
      guard context.compare(holds, source.comparison("-s", "source_address", 12..<16, ip.source, holds)) else {
        return .fails
      }
    }
    if let destination {
      let holds = destination.contains(ip.destination) != destination.inverted
      guard
        context.compare(holds, destination.comparison("-d", "destination_address", 16..<20, ip.destination, holds))
      else { return .fails }
    }
    if let input {
      let holds = input.covers(context.inputInterface) != input.inverted
      guard context.compare(holds, input.comparison("-i", "input interface", context.inputInterface, holds)) else {
        return .fails
      }
    }
    if let output {
      let holds = output.covers(context.outputInterface) != output.inverted
      guard context.compare(holds, output.comparison("-o", "output interface", context.outputInterface, holds)) else {
        return .fails
      }
    }
    if protocolNumber != 0 {
      let holds = (ip.protocolNumber == protocolNumber) != protocolInverted
      guard
        context.compare(
          holds,
          Comparison(
            "-p", .field("ipv4", "protocol", bytes: 9..<10), read: ProtocolNames.text(ip.protocolNumber), .equals,
            ProtocolNames.text(protocolNumber), inverted: protocolInverted, holds: holds))
      else { return .fails }
    }
    if fragment {
      let holds = (ip.fragmentOffset > 0) != fragmentInverted
      guard
        context.compare(
          holds,
          Comparison(
            "-f", .field("ipv4", "fragment_offset", bytes: 6..<8), read: String(ip.fragmentOffset / 8), .atLeast, "1",
            inverted: fragmentInverted, holds: holds))
      else { return .fails }
    }
    return .holds
  }

  /// The first field that this header reads and the capture does not give.
  private func unknownField(_ packet: SocketBuffer) -> String? {
    guard !packet.unknown.isEmpty else { return nil }
    if source != nil, packet.isUnknown(12..<16) { return "source address" }
    if destination != nil, packet.isUnknown(16..<20) { return "destination address" }
    if protocolNumber != 0, packet.isUnknown(9..<10) { return "protocol" }
    return nil
  }
}

extension RuleHeader.AddressMatch {
  fileprivate func contains(_ other: UInt32) -> Bool { other & mask == address.rawValue }

  fileprivate func comparison(
    _ option: String, _ field: String, _ bytes: Range<Int>, _ read: UInt32, _ holds: Bool
  ) -> Comparison {
    Comparison(
      option, .field("ipv4", field, bytes: bytes), read: IPv4Address(rawValue: read).description, .hasPrefix,
      AddressText.withMask(address, mask), inverted: inverted, holds: holds)
  }
}

extension RuleHeader.InterfaceMatch {
  /// A name ending in `+` covers every name that begins with what stands before it; the empty name of a hook that
  /// has no such interface is compared like any other.
  fileprivate func covers(_ other: String) -> Bool {
    guard name.utf8.last == UInt8(ascii: "+") else { return other == name }
    return other.utf8.starts(with: name.utf8.dropLast())
  }

  fileprivate func comparison(_ option: String, _ what: String, _ read: String, _ holds: Bool) -> Comparison {
    Comparison(option, .property(what), read: read, .equals, name, inverted: inverted, holds: holds)
  }
}
