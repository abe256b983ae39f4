import Wire

/// What `tcpdump` listens on: one interface, or with `any` all of them, each frame then under a Linux cooked header.
struct CaptureDevice {
  /// A frame as a capture socket gives it.
  struct Frame {
    let bytes: [UInt8]
    let clock: Int64
    let isOutgoing: Bool
    /// Of the interface, from 1.
    let index: UInt32
    let knowledge: ByteKnowledge
  }

  let name: String
  let linkType: LinkType
  /// 0 where none is known.
  let netmask: UInt32
  let frames: [Frame]
  /// Interfaces by their index.
  let names: [(UInt32, String)]

  /// - Parameter wanted: a name, or a number of the list that `tcpdump -D` prints; `nil` for the first.
  /// - Returns: `nil` where there is no such interface.
  init?(_ wanted: String?, _ host: SimulatedHost) {
    let list = Self.order(host.description)
    var chosen = wanted ?? list.first ?? "lo"
    if let number = Int(chosen), list.indices.contains(number - 1) { chosen = list[number - 1] }
    guard list.contains(chosen) else { return nil }
    name = chosen
    let indices = Dictionary(
      host.description.interfaces.enumerated().map { ($1.name, UInt32($0 + 1)) },
      uniquingKeysWith: { first, _ in first })
    names = indices.map { ($1, $0) }
    let isAny = chosen == "any"
    let seen = host.frames.filter { isAny || $0.interface == chosen }
    let link = host.description[interface: chosen]
    netmask = link?.addresses.first?.mask ?? 0
    // A link whose addresses nobody knows is shown as one without, like a tunnel.
    let hasHeaders =
      chosen == "lo" || (link?.mac != nil && link?.peerMAC != nil) || seen.contains { !$0.linkHeader.isEmpty }
    let isWhole = seen.allSatisfy { !$0.linkHeader.isEmpty }
    linkType = isAny ? .linuxSLL2 : hasHeaders && isWhole ? .ethernet : .raw
    let type = linkType
    frames = seen.map { frame in
      let index = indices[frame.interface] ?? 0
      let header = type == .ethernet ? frame.linkHeader : isAny ? Self.cooked(frame, index) : []
      return Frame(
        bytes: header + frame.bytes, clock: frame.clock, isOutgoing: frame.isOutgoing, index: index,
        knowledge: frame.knowledge.shifted(by: header.count))
    }
  }

  /// As `tcpdump -D` lists them: those that lead somewhere, all, then `lo`.
  private static func order(_ host: HostDescription) -> [String] {
    host.interfaces.map(\.name).filter { $0 != "lo" } + ["any", "lo"]
  }

  static func list(of host: HostDescription) -> String {
    order(host).enumerated().map { number, name in
      let words =
        switch name {
        case "any": "any (Pseudo-device that captures on all interfaces) [Up, Running]"
        case "lo": "lo [Up, Running, Loopback]"
        default: "\(name) [Up, Running, Connected]"
        }
      return "\(number + 1).\(words)\n"
    }.joined()
  }

  /// The header of a cooked capture, version 2 (LINKTYPE_LINUX_SLL2).
  private static func cooked(_ frame: HostFrame, _ index: UInt32) -> [UInt8] {
    let link = frame.linkHeader
    let isEthernet = link.count >= 14
    let hardware: UInt16 = frame.interface == "lo" ? 772 : isEthernet ? 1 : 0xfffe
    var bytes: [UInt8] = [0x08, 0x00, 0, 0] + IPv4Address(rawValue: index).bytes
    bytes += [UInt8(hardware >> 8), UInt8(hardware & 255), packetType(frame), isEthernet ? 6 : 0]
    bytes += isEthernet ? link[6..<12] + [0, 0] : [0, 0, 0, 0, 0, 0, 0, 0]
    return bytes
  }

  /// For us, to all, to a group, from us.
  private static func packetType(_ frame: HostFrame) -> UInt8 {
    if frame.isOutgoing { return 4 }
    guard let destination = IPv4Address(bytes: frame.bytes[...].slice(at: 16, length: 4)) else { return 0 }
    if destination == .broadcast || frame.linkHeader.starts(with: MACAddress.broadcast.bytes) { return 1 }
    return destination.isMulticast ? 2 : 0
  }
}
