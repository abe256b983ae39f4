import Wire

/// `-j TEE`: sends a copy of the packet to another machine (`net/netfilter/xt_TEE.c`, `net/ipv4/netfilter/nf_dup_ipv4.c`).
package struct TeeTarget: Target {
  package static let name = "TEE"
  package static let options = [OptionDefinition("gateway", mandatory: true), OptionDefinition("oif")]

  private var gateway = IPv4Address.any
  private var interface = ""

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "gateway" else {
      interface = SavedString.cut(option.value, to: 15)
      return
    }
    let address = try AddressReading.host(option.value)
    gateway = address
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if gateway == .any { throw OptionError("TEE: --gateway 0.0.0.0 leads nowhere") }
  }

  package var saved: String { " --gateway \(gateway)" + (interface.isEmpty ? "" : " --oif \(interface)") }

  package func listed(numeric: Bool) -> String {
    let shown = gateway.description
    return " TEE gw:\(numeric ? shown : AddressText.named(shown[...]))" + (interface.isEmpty ? "" : " oif=\(interface)")
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let (namespace, packet) = (context.namespace, context.packet)
    // What a copy brings about on its way out is not copied again.
    guard !namespace.isDuplicating, packet.headerLength >= 20, packet.bytes.count >= packet.headerLength,
      let stack = namespace.stack,
      let route = stack.outputRoute(
        to: gateway, from: nil, mark: 0, interface: stack.interfaceNames.first { $0 == interface })
    else { return .next }
    // The host would hear its own copy and, where a rule meets it there, copy it for ever.
    guard route.kind == .unicast else { return .notModelled("-j TEE --gateway \(gateway), which is no other machine") }
    let copy = packet.duplicate(by: context.step, asReceived: context.hook == .prerouting || context.hook == .input)
    copy.route = route
    copy.device = route.interface
    namespace.isDuplicating = true
    defer { namespace.isDuplicating = false }
    stack.sendDuplicate(copy, of: packet)
    return .next
  }
}

extension SocketBuffer {
  /// A copy that goes its own way, untracked and without a socket. DF is set, so that the sender hears of a link it does
  /// not fit; what has come in loses a hop, as where it is routed on.
  fileprivate func duplicate(by rule: PathStep, asReceived: Bool) -> SocketBuffer {
    var bytes = bytes
    bytes.store((bytes[...].uint16(at: 6) ?? 0) | 0x4000, at: 6)
    if asReceived { bytes[8] &-= 1 }
    bytes.storeHeaderChecksum(length: headerLength)
    let copy = copy(bytes, walk: Walk(origin: .duplicate(rule), bytes: bytes, isRecording: walk.isRecording))
    copy.hasLostLinkHeader = inputInterface != nil
    copy.inputInterface = nil
    copy.outputInterface = nil
    copy.connection = nil
    copy.connectionInfo = .untracked
    copy.answersTracked = false
    copy.wasTracked = false
    copy.socket = .none
    (copy.unknown, copy.edited, copy.chosen) = (unknown, edited, chosen)
    copy.options = options
    copy.isTransportChecksumVerified = isTransportChecksumVerified
    copy.isSummed = asReceived && isTransportChecksumVerified != nil
    copy.fragmentMaximumSize = fragmentMaximumSize
    copy.ignoresDontFragment = ignoresDontFragment
    copy.fragmentsKeepDontFragment = fragmentsKeepDontFragment
    return copy
  }
}
