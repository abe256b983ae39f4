extension TcpdumpPrinter {
  /// - Parameter length: as the enclosing header or the capture says, in bytes.
  mutating func ipv6Packet(_ start: Int, _ length: Int) throws(CutShort) {
    current = "ip6"
    guard has(start, 40) else { return putCut() }
    guard length >= 40 else { return put("truncated-ip6 \(length)") }
    if !style.showsLink { put("IP6 ") }
    let version = bytes[start] >> 4
    guard version == 6 else { return put("version error: \(version) != 6") }
    let payload = Int(try word(start + 4))
    if payload != 0, length < payload + 40 { put("truncated-ip6 - \(payload + 40 - length) bytes missing!") }
    let flow = try long(start)
    let next = try byte(start + 6)
    if isVerbose {
      put("(")
      if flow & 0x0ff0_0000 != 0 { put("class 0x\(hex((flow & 0x0ff0_0000) >> 20, 2)), ") }
      if flow & 0x000f_ffff != 0 { put("flowlabel 0x\(hex(flow & 0xf_ffff, 5)), ") }
      put("hlim \(try byte(start + 7)), next-header \(Self.protocols[next] ?? "unknown") (\(next)) ")
      put("payload length: \(payload)) ")
    }
    let outer = end
    let total = payload == 0 ? length + 40 : payload + 40
    end = min(end, start + total)
    try ipv6Chain(start, total, payload, next, length, outer)
    end = outer
  }

  /// Goes through the extension headers to what they carry.
  private mutating func ipv6Chain(
    _ start: Int, _ total: Int, _ payload: Int, _ next: UInt8, _ length: Int, _ outer: Int
  ) throws(CutShort) {
    var next = next
    var left = total
    var offset = start
    var advance = 40
    var payload = payload
    var previous: UInt8 = 255
    var isFragment = false
    var hasHopByHop = false
    var hasExtension = false
    var hasJumbo = false
    while offset < end, advance > 0 {
      guard left >= advance else { return putCut() }
      offset += advance
      left -= advance
      if offset == start + 40, ![6, 17, 33, 132].contains(next) {
        put("\(try ipv6(start + 8)) > \(try ipv6(start + 24)): ")
      }
      switch next {
      case 0:
        guard !hasHopByHop else {
          put("[The Hop-by-Hop Options header was already found]")
          return putInvalid()
        }
        guard previous == 255 else {
          put("[The Hop-by-Hop Options header don't follow the IPv6 header]")
          return putInvalid()
        }
        let size = try optionsHeader(offset, "hbhopt", "HBH ", isHopByHop: true, &hasJumbo, &payload)
        guard payload != 0 || hasJumbo else {
          put("[No valid Jumbo Payload Hop-by-Hop option found]")
          return putInvalid()
        }
        guard let size else { return }
        advance = size
        hasHopByHop = true
      case 60:
        var ignored = false
        var none = 0
        guard let size = try optionsHeader(offset, "dstopt", "DSTOPT ", isHopByHop: false, &ignored, &none) else {
          return
        }
        advance = size
      case 44:
        current = "frag6"
        let word = try self.word(offset + 2)
        let carried = UInt64(bitPattern: Int64(40 + Int(try self.word(start + 4)) - (offset - start) - 8))
        let identification = isVerbose ? "0x\(hex(try long(offset + 4), 8)):" : ""
        put("frag (\(identification)\(word & 0xfff8)|\(carried))")
        guard word & 0xfff8 == 0 else { return }
        put(" ")
        guard end > offset + 8 else { return }
        advance = 8
        isFragment = true
      case 43:
        guard has(offset, 1) else { return putCut() }
        guard let size = try routingHeader(offset) else { return }
        advance = size
      default:
        if hasJumbo {
          let whole = payload + 40
          guard whole >= offset - start else { return putCut() }
          if length < whole { put("truncated-ip6 - \(whole - length) bytes missing!") }
          end = min(outer, start + whole)
          left = whole - (offset - start)
        } else if payload == 0 {
          guard !hasExtension else { return putCut() }
          end = min(outer, start + 40)
          left = 0
        }
        let network = TcpdumpNetwork(version: 6, start: start)
        return try transport(next, offset, left, network, isFragment: isFragment)
      }
      hasExtension = true
      previous = next
      next = try byte(offset)
      current = "ip6"
    }
  }

  /// A hop-by-hop or destination options header; returns its length, `nil` where printing ends.
  private mutating func optionsHeader(
    _ start: Int, _ name: String, _ title: String, isHopByHop: Bool, _ hasJumbo: inout Bool, _ payload: inout Int
  ) throws(CutShort) -> Int? {
    current = name
    let length = (Int(try byte(start + 1)) + 1) * 8
    guard has(start, length) else {
      putCut()
      return nil
    }
    put(title)
    var jumbo: (Bool, Int)? = isHopByHop ? (hasJumbo, payload) : nil
    let isWhole = try ipv6Options(start + 2, length - 2, &jumbo)
    if let jumbo { (hasJumbo, payload) = jumbo }
    guard isWhole else {
      putCut()
      return nil
    }
    return length
  }

  /// - Parameter jumbo: whether a jumbo payload was found, and the payload length; `nil` where none is allowed.
  private mutating func ipv6Options(_ start: Int, _ length: Int, _ jumbo: inout (Bool, Int)?) throws(CutShort) -> Bool {
    var offset = 0
    var seenJumbo = false
    while offset < length {
      let at = start + offset
      let kind = try byte(at)
      var size = 1
      if kind != 0 {
        guard offset + 1 < length else { return false }
        size = Int(try byte(at + 1)) + 2
      }
      guard offset + size <= length else { return false }
      let left = length - offset
      switch kind {
      case 0: put("(pad1)")
      case 1: put("(padn)")
      case 5:
        guard left >= 4, size == 4 else {
          put(left < 4 ? "(rtalert: trunc)" : "(rtalert: invalid len \(size - 2))")
          return false
        }
        put("(rtalert: 0x\(hex(try word(at + 2), 4))) ")
      case 0xc2:
        guard left >= 6, size == 6 else {
          put(left < 6 ? "(jumbo: trunc)" : "(jumbo: invalid len \(size - 2))")
          return false
        }
        let value = try long(at + 2)
        let remark: String
        switch jumbo {
        case _ where seenJumbo: remark = " - already seen"
        case nil: remark = " - not a hop-by-hop option"
        case (_, let payload)? where payload != 0: remark = " - payload len != 0"
        case _? where value < 65536: remark = " - < 65536"
        default:
          remark = ""
          jumbo = (true, Int(value))
        }
        seenJumbo = true
        put("(jumbo: \(value)\(remark)) ")
      case 0xc9:
        guard left >= 18, size >= 18 else {
          put(left < 18 ? "(homeaddr: trunc)" : "(homeaddr: invalid len \(size - 2))")
          return false
        }
        put("(homeaddr: \(try ipv6(at + 2))")
        if size > 18, try !subOptions(at + 18, size - 18) { return false }
        put(")")
      default: put("(opt_type 0x\(hex(kind, 2)): len=\(size - 2))")
      }
      offset += size
    }
    put(" ")
    return true
  }

  private mutating func subOptions(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    var offset = 0
    while offset < length {
      let kind = try byte(start + offset)
      guard kind == 0 || offset + 1 < length else { return false }
      let size = kind == 0 ? 1 : Int(try byte(start + offset + 1)) + 2
      guard offset + size <= length else { return false }
      put(kind == 0 ? ", pad1" : kind == 1 ? ", padn" : ", sopt_type 0x\(hex(kind, 2)): len=\(size - 2)")
      offset += size
    }
    return true
  }

  private mutating func routingHeader(_ start: Int) throws(CutShort) -> Int? {
    current = "rt6"
    put("RT6")
    let units = Int(try byte(start + 1))
    put(" (len=\(units)")
    let type = try byte(start + 2)
    put(", type=\(type)\(type == 0 ? " [Deprecated]" : "")")
    put(", segleft=\(try byte(start + 3))")
    switch type {
    case 0, 2: if isVerbose { put(", rsv=0x\(hex(try long(start + 4)))") }
    case 4:
      put(", last-entry=\(try byte(start + 4))")
      put(", flags=0x\(hex(try byte(start + 5)))")
      put(", tag=\(hex(try word(start + 6)))")
    default:
      put(" (unknown type)")
      putInvalid()
      return nil
    }
    guard units % 2 == 0 else {
      put(" (invalid length \(units))")
      putInvalid()
      return nil
    }
    for index in 0..<units / 2 { put(", [\(index)]\(try ipv6(start + 8 + index * 16))") }
    put(") ")
    return (units + 1) * 8
  }

  func finalIPv6Destination(_ network: TcpdumpNetwork) throws(CutShort) -> Range<Int> {
    var offset = network.start + 40
    var next = try byte(network.start + 6)
    while offset < end {
      switch next {
      case 0, 60, 62, 135:
        let size = (Int(try byte(offset + 1)) + 1) * 8
        next = try byte(offset)
        offset += size
      case 44:
        next = try byte(offset)
        offset += 8
      case 43:
        guard has(offset, 4), bytes[offset + 1] % 2 == 0 else { return network.destination }
        let count = Int(bytes[offset + 1]) / 2
        let index: Int
        switch bytes[offset + 2] {
        case 0, 2: index = count - 1
        case 4: index = 0
        default: return network.destination
        }
        let address = offset + 8 + index * 16
        return index >= 0 && has(address, 16) ? address..<address + 16 : network.destination
      default: return network.destination
      }
    }
    return network.destination
  }
}
