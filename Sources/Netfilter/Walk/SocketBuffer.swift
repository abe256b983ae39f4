import Wire

/// How the link layer classified a received frame (`PACKET_HOST` and its kin in `if_packet.h`).
package enum PacketType: String, Sendable {
  case host, broadcast, multicast
  case otherHost = "otherhost"
  case loopback, outgoing
}

/// A tracked packet's relation to its connection (`enum ip_conntrack_info`).
package enum ConnectionInfo: String, Sendable, Hashable {
  case new, established, related, establishedReply, relatedReply
  /// The CT target said `--notrack`.
  case untracked
}

/// The state that `-m state` and `-m conntrack --ctstate` compare.
package enum ConnectionState: String, Sendable, Hashable, CaseIterable {
  case new = "NEW"
  case established = "ESTABLISHED"
  case related = "RELATED"
  case invalid = "INVALID"
  case untracked = "UNTRACKED"
}

/// A packet on its way through the simulated kernel (`struct sk_buff`, as far as the firewall sees it).
package final class SocketBuffer {
  /// From the first byte of the IPv4 header to the end of the IP packet; link-layer padding is cut off.
  package var bytes: [UInt8]
  /// `nil` for a packet that this host makes.
  package var inputInterface: String?
  /// Known after routing.
  package var outputInterface: String?
  /// The Ethernet header as received, 14 bytes or more; empty where there was none.
  package var linkHeader: [UInt8] = []
  package var packetType: PacketType = .host
  /// `skb->mark`.
  package var mark: UInt32 = 0
  /// `skb->priority`, set by CLASSIFY.
  package var priority: UInt32 = 0
  /// The entry this packet belongs to; `nil` for INVALID, UNTRACKED and not yet tracked packets.
  package var connection: ConnectionTrackingEntry?
  package var connectionInfo: ConnectionInfo?
  /// Made in answer to a packet of a connection, or to one that CT left untracked: CT leaves this one alone, though in
  /// the second case tracking still looks at it (`_nfct` is not 0).
  package var answersTracked = false
  /// The interface that holds a copy which TEE made, from the routing to its gateway on (`skb->dev`).
  package var device: String?
  /// A copy of a received packet, whose link-layer header was not copied.
  var hasLostLinkHeader = false
  /// A copy of what tracking has summed: whether that sum was good is asked of what comes in alone
  /// (`CHECKSUM_COMPLETE` in `nf_ip_checksum`).
  var isSummed = false
  /// Connection tracking has looked at the packet (it may still have found it INVALID).
  package var wasTracked = false
  /// Bytes of `bytes` that the capture did not give: a match that would read them cannot be judged.
  package var unknown: [Range<Int>] = []
  /// Bytes of `bytes` that were edited out of the capture: walked as zero, shown as edited.
  package var edited: [Range<Int>] = []
  /// Bytes of `bytes` that the kernel picks by a secret when it makes a packet: what stands there is only one of the
  /// values it may have picked.
  package var chosen: [Range<Int>] = []
  /// The capture vouches for the checksum though its bytes were edited (`CHECKSUM_UNNECESSARY` in effect).
  package var ipChecksumVouched = false
  package var transportChecksumVouched = false
  /// What tracking found when it verified the transport checksum; nobody looks again at a good one (`skb->csum_valid`).
  package internal(set) var isTransportChecksumVerified: Bool?
  /// The largest fragment this packet was reassembled from, in bytes of IP packet; 0 for an unfragmented one
  /// (`IPCB(skb)->frag_max_size`). It is cut again on the way out.
  package var fragmentMaximumSize = 0
  /// Tracking put it together, or it is an ICMP message of the host's own: DF does not keep it from being cut
  /// (`skb->ignore_df`).
  package var ignoresDontFragment = false
  /// Bytes of data in each fragment it was reassembled from, in order.
  package var fragmentSizes: [Int] = []
  /// The largest of these fragments had DF set: where they are cut anew, all get it (`IPSKB_FRAG_PMTU`).
  package var fragmentsKeepDontFragment = false
  /// Made by the host (REJECT, its stack), so it has no capture behind it.
  package var isGenerated = false
  /// The socket that sent it.
  package var socket = SendingSocket.none
  /// What its IP options ask for, once they were looked at; `nil` where it has none (`IPCB(skb)->opt`).
  package var options: ReceivedOptions?
  /// The kernel leaves the rest of this packet's transport checksum to the device (`CHECKSUM_PARTIAL`). `bytes` hold the
  /// finished one, until the packet goes where no device adds it: over `lo`, or into the quotation of an ICMP error.
  package var hasPartialChecksum = false
  /// The route in use; set by routing.
  package var route: Route?
  /// The walk that records what happens to this packet.
  package let walk: Walk

  package init(bytes: [UInt8], walk: Walk) {
    self.bytes = bytes
    self.walk = walk
  }

  /// A view of the IPv4 header; `nil` for bytes that are none, which the stack drops before any hook.
  package var ip: IPv4Header? { IPv4Header(bytes[...]) }

  /// The IP packet's length in bytes, as counters count it (`skb->len`).
  package var length: Int { bytes.count }

  /// Length of the IPv4 header in bytes.
  package var headerLength: Int { bytes.isEmpty ? 0 : Int(bytes[0] & 15) * 4 }

  /// What follows the IPv4 header.
  package var payload: Bytes { bytes[...].slice(at: headerLength) }

  /// Offset of a fragment in bytes, 0 for a whole packet or a first fragment.
  package var fragmentOffset: Int { Int((bytes[...].uint16(at: 6) ?? 0) & 0x1fff) * 8 }

  /// Whether any byte of `range` is one the kernel picked.
  package func isChosen(_ range: Range<Int>) -> Bool { chosen.contains { $0.overlaps(range) } }

  /// Whether any byte of `range` is one the capture did not give.
  package func isUnknown(_ range: Range<Int>) -> Bool { unknown.contains { $0.overlaps(range) } }

  /// What the state match sees: a packet without an entry is INVALID unless it is UNTRACKED
  /// (`net/netfilter/xt_conntrack.c`).
  package var state: ConnectionState {
    switch connectionInfo {
    case .untracked: .untracked
    case nil: .invalid
    case .new: .new
    case .established, .establishedReply: .established
    case .related, .relatedReply: .related
    }
  }
}

/// Where routing sends a packet (`struct rtable`).
package struct Route: Sendable, Hashable {
  package enum Kind: String, Sendable { case unicast, local, broadcast, multicast, unreachable, blackhole, prohibit }
  package var kind: Kind
  /// The interface it leaves by (`lo` for local destinations of packets this host sends).
  package var interface: String
  /// The next hop; `nil` where the destination is on the link.
  package var gateway: IPv4Address?
  /// The address a packet of this host takes as its source.
  package var preferredSource: IPv4Address
  /// Bytes of IP packet that fit.
  package var mtu: Int

  package init(kind: Kind, interface: String, gateway: IPv4Address?, preferredSource: IPv4Address, mtu: Int) {
    self.kind = kind
    self.interface = interface
    self.gateway = gateway
    self.preferredSource = preferredSource
    self.mtu = mtu
  }
}

extension SocketBuffer {
  /// Another buffer with the same connection, mark and route (`skb_clone`), for bytes of this packet.
  package func copy(_ bytes: [UInt8], walk: Walk) -> SocketBuffer {
    let copy = SocketBuffer(bytes: bytes, walk: walk)
    copy.inputInterface = inputInterface
    copy.outputInterface = outputInterface
    copy.linkHeader = linkHeader
    copy.packetType = packetType
    copy.mark = mark
    copy.priority = priority
    copy.connection = connection
    copy.connectionInfo = connectionInfo
    copy.answersTracked = answersTracked
    copy.wasTracked = wasTracked
    copy.ipChecksumVouched = ipChecksumVouched
    copy.transportChecksumVouched = transportChecksumVouched
    copy.isGenerated = isGenerated
    copy.socket = socket
    copy.hasPartialChecksum = hasPartialChecksum
    copy.route = route
    return copy
  }

  /// The packet with only the sum over the pseudo-header in its TCP or UDP checksum field, as it looks before a device adds the
  /// rest (`CHECKSUM_PARTIAL`); as it is where its checksum is whole.
  package var unfinishedBytes: [UInt8] {
    guard hasPartialChecksum, let ip, let place = [6: 16, 17: 6][ip.protocolNumber], ip.payload.count >= place + 2
    else { return bytes }
    var sum = InternetChecksum()
    sum.add(ip.source.bytes)
    sum.add(ip.destination.bytes)
    sum.add(UInt16(ip.protocolNumber))
    sum.add(UInt16(truncatingIfNeeded: ip.payload.count))
    var bytes = bytes
    bytes.store(sum.folded, at: headerLength + place)
    return bytes
  }

  /// A packet made in answer to another belongs to that one's connection as RELATED, in the other direction
  /// (`nf_ct_attach`); for a packet without an entry, an UNTRACKED one too, nothing is attached.
  package func attachConnection(of cause: SocketBuffer) {
    guard let info = cause.connectionInfo else { return }
    answersTracked = true
    guard let entry = cause.connection else { return }
    connection = entry
    connectionInfo = info == .establishedReply || info == .relatedReply ? .related : .relatedReply
  }
}
