import Wire

/// What is known of a packet beside its bytes, as a pcapng comment that people and this program can read:
///
///     chainwalk: bytes 14-15 edited out; source shown as 108.162.[edited]; transport checksum seen good
///
/// Without it a saved packet's zeros would pass for bytes that were captured.
struct KnowledgeComment {
  private static let start = "chainwalk: "

  /// The comment for a packet; `nil` where the bytes say it all.
  static func text(_ packet: CapturedPacket) -> String? {
    var clauses: [String] = []
    for range in packet.knowledge.edited { clauses.append("\(words(range)) edited out") }
    for range in packet.knowledge.unknown { clauses.append("\(words(range)) unknown") }
    if packet.knowledge.ipChecksumVouched { clauses.append("IP checksum seen good") }
    if packet.knowledge.transportChecksumVouched { clauses.append("transport checksum seen good") }
    if let shown = packet.shownSource, isPlain(shown) { clauses.append("source shown as \(shown)") }
    if let shown = packet.shownDestination, isPlain(shown) { clauses.append("destination shown as \(shown)") }
    if let time = packet.time {
      if !time.isAbsolute { clauses.append("time of day only") }
    } else {
      clauses.append("no time")
    }
    return clauses.isEmpty ? nil : start + clauses.joined(separator: "; ")
  }

  /// Takes over what such a comment says; `false`, and nothing changed, for any other comment.
  static func apply(_ comment: String, to packet: inout CapturedPacket) -> Bool {
    guard comment.hasPrefix(start) else { return false }
    var read = packet
    for clause in comment.dropFirst(start.count).split(separator: ";") {
      guard apply(clause: clause.drop { $0 == " " }, to: &read) else { return false }
    }
    packet = read
    return true
  }

  private static func apply(clause: Substring, to packet: inout CapturedPacket) -> Bool {
    switch clause {
    case "IP checksum seen good": packet.knowledge.ipChecksumVouched = true
    case "transport checksum seen good": packet.knowledge.transportChecksumVouched = true
    case "time of day only": packet.time?.isAbsolute = false
    case "no time": packet.time = nil
    default:
      if clause.hasPrefix("source shown as ") {
        packet.shownSource = String(clause.dropFirst("source shown as ".count))
      } else if clause.hasPrefix("destination shown as ") {
        packet.shownDestination = String(clause.dropFirst("destination shown as ".count))
      } else {
        return applyRange(clause, to: &packet)
      }
    }
    return true
  }

  /// `byte 14 edited out`, `bytes 14-15 unknown`.
  private static func applyRange(_ clause: Substring, to packet: inout CapturedPacket) -> Bool {
    let words = clause.split(separator: " ")
    guard words.count >= 3, words[0] == "byte" || words[0] == "bytes" else { return false }
    let numbers = words[1].split(separator: "-").map { Int($0) }
    guard let first = numbers.first ?? nil, let last = numbers.last ?? nil, numbers.count <= 2, first >= 0,
      last >= first, last < packet.bytes.count
    else { return false }
    switch words.dropFirst(2).joined(separator: " ") {
    case "edited out": packet.knowledge.edited.append(first..<last + 1)
    case "unknown": packet.knowledge.unknown.append(first..<last + 1)
    default: return false
    }
    return true
  }

  private static func words(_ range: Range<Int>) -> String {
    range.count == 1 ? "byte \(range.lowerBound)" : "bytes \(range.lowerBound)-\(range.upperBound - 1)"
  }

  /// An address as a text shows it, which no clause could be confused with.
  private static func isPlain(_ text: String) -> Bool { !text.isEmpty && !text.contains(";") && !text.contains("\n") }
}
