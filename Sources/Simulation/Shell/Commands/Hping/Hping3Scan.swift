import Netfilter
import Wire

/// `hping3 --scan`: which ports answer.
struct Hping3Scan {
  private let command: Hping3
  private let outside: OutsideHost
  private let shell: Shell

  /// How often a port is tried.
  private static let probes = 8

  init(_ command: Hping3, _ outside: OutsideHost, _ shell: Shell) {
    self.command = command
    self.outside = outside
    self.shell = shell
  }

  func run(_ text: String) -> ShellResult {
    var errors = "Scanning \(command.target) (\(command.target)), port \(text)\n"
    if text.split(separator: ",").contains("known") { return .notModelled("hping3 --scan known") }
    guard let ports = Self.ports(text) else {
      return ShellResult(errorOutput: errors + "Ports syntax error for scan mode\n", status: 1)
    }
    guard ports.count * Self.probes <= Hping3Program.limit else {
      return .notModelled("an hping3 scan of more than \(Hping3Program.limit / Self.probes) ports")
    }
    errors += """
      \(ports.count) ports to scan, use -V to see all the replies
      +----+-----------+---------+---+-----+-----+-----+
      |port| serv name |  flags  |ttl| id  | win | len |
      +----+-----------+---------+---+-----+-----+-----+

      """
    var output = command.printing.contains(.verbose) ? Hping3Program.interfaceLine(outside) : ""
    var sender = Hping3Sender(command, random: shell.choices.fork())
    var silent = ports
    var notModelled: [String] = []
    for round in 1...Self.probes where !silent.isEmpty {
      for port in silent {
        sender.scannedPort = port
        let own = sender.sourcePort
        let exchange = outside.send(sender.next(source: outside.address, mtu: OutsideHost.mtu), shell.note)
        notModelled += exchange.notModelled.filter { !notModelled.contains($0) }
        for answer in exchange.answers {
          if isError(answer, own) {
            return .notModelled("an ICMP error in an hping3 scan, where Debian's hping3 aborts")
          }
          guard let row = row(answer, own), silent.contains(row.port) else { continue }
          silent.removeAll { $0 == row.port }
          output += row.text
        }
      }
      if round >= 3 { shell.host.pass(nanoseconds: 1_000_000_000) }
    }
    guard notModelled.isEmpty else {
      let text = notModelled.map { "not modelled: \($0)\n" }.joined()
      return ShellResult(output: output, errorOutput: errors + text, status: 2)
    }
    output += "Not responding ports: \(silent.map { "(\($0) \(Self.name($0).prefix(11))) " }.joined())\n"
    return ShellResult(output: output, errorOutput: errors + "All replies received. Done.\n")
  }

  /// Numbers and ranges with commas between, `!` before those to leave out; in order. `nil` for what is none.
  private static func ports(_ text: String) -> [UInt16]? {
    var wanted: Set<Int> = []
    for part in text.split(separator: ",") {
      let isLeftOut = part.hasPrefix("!")
      let word = isLeftOut ? part.dropFirst() : part
      let ends =
        word == "all" ? [0, 65_535] : word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, (0...65_535).contains(first),
        (0...65_535).contains(last)
      else { return nil }
      for port in min(first, last)...max(first, last) {
        if isLeftOut { wanted.remove(port) } else { wanted.insert(port) }
      }
    }
    // The last port of all is never tried.
    return wanted.filter { $0 < 65_535 }.sorted().map { UInt16(truncatingIfNeeded: $0) }
  }

  /// What an answer tells of a port; the line is empty for one that only `-V` shows.
  private func row(_ packet: [UInt8], _ own: UInt16) -> (port: UInt16, text: String)? {
    guard let ip = IPv4Header(packet[...]), ip.destination == command.source ?? outside.address else { return nil }
    guard ip.protocolNumber == 6, ip.source == command.target, let tcp = TCPHeader(ip.payload),
      tcp.destinationPort == own
    else { return nil }
    guard tcp.flags.contains(.syn) || command.printing.contains(.verbose) else { return (tcp.sourcePort, "") }
    let marks = zip("FSRPAYXY", 0..<8).map { tcp.flags.rawValue >> $0.1 & 1 == 1 ? String($0.0) : "." }.joined()
    // The identification is printed as a little-endian machine reads it.
    let columns = [ip.identification.byteSwapped, tcp.window, UInt16(truncatingIfNeeded: packet.count)]
    let name = String(Self.name(tcp.sourcePort).prefix(11)).padded(right: 11)
    let text = "\(tcp.sourcePort.padded(5)) \(name): \(marks) \(ip.timeToLive.padded(3)) "
    return (tcp.sourcePort, text + columns.map { $0.padded(5) }.joined(separator: " ") + "\n")
  }

  /// Whether an ICMP error is about a packet of the scan.
  private func isError(_ packet: [UInt8], _ own: UInt16) -> Bool {
    guard let ip = IPv4Header(packet[...]), ip.protocolNumber == 1 else { return false }
    return ip.payload.count >= 48 && IPv4Address(bytes: ip.payload.slice(at: 24)) == command.target
      && ip.payload.uint16(at: 28) == own
  }

  /// The service that any protocol has at a port; empty for none.
  private static func name(_ port: UInt16) -> String {
    for transport in [ServiceNames.Transport.tcp, .udp] {
      let text = ServiceNames.text(port, transport)
      if text != String(port) { return text }
    }
    return ""
  }
}
