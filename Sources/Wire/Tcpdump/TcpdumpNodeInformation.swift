extension TcpdumpPrinter {
  /// Node information queries and replies (RFC 4620).
  mutating func nodeInformation(_ start: Int, _ length: Int, _ type: UInt8) throws(CutShort) {
    let size = end - start
    if type == 139, size == 12 { return put(" who-are-you request") }
    guard type == 139 || length <= size else { return putCut() }
    put(type == 139 ? " node information query" : "")
    guard has(start, 16) else { return putCut() }
    if type == 140 { put(" node information reply") }
    put(" (")
    let kind = try word(start + 4)
    let control = try word(start + 6)
    if type == 139 { try query(start, size, kind, control) } else { try reply(start, size, kind, control) }
    put(")")
  }

  private mutating func query(_ start: Int, _ size: Int, _ kind: UInt16, _ control: UInt16) throws(CutShort) {
    switch kind {
    case 0: put("noop")
    case 1: put("supported qtypes" + (control != 0 ? " [\(control & 1 != 0 ? "C" : "")]" : ""))
    case 2: put("DNS name")
    case 3: put("node addresses" + (control != 0 ? " [\(addressFlags(control, isReply: false))]" : ""))
    default: put("unknown")
    }
    if kind <= 1 { return put(size == 16 ? "" : ", invalid len") }
    guard size != 16 else { return put(", 03 draft") }
    switch try byte(start + 1) {
    case 0:
      guard has(start, 32) else { return }
      put(size == 32 ? ", subject=\(try ipv6(start + 16))" : ", invalid subject len")
    case 1:
      put(", subject=DNS name")
      try nodeName(start + 16)
    case 2:
      guard has(start, 20) else { return }
      put(size == 20 ? ", subject=\(try ipv4(start + 16))" : ", invalid subject len")
    default: put(", unknown subject")
    }
  }

  private mutating func reply(_ start: Int, _ size: Int, _ kind: UInt16, _ control: UInt16) throws(CutShort) {
    let code = try byte(start + 1)
    switch code {
    case 0: put("success")
    case 1, 2: put((code == 1 ? "refused" : "unknown") + (size == 16 ? "" : ", invalid length"))
    default: break
    }
    guard code == 0 else { return }
    switch kind {
    case 0: put(", noop" + (size == 16 ? "" : ", invalid length"))
    case 1: put(", supported qtypes" + (control != 0 ? " [\(control & 1 != 0 ? "C" : "")]" : ""))
    case 2:
      put(", DNS name")
      try nodeName(start + 20)
      if control & 1 != 0 { put(" [TTL=\(try long(start + 16))]") }
    case 3:
      put(", node addresses")
      var at = 16
      while at + 20 <= size {
        put(" \(try ipv6(start + at + 4))(\(try long(start + at)))")
        at += 20
      }
      if control != 0 { put(" [\(addressFlags(control, isReply: true))]") }
    default: put(", unknown")
    }
  }

  private func addressFlags(_ control: UInt16, isReply: Bool) -> String {
    let names: [(UInt16, String)] = [(0x40, "a"), (0x20, "G"), (0x10, "S"), (0x08, "L"), (0x04, "C"), (0x02, "A")]
    return names.filter { control & $0.0 != 0 }.map { $0.1 }.joined() + (isReply && control & 1 != 0 ? "T" : "")
  }

  /// A name of labels, without compression, or of the older draft's counted string.
  private mutating func nodeName(_ start: Int) throws(CutShort) {
    var at = start
    if Int(try byte(start)) == end - start - 1 {
      put(", 03 draft, \"")
      for index in start + 1..<max(start + 1, end) { put(character: bytes[index]) }
      return put("\"")
    }
    put(", \"")
    while at < end {
      var count = Int(try byte(at))
      at += 1
      guard count > 0 else {
        if at == end { put(".") } else if !(at + 1 == end && bytes[at] == 0) { put("???") }
        break
      }
      guard count <= end - at else {
        put("???")
        break
      }
      while count > 0, at < end {
        put(character: bytes[at])
        at += 1
        count -= 1
      }
      if at + 1 < end, bytes[at] != 0 { put(".") }
    }
    put("\"")
  }
}
