/// States of an SCTP association as tracking knows them (`enum sctp_conntrack`).
package enum SCTPState: Int, Sendable, Hashable, CaseIterable {
  case none
  case closed
  case cookieWait
  case cookieEchoed
  case established
  case shutdownSent
  case shutdownReceived
  case shutdownAckSent
  /// A HEARTBEAT began the flow: another path of an association set up elsewhere.
  case heartbeatSent
}

extension SCTPState: CustomStringConvertible {
  private static let names = [
    "NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD",
    "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT",
  ]

  /// As `conntrack -L` prints it.
  package var description: String { Self.names[rawValue] }
}

/// Chunk types of RFC 9260 section 3.2 that tracking looks at.
enum SCTPChunkType {
  static let data: UInt8 = 0
  static let initiation: UInt8 = 1
  static let initiationAck: UInt8 = 2
  static let heartbeat: UInt8 = 4
  static let heartbeatAck: UInt8 = 5
  static let abort: UInt8 = 6
  static let shutdown: UInt8 = 7
  static let shutdownAck: UInt8 = 8
  static let error: UInt8 = 9
  static let cookieEcho: UInt8 = 10
  static let cookieAck: UInt8 = 11
  static let shutdownComplete: UInt8 = 14
}

/// How chunks move an association (`sctp_conntracks`).
enum SCTPTransition {
  /// The next state; `nil` where the chunk cannot come. Other chunks change nothing.
  static func next(_ chunk: UInt8, _ direction: FlowDirection, in state: SCTPState) -> SCTPState? {
    guard let row = rows[chunk] else { return state }
    return (direction == .original ? original : reply)[row][state.rawValue]
  }

  private static let rows: [UInt8: Int] = [1: 0, 2: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6, 11: 7, 14: 8, 4: 9, 5: 10]

  // Columns are in the order of `SCTPState`; -- cannot come.
  private static let original = table(
    //                  NO CL CW CE ES SS SR SA HS
    /* init          */ "CL CL CW CE ES CL CL SA CW",
    /* init ack      */ "CL CL CW CE ES SS SR SA CL",
    /* abort         */ "CL CL CL CL CL CL CL CL CL",
    /* shutdown      */ "CL CL CW CE SS SS SR SA CL",
    /* shutdown ack  */ "SA CL CW CE ES SA SA SA SA",
    /* error         */ "CL CL CW CE ES SS SR SA CL",
    /* cookie echo   */ "CL CL CE CE ES SS SR SA CL",
    /* cookie ack    */ "CL CL CW ES ES SS SR SA CL",
    /* shutdown comp */ "CL CL CW CE ES SS SR CL CL",
    /* heartbeat     */ "HS CL CW CE ES SS SR SA HS",
    /* heartbeat ack */ "CL CL CW CE ES SS SR SA HS")

  private static let reply = table(
    //                  NO CL CW CE ES SS SR SA HS
    /* init          */ "-- CL CW CE ES SS SR SA --",
    /* init ack      */ "-- CW CW CE ES SS SR SA --",
    /* abort         */ "-- CL CL CL CL CL CL CL --",
    /* shutdown      */ "-- CL CW CE SR SS SR SA --",
    /* shutdown ack  */ "-- CL CW CE ES SA SA SA --",
    /* error         */ "-- CL CW CL ES SS SR SA --",
    /* cookie echo   */ "-- CL CE CE ES SS SR SA --",
    /* cookie ack    */ "-- CL CW ES ES SS SR SA --",
    /* shutdown comp */ "-- CL CW CE ES SS SR CL --",
    /* heartbeat     */ "-- CL CW CE ES SS SR SA HS",
    /* heartbeat ack */ "-- CL CW CE ES SS SR SA ES")

  private static func table(_ rows: String...) -> [[SCTPState?]] {
    let cells: [Substring: SCTPState] = [
      "NO": .none, "CL": .closed, "CW": .cookieWait, "CE": .cookieEchoed, "ES": .established, "SS": .shutdownSent,
      "SR": .shutdownReceived, "SA": .shutdownAckSent, "HS": .heartbeatSent,
    ]
    return rows.map { $0.split(separator: " ").map { cells[$0] } }
  }
}
