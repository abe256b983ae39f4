import Wire

/// Where a NAT target translates to (`struct nf_nat_range2`).
package struct NATRange: Sendable, Hashable {
  /// `nil` where the address stays, or is the interface's.
  package var addresses: ClosedRange<IPv4Address>?
  package var ports: ClosedRange<UInt16>?
  /// A shifted port map: the port of the original range that the first of `ports` stands for.
  package var basePort: UInt16?
  package var isRandom = false
  package var isFullyRandom = false
  package var isPersistent = false

  package init() {}

  /// Protocols with ports, or with an identifier that is treated as one.
  private static let portProtocols: Set<UInt8> = [1, 6, 17, 33, 132]

  /// `10.0.0.1`, `10.0.0.1-10.0.0.9:1024-65535`, `:80` (`parse_to`).
  package mutating func takeDestination(_ option: GivenOption) throws(OptionError) {
    let text = option.value
    guard !text.contains("[") else { throw OptionError("Invalid address format") }
    var end = text.endIndex
    if let colon = text.firstIndex(of: ":"), !text[text.index(after: colon)...].contains(":") {
      try takePorts(text[text.index(after: colon)...], option)
      end = colon
      let position = text.utf8.distance(from: text.startIndex, to: colon)
      if position == 0 || position == 2 { return }
    }
    let ends = text[..<end].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = ends.first.flatMap({ IPv4Address($0) }) else {
      throw OptionError("Bad IP address \"\(ends.first ?? "")\"")
    }
    guard let last = ends.last.flatMap({ IPv4Address($0) }) else {
      throw OptionError("Bad IP address \"\(ends.last ?? "")\"")
    }
    addresses = first <= last ? first...last : first...first
    lastBeforeFirst = first <= last ? nil : last
  }

  /// The end of a range that lies before its start, which is kept as it was given.
  private var lastBeforeFirst: IPv4Address?

  /// `80`, `1024-65535`, `1024-2047/80` (`parse_ports`).
  package mutating func takePorts(_ text: some StringProtocol, _ option: GivenOption) throws(OptionError) {
    guard Self.portProtocols.contains(option.rule.protocolNumber) else {
      throw OptionError("Need TCP, UDP, SCTP or DCCP with port specification")
    }
    guard let (low, rest) = CNumber.prefix(Substring(text)), low <= 65535 else {
      ports = try Self.named(text)...Self.named(text)
      return
    }
    let first = UInt16(truncatingIfNeeded: low)
    ports = first...first
    if rest.isEmpty { return }
    guard rest.first != ":" else { throw OptionError("Invalid port:port syntax - use dash") }
    guard rest.first == "-" else { throw OptionError("Garbage after port value: `\(rest)'") }
    guard let (high, tail) = CNumber.prefix(rest.dropFirst()), high <= 65535 else {
      throw OptionError("Port `\(rest.dropFirst())' not valid")
    }
    let last = UInt16(truncatingIfNeeded: high)
    guard last >= first else { throw OptionError("Port range `\(rest.dropFirst())' funky") }
    ports = first...last
    if tail.isEmpty { return }
    guard tail.first == "/" else { throw OptionError("Garbage after port range: `\(tail)'") }
    if let (base, _) = CNumber.prefix(tail.dropFirst()), (1...65535).contains(base) {
      basePort = UInt16(truncatingIfNeeded: base)
    } else {
      basePort = try Self.named(tail.dropFirst())
    }
  }

  private static func named(_ text: some StringProtocol) throws(OptionError) -> UInt16 {
    for transport in ServiceNames.Transport.allCases {
      if let port = ServiceNames.port(String(text), transport) { return port }
    }
    throw OptionError("Port `\(text)' not valid")
  }

  /// `--random`, `--random-fully`, `--persistent`.
  package mutating func takeFlag(_ name: String) {
    switch name {
    case "random": isRandom = true
    case "random-fully": isFullyRandom = true
    default: isPersistent = true
    }
  }

  /// The range as it is written: addresses, then a colon and ports.
  private var text: String {
    var text = ""
    if let addresses {
      let last = lastBeforeFirst ?? addresses.upperBound
      text += addresses.lowerBound == last ? "\(last)" : "\(addresses.lowerBound)-\(last)"
    }
    if let ports {
      text += ":\(ports.lowerBound)" + (ports.count == 1 ? "" : "-\(ports.upperBound)")
      if let basePort { text += "/\(basePort)" }
    }
    return text
  }

  /// ` --to-source 10.0.0.1:80 --random`; `onlyPorts` leaves the colon out.
  package func saved(_ option: String, onlyPorts: Bool = false) -> String {
    var result = ""
    if !text.isEmpty { result += " --\(option) \(onlyPorts && text.hasPrefix(":") ? String(text.dropFirst()) : text)" }
    if isRandom { result += " --random" }
    if isFullyRandom { result += " --random-fully" }
    if isPersistent { result += " --persistent" }
    return result
  }
}
