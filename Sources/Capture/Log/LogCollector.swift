/// Collects the lines over which one log line was wrapped.
struct LogCollector {
  private let file: String
  private let number: Int
  private var text: String
  private var lineCount = 1

  /// Begins with a line that holds `IN=`; `nil` for any other.
  ///
  /// - Parameter prose: the line before it, which may hold its time.
  init?(_ line: TextLine, after prose: TextLine?, file: String) {
    guard line.bytes.holds("IN="), let start = LogLine.start(of: line.text) else { return nil }
    self.file = file
    number = line.number
    text = line.text
    let time = LogTime(text[..<start])
    if time.clock == nil, time.uptime == nil, let prose, prose.number + 1 == line.number, prose.bytes.holds("kernel") {
      text = prose.text + " " + text
    }
  }

  /// The line's fields; `nil` where it turned out to be none.
  var logLine: LogLine? { LogLine(text) }

  func packet(_ line: LogLine, number packetNumber: Int) throws(CaptureError) -> CapturedPacket {
    var builder = LogPacket(file: file, line: number)
    return try builder.packet(line, number: packetNumber)
  }

  /// Takes the line where it goes on with the one collected; `false` where it does not.
  mutating func takes(_ line: TextLine) -> Bool {
    guard lineCount < 16, !line.isBlank, LogLine.start(of: line.text) == nil else { return false }
    let rest = line.bytes.drop { $0.isBlank || Self.quotes.contains($0) }.text
    while let last = text.utf8.last, last == 0x22 || last == 0x27 { text.removeLast() }
    let word = rest.prefix { $0 != " " && $0 != "\t" }
    let isField =
      rest.hasPrefix("(") && text.hasSuffix("OPT") || Self.words.contains(word.prefix { $0 != "=" })
      || word.hasPrefix("FRAG:") || word.hasPrefix("[SRC=")
    guard isField || isIncomplete else { return false }
    guard isField || !DumpLine.beginsDump(line), SummaryHead(line)?.time == nil else { return false }
    lineCount += 1
    let isJoined = text.last == " " || !isField || endsWithinWord
    text += (isJoined ? "" : " ") + rest
    return true
  }

  /// Mail's and program source's marks before a line.
  private static let quotes = Set(">|\"'".utf8)

  /// Whether fields are missing that the kernel always writes.
  private var isIncomplete: Bool {
    guard let line = logLine, !endsWithinWord else { return true }
    if let last = Self.lastFields[line["PROTO"] ?? ""], line.fields.count(where: { $0.key == last.key }) < last.count {
      return !line.fields.contains { $0.key == "FRAG" }
    }
    do {
      _ = try packet(line, number: 1)
      return false
    } catch {
      return true
    }
  }

  /// Whether the text so far ends with half a word: `E` of `ECE`, or options without their parenthesis.
  private var endsWithinWord: Bool {
    guard let word = text.split(separator: " ").last, LogLine.start(of: text) != nil, text.last != " " else {
      return false
    }
    if word.hasPrefix("(") { return !word.hasSuffix(")") }
    return !word.contains("=") && !word.contains(":") && !word.hasSuffix("]") && !word.hasSuffix(")")
      && !Self.words.contains(word)
  }

  /// The field that a line of the protocol ends with, and how often it is there by then.
  private static let lastFields: [Substring: (key: Substring, count: Int)] = ["TCP": ("URGP", 1), "UDP": ("LEN", 2)]

  /// What a field of a log line begins with.
  private static let words: Set<Substring> = [
    "OUT", "PHYSIN", "PHYSOUT", "MAC", "MACSRC", "MACDST", "MACPROTO", "VPROTO", "VID", "SRC", "DST", "LEN", "TOS",
    "PREC",
    "TTL", "ID", "CE", "DF", "MF", "OPT", "PROTO", "SPT", "DPT", "SEQ", "ACK", "WINDOW", "RES", "CWR", "ECE", "URG",
    "PSH",
    "RST", "SYN", "FIN", "URGP", "TYPE", "CODE", "MTU", "GATEWAY", "PARAMETER", "POINTER", "SPI", "TC", "HOPLIMIT",
    "FLOWLBL", "UID", "GID", "MARK", "ARP", "HTYPE", "PTYPE", "OPCODE", "IPSRC", "IPDST", "INCOMPLETE", "]",
  ]
}

extension DumpLine {
  /// Whether the line is the first of a dump with offsets.
  static func beginsDump(_ line: TextLine) -> Bool { DumpLine(line)?.offset(is: 0) ?? false }
}
