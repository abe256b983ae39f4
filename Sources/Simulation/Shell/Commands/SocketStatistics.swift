import Netfilter

/// `ss`: which ports services listen on (iproute2 6.1).
enum SocketStatistics: ShellCommand {
  static let name = "ss"
  static let summary = "show what listens, -lntu"
  static let example = "ss -lntu"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var flags: Set<String> = []
    let names = [
      "listening": "l", "numeric": "n", "tcp": "t", "udp": "u", "all": "a", "no-header": "H", "processes": "p",
      "ipv4": "4",
    ]
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option(let flag):
        let letter = names[flag] ?? flag
        if ["V", "version"].contains(flag) { return ShellResult(output: "ss utility, iproute2-6.1.0\n") }
        if ["h", "help"].contains(flag) { return ShellResult(output: help) }
        guard names.values.contains(letter) else { return .notModelled("ss \(flag.count == 1 ? "-" : "--")\(flag)") }
        flags.insert(letter)
      case .operand(let word): return .notModelled("ss's filter `\(word)'")
      }
    }
    if flags.contains("p") { return .notModelled("ss -p: the host's services have no processes") }
    let isBoth = !flags.contains("t") && !flags.contains("u")
    var services: [HostDescription.Service] = []
    if flags.contains("l") || flags.contains("a") {
      if flags.contains("u") || isBoth { services += shell.host.description.services.filter { $0.transport == .udp } }
      if flags.contains("t") || isBoth { services += shell.host.description.services.filter { $0.transport == .tcp } }
    }
    let hasNetid = isBoth || flags.contains("t") == flags.contains("u")
    return ShellResult(
      output: table(services, hasNetid, isNumeric: flags.contains("n"), hasHeader: !flags.contains("H")))
  }

  private static let help = """
    ss -l [-n] [-t] [-u] [-4] [-H]    what listens: TCP, UDP, ports as numbers, without the header

    The host's services have no processes and no connections of their own to show.

    """

  /// Columns as wide as their widest cell; addresses right, ports left of their colon.
  private static func table(
    _ services: [HostDescription.Service], _ hasNetid: Bool, isNumeric: Bool, hasHeader: Bool
  ) -> String {
    var rows: [[String]] = services.map { service in
      let isTCP = service.transport == .tcp
      let port = isNumeric ? String(service.port) : ServiceNames.text(service.port, isTCP ? .tcp : .udp)
      return [
        service.transport.rawValue, isTCP ? "LISTEN" : "UNCONN", "0", isTCP ? "128" : "0", "0.0.0.0", port, "0.0.0.0",
        "*", "",
      ]
    }
    if hasHeader {
      rows.insert(
        ["Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port", "Peer Address", "Port", "Process"], at: 0)
    }
    // The queues' columns are never narrower than their names.
    let least = [0, 0, 6, 6, 0, 0, 0, 0, 0]
    let widths = least.indices.map { column in max(least[column], rows.map { $0[column].count }.max() ?? 0) }
    return rows.map { row in
      let cells = row.indices.map { column in
        column == 4 || column == 6
          ? row[column].padded(left: widths[column]) : row[column].padded(right: widths[column])
      }
      let start = (hasNetid ? cells[0] + " " : "") + "\(cells[1]) \(cells[2]) \(cells[3]) "
      return start + "\(cells[4]):\(cells[5]) \(cells[6]):\(cells[7])\(cells[8])\n"
    }.joined()
  }
}
