import Wire

/// Reads connections of one application protocol for the connections that they announce
/// (`struct nf_conntrack_helper`); one file each in `Helpers/`, one line in `ConnectionHelpers`. What it remembers of a
/// connection is its own: each has an instance.
package protocol ConnectionHelper: AnyObject, SendableMetatype {
  /// As `-j CT --helper` takes it.
  static var name: String { get }
  /// Transport protocols it reads.
  static var protocolNumbers: Set<UInt8> { get }
  static var policy: ExpectationPolicy { get }

  init()
  /// Reads a packet on its way out of the host or up to a program, after every rule.
  func help(_ packet: HelpedPacket) -> HelperVerdict
  /// A connection that it waited for has come; translated, it follows its master.
  func met(
    _ expectation: Expectation, _ entry: ConnectionTrackingEntry, _ packet: SocketBuffer,
    _ tracker: ConnectionTracker)
  /// Its own connection has been taken out of the table.
  func end(_ entry: ConnectionTrackingEntry, _ tracker: ConnectionTracker)
}

extension ConnectionHelper {
  package func met(
    _ expectation: Expectation, _ entry: ConnectionTrackingEntry, _ packet: SocketBuffer,
    _ tracker: ConnectionTracker
  ) {
    if let following = expectation.following { tracker.follow(following, entry, packet) }
  }

  package func end(_ entry: ConnectionTrackingEntry, _ tracker: ConnectionTracker) {}
}

/// The helpers by name.
package enum ConnectionHelpers {
  package static let all: [any ConnectionHelper.Type] = [
    AmandaHelper.self,
    FTPHelper.self,
    IRCHelper.self,
    NetBIOSNameHelper.self,
    PPTPHelper.self,
    SaneHelper.self,
    SNMPHelper.self,
    TFTPHelper.self,
  ]

  /// Helpers of the kernel that are not modelled, and the transport protocols they read.
  private static let others: [String: Set<UInt8>] = [
    "Q.931": [6], "RAS": [17], "sip": [6, 17],
  ]

  /// The helper of that name; `nil` for none, or for one that is not modelled.
  package static func helper(_ name: String) -> (any ConnectionHelper.Type)? { all.first { $0.name == name } }

  /// Whether the kernel has a helper of that name for a transport protocol.
  package static func isKnown(_ name: String, for protocolNumber: UInt8) -> Bool {
    (helper(name)?.protocolNumbers ?? others[name] ?? []).contains(protocolNumber)
  }
}

/// What a helper makes of a packet.
package enum HelperVerdict: Sendable, Hashable {
  case accept
  case drop
  /// The capture lacks what it would read.
  case unknown
  /// We cannot tell what it does, by name.
  case notModelled(String)
}

/// A packet of a connection that has a helper, as the helper sees it.
package struct HelpedPacket {
  package let packet: SocketBuffer
  package let entry: ConnectionTrackingEntry
  package let info: ConnectionInfo
  package let hook: Hook
  package let tracker: ConnectionTracker

  package var direction: FlowDirection { info.direction }
  /// The connection has seen packets both ways.
  var isEstablished: Bool { info == .established || info == .establishedReply }
  /// Addresses or ports of the connection are translated.
  var isTranslated: Bool { !entry.status.isDisjoint(with: .anyNAT) }

  /// Where the data of a TCP segment begins, counted from the first byte of the IP header; `nil` for a segment without
  /// data, or one cut off in its header.
  var tcpDataOffset: Int? {
    let header = packet.headerLength
    guard packet.bytes.count >= header + 20, let first = packet.bytes[...].byte(at: header + 12) else { return nil }
    let offset = header + Int(first >> 4) * 4
    return offset < packet.bytes.count ? offset : nil
  }

  /// Whether the packet's bytes from `offset` on are all there.
  func isKnown(from offset: Int) -> Bool { !packet.isUnknown(offset..<max(offset + 1, packet.bytes.count)) }

  /// Lets the connection live that many seconds from now (`nf_ct_refresh`).
  func refresh(seconds: Int64) {
    guard !entry.status.contains(.fixedTimeout) else { return }
    let ticks = seconds &* max(1, tracker.namespace.hz)
    entry.timeout = entry.isConfirmed ? tracker.namespace.jiffies &+ ticks : ticks
  }

  /// Tells the walk what the helper read, and what came of it.
  ///
  /// - Parameter bytes: what it read, counted from the first byte of the IP header; `nil` where it read nothing.
  func note(_ result: HelperOutcome.Result, _ bytes: Range<Int>? = nil) {
    guard packet.walk.isRecording, let helper = entry.helper else { return }
    let text = bytes.map { Self.text(packet.bytes[...].slice(at: $0.lowerBound, length: $0.count)) }
    packet.walk.record(
      .helper(HelperOutcome(hook: hook, helper: type(of: helper).name, read: text, bytes: bytes, result: result)))
  }

  /// Printable characters as they are, all others as a dot.
  private static func text(_ bytes: Bytes) -> String {
    String(decoding: bytes.map { (0x20...0x7e).contains($0) ? $0 : 0x2e }, as: UTF8.self)
  }

  /// Waits for a connection, or drops the packet that announces it: better no packet than a connection that nobody
  /// lets in.
  func expect(_ expectation: Expectation, _ bytes: Range<Int>) -> HelperVerdict {
    do {
      try tracker.expect(expectation)
    } catch {
      note(.refuses(error == .taken ? "taken" : "full"), bytes)
      return .drop
    }
    note(.expects(expectation.description), bytes)
    return .accept
  }
}
