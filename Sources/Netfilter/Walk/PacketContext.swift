import Wire

/// What a match or target sees of the world while it judges one packet (`struct xt_action_param`).
///
/// One context serves a whole table traversal; matches must not keep it.
package final class PacketContext {
  package let namespace: NetworkNamespace
  package let packet: SocketBuffer
  package let table: TableName
  package let hook: Hook
  /// As the rule sees it: empty where the packet has none (`-i` in OUTPUT); at POSTROUTING a forwarded packet still has
  /// the one it came in by.
  package let inputInterface: String
  package let outputInterface: String
  /// What rule headers compare, read from the packet once and again after a target has run.
  package private(set) var address = PacketAddress()
  /// Where the rule being judged stands.
  package internal(set) var chain = ""
  package internal(set) var ruleNumber = 0
  /// A match that gave the packet up held all the same, being inverted: the rule acts, then the packet is dropped
  /// (`par->hotdrop`).
  package var dropsAfterRule = false
  /// Every comparison is made, whatever came of the one before (`NetworkNamespace.inspect`).
  var goesOn = false
  /// Comparisons of the rule being judged; `nil` when nobody watches.
  package internal(set) var comparisons: [Comparison]?

  package init(namespace: NetworkNamespace, packet: SocketBuffer, table: TableName, hook: Hook) {
    self.namespace = namespace
    self.packet = packet
    self.table = table
    self.hook = hook
    inputInterface = hook == .output ? "" : packet.inputInterface ?? packet.device ?? ""
    outputInterface = hook == .prerouting || hook == .input ? "" : packet.outputInterface ?? ""
    comparisons = packet.walk.isRecording ? [] : nil
    readAddress()
  }

  /// Reads the packet's header again, which a target may have changed.
  func readAddress() { address = PacketAddress(packet.bytes) }

  /// Notes a comparison when somebody watches, and gives back how it came out.
  @inline(__always)
  package func compare(_ holds: Bool, _ comparison: @autoclosure () -> Comparison) -> Bool {
    if comparisons != nil { comparisons?.append(comparison()) }
    return holds || goesOn
  }

  /// Offset of the packet's fragment, in bytes.
  package var fragmentOffset: Int { address.fragmentOffset }
  /// First byte after the IPv4 header.
  package var transportOffset: Int { packet.headerLength }
}

/// The part of an IPv4 header that rules compare without any extension.
package struct PacketAddress: Sendable, Hashable {
  package private(set) var source: UInt32 = 0
  package private(set) var destination: UInt32 = 0
  package private(set) var protocolNumber: UInt8 = 0
  /// In bytes.
  package private(set) var fragmentOffset = 0

  init() {}

  /// Of bytes that begin with a whole IPv4 header, as the stack has made sure.
  init(_ bytes: [UInt8]) {
    guard bytes.count >= 20 else { return }
    fragmentOffset = (Int(bytes[6] & 0x1f) << 8 | Int(bytes[7])) * 8
    protocolNumber = bytes[9]
    source = UInt32(bytes[12]) << 24 | UInt32(bytes[13]) << 16 | UInt32(bytes[14]) << 8 | UInt32(bytes[15])
    destination = UInt32(bytes[16]) << 24 | UInt32(bytes[17]) << 16 | UInt32(bytes[18]) << 8 | UInt32(bytes[19])
  }
}

/// What a match says of a packet.
package enum MatchResult: Sendable, Hashable {
  case holds
  case fails
  /// The packet is dropped on the spot, before any other rule (`par->hotdrop`).
  case hotdrop
  /// We cannot judge this, by name: `-m owner`. The walk ends without a verdict.
  case notModelled(String)

  package init(_ holds: Bool) { self = holds ? .holds : .fails }
}

/// What a target does with the packet.
package enum TargetResult: Sendable, Hashable {
  /// The next rule is asked (`XT_CONTINUE`): LOG, MARK, ...
  case next
  case accept
  case drop
  /// REJECT: dropped, and answered where an answer may be given.
  case reject
  case `return`
  case queue
  case stolen
  case notModelled(String)
}
