import Wire

/// Puts the lines of a text together to packets: a summary, the dump under it, and what pasting left between them.
struct TextAssembler {
  let file: String
  private(set) var notes: [String] = []
  /// What the text turned out to be, once a packet was found.
  private(set) var formatName: String?

  private var summary: TcpdumpSummary?
  private var summaryHasDump = false
  private var run: DumpRun?
  /// A complete dump that awaits what comes next: another dump without a summary between shows that it stood within the summary.
  private var held: DumpRun?
  private var number = 0
  private var made: [CapturedPacket] = []
  /// Whether a title says that the next dump is no packet but what tshark made of several.
  private var skipsDump = false
  private var command = TcpdumpCommand()
  private var relativeClock = RelativeClock()
  private var log: LogCollector?
  private var logClock = LogClock()
  /// The last line of prose: where a log line was wrapped, its time stands there.
  private var lastProse: TextLine?
  /// The first thing that looked like a packet and could not be read as one, for a text that holds nothing else.
  private var firstRefusal: CaptureError?

  init(file: String) { self.file = file }

  /// Takes a line and returns the packets that it completes.
  mutating func take(_ line: TextLine) throws(CaptureError) -> [CapturedPacket] {
    made = []
    if log != nil {
      if log?.takes(line) == true { return [] }
      endLog()
    }
    if line.isBlank {
      try endPlainRun()
      run?.add(remark: line)
      return made
    }
    let dump = run?.isPlain == true ? DumpLine(continuingPlain: line) ?? DumpLine(line) : DumpLine(line)
    if let dump, dump.isMarked || TcpdumpSummary(line) == nil {
      try take(dump)
      try checkLength()
    } else if let collector = LogCollector(line, after: lastProse, file: file) {
      try flush()
      log = collector
    } else if let next = TcpdumpSummary(line), !continuesSummary(next) {
      try flush()
      begin(next)
    } else {
      takeProse(line)
    }
    return made
  }

  private mutating func begin(_ next: TcpdumpSummary) {
    summary = next
    summaryHasDump = false
    skipsDump = false
    if next.isEmptyPacket { emitEmpty(next) }
  }

  /// Returns the last packets. Throws where the text held none.
  mutating func finish() throws(CaptureError) -> [CapturedPacket] {
    made = []
    try flush()
    guard number > 0 else {
      throw firstRefusal
        ?? CaptureError(
          file: file,
          "holds no packet: tcpdump text with its hexadecimal dump (-x, -X), another hex dump or kernel log lines are expected"
        )
    }
    return made
  }

  // MARK: Lines

  /// The second line of a summary with `-v` looks like the first of an old tcpdump: `10.0.0.1.80 > 10.0.0.2.1024: ...`.
  private func continuesSummary(_ next: TcpdumpSummary) -> Bool {
    guard let summary else { return false }
    // All summaries of a text have a time or none has: one without it is a line of a protocol that `-v` explains.
    if summary.head.time != nil, next.head.time == nil { return !next.isEmptyPacket }
    guard !summaryHasDump, run == nil else { return false }
    return next.head.time == nil && next.version == nil && summary.text.holds("(tos 0x")
  }

  private mutating func takeProse(_ line: TextLine) {
    lastProse = line
    command.read(line)
    if let title = Self.dumpTitle(line) {
      endRun()
      skipsDump = title != "Frame" && title != "Packet"
      return
    }
    if run != nil {
      if run?.isPlain == true { endRun() } else { run?.add(remark: line) }
    } else if summary != nil, !summaryHasDump {
      summary?.add(line)
    }
  }

  /// tshark's `Frame (60 bytes):` and `Reassembled TCP (42349 bytes):`, where it shows more than the packet.
  private static func dumpTitle(_ line: TextLine) -> Substring? {
    guard line.bytes.last == 0x3a, line.bytes.holds(" bytes):"), let open = line.text.lastIndex(of: "(") else {
      return nil
    }
    let digits = line.text[line.text.index(after: open)...].prefix { $0.isNumber }
    return digits.isEmpty ? nil : Substring(line.text[..<open].filter { $0 != " " })
  }

  private mutating func take(_ dump: DumpLine) throws(CaptureError) {
    if dump.offsetDigits == nil { return try takePlain(dump) }
    if run?.isMarked == true, !dump.isMarked, !dump.offset(is: 0) {
      run?.add(remark: dump.line)
      return
    }
    if run?.add(dump) == true { return }
    guard dump.offset(is: 0), !dump.isOffsetAlone else {
      guard !dump.isOffsetAlone, dump.isMarked || run != nil else { return takeProse(dump.line) }
      throw gap(dump)
    }
    try endRunBeforeAnother()
    run = DumpRun(dump)
  }

  /// A dump is kept in memory until it ends; one that no packet fills is refused before it fills the memory.
  private func checkLength() throws(CaptureError) {
    guard let run, run.byteCount > Self.longestDump else { return }
    throw CaptureError(
      file: file, line: run.firstLine,
      "a dump of more than \(Self.longestDump) bytes is no packet; a dump of a whole capture file must be made that file again"
    )
  }

  /// tcpdump's largest snapshot length.
  private static let longestDump = 262_144

  private mutating func takePlain(_ dump: DumpLine) throws(CaptureError) {
    guard let current = run else {
      guard dump.groups.count >= 8 else { return takeProse(dump.line) }
      try endRunBeforeAnother()
      run = DumpRun(dump)
      return
    }
    guard current.isPlain else {
      run?.add(remark: dump.line)
      return
    }
    // One packet a line, as one string of digits each.
    let groups = dump.groups.groups
    if groups.count == 1, groups[0].digits >= 40, current.lines.count <= 32,
      TextPacket(file: file, summary: summary).endsItself(current)
    {
      try endRunBeforeAnother()
      run = DumpRun(dump)
      return
    }
    _ = run?.add(dump)
  }

  private func gap(_ dump: DumpLine) -> CaptureError {
    let digits = dump.offsetDigits?.text ?? ""
    let what =
      run == nil
      ? "the dump begins at offset \(digits): the bytes before it are missing"
      : "offset \(digits) does not follow on the line before: bytes are missing or a line was altered"
    return CaptureError(
      file: file, line: dump.line.number, column: dump.column(dump.offsetDigits?.startIndex ?? 0), what)
  }

  // MARK: Dumps

  private mutating func endPlainRun() throws(CaptureError) {
    if run?.isPlain == true { endRun() }
  }

  private mutating func endRun() {
    guard let run else { return }
    self.run = nil
    guard !skipsDump else {
      skipsDump = false
      return
    }
    held = run
    summaryHasDump = true
  }

  /// A dump begins where another ended and no summary stands between.
  private mutating func endRunBeforeAnother() throws(CaptureError) {
    endRun()
    guard let held else { return }
    if let summary, !TextPacket(file: file, summary: summary).isWholePacket(held) {
      self.held = nil
      return
    }
    try emitHeld()
    summary = nil
  }

  // MARK: Log lines

  private mutating func endLog() {
    guard let collector = log else { return }
    log = nil
    guard let line = collector.logLine else { return }
    do {
      var packet = try collector.packet(line, number: number + 1)
      number += 1
      formatName = formatName ?? "kernel log"
      packet.time = logClock.time(LogTime(line.lead))
      made.append(packet)
    } catch {
      firstRefusal = firstRefusal ?? error
      note(error.description)
    }
  }

  // MARK: What is complete

  private mutating func flush() throws(CaptureError) {
    endLog()
    endRun()
    if let summary, held == nil, summary.tellsOfPacket {
      let message = "a summary without its bytes: tcpdump prints them with -x or -X"
      firstRefusal = firstRefusal ?? CaptureError(file: file, line: summary.firstLine, message)
      note("line \(summary.firstLine): \(message)")
    }
    try emitHeld()
    summary = nil
    summaryHasDump = false
  }

  private mutating func emitEmpty(_ summary: TcpdumpSummary) {
    number += 1
    summaryHasDump = true
    var packet = CapturedPacket(
      number: number, time: summary.head.time, linkType: .unknownInText, bytes: [],
      provenance: Provenance(file: file, line: summary.firstLine))
    packet.comments = ["no byte of it was captured"]
    made.append(packet)
    self.summary = nil
  }

  private mutating func emitHeld() throws(CaptureError) {
    guard let run = held else { return }
    held = nil
    do {
      var packet = try TextPacket(file: file, summary: summary, command: command).packet(run, number: number + 1)
      number += 1
      setRelativeTime(&packet)
      formatName = formatName ?? (summary == nil ? "hex dump" : "tcpdump text")
      made.append(packet)
    } catch {
      // Bytes in the midst of prose that are no packet are no error where packets are found elsewhere.
      guard run.isPlain, summary == nil else { throw error }
      firstRefusal = firstRefusal ?? error
      note(error.description)
    }
  }

  private mutating func setRelativeTime(_ packet: inout CapturedPacket) {
    guard let time = packet.time, !time.isAbsolute else { return }
    if number == 1, summary?.head.beginsAtZero == true {
      note(RelativeClock.note)
    } else if !relativeClock.isRunning {
      return
    }
    packet.time = relativeClock.time(time)
  }

  private mutating func note(_ text: String) {
    if notes.count < 100 { notes.append(text) }
  }
}
