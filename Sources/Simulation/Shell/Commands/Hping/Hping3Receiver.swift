import Wire

/// What hping3 makes of the packets that come in, and what it prints of them.
struct Hping3Receiver {
  private let command: Hping3
  /// The address that answers must come to.
  var local: IPv4Address
  private let process: UInt16
  /// The port of the packet sent last.
  var destinationPort: UInt16 = 0

  private(set) var output = ""
  private(set) var sent = 0
  private(set) var received = 0
  /// Answers that count the port up under `-p +N`.
  private(set) var answeredPorts: UInt16 = 0
  /// The control bits of the last TCP answer.
  private(set) var lastFlags: UInt8 = 0

  /// A packet that was sent: answers find it by its source port, or by its number where that is not 0.
  private struct Sent {
    let sequence: Int
    let port: UInt16
    let time: Int64
    var isAnswered = false
  }

  /// hping3 remembers so many.
  private static let memory = 400
  private var table: [Sent] = []
  private var times = RoundTrips()
  private var lastIdentification: (sequence: Int, value: Int)?
  private var lastSequenceNumber: UInt32 = 0
  private var firstTimestamp: (value: UInt32, time: Int64)?

  init(_ command: Hping3, local: IPv4Address, process: UInt16) {
    self.command = command
    self.local = local
    self.process = process
  }

  mutating func noteSent(_ sequence: Int, from port: UInt16, at time: Int64) {
    let entry = Sent(sequence: sequence, port: port, time: time)
    if table.count < Self.memory { table.append(entry) } else { table[sent % Self.memory] = entry }
    sent += 1
  }

  /// A packet came in.
  ///
  /// - Parameters:
  ///   - time: when, in nanoseconds of any clock that `noteSent` uses too.
  ///   - midnight: milliseconds since midnight.
  mutating func take(_ packet: [UInt8], at time: Int64, midnight: UInt32) {
    guard let ip = IPv4Header(packet[...]), ip.destination == local else { return }
    guard ip.protocolNumber == 1 || ip.source == command.target else { return }
    let isMatch: Bool
    switch ip.protocolNumber {
    case 1: isMatch = takeICMP(ip, packet, time, midnight)
    case 17: isMatch = takeUDP(ip, packet, time)
    case 6: isMatch = takeTCP(ip, packet, time)
    default: isMatch = false
    }
    guard isMatch else { return }
    received += 1
    guard !prints(.quiet) else { return }
    if prints(.hexDump) { output += Self.hexDump(packet) }
    if prints(.textDump) { output += Self.textDump(packet) }
  }

  private func prints(_ option: Hping3.Printing) -> Bool { command.printing.contains(option) }

  // MARK: Which packet it answers

  private struct Match {
    var isDuplicate = false
    var sequence: Int
    /// `nil` for an answer to nothing that was sent.
    var milliseconds: Double?
  }

  /// The packet sent that an answer to this port or with this number is for.
  private mutating func match(sequence: Int, port: UInt16, at time: Int64) -> Match {
    let place = table.firstIndex { sequence != 0 ? $0.sequence == sequence : $0.port == port }
    guard let place else { return Match(sequence: sequence) }
    let entry = table[place]
    table[place].isAnswered = true
    let milliseconds = Double(time - entry.time) / 1_000_000
    times.add(milliseconds)
    return Match(isDuplicate: entry.isAnswered, sequence: entry.sequence, milliseconds: milliseconds)
  }

  private func isAwaited(_ port: UInt16) -> Bool {
    port == destinationPort
      || (command.countsDestinationPort
        && (command.destinationPort...max(destinationPort, command.destinationPort)).contains(port))
  }

  // MARK: Protocols

  private mutating func takeTCP(_ ip: IPv4Header, _ packet: [UInt8], _ time: Int64) -> Bool {
    guard let tcp = TCPHeader(ip.payload), isAwaited(tcp.sourcePort) else { return false }
    if prints(.beep) { output += "\u{7}" }
    lastFlags = tcp.flags.rawValue
    let match = match(sequence: 0, port: tcp.destinationPort, at: time)
    guard let milliseconds = match.milliseconds else { return false }
    defer { if command.countsAnsweredPort { answeredPorts &+= 1 } }
    if prints(.sequenceNumbers) {
      let number = tcp.sequenceNumber
      let step =
        number >= lastSequenceNumber
        ? number - lastSequenceNumber : UInt32.max - lastSequenceNumber &+ number
      lastSequenceNumber = number
      output += "\(number.padded(10)) +\(step)\n"
      return true
    }
    guard !prints(.quiet) else { return true }
    logIP(ip, packet, match)
    let letters = Self.letters(tcp.flags)
    output += "sport=\(tcp.sourcePort) flags=\(letters.isEmpty ? "none" : letters) seq=\(match.sequence) "
    output += "win=\(tcp.window) rtt=\(milliseconds.tenths) ms\n"
    if prints(.verbose) {
      // The checksum is printed as a little-endian machine reads it.
      output += "seq=\(tcp.sequenceNumber) ack=\(tcp.acknowledgmentNumber) "
      output += "sum=\(String(tcp.checksum.byteSwapped, radix: 16)) urp=\(tcp.urgentPointer)\n\n"
    }
    if command.hasTimestamp, !match.isDuplicate { logTimestamp(tcp, time) }
    return true
  }

  private mutating func takeUDP(_ ip: IPv4Header, _ packet: [UInt8], _ time: Int64) -> Bool {
    guard let from = ip.payload.uint16(at: 0), let to = ip.payload.uint16(at: 2), ip.payload.count >= 8,
      isAwaited(from)
    else { return false }
    if prints(.beep) { output += "\u{7}" }
    let match = match(sequence: 0, port: to, at: time)
    if !prints(.quiet) {
      logIP(ip, packet, match)
      output += "seq=\(match.sequence) rtt=\((match.milliseconds ?? 0).tenths) ms\n"
    }
    if command.countsAnsweredPort { answeredPorts &+= 1 }
    return true
  }

  private mutating func takeICMP(_ ip: IPv4Header, _ packet: [UInt8], _ time: Int64, _ midnight: UInt32) -> Bool {
    let message = ip.payload
    guard message.count >= 8, let type = message.byte(at: 0), let code = message.byte(at: 1) else {
      output += "[|icmp]\n"
      return false
    }
    if [0, 14, 18].contains(type), message.uint16(at: 4) == process.byteSwapped {
      if prints(.beep) { output += "\u{7}" }
      let match = match(sequence: Int(message.uint16(at: 6)?.byteSwapped ?? 0), port: 0, at: time)
      logIP(ip, packet, match)
      output += "icmp_seq=\(match.sequence) rtt=\((match.milliseconds ?? 0).tenths) ms\n"
      if type == 14 { logTimes(message, midnight) }
      if type == 18, let mask = IPv4Address(bytes: message.slice(at: 8)) {
        output += "ICMP address mask: icmpam=\(mask)\n\n"
      }
      return true
    }
    guard type == 3 || type == 11, let quoted = IPv4Address(bytes: message.slice(at: 24)), quoted == command.target
    else { return false }
    if type == 11 {
      logTimeExceeded(code, from: ip.source)
    } else if !prints(.quiet) {
      logUnreachable(code, from: ip.source)
    }
    noteQuoted(message.slice(at: 8), time)
    return true
  }

  /// Debian's hping3 looks for the UDP datagram that an error is about.
  private mutating func noteQuoted(_ quoted: Bytes, _ time: Int64) {
    guard quoted.byte(at: 9) == 17, let first = quoted.byte(at: 0),
      let port = quoted.uint16(at: Int(first & 15) * 4)
    else { return }
    let match = match(sequence: 0, port: port, at: time)
    output += "status=\(match.isDuplicate ? 1 : 0) port=\(port) seq=\(match.sequence)\n"
  }

  // MARK: What is printed

  /// Control bits by letter, in hping3's order.
  static func letters(_ flags: TCPFlags) -> String {
    let table: [(TCPFlags, String)] = [
      (.rst, "R"), (.syn, "S"), (.ack, "A"), (.fin, "F"), (.psh, "P"), (.urg, "U"), (.ece, "X"), (.cwr, "Y"),
    ]
    return table.filter { flags.contains($0.0) }.map(\.1).joined()
  }

  private mutating func logIP(_ ip: IPv4Header, _ packet: [UInt8], _ match: Match) {
    if match.isDuplicate { output += "DUP! " }
    var identification = Int(prints(.swappedIdentification) ? ip.identification.byteSwapped : ip.identification)
    let isRelative = prints(.relativeIdentification) && relate(&identification, match.sequence)
    let fragment = packet[...].uint16(at: 6) ?? 0
    output += "len=\(packet.count) ip=\(ip.source) ttl=\(ip.timeToLive) \(fragment != 0 ? "DF " : "")"
    output += "id\(isRelative ? "=+" : "=")\(identification) "
    if prints(.verbose), !prints(.quiet) {
      output += "tos=\(String(ip.typeOfService, radix: 16)) iplen=\(ip.totalLength)\n"
    }
  }

  /// Makes an identification the step from the one before; `false` where there is none before.
  private mutating func relate(_ identification: inout Int, _ sequence: Int) -> Bool {
    let value = identification
    guard let last = lastIdentification else {
      lastIdentification = (sequence, value)
      return false
    }
    let steps = sequence - last.sequence
    guard steps > 0 else { return false }
    identification = (last.value > value ? 65_535 - last.value + value : value - last.value) / steps
    lastIdentification = (sequence, value)
    return true
  }

  private mutating func logTimes(_ message: Bytes, _ midnight: UInt32) {
    guard let originate = message.uint32(at: 8), let receive = message.uint32(at: 12),
      let transmit = message.uint32(at: 16)
    else {
      output += "[|icmp timestamp]\n"
      return
    }
    output += "ICMP timestamp: Originate=\(originate) Receive=\(receive) Transmit=\(transmit)\n"
    output += "ICMP timestamp RTT tsrtt=\(midnight &- originate)\n\n"
  }

  private mutating func logTimestamp(_ tcp: TCPHeader, _ time: Int64) {
    guard tcp.headerLength > 20, tcp.data.isEmpty, let value = Self.timestamp(tcp.options) else { return }
    output += "  TCP timestamp: tcpts=\(value)\n"
    if let first = firstTimestamp {
      let elapsed = max(1, (time - first.time) / 1_000_000)
      let measured = Int64(value &- first.value) * 1000 / elapsed
      let rates: [Int64] = [2, 10, 100, 1000]
      if measured > 0, let hz = rates.min(by: { abs(measured - $0) < abs(measured - $1) }) {
        output += "  HZ seems hz=\(hz) (\(measured) measured)\n"
        let seconds = Int64(value) / hz
        output += "  System uptime seems: \(seconds / 86_400) days, \(seconds / 3600 % 24) hours, "
        output += "\(seconds / 60 % 60) minutes, \(seconds % 60) seconds\n"
      }
    } else if value != 0 {
      firstTimestamp = (value, time)
    }
    output += "\n"
  }

  private static func timestamp(_ options: Bytes) -> UInt32? {
    var offset = 0
    while let kind = options.byte(at: offset), kind != 0 {
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = options.byte(at: offset + 1), length >= 2, offset + Int(length) <= options.count else {
        return nil
      }
      if kind == 8 { return length == 10 ? options.uint32(at: offset + 2) : nil }
      offset += Int(length)
    }
    return nil
  }

  private mutating func logUnreachable(_ code: UInt8, from source: IPv4Address) {
    let names: [UInt8: String] = [
      0: "Network Unreachable", 1: "Host Unreachable", 2: "Protocol Unreachable", 3: "Port Unreachable",
      4: "Fragmentation Needed/DF set", 5: "Source Route failed", 13: "Packet filtered", 14: "Precedence violation",
      15: "precedence cut off",
    ]
    output += "ICMP \(names[code] ?? "Unreachable type=\(code)") from ip=\(source)"
    logName()
  }

  private mutating func logTimeExceeded(_ code: UInt8, from source: IPv4Address) {
    if code < 2 { output += "TTL 0 during \(code == 0 ? "transit" : "reassembly") from ip=\(source)" }
    logName()
  }

  /// There is no name server: it says that it asks, takes that back and says what it knows.
  private mutating func logName() {
    if !prints(.numeric) {
      let back = String(repeating: "\u{8}", count: 15)
      output += " get hostname...\(back)\(String(repeating: " ", count: 15))\(back)name=UNKNOWN"
    }
    output += "\n"
  }

  private static func hexDump(_ packet: [UInt8]) -> String {
    var text = "\t\t"
    for (index, byte) in packet.enumerated() {
      text += String(byte, radix: 16).padded(left: 2, "0")
      if index % 2 == 1 { text += " " }
      if index % 16 == 15 { text += "\n\t\t" }
    }
    return text + "\n\n"
  }

  private static func textDump(_ packet: [UInt8]) -> String {
    var text = "\t\t"
    for (index, byte) in packet.enumerated() {
      text.unicodeScalars.append((0x20...0x7e).contains(byte) ? Unicode.Scalar(byte) : ".")
      if index % 32 == 31 { text += "\n\t\t" }
    }
    return text + "\n\n"
  }

  /// The closing lines.
  func statistics(sent: Int) -> String {
    let loss = sent > 0 ? 100 - received * 100 / sent : received == 0 ? 0 : 100
    return """

      --- \(command.target) hping statistic ---
      \(sent) packets transmitted, \(received) packets received, \(loss)% packet loss
      round-trip min/avg/max = \(times.minimum.tenths)/\(times.average.tenths)/\(times.maximum.tenths) ms

      """
  }
}

/// Round trip times so far, in milliseconds.
private struct RoundTrips {
  private(set) var minimum = 0.0
  private(set) var maximum = 0.0
  private(set) var average = 0.0
  private var count = 0.0

  mutating func add(_ time: Double) {
    if minimum == 0 || time < minimum { minimum = time }
    maximum = max(maximum, time)
    count += 1
    average += (time - average) / count
  }
}

extension Double {
  /// With one digit after the point, as `%.1f` prints it; for numbers that are not below 0.
  fileprivate var tenths: String {
    let number = Int((self * 10).rounded(.toNearestOrEven))
    return "\(number / 10).\(number % 10)"
  }
}
