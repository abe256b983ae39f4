import Wire

/// Makes a packet of a dump and the summary above it.
struct TextPacket {
  let file: String
  let summary: TcpdumpSummary?
  var command = TcpdumpCommand()

  /// Throws where the dump cannot be read, or does not begin with what the summary says and nothing else is recognised.
  func packet(_ run: DumpRun, number: Int) throws(CaptureError) -> CapturedPacket {
    let summary = summary
    var resolver = DumpResolver(run, file: file) { bytes in
      Set(LinkInference(bytes: bytes, summary: summary).guesses().compactMap { $0.network?.end })
    }
    let dumped = try resolver.resolve()
    let guess = try guess(dumped, run)
    var bytes = guess.prefix
    bytes.append(dumped)
    var packet = CapturedPacket(
      number: number, time: summary?.head.time, linkType: guess.linkType, bytes: bytes.bytes,
      originalLength: originalLength(guess, bytes),
      provenance: Provenance(file: file, line: summary?.firstLine ?? run.firstLine))
    packet.knowledge.unknown = bytes.unknown
    packet.interface = summary?.head.interface
    packet.direction = summary?.head.direction ?? Direction(cookedHeaderOf: bytes.bytes, linkType: guess.linkType)
    if let comment = guess.comment { packet.comments.append(comment) }
    if packet.originalLength > bytes.count {
      packet.comments.append("the text holds \(bytes.count) of the packet's \(packet.originalLength) bytes")
    }
    if !resolver.mangledLines.isEmpty {
      let lines = resolver.mangledLines.map(String.init).joined(separator: ", ")
      packet.comments.append("the text column does not agree with the bytes in line \(lines); the bytes are taken")
    }
    if let summary, let network = guess.network {
      packet.knowledge.ipChecksumVouched = network.version == 4 && summary.vouchesForHeader
      packet.knowledge.transportChecksumVouched = summary.vouchesForTransport
      EditedAddresses(networkOffset: guess.prefix.count + network.offset).note(summary, in: &packet)
    }
    return packet
  }

  /// Whether the dump is a whole packet that agrees with the summary, not one of the small dumps that tcpdump prints within
  /// the summary itself for some protocols.
  func isWholePacket(_ run: DumpRun) -> Bool {
    var resolver = DumpResolver(run, file: file) { _ in [] }
    guard let bytes = try? resolver.resolve() else { return false }
    guard let best = LinkInference(bytes: bytes, summary: summary).guesses().first else { return false }
    return best.evidence >= 4
  }

  /// Whether a single line is a packet of its own, ending where its header says.
  func endsItself(_ run: DumpRun) -> Bool {
    var resolver = DumpResolver(run, file: file) { _ in [] }
    guard let bytes = try? resolver.resolve() else { return false }
    return LinkInference(bytes: bytes, summary: summary).guesses().contains { guess in
      guess.evidence >= 4 && guess.network?.end.map { $0 <= bytes.count } ?? true
    }
  }

  private func guess(_ bytes: SpelledBytes, _ run: DumpRun) throws(CaptureError) -> LinkGuess {
    // Without a summary only what fits well is taken for a packet: ASCII text may begin like an IP header too.
    let least = summary == nil && bytes.unknown.isEmpty ? 3 : 0
    if let best = LinkInference(bytes: bytes, summary: summary).guesses().first, best.evidence >= least { return best }
    let start = bytes.bytes.prefix(4).hex
    if let told = command.linkType {
      return LinkGuess(
        linkType: told, network: nil, evidence: 0, comment: "the link type is what tcpdump's own first lines tell")
    }
    if bytes.unknown.contains(where: { $0.lowerBound < 20 }) {
      return LinkGuess(
        linkType: .unknownInText, network: nil, evidence: 0,
        comment: "the bytes that tell what kind of header comes first were taken out")
    }
    if bytes.bytes.starts(with: [0xd4, 0xc3, 0xb2, 0xa1]) || bytes.bytes.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) {
      throw CaptureError(
        file: file, line: run.firstLine, "the dump is of a whole capture file; give that file instead (xxd -r makes it)"
      )
    }
    guard let summary else {
      throw CaptureError(
        file: file, line: run.firstLine,
        "\(bytes.count) bytes from \(start) on begin with no header that is recognised: an IP packet, an Ethernet frame or a"
          + " Linux cooked capture is expected")
    }
    if let version = summary.version, summary.isOrdinary {
      throw CaptureError(
        file: file, line: run.firstLine,
        "the summary tells of an IPv\(version) packet, but bytes from \(start) on begin with no such header")
    }
    return LinkGuess(
      linkType: .unknownInText, network: nil, evidence: 0,
      comment: "the text does not tell what kind of header the bytes begin with")
  }

  private func originalLength(_ guess: LinkGuess, _ bytes: SpelledBytes) -> Int {
    let end = guess.network?.end.map { $0 + guess.prefix.count } ?? 0
    let frame = guess.linkType == .raw ? 0 : summary?.frameLength ?? 0
    return max(bytes.count, end, frame)
  }
}

extension LinkType {
  /// For bytes whose text does not tell what they begin with: the first of the registry's numbers for private use.
  static let unknownInText = LinkType(rawValue: 147)
}

extension TcpdumpSummary {
  /// Whether it tells of nothing unusual: no version or length that tcpdump complains about, no header cut short.
  var isOrdinary: Bool { !Self.complaints.contains(where: text.holds) }

  private static let complaints: [StaticString] = [
    "bad-", "[|ip", "version error", "truncated-ip", "invalid", "wrong", "bad", "hdr length", "missing!",
  ]
}
