import Wire

/// The beginning of a tcpdump summary: number, time, interface, direction.
struct SummaryHead {
  private(set) var time: Timestamp?
  private(set) var interface: String?
  private(set) var direction: Direction?
  /// What follows.
  private(set) var rest = ""
  /// Whether the time is that of `-ttt`'s and `-ttttt`'s first line.
  private(set) var beginsAtZero = false

  /// `nil` where the line does not begin a summary.
  init?(_ line: TextLine) {
    // Most lines of prose are told by this alone.
    let start = DumpLine.afterDecoration(line.bytes)
    guard let initial = start.first, initial.isDigit || Self.mayTell(line.bytes) else { return nil }
    var words = start.text.split { $0 == " " || $0 == "\t" }[...]
    guard !words.isEmpty else { return nil }
    if words.count > 2, words[words.startIndex].allSatisfy(\.isNumber), words[words.startIndex].count < 9 {
      let second = words[words.startIndex + 1]
      if Self.clock(second) != nil || Self.epoch(second) != nil || Self.date(second) != nil || Self.starts(with: second)
      {
        words.removeFirst()
      }
    }
    let hasTime = takeTime(&words)
    takeInterface(&words)
    rest = words.joined(separator: " ")
    guard let first = words.first else { return nil }
    if hasTime == .exact { return }
    guard Self.starts(with: first) || Self.looksLikeEndpoints(words) else { return nil }
    guard words.contains(">") || Self.telling.contains(where: rest.holds) else { return nil }
  }

  private enum TimeFound { case none, exact, rough }

  private mutating func takeTime(_ words: inout ArraySlice<Substring>) -> TimeFound {
    guard let first = words.first else { return .none }
    if let day = Self.date(first), words.count > 1, let clock = Self.clock(words[words.startIndex + 1]) {
      time = Timestamp(nanoseconds: day &+ clock.nanoseconds)
      words.removeFirst(2)
      return clock.isExact ? .exact : .rough
    }
    if let clock = Self.clock(first) {
      time = Timestamp(nanoseconds: clock.nanoseconds, isAbsolute: false)
      beginsAtZero = clock.nanoseconds == 0
      words.removeFirst()
      return clock.isExact ? .exact : .rough
    }
    guard let nanoseconds = Self.epoch(first) else { return .none }
    time = Timestamp(nanoseconds: nanoseconds)
    words.removeFirst()
    return .exact
  }

  /// `eth0  In `, `eth0  Out`, ` In `, or the `eth0 <` and `eth0 >` of Linux 2.2's tcpdump.
  private mutating func takeInterface(_ words: inout ArraySlice<Substring>) {
    guard words.count > 1 else { return }
    let first = words[words.startIndex]
    let second = words[words.startIndex + 1]
    if let known = Self.directions[first] {
      direction = known
      words.removeFirst()
    } else if Self.isInterface(first), let known = Self.directions[second] ?? Self.arrows[second] {
      (interface, direction) = (String(first), known)
      words.removeFirst(2)
    }
  }

  /// `B` and `M` were received as broadcast and multicast; of `P`, which was for somebody else, nothing is known.
  private static let directions: [Substring: Direction?] = [
    "In": .incoming, "Out": .outgoing, "B": .incoming, "M": .incoming, "P": nil,
  ]
  private static let arrows: [Substring: Direction?] = ["<": .incoming, ">": .outgoing]

  private static func isInterface(_ word: Substring) -> Bool {
    word.utf8.count <= 15 && word.first?.isLetter == true && !word.contains(":") && word != "IP" && word != "IP6"
      && !word.contains("[") && word.split(separator: ".").count < 4
  }

  private static let keywords: Set<Substring> = [
    "IP", "IP6", "ARP,", "ARP", "arp", "Reverse", "PPPoE", "MPLS", "LLDP,", "802.1Q", "STP", "ethertype", "[Invalid",
  ]

  private static func mayTell(_ bytes: [UInt8]) -> Bool {
    bytes.contains(0x3e) || telling.contains { bytes.holds($0) }
  }

  /// What a summary without `>` holds at least one of.
  private static let telling: [StaticString] = [
    "who-has", "is-at", "(tos 0x", "(class 0x", "(flowlabel 0x", "(hlim ", "length", "caplen==0",
  ]

  private static func starts(with word: Substring) -> Bool { keywords.contains(word) || MACAddress(word) != nil }

  /// `64.231.253.60.49010 > 24.202.124.110.443:`: a tcpdump 3 without time.
  private static func looksLikeEndpoints(_ words: ArraySlice<Substring>) -> Bool {
    guard words.count > 3, words[words.startIndex + 1] == ">", words[words.startIndex + 2].hasSuffix(":") else {
      return false
    }
    return words[words.startIndex].split(separator: ".").count >= 4
  }

  // MARK: Times

  /// `11:48:37.860337`; exact where it has the six or nine digits that tcpdump prints.
  private static func clock(_ word: Substring) -> (nanoseconds: Int64, isExact: Bool)? {
    let parts = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let clock = parts.first else { return nil }
    let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 3, fields.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hours = number(fields[0]), let minutes = number(fields[1]), let seconds = number(fields[2]),
      hours < 24, minutes < 60, seconds < 61
    else { return nil }
    let whole = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000
    guard parts.count == 2 else { return (whole, false) }
    guard let fraction = fraction(parts[1]) else { return nil }
    return (whole + fraction, parts[1].utf8.count == 6 || parts[1].utf8.count == 9)
  }

  /// `1439552917.860337`, as `-tt` prints.
  private static func epoch(_ word: Substring) -> Int64? {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...10).contains(parts[0].utf8.count),
      parts[1].utf8.count == 6 || parts[1].utf8.count == 9,
      let seconds = number(parts[0]), let fraction = fraction(parts[1])
    else { return nil }
    return seconds &* 1_000_000_000 &+ fraction
  }

  /// `2015-08-14`, as `-tttt` prints: nanoseconds from 1970 to its midnight. The zone is not told; UTC is assumed.
  static func date(_ word: Substring) -> Int64? {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, let year = number(parts[0]), let month = number(parts[1]),
      let day = number(parts[2]), (1...12).contains(month), (1...31).contains(day), (1970...2261).contains(year)
    else { return nil }
    return CivilDate(year: year, month: month, day: day).daysSince1970 * 86400 * 1_000_000_000
  }

  private static func number(_ text: Substring) -> Int64? {
    text.utf8.allSatisfy(\.isDigit) ? Int64(text) : nil
  }

  /// Digits after the point, as nanoseconds.
  private static func fraction(_ text: Substring) -> Int64? {
    guard (1...9).contains(text.utf8.count), let value = number(text) else { return nil }
    return (text.utf8.count..<9).reduce(value) { value, _ in value * 10 }
  }
}
