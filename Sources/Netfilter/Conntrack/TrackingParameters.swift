/// The sysctls of connection tracking, read once and again whenever one changes. Times are in timer ticks.
struct TrackingParameters {
  /// By `TCPState.rawValue`.
  let tcp: [Int64]
  /// After `maximumRetransmissions`, or while the window is closed.
  let tcpRetransmitting: Int64
  /// While data is unacknowledged.
  let tcpUnacknowledged: Int64
  let maximumRetransmissions: Int
  /// Whether a connection may be picked up in its middle.
  let isLoose: Bool
  let isLiberal: Bool
  let ignoresInvalidReset: Bool
  let udp: Int64
  let udpStream: Int64
  let icmp: Int64
  let generic: Int64
  let gre: Int64
  let greStream: Int64
  /// By `SCTPState.rawValue`.
  let sctp: [Int64]
  let verifiesChecksums: Bool
  let counts: Bool
  let maximumEntries: Int
  let maximumExpectations: Int

  init(_ namespace: NetworkNamespace) {
    func value(_ name: String, _ standard: Int) -> Int {
      namespace.sysctl("net.netfilter.nf_conntrack_" + name, default: standard)
    }
    func time(_ name: String, _ standard: Int) -> Int64 { Int64(value(name, standard)) &* max(1, namespace.hz) }
    let synSent = time("tcp_timeout_syn_sent", 120)
    tcp = [
      0, synSent, time("tcp_timeout_syn_recv", 60), time("tcp_timeout_established", 432_000),
      time("tcp_timeout_fin_wait", 120), time("tcp_timeout_close_wait", 60), time("tcp_timeout_last_ack", 30),
      time("tcp_timeout_time_wait", 120), time("tcp_timeout_close", 10),
      // The state of a simultaneous open has no sysctl.
      120 * max(1, namespace.hz),
    ]
    tcpRetransmitting = time("tcp_timeout_max_retrans", 300)
    tcpUnacknowledged = time("tcp_timeout_unacknowledged", 300)
    maximumRetransmissions = value("tcp_max_retrans", 3)
    isLoose = value("tcp_loose", 1) != 0
    isLiberal = value("tcp_be_liberal", 0) != 0
    ignoresInvalidReset = value("tcp_ignore_invalid_rst", 0) != 0
    udp = time("udp_timeout", 30)
    udpStream = time("udp_timeout_stream", 120)
    icmp = time("icmp_timeout", 30)
    generic = time("generic_timeout", 600)
    gre = time("gre_timeout", 30)
    greStream = time("gre_timeout_stream", 180)
    sctp = [
      0, time("sctp_timeout_closed", 10), time("sctp_timeout_cookie_wait", 3), time("sctp_timeout_cookie_echoed", 3),
      time("sctp_timeout_established", 210), time("sctp_timeout_shutdown_sent", 3),
      time("sctp_timeout_shutdown_recd", 3), time("sctp_timeout_shutdown_ack_sent", 3),
      time("sctp_timeout_heartbeat_sent", 30),
    ]
    verifiesChecksums = value("checksum", 1) != 0
    counts = value("acct", 0) != 0
    maximumEntries = value("max", 262_144)
    maximumExpectations = value("expect_max", 4096)
  }
}
