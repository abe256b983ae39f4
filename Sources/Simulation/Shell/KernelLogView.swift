import Netfilter

/// The kernel log of a host as its readers print it.
struct KernelLogView {
  private let host: SimulatedHost

  init(_ host: SimulatedHost) { self.host = host }

  static let levels = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"]

  var lines: [LogLine] { host.namespace.kernelLog }

  /// Seconds since boot, as dmesg puts them in brackets: `[ 4000.000071]`.
  static func uptime(_ line: LogLine) -> String {
    let seconds = (line.time / 1_000_000_000).padded(5)
    return "[\(seconds).\((line.time % 1_000_000_000 / 1000).padded(6, "0"))]"
  }

  /// When a line was written, by the calendar.
  func moment(_ line: LogLine) -> CalendarTime { CalendarTime(nanoseconds: host.clock(at: line.time)) }

  /// The kernel's lines as syslog files them: `Aug 14 11:48:37 server kernel: [81795.100496] ...`.
  var syslog: String { lines.map { syslog($0) + "\n" }.joined() }

  /// One of them, without its line feed.
  func syslog(_ line: LogLine) -> String {
    "\(moment(line).syslog) \(Self.hostName) kernel: \(Self.uptime(line)) \(line.text)"
  }

  /// What the simulated host is called in its logs.
  static let hostName = "server"
}
