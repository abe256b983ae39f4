/// A rate as `hashlimit` takes it: packets a second, minute, hour or day, or bytes a second
/// (`extensions/libxt_hashlimit.c`).
struct HashlimitRate: Sendable, Hashable {
  /// The time from packet to packet in units of 1/1000000 s, or, for bytes, 2^32 over the chunks of 16 bytes a second.
  var average: UInt64
  var isBytes: Bool
  /// The unit that was given in seconds, 15 for bytes: for so long an idle entry is kept unless the rule says otherwise.
  let seconds: UInt32

  static let scale: UInt64 = 1_000_000
  private static let units: [(name: String, saved: String, seconds: UInt32)] = [
    ("day", "day", 86_400), ("hour", "hour", 3600), ("minute", "min", 60), ("second", "sec", 1),
  ]
  private static let multiples: [(name: String, factor: UInt64)] = [("m", 1 << 20), ("k", 1 << 10), ("", 1)]

  init(_ text: String, for option: String) throws(OptionError) {
    let bad = OptionError("hashlimit: Bad value for \"--\(option)\" option: \"\(text)\"")
    if let (bytes, seconds) = Self.bytes(text) {
      guard let cost = Self.cost(ofBytes: bytes) else { throw bad }
      (average, isBytes, self.seconds) = (cost, true, seconds)
      return
    }
    var seconds: UInt32 = 1
    if let slash = text.firstIndex(of: "/") {
      let wanted = text[text.index(after: slash)...].lowercased()
      guard !wanted.isEmpty, let unit = Self.units.last(where: { $0.name.hasPrefix(wanted) }) else { throw bad }
      seconds = unit.seconds
    }
    let packets = Self.leadingInteger(text[...])
    guard packets != 0 else { throw bad }
    let average = Self.scale * UInt64(seconds) / UInt64(bitPattern: packets)
    guard average > 0 else { throw OptionError("Rate too fast \"\(text)\"") }
    (self.average, isBytes, self.seconds) = (average, false, seconds)
  }

  /// `512kb/s`; `nil` for a rate of packets.
  private static func bytes(_ text: String) -> (UInt64, UInt32)? {
    let letters = Array(text.utf8)
    guard let place = letters.indices.first(where: { letters[$0...].starts(with: "b/s".utf8) }), place > 0 else {
      return nil
    }
    let number = leadingInteger(text[...])
    guard number != 0 else { return nil }
    return (UInt64(bitPattern: number) &* factor(letters[place - 1]), 15)
  }

  static func factor(_ letter: UInt8?) -> UInt64 {
    multiples.first { $0.name.utf8.first == letter }?.factor ?? 1
  }

  /// The number at the start, as `atoll(3)` reads it.
  static func leadingInteger(_ text: Substring) -> Int64 {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return 0 }
    return Int64((isNegative ? "-" : "") + digits) ?? (isNegative ? .min : .max)
  }

  /// `nil` where the C code would divide by 0.
  static func cost(ofBytes bytes: UInt64) -> UInt64? {
    let chunks = UInt32(truncatingIfNeeded: bytes >> 4) &+ 1
    return chunks == 0 ? nil : UInt64(UInt32.max / chunks)
  }

  static func bytes(ofCost cost: UInt64) -> UInt64 {
    let chunks = cost == 0 ? UInt64(UInt32.max) : UInt64(UInt32.max) / cost
    return (chunks &- 1) << 4
  }

  /// Bytes a second.
  var bytesPerSecond: UInt64 { Self.bytes(ofCost: average) }

  /// A period in the largest unit that loses least, and that unit in milliseconds.
  static func text(ofPeriod period: UInt64) -> (text: String, quantum: UInt64) {
    guard period > 0 else { return ("inf", 0) }
    var chosen = units[0]
    for unit in units.dropFirst() {
      let length = scale * UInt64(unit.seconds)
      if period > length || length / period < length % period { break }
      chosen = unit
    }
    return ("\(scale * UInt64(chosen.seconds) / period)/\(chosen.saved)", UInt64(chosen.seconds) * 1000)
  }

  /// `512kb/s`: in the largest unit that gives the same cost again.
  var bytesText: String {
    let rate = bytesPerSecond
    // iptables rounds in 32 bits: what is above them is lost, and the unit with it.
    let unit =
      Self.multiples.first { unit in
        let rounded = rate & UInt64(~UInt32(truncatingIfNeeded: unit.factor - 1))
        return rate >= unit.factor && Self.cost(ofBytes: rounded) == average
      } ?? Self.multiples[2]
    return "\(rate / unit.factor)\(unit.name)b/s"
  }

  /// `1mb`, rounded down.
  static func burstText(_ bytes: UInt64) -> String {
    let unit = multiples.first { bytes >= $0.factor } ?? multiples[2]
    return "\(bytes / unit.factor)\(unit.name)b"
  }
}
