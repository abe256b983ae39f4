import Wire

// The options that targets of the nat table share (`libxt_NAT.c`).
extension TranslationRange {
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
    guard let first = ends.first.flatMap(Self.address) else {
      throw OptionError("Bad IP address \"\(ends.first ?? "")\"")
    }
    guard let last = ends.last.flatMap(Self.address) else {
      throw OptionError("Bad IP address \"\(ends.last ?? "")\"")
    }
    addresses = Ends(first, last)
  }

  /// As `inet_pton(3)` reads it: without zeros in front.
  private static func address(_ text: Substring) -> IPv4Address? {
    let hasZeros = text.split(separator: ".").contains { $0.hasPrefix("0") && $0.utf8.count > 1 }
    return hasZeros ? nil : IPv4Address(text)
  }

  /// `80`, `1024-65535`, `1024-2047/80` (`parse_ports`).
  package mutating func takePorts(_ text: some StringProtocol, _ option: GivenOption) throws(OptionError) {
    guard Self.portProtocols.contains(option.rule.protocolNumber) else {
      throw OptionError("Need TCP, UDP, SCTP or DCCP with port specification")
    }
    guard let (low, rest) = CNumber.prefix(Substring(text)), low <= 65535 else {
      let port = try Self.named(text)
      ports = Ends(port, port)
      return
    }
    let first = UInt16(truncatingIfNeeded: low)
    ports = Ends(first, first)
    if rest.isEmpty { return }
    guard rest.first != ":" else { throw OptionError("Invalid port:port syntax - use dash") }
    guard rest.first == "-" else { throw OptionError("Garbage after port value: `\(rest)'") }
    guard let (high, tail) = CNumber.prefix(rest.dropFirst()), high <= 65535 else {
      throw OptionError("Port `\(rest.dropFirst())' not valid")
    }
    let last = UInt16(truncatingIfNeeded: high)
    guard last >= first else { throw OptionError("Port range `\(rest.dropFirst())' funky") }
    ports = Ends(first, last)
    if tail.isEmpty { return }
    guard tail.first == "/" else { throw OptionError("Garbage after port range: `\(tail)'") }
    if let (base, _) = CNumber.prefix(tail.dropFirst()), (1...65535).contains(base) {
      portBase = UInt16(truncatingIfNeeded: base)
    } else {
      portBase = try Self.named(tail.dropFirst())
    }
  }

  private static func named(_ text: some StringProtocol) throws(OptionError) -> UInt16 {
    for transport in ServiceNames.Transport.allCases {
      if let port = ServiceNames.port(String(text), transport) { return port }
    }
    throw OptionError("Port `\(text)' not valid")
  }

  /// Revisions of targets without room for a shift of ports keep that there is one, but from port 0.
  mutating func forgetPortBase() {
    if portBase != nil { portBase = 0 }
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
      text += addresses.first == addresses.last ? "\(addresses.first)" : "\(addresses.first)-\(addresses.last)"
    }
    if let ports {
      text += ":\(ports.first)" + (ports.first == ports.last ? "" : "-\(ports.last)")
      if let portBase { text += "/\(portBase)" }
    }
    return text
  }

  /// What `iptables -L` prints after the range: ` random`.
  private var listedFlags: String {
    (isRandom ? " random" : "") + (isFullyRandom ? " random-fully" : "") + (isPersistent ? " persistent" : "")
  }

  /// ` to:10.0.0.1:80`, as `iptables -L` prints it.
  package var listed: String { " to:\(text)\(listedFlags)" }

  /// ` redir ports 80-90`, as `iptables -L` prints it.
  package func listedPorts(_ words: String) -> String {
    (ports == nil ? "" : " \(words) \(text.drop { $0 == ":" })") + listedFlags
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

extension PacketContext {
  /// Decides the translation of the packet's flow; there is one, or the nat table would not have been asked.
  func translate(to range: TranslationRange, by target: String) -> TargetResult {
    guard let tracker = namespace.tracker, let entry = packet.connection else { return .accept }
    tracker.bind(packet, entry, to: range, TranslatedEnd(hook), by: target)
    return .accept
  }
}
