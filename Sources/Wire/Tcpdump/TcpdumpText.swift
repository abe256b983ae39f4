/// A protocol over TCP whose requests and responses tcpdump prints as text.
struct TcpdumpTextService {
  let name: String
  let ports: [UInt16]
  /// The first words that make a request; `nil` where every segment is printed.
  let commands: Set<String>?
}

extension TcpdumpPrinter {
  /// In the order in which tcpdump tries the ports.
  static let textServices: [TcpdumpTextService] = [
    .init(name: "smtp", ports: [25], commands: nil),
    .init(name: "whois", ports: [43], commands: nil),
    .init(name: "ftp", ports: [21], commands: nil),
    .init(
      name: "http", ports: [80, 8080],
      commands: [
        "GET", "PUT", "COPY", "HEAD", "LOCK", "MOVE", "POLL", "POST", "BCOPY", "BMOVE", "MKCOL", "TRACE", "LABEL",
        "MERGE", "DELETE", "SEARCH", "UNLOCK", "REPORT", "UPDATE", "NOTIFY", "BDELETE", "CONNECT", "OPTIONS",
        "CHECKIN", "PROPFIND", "CHECKOUT", "CCM_POST", "SUBSCRIBE", "PROPPATCH", "BPROPFIND", "BPROPPATCH",
        "UNCHECKOUT", "MKACTIVITY", "MKWORKSPACE", "UNSUBSCRIBE", "RPC_CONNECT", "VERSION-CONTROL",
        "BASELINE-CONTROL",
      ]),
    .init(
      name: "rtsp", ports: [554, 8554],
      commands: [
        "DESCRIBE", "ANNOUNCE", "GET_PARAMETER", "OPTIONS", "PAUSE", "PLAY", "RECORD", "REDIRECT", "SETUP",
        "SET_PARAMETER", "TEARDOWN",
      ]),
  ]

  /// Session initiation (RFC 3261 section 7), over UDP.
  mutating func sip(_ start: Int, _ length: Int) throws(CutShort) { try textProtocol(Self.sip, start, length) }

  private static let sip = TcpdumpTextService(
    name: "sip", ports: [5060],
    commands: [
      "ACK", "BYE", "CANCEL", "DO", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "QAUTH", "REFER",
      "REGISTER", "SPRACK", "SUBSCRIBE", "UPDATE", "PUBLISH",
    ])

  /// The line with which both ends of SSH begin (RFC 4253 section 4.2); nothing for any other segment.
  mutating func ssh(_ start: Int, _ length: Int) throws(CutShort) {
    current = "ssh"
    for (index, letter) in "SSH-".utf8.enumerated() {
      guard try byte(start + index) == letter else { return }
    }
    for index in 4..<max(4, length) {
      let byte = try byte(start + index)
      var isEnd = byte == 0x0a
      if byte == 0x0d, index + 1 < length { isEnd = try self.byte(start + index + 1) == 0x0a }
      if isEnd {
        put(": SSH: ")
        out += bytes[start..<start + index]
        return
      }
      guard (0x20...0x7e).contains(byte) else { return }
    }
  }

  mutating func textProtocol(_ service: TcpdumpTextService, _ start: Int, _ length: Int) throws(CutShort) {
    current = service.name
    var isShown = service.commands == nil
    if let commands = service.commands, let (first, next) = token(start, 0, length) {
      isShown = commands.contains(first.uppercased())
      if let (second, _) = token(start, next, length), second.utf8.count == 3,
        second.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      {
        isShown = true
      }
    }
    put(service.name.uppercased())
    guard isShown else { return }
    guard isVerbose else {
      _ = try textLine(start, 0, length, before: ": ")
      return
    }
    put(", length: \(length)")
    var index = 0
    while index < length, let next = try textLine(start, index, length) { index = next }
  }

  /// The word at `index` and where the next begins; `nil` where there is none that is printable and short.
  private func token(_ start: Int, _ index: Int, _ length: Int) -> (String, Int)? {
    var index = index
    var word: [UInt8] = []
    while index < length {
      guard has(start + index, 1) else { return nil }
      let byte = bytes[start + index]
      if [0x20, 0x09, 0x0d, 0x0a].contains(byte) { break }
      guard (0x20...0x7e).contains(byte), word.count < 128 else { return nil }
      word.append(byte)
      index += 1
    }
    guard !word.isEmpty else { return nil }
    while index < length, has(start + index, 1), bytes[start + index] == 0x20 || bytes[start + index] == 0x09 {
      // A tab ends the white space: it is not a printable character.
      if bytes[start + index] == 0x09 { break }
      index += 1
    }
    return (String(decoding: word, as: UTF8.self), index)
  }

  /// Prints a line of text; returns where the next begins, `nil` where printing ends.
  private mutating func textLine(
    _ start: Int, _ index: Int, _ length: Int, before prefix: String = "\n\t"
  ) throws(CutShort) -> Int? {
    var at = index
    while at < length {
      let byte = try byte(start + at)
      var next: Int?
      if byte == 0x0a { next = at + 1 }
      if byte == 0x0d {
        guard at + 1 < length, try self.byte(start + at + 1) == 0x0a else { return nil }
        next = at + 2
      }
      if let next {
        put(prefix)
        out += bytes[start + index..<start + at]
        return next
      }
      guard (0x20...0x7e).contains(byte) || byte == 0x09 else { return nil }
      at += 1
    }
    put(prefix)
    out += bytes[start + index..<start + at]
    putCut()
    return nil
  }
}
