import Wire

/// In whose name a socket was opened (`struct cred` of its file).
package struct SocketOwner: Sendable, Hashable {
  package var user: UInt32
  package var group: UInt32
  package var supplementaryGroups: [UInt32]

  package init(user: UInt32, group: UInt32, supplementaryGroups: [UInt32] = []) {
    self.user = user
    self.group = group
    self.supplementaryGroups = supplementaryGroups
  }
}

/// The socket that sent a packet (`skb->sk`).
package enum SendingSocket: Sendable, Hashable {
  /// Forwarded packets, REJECT's RST, the copy of a broadcast.
  case none
  /// A connection that no program has accepted.
  case unclaimed
  /// ICMP, and TCP where nobody listens, answer by sockets that no program holds.
  case kernel
  /// A program's; `nil` where nobody knows whose.
  case program(SocketOwner?)
  /// A connection that is being asked for: the socket that listens stands for it, but LOG does not look there.
  case request(SocketOwner?)

  /// Who holds it, for LOG's `UID=` and `GID=`; `nil` where LOG names nobody. Programs that nobody knows are taken to be
  /// root's.
  package var logged: SocketOwner? {
    if case .program(let owner) = self { return owner ?? SocketOwner(user: 0, group: 0) }
    return nil
  }
}

/// The socket that a received packet would be given to.
package enum ReceivingSocket: Sendable, Hashable {
  case none
  /// It serves any address of the host.
  case wildcard
  /// It serves one address, or is a connection's; with the mark it gives its packets.
  case bound(mark: UInt32)
  /// A connection that is being asked for.
  case request
  /// There may be one, of a kind that nobody knows.
  case unknown
}

/// The ends of a packet that comes in, as sockets are looked up by them.
package struct SocketQuery: Sendable, Hashable {
  /// 6 or 17.
  package var protocolNumber: UInt8
  package var source: IPv4Address
  package var sourcePort: UInt16
  package var destination: IPv4Address
  package var destinationPort: UInt16
}
