extension TcpdumpPrinter {
  /// Why the printing of options stops.
  private enum Stop: Error {
    case bad, cut
    case early(CutShort)
  }

  /// Prints `, options [...]`; false where the segment's printing ends with them.
  mutating func tcpOptions(
    _ start: Int, _ headerLength: Int, _ data: Int, _ control: TCPFlags, _ relative: UInt32
  ) throws(CutShort) -> Bool {
    put(", options [")
    var offset = start + 20
    var left = headerLength - 20
    var isFirst = true
    do throws(Stop) {
      while left > 0 {
        if !isFirst { put(",") }
        let kind = try reading { (p) throws(CutShort) in try p.byte(offset) }
        var size = 1
        if kind > 1 {
          size = Int(try reading { (p) throws(CutShort) in try p.byte(offset + 1) })
          guard size >= 2, size <= left else { throw .bad }
        }
        put(Self.optionNames[kind] ?? "unknown-\(kind)")
        let used =
          kind > 1 ? try option(kind, offset, size, left - 2, start, headerLength, data, control, relative) + 2 : 1
        if used != size { put("[len \(size)]") }
        offset += used
        left -= used
        isFirst = false
        if kind == 0 { break }
      }
    } catch {
      switch error {
      case .bad: put("[bad opt]" + (isFirst ? "" : "]"))
      case .cut:
        putCut()
        if !isFirst { put(">") }
      case .early(let cut): throw cut
      }
      return false
    }
    put("]")
    return true
  }

  private func reading<R>(_ body: (borrowing Self) throws(CutShort) -> R) throws(Stop) -> R {
    do throws(CutShort) { return try body(self) } catch { throw .early(error) }
  }

  /// Prints the option's content; returns how many bytes of it were printed.
  private mutating func option(
    _ kind: UInt8, _ at: Int, _ size: Int, _ left: Int, _ start: Int, _ headerLength: Int, _ data: Int,
    _ control: TCPFlags, _ relative: UInt32
  ) throws(Stop) -> Int {
    let body = at + 2
    func need(_ count: Int) throws(Stop) {
      guard count <= left else { throw .bad }
      guard has(body, count) else { throw .cut }
    }
    func number(_ offset: Int, _ width: Int) -> UInt64 { bytes[...].bits(offset * 8..<(offset + width) * 8) ?? 0 }
    switch kind {
    case 2, 3, 6, 7, 11, 12, 13:
      let width = kind == 2 ? 2 : kind == 3 ? 1 : 4
      try need(width)
      put(" \(number(body, width))")
      return width
    case 4: return 0
    case 5:
      guard (size - 2) % 8 == 0 else {
        put(" invalid sack")
        return size - 2
      }
      put(" \((size - 2) / 8) ")
      for block in stride(from: 0, to: size - 2, by: 8) {
        try need(block + 8)
        let edges = [number(body + block, 4), number(body + block + 4, 4)].map { UInt32($0) &- relative }
        put("{\(edges[0]):\(edges[1])}")
      }
      return size - 2
    case 8:
      try need(8)
      put(" val \(number(body, 4)) ecr \(number(body + 4, 4))")
      return 8
    case 19:
      try need(16)
      let reason = has(start + headerLength, data) ? "shared secret not supplied with -M, " : "snaplen too short, "
      put(" \(reason)can't check - \(bytes[body..<body + 16].hex)")
      return 16
    case 20:
      try need(2)
      put(" cap \(hex(bytes[body], 2)) id \(bytes[body + 1])")
      return 2
    case 28:
      try need(2)
      let value = number(body, 2)
      put(" 0x\(hex(value)) \(value & 1 == 1 ? value >> 1 &* 60 : value >> 1)")
      return 2
    case 29:
      guard size >= 4 else {
        putInvalid()
        return size - 2
      }
      try need(2)
      put(" keyid \(bytes[body]) rnextkeyid \(bytes[body + 1])")
      if size > 4 {
        put(" mac 0x")
        for index in 2..<size - 2 {
          try need(index + 1)
          put(hex(bytes[body + index], 2))
        }
      }
      return size - 2
    case 30:
      try need(size - 2)
      let outer = end
      end = min(end, at + size)
      let isGood = multipath(at, size, control)
      end = outer
      guard isGood else { throw .bad }
      return size - 2
    case 34:
      try need(size - 2)
      put(" ")
      fastOpen(body, size - 2, isExperiment: false)
      return size - 2
    case 254:
      try need(size - 2)
      guard size >= 4 else { throw .bad }
      put("-")
      if number(body, 2) == 0xf989 {
        fastOpen(body + 2, size - 4, isExperiment: true)
      } else {
        put(hex(number(body, 2), 4))
      }
      return size - 2
    default:
      if size > 2 { put(" 0x") }
      for index in 0..<size - 2 {
        try need(index + 1)
        put(hex(bytes[body + index], 2))
      }
      return size - 2
    }
  }

  private mutating func fastOpen(_ start: Int, _ length: Int, isExperiment: Bool) {
    if isExperiment { put("tfo") }
    guard length > 0 else { return put(" cookiereq") }
    guard length % 2 == 0, (4...16).contains(length) else { return putInvalid() }
    put(" cookie \(bytes[start..<start + length].hex)")
  }

  /// A multipath TCP option; false where its length does not fit. All its bytes are there.
  private mutating func multipath(_ at: Int, _ size: Int, _ control: TCPFlags) -> Bool {
    current = "mptcp"
    guard size >= 3 else { return false }
    let view = bytes[...].slice(at: at, length: size)
    func number(_ offset: Int, _ width: Int) -> UInt64 { view.bits(offset * 8..<(offset + width) * 8) ?? 0 }
    let subtype = Int(number(2, 1) >> 4)
    let names = ["capable", "join", "dss", "add-addr", "rem-addr", "prio", "fail", "fast-close"]
    put(" \(size) \(subtype < names.count ? names[subtype] : "unknown")")
    let isSyn = control.contains(.syn)
    let isAck = control.contains(.ack)
    switch subtype {
    case 0:
      guard isSyn && [4, 12].contains(size) || !isSyn && isAck && [20, 22].contains(size) else { return false }
      let version = number(2, 1) & 15
      guard version <= 1 else {
        put(" Unknown Version (\(version))")
        return true
      }
      put(" v\(version)" + (number(3, 1) & 0x80 != 0 ? " csum" : ""))
      if size >= 12 { put(" {0x\(hex(number(4, 8)))" + (size >= 20 ? ",0x\(hex(number(12, 8)))" : "") + "}") }
    case 1:
      guard size == 12 && isSyn || size == 16 && isSyn && isAck || size == 24 && isAck else { return false }
      if size != 24 { put((number(2, 1) & 1 != 0 ? " backup" : "") + " id \(number(3, 1))") }
      if size == 12 { put(" token 0x\(hex(number(4, 4))) nonce 0x\(hex(number(8, 4)))") }
      if size == 16 { put(" hmac 0x\(hex(number(4, 8))) nonce 0x\(hex(number(12, 4)))") }
      if size == 24 { put(" hmac 0x\(view.slice(at: 4, length: 20).hex)") }
    case 2: return dataSequence(view, isSyn: isSyn)
    case 3: return addAddress(at, view)
    case 4:
      guard size >= 4 else { return false }
      put(" id" + (3..<size).map { " \(number($0, 1))" }.joined())
    case 5:
      guard size == 3 || size == 4 else { return false }
      put((number(2, 1) & 1 != 0 ? " backup" : " non-backup") + (size == 4 ? " id \(number(3, 1))" : ""))
    case 6, 7:
      guard size == 12 else { return false }
      put(subtype == 6 ? " seq \(number(4, 8))" : " key 0x\(hex(number(4, 8)))")
    default: break
    }
    return true
  }

  private mutating func dataSequence(_ view: Bytes, isSyn: Bool) -> Bool {
    guard view.count >= 4, !isSyn, let control = view.byte(at: 3) else { return false }
    if control & 0x10 != 0 { put(" fin") }
    var offset = 4
    func next(_ width: Int) -> UInt64? {
      defer { offset += width }
      return offset + width <= view.count ? view.bits(offset * 8..<(offset + width) * 8) : nil
    }
    if control & 1 != 0 {
      put(" ack ")
      guard let value = next(control & 2 != 0 ? 8 : 4) else { return false }
      put("\(value)")
    }
    if control & 4 != 0 {
      put(" seq ")
      guard let value = next(control & 8 != 0 ? 8 : 4) else { return false }
      put("\(value)")
      guard let subflow = next(4) else { return false }
      put(" subseq \(subflow)")
      guard let length = next(2) else { return false }
      put(" len \(length)")
      if view.count - offset >= 2, let sum = next(2) { put(" csum 0x\(hex(sum))") }
    }
    return offset == view.count
  }

  private mutating func addAddress(_ at: Int, _ view: Bytes) -> Bool {
    let size = view.count
    guard [8, 10, 16, 18, 20, 22, 28, 30].contains(size) else { return false }
    func number(_ offset: Int, _ width: Int) -> UInt64 { view.bits(offset * 8..<(offset + width) * 8) ?? 0 }
    let kinds: [UInt64: String] = [6: "v0-ip6", 4: "v0-ip4", 1: "v1-echo", 0: "v1"]
    put(" \(kinds[number(2, 1) & 15] ?? "[bad version/echo]") id \(number(3, 1))")
    let width = size < 20 ? 4 : 16
    let address =
      width == 4
      ? IPv4Address(bytes: view.slice(at: 4))?.description : IPv6Address(bytes: view.slice(at: 4))?.description
    put(" \(address ?? "")")
    let hasPort = [10, 18, 22, 30].contains(size)
    if hasPort { put(":\(number(4 + width, 2))") }
    if [16, 18, 28, 30].contains(size) { put(" hmac 0x\(hex(number(4 + width + (hasPort ? 2 : 0), 8)))") }
    return true
  }

  private static let optionNames: [UInt8: String] = [
    0: "eol", 1: "nop", 2: "mss", 3: "wscale", 4: "sackOK", 5: "sack", 6: "echo", 7: "echoreply", 8: "TS", 11: "cc",
    12: "ccnew", 13: "", 19: "md5", 20: "scps", 28: "uto", 29: "tcp-ao", 30: "mptcp", 34: "tfo", 254: "exp",
  ]
}
