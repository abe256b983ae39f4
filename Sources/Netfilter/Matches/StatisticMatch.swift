/// `-m statistic`: every nth packet, or some at random (`net/netfilter/xt_statistic.c`).
package struct StatisticMatch: Match {
  package static let name = "statistic"
  package static let options = [
    OptionDefinition("mode", mandatory: true),
    OptionDefinition("probability", invertible: true, excludes: ["every", "packet"]),
    OptionDefinition("every", invertible: true, excludes: ["probability"], requires: ["packet"]),
    OptionDefinition("packet", excludes: ["probability"], requires: ["every"]),
  ]

  private var isRandom = true
  /// In units of 1/2147483648.
  private var probability: UInt32?
  private var every: UInt32?
  private var packet: UInt32?
  /// What the largest `packet` may be: the probability lies in the same place, and the last given stands there.
  private var largestPacket: UInt32 = 0
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    if option.inverted { inverted = true }
    switch option.name {
    case "mode":
      guard ["random", "nth"].contains(option.value) else { throw OptionError("Bad mode \"\(option.value)\"") }
      isRandom = option.value == "random"
    case "probability":
      guard let (value, rest) = FloatingNumber.prefix(option.value[...]), rest.isEmpty, (0...1).contains(value) else {
        throw OptionError("statistic: bad value for option \"--probability\", or out of range (0-1).")
      }
      let units = UInt32((value * 2_147_483_648).rounded(.toNearestOrAwayFromZero))
      (probability, largestPacket) = (units, units)
    case "every":
      let given = try option.number(1...UInt32.max, for: Self.name)
      (every, largestPacket) = (given, given - 1)
    default: packet = try option.number(for: Self.name)
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if isRandom {
      guard probability != nil else { throw OptionError("--probability must be specified when using random mode") }
    } else {
      guard every != nil || packet != nil else {
        throw OptionError("--every and --packet must be specified when using nth mode")
      }
    }
    guard packet ?? 0 <= largestPacket else { throw OptionError("the --packet p must be 0 <= p <= n-1") }
  }

  package var saved: String {
    let sign = inverted ? " !" : ""
    if isRandom { return " --mode random\(sign) --probability \(Self.text(probability ?? 0))" }
    return " --mode nth\(sign) --every \(every ?? 1) --packet \(packet ?? 0)"
  }

  package func listed(numeric: Bool) -> String {
    let sign = inverted ? " !" : ""
    if isRandom { return " statistic mode random\(sign) probability \(Self.text(probability ?? 0))" }
    return " statistic mode nth\(sign) every \(every ?? 1)" + (packet.map { $0 > 0 ? " packet \($0)" : "" } ?? "")
  }

  /// Eleven decimals, rounded to the nearest, ties to even, as C's `printf` does.
  private static func text(_ probability: UInt32) -> String {
    let scale: UInt64 = 100_000_000_000
    let product = UInt64(probability).multipliedFullWidth(by: scale)
    let (quotient, remainder) = (UInt64(1) << 31).dividingFullWidth(product)
    let half: UInt64 = 1 << 30
    let rounded = quotient + (remainder > half || (remainder == half && quotient % 2 == 1) ? 1 : 0)
    return "\(rounded / scale)." + String(rounded % scale + scale).dropFirst()
  }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    isRandom ? nil : PacketCount(every.map { $0 - 1 - (packet ?? 0) } ?? 0)
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if isRandom {
      guard let number = context.namespace.randomNumber() else {
        return .notModelled("-m statistic --mode random without --seed")
      }
      let draw = UInt32(truncatingIfNeeded: number) & 0x7fff_ffff
      return context.judge(
        draw < probability ?? 0, "--probability", .property("random number"), read: Self.text(draw), .below,
        Self.text(probability ?? 0), inverted: inverted)
    }
    guard let count = state as? PacketCount, let every else { return .notModelled("-m statistic") }
    let before = count.value
    count.value = before == every - 1 ? 0 : before &+ 1
    return context.judge(
      count.value == 0, "--every", .property("packets since the last"), read: String(before), .equals,
      String(every - 1), inverted: inverted)
  }

  private final class PacketCount: ExtensionState {
    var value: UInt32
    init(_ value: UInt32) { self.value = value }
    var summary: String { String(value) }
  }
}

extension NetworkNamespace {
  /// The next number of the seeded generator (SplitMix64) that stands for the kernel's random choices; `nil` without a
  /// seed.
  func randomNumber() -> UInt64? {
    guard let seed else { return nil }
    let generator = shared["random"] as? SeededGenerator ?? SeededGenerator(seed)
    shared["random"] = generator
    return generator.next()
  }
}

private final class SeededGenerator: ExtensionState {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  var summary: String { String(state) }

  func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
