extension TcpdumpPrinter {
  mutating func arp(_ start: Int, _ length: Int) throws(CutShort) {
    current = "arp"
    guard has(start, 8) else { throw CutShort() }
    let hardware = try word(start)
    let network = try word(start + 2)
    let hardwareLength = Int(try byte(start + 4))
    let networkLength = Int(try byte(start + 5))
    let operation = try word(start + 6)
    let sender = start + 8
    let target = sender + hardwareLength + networkLength
    guard hardware != 19, has(target + hardwareLength, networkLength) else { throw CutShort() }
    if !style.showsLink { put("ARP, ") }
    // What is usual is not said.
    if isVerbose || hardware != 1 || network != 0x0800 || hardwareLength != 6 || networkLength != 4 {
      put("\(Self.hardwareTypes[hardware] ?? "Unknown Hardware (\(hardware))") (len \(hardwareLength)), ")
      put("\(Self.etherTypes[network] ?? "Unknown Protocol (0x\(hex(network, 4)))") (len \(networkLength)), ")
    }
    put("\(Self.operations[operation] ?? "Unknown (\(operation))") ")
    func address(_ offset: Int) throws(CutShort) -> String {
      guard network == 0x0800 || network == 0x1000 else { return "<wrong proto type>" }
      guard networkLength == 4 else { return "<wrong len>" }
      return try ipv4(offset)
    }
    func link(_ offset: Int) throws(CutShort) -> String {
      guard hardwareLength > 0 else { return "<empty>" }
      guard has(offset, hardwareLength) else { throw CutShort() }
      if hardware == 1, hardwareLength == 6 { return linkAddress(offset) }
      return bytes[offset..<offset + hardwareLength].map { hex($0, 2) }.joined(separator: ":")
    }
    switch operation {
    case 1:
      put("who-has \(try address(target + hardwareLength))")
      if bytes[target..<target + hardwareLength].contains(where: { $0 != 0 }) { put(" (\(try link(target)))") }
      put(" tell \(try address(sender + hardwareLength))")
    case 2: put("\(try address(sender + hardwareLength)) is-at \(try link(sender))")
    case 3, 8: put("who-is \(try link(target)) tell \(try link(sender))")
    case 4: put("\(try link(target)) at \(try address(target + hardwareLength))")
    case 9: put("\(try link(sender)) at \(try address(sender + hardwareLength))")
    default: return hexAndTextDump(start)
    }
    put(", length \(length)")
  }

  /// What tcpdump prints in place of words that it does not have: the bytes in hexadecimal and as text.
  private mutating func hexAndTextDump(_ start: Int) {
    for line in stride(from: start, to: end, by: 16) {
      let row = bytes[line..<min(line + 16, end)]
      var digits = ""
      for (index, byte) in row.enumerated() { digits += (index % 2 == 0 ? " " : "") + hex(byte, 2) }
      digits += String(repeating: " ", count: max(0, 40 - digits.utf8.count))
      put("\n\t0x\(hex(line - start, 4)): \(digits)  ")
      out += row.map { (0x21...0x7e).contains($0) ? $0 : 0x2e }
    }
  }

  private static let hardwareTypes: [UInt16: String] = [
    1: "Ethernet", 6: "TokenRing", 7: "ArcNet", 15: "FrameRelay", 23: "Strip", 24: "IEEE 1394", 32: "InfiniBand",
  ]
  private static let operations: [UInt16: String] = [
    1: "Request", 2: "Reply", 3: "Reverse Request", 4: "Reverse Reply", 8: "Inverse Request", 9: "Inverse Reply",
    10: "NACK Reply",
  ]
}
