import Wire

/// TCP states as tracking knows them: guesses at what the sender of the segment seen last is in
/// (`enum tcp_conntrack`).
package enum TCPState: Int, Sendable, Hashable, CaseIterable {
  case none
  /// A SYN was seen.
  case synSent
  /// The SYN's answer was seen.
  case synReceived
  case established
  /// A FIN was seen.
  case finWait
  /// The FIN was acknowledged.
  case closeWait
  /// The other side's FIN was seen.
  case lastAck
  /// Both FINs are acknowledged.
  case timeWait
  /// A RST was seen.
  case close
  /// A SYN from the reply direction: both ends open at once.
  case synSent2
}

extension TCPState: CustomStringConvertible {
  private static let names = [
    "NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",
    "SYN_SENT2",
  ]

  /// As `conntrack -L` prints it: `SYN_SENT`.
  package var description: String { Self.names[rawValue] }
}

/// What a segment is to the state machine, by its control bits (`get_conntrack_index`).
enum TCPSegmentKind: Int {
  case syn = 0
  case synAck, fin, ack, rst, none

  init(_ flags: TCPFlags) {
    if flags.contains(.rst) {
      self = .rst
    } else if flags.contains(.syn) {
      self = flags.contains(.ack) ? .synAck : .syn
    } else if flags.contains(.fin) {
      self = .fin
    } else {
      self = flags.contains(.ack) ? .ack : .none
    }
  }
}

/// What the state machine says of a segment.
enum TCPTransition {
  /// The state to go to once the segment proves to be in the window.
  case to(TCPState)
  /// It may be out of sync on our side: let it pass, change nothing, and watch what answers it.
  case ignore
  case invalid

  /// The transition for a segment of a kind in a direction (`tcp_conntracks`).
  static func of(_ kind: TCPSegmentKind, _ direction: FlowDirection, in state: TCPState) -> TCPTransition {
    (direction == .original ? original : reply)[kind.rawValue][state.rawValue]
  }

  // Cells: the state's initials; -- invalid, ?? ignored. Columns are in the order of `TCPState`.
  private static let original: [[TCPTransition]] = rows(
    //         NO SS SR ES FW CW LA TW CL S2
    // A SYN opens, is sent again, or opens anew what was closed; in an open connection the peer's answer tells.
    /* syn  */ "SS SS ?? ?? ?? ?? ?? SS SS S2",
    // Whoever sent the SYN answers with SYN/ACK only where both opened at once.
    /* s/a  */ "-- -- SR -- -- -- -- -- -- SR",
    // No FIN before the SYN was answered; a second FIN asks for the last acknowledgment.
    /* fin  */ "-- -- FW FW LA LA LA TW CL --",
    // Without a history (NO) an ACK is taken to be from an open connection; before the answer to a SYN it is none.
    /* ack  */ "ES -- ES ES CW CW TW TW CL --",
    /* rst  */ "-- CL CL CL CL CL CL CL CL CL",
    /* none */ "-- -- -- -- -- -- -- -- -- --")

  private static let reply: [[TCPTransition]] = rows(
    //         NO SS SR ES FW CW LA TW CL S2
    // A SYN from the server: both open at once, or, after TIME_WAIT, the roles were changed.
    /* syn  */ "-- S2 -- -- -- -- -- SS -- S2",
    // A SYN/ACK that comes late may answer a SYN that was ignored.
    /* s/a  */ "-- SR ?? ?? ?? ?? ?? ?? ?? SR",
    /* fin  */ "-- -- FW FW LA LA LA TW CL --",
    // An ACK in answer to a SYN: the server holds a half-open connection of old.
    /* ack  */ "-- ?? SR ES CW CW TW TW CL ??",
    /* rst  */ "-- CL CL CL CL CL CL CL CL CL",
    /* none */ "-- -- -- -- -- -- -- -- -- --")

  private static let cells: [Substring: TCPTransition] = [
    "NO": .to(.none), "SS": .to(.synSent), "SR": .to(.synReceived), "ES": .to(.established), "FW": .to(.finWait),
    "CW": .to(.closeWait), "LA": .to(.lastAck), "TW": .to(.timeWait), "CL": .to(.close), "S2": .to(.synSent2),
    "??": .ignore, "--": .invalid,
  ]

  private static func rows(_ rows: String...) -> [[TCPTransition]] {
    rows.map { $0.split(separator: " ").map { cells[$0] ?? .invalid } }
  }
}
