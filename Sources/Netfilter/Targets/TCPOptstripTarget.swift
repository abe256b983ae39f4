/// `-j TCPOPTSTRIP`: overwrites TCP options with no-operations (`net/netfilter/xt_TCPOPTSTRIP.c`).
package struct TCPOptstripTarget: Target {
  package static let name = "TCPOPTSTRIP"
  package static let options = [OptionDefinition("strip-options")]
  package static let tables: [TableName] = [.mangle]
  package static let protocolNumber: UInt8? = 6
  private static let names: [String: UInt8] = [
    "wscale": 3, "mss": 2, "sack-permitted": 4, "sack": 5, "timestamp": 8, "md5": 19,
  ]

  private var kinds: Set<UInt8> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    for part in option.value.split(separator: ",", omittingEmptySubsequences: false) {
      guard let kind = Self.names[String(part)] ?? CNumber.parse(part) else {
        throw OptionError("Bad TCP option value \"\(part)\"")
      }
      guard kind >= 2 else { throw OptionError("Option value may not be 0 or 1") }
      guard kinds.insert(kind).inserted else { throw OptionError("Option \"\(part)\" already specified") }
    }
  }

  package var saved: String {
    kinds.isEmpty ? "" : " --strip-options " + kinds.sorted().map(String.init).joined(separator: ",")
  }

  package func listed(numeric: Bool) -> String {
    if kinds.isEmpty { return "" }
    let text = { (kind: UInt8) in (numeric ? nil : Self.names.first { $0.value == kind }?.key) ?? String(kind) }
    return " TCPOPTSTRIP options " + kinds.sorted().map(text).joined(separator: ",")
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    guard packet.fragmentOffset == 0 else { return .next }
    let start = packet.headerLength
    guard packet.payload.count >= 20 else { return .drop }
    let headerLength = Int((packet.payload.byte(at: 12) ?? 0) >> 4) * 4
    guard headerLength >= 20, headerLength <= packet.payload.count else { return .drop }
    var index = 20
    while index < headerLength - 1 {
      let kind = packet.bytes[start + index]
      let given = Int(packet.bytes[start + index + 1])
      let length = kind < 2 || given == 0 ? 1 : given
      if index + length > headerLength { break }
      if kinds.contains(kind) { strip(packet, start + index, length, start) }
      index += length
    }
    return .next
  }

  private func strip(_ packet: SocketBuffer, _ place: Int, _ length: Int, _ start: Int) {
    let kind = packet.bytes[place]
    for offset in place..<place + length {
      let old = packet.bytes[offset]
      let isHigh = (offset - start) % 2 == 0
      packet.updateChecksum(
        at: start + 16, from: isHigh ? UInt16(old) << 8 : UInt16(old), to: isHigh ? 0x0100 : 0x0001)
      packet.bytes[offset] = 1
    }
    packet.note(Self.name, "options", "option \(kind)", "no operation", place..<place + length)
  }
}
