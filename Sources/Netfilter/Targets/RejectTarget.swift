import Wire

/// `-j REJECT`: drops the packet and answers it (`net/ipv4/netfilter/ipt_REJECT.c`, `nf_reject_ipv4.c`).
package struct RejectTarget: Target {
  package static let name = "REJECT"
  package static let options = [OptionDefinition("reject-with")]
  package static let tables: [TableName] = [.filter]
  package static let hooks: [Hook] = [.input, .forward, .output]

  /// What is sent.
  package enum Answer: String, Sendable, CaseIterable {
    case networkUnreachable = "icmp-net-unreachable"
    case hostUnreachable = "icmp-host-unreachable"
    case protocolUnreachable = "icmp-proto-unreachable"
    case portUnreachable = "icmp-port-unreachable"
    case networkProhibited = "icmp-net-prohibited"
    case hostProhibited = "icmp-host-prohibited"
    case tcpReset = "tcp-reset"
    case administrativelyProhibited = "icmp-admin-prohibited"

    fileprivate var alias: String {
      switch self {
      case .networkUnreachable: "net-unreach"
      case .hostUnreachable: "host-unreach"
      case .protocolUnreachable: "proto-unreach"
      case .portUnreachable: "port-unreach"
      case .networkProhibited: "net-prohib"
      case .hostProhibited: "host-prohib"
      case .tcpReset: "tcp-rst"
      case .administrativelyProhibited: "admin-prohib"
      }
    }

    /// The code of an ICMP destination unreachable message (RFC 792, RFC 1812 section 5.2.7.1); `nil` for a RST.
    package var code: UInt8? {
      switch self {
      case .networkUnreachable: 0
      case .hostUnreachable: 1
      case .protocolUnreachable: 2
      case .portUnreachable: 3
      case .networkProhibited: 9
      case .hostProhibited: 10
      case .administrativelyProhibited: 13
      case .tcpReset: nil
      }
    }
  }

  package private(set) var answer = Answer.portUnreachable

  package init() {}

  /// The name may be shortened: the first that begins so is taken.
  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let wanted = option.value.lowercased()
    if ["echo-reply", "echoreply"].contains(where: { $0.hasPrefix(wanted) }), !wanted.isEmpty {
      throw OptionError(
        "unknown reject type \"\(option.value)\"", warning: "--reject-with echo-reply no longer supported")
    }
    guard let found = Answer.allCases.first(where: { $0.rawValue.hasPrefix(wanted) || $0.alias.hasPrefix(wanted) })
    else {
      throw OptionError("unknown reject type \"\(option.value)\"")
    }
    answer = found
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard answer == .tcpReset else { return }
    guard placement.header.protocolNumber == 6, !placement.header.protocolInverted else {
      throw OptionError("REJECT --reject-with tcp-reset needs `-p tcp'")
    }
  }

  package var saved: String { " --reject-with \(answer.rawValue)" }

  package func listed(numeric: Bool) -> String { " reject-with \(answer.rawValue)" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    if let code = answer.code {
      sendUnreachable(code, context)
    } else {
      ResetAnswer.send(context)
    }
    return .reject
  }

  /// `nf_send_unreach`: nothing for later fragments and for packets whose checksum does not fit.
  private func sendUnreachable(_ code: UInt8, _ context: PacketContext) {
    let packet = context.packet
    guard packet.fragmentOffset == 0 else { return }
    switch RejectChecksum.isGood(packet) {
    case true?: context.namespace.stack?.sendICMPError(type: 3, code: code, info: 0, about: packet, by: context.step)
    case false?: break
    case nil: packet.walk.leaveOpen("the answer of REJECT to a packet whose checksum cannot be verified")
    }
  }
}

extension PacketContext {
  /// The rule being judged, as a step of the packet's path.
  package var step: PathStep { PathStep(table: table, chain: chain, kind: .rule, number: ruleNumber) }
}

/// Whether REJECT may answer a packet, by its transport checksum (`nf_ip_checksum`, `nf_reject_verify_csum`).
enum RejectChecksum {
  /// Protocols whose integrity is not told by a checksum over the whole payload: GRE, ESP, AH, SCTP, UDP-Lite.
  private static let unchecked: Set<UInt8> = [47, 50, 51, 132, 136]

  /// `nil` where bytes are missing that it covers.
  ///
  /// - Parameter trustsTracking: what tracking found good is not looked at again.
  static func isGood(_ packet: SocketBuffer, trustsTracking: Bool = true) -> Bool? {
    guard let ip = packet.ip else { return false }
    if packet.transportChecksumVouched || packet.isGenerated || unchecked.contains(ip.protocolNumber) { return true }
    if packet.isSummed, packet.device != nil { return true }
    if trustsTracking, packet.isTransportChecksumVerified == true { return true }
    let payload = packet.payload
    let start = packet.headerLength
    // A port that the kernel picked at random has its checksum brought up to date: it fits as it did before.
    let ports = start..<start + 4
    let isPicked = packet.connection?.hasRandomPort == true
    func isUnknown(_ range: Range<Int>) -> Bool {
      packet.unknown.contains { $0.overlaps(range) && !(isPicked && $0.clamped(to: ports) == $0) }
    }
    if ip.protocolNumber == 17 {
      if isUnknown(start + 6..<start + 8) { return nil }
      if payload.count >= 8, payload.uint16(at: 6) == 0 { return true }
    }
    let hasPseudoHeader = ip.protocolNumber == 6 || ip.protocolNumber == 17
    let isCovered = isUnknown(start..<packet.bytes.count) || (hasPseudoHeader && isUnknown(12..<20))
    if isCovered { return nil }
    // The IP header is summed too: nothing where its checksum fits, but the kernel may have changed its options since.
    var sum = InternetChecksum()
    if hasPseudoHeader {
      sum.add(ip.source.bytes)
      sum.add(ip.destination.bytes)
      sum.add(UInt16(ip.protocolNumber))
      sum.add(UInt16(truncatingIfNeeded: payload.count))
    }
    sum.add(packet.bytes)
    return sum.value == 0
  }
}
