import Wire

/// `-m hashlimit`: a token bucket for each address or port (`net/netfilter/xt_hashlimit.c`, revision 3).
package struct HashlimitMatch: Match, SharingExtension {
  package static let name = "hashlimit"
  package static let options = [
    OptionDefinition("hashlimit-upto", aliases: ["hashlimit"], invertible: true, excludes: ["hashlimit-above"]),
    OptionDefinition("hashlimit-above", invertible: true, excludes: ["hashlimit-upto"]),
    OptionDefinition("hashlimit-burst"),
    OptionDefinition("hashlimit-mode"),
    OptionDefinition("hashlimit-srcmask"),
    OptionDefinition("hashlimit-dstmask"),
    OptionDefinition("hashlimit-name", mandatory: true),
    OptionDefinition("hashlimit-htable-size"),
    OptionDefinition("hashlimit-htable-max"),
    OptionDefinition("hashlimit-htable-gcinterval"),
    OptionDefinition("hashlimit-htable-expire"),
    OptionDefinition("hashlimit-rate-match", argument: .none),
    OptionDefinition("hashlimit-rate-interval"),
  ]
  /// Packets; more than this many cannot be asked for.
  private static let mostBurst: UInt64 = 1_000_000
  private static let longestName = 254

  private var rate: HashlimitRate?
  private(set) var isAbove = false
  private var givenBurst: UInt64?
  /// Packets, or refills of a second's bytes.
  private var burst: UInt64 = 5
  private var givenExpiry: UInt32?
  private var listName = ""
  private var table = HashlimitTable.Settings()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "hashlimit-upto", "hashlimit-above":
      rate = try HashlimitRate(option.value, for: option.name)
      isAbove = (option.name == "hashlimit-above") != option.inverted
    case "hashlimit-burst":
      guard let (value, rest) = CNumber.prefix(option.value[...]), value > 0,
        !rest.isEmpty || value <= Self.mostBurst
      else { throw Self.badBurst }
      givenBurst = value &* HashlimitRate.factor(rest.utf8.first)
    case "hashlimit-mode":
      for part in option.value.split(whereSeparator: { $0 == "," || $0 == "|" }) {
        guard let key = HashlimitTable.Key(rawValue: String(part)) else {
          throw OptionError("hashlimit: Bad value for \"--hashlimit-mode\" option: \"\(option.value)\"")
        }
        table.keys.insert(key)
      }
    case "hashlimit-srcmask": table.sourceLength = try Self.prefixLength(option)
    case "hashlimit-dstmask": table.destinationLength = try Self.prefixLength(option)
    case "hashlimit-name":
      guard !option.value.isEmpty else { throw OptionError("Argument must have a minimum length of 1 characters") }
      listName = SavedString.cut(option.value, to: Self.longestName)
    case "hashlimit-htable-size": table.size = try option.number(for: Self.name)
    case "hashlimit-htable-max": table.maximum = try option.number(for: Self.name)
    case "hashlimit-htable-gcinterval": table.sweepInterval = try option.number(for: Self.name)
    case "hashlimit-htable-expire": givenExpiry = try option.number(for: Self.name)
    case "hashlimit-rate-match": table.isRateMatch = true
    default:
      // As `atoi(3)` reads it: the lower 32 bits of the number at the start.
      let seconds = Int32(truncatingIfNeeded: HashlimitRate.leadingInteger(option.value[...]))
      guard seconds > 0 else {
        throw OptionError("hashlimit: Bad value for \"--hashlimit-rate-interval\" option: \"\(option.value)\"")
      }
      table.interval = UInt32(seconds)
    }
  }

  private static let badBurst = OptionError(
    "bad value for option \"--hashlimit-burst\", or out of range (1-\(mostBurst)).")

  /// A prefix length, or a mask; a mask that is no prefix gives a length that the kernel refuses.
  private static func prefixLength(_ option: GivenOption) throws(OptionError) -> UInt8 {
    let text = option.value
    if let length = CNumber.parse(text, 0...32) { return UInt8(truncatingIfNeeded: length) }
    let mask = try AddressReading.prefixMask(text, of: option, name)
    guard mask != .max || (try? AddressReading.host(text)) == .broadcast else { return .max }
    return UInt8(mask.nonzeroBitCount)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard let given = rate else { throw OptionError("You have to specify --hashlimit") }
    var expiry = givenExpiry ?? given.seconds * 1000
    if given.isBytes {
      burst = 0
      if let givenBurst {
        let least = given.bytesPerSecond
        guard least > 0, givenBurst >= least else { throw OptionError("burst cannot be smaller than \(least)b") }
        // iptables divides what 32 bits hold of it, and rounds up by the whole.
        burst = UInt64(UInt32(truncatingIfNeeded: givenBurst)) / least
        if givenBurst % least > 0 { burst += 1 }
        expiry = givenExpiry ?? 60_000
      }
    } else {
      burst = givenBurst ?? burst
      guard burst <= Self.mostBurst else { throw Self.badBurst }
    }
    if table.isRateMatch {
      if !given.isBytes { rate?.average /= UInt64(given.seconds) }
      if table.interval == 0 { table.interval = given.isBytes ? 1 : given.seconds }
    }
    table.expiry = expiry
    table.size = min(table.size, HashlimitTable.mostEntries)
    table.maximum = min(table.maximum, HashlimitTable.mostEntries)
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard let rate else { return }
    guard listName != ".", listName != "..", !listName.utf8.contains(UInt8(ascii: "/")) else {
      throw OptionError("hashlimit: `\(listName)' cannot be the name of a table")
    }
    guard table.sweepInterval > 0, table.expiry > 0 else {
      throw OptionError("hashlimit: an interval of 0 milliseconds")
    }
    guard table.sourceLength <= 32, table.destinationLength <= 32 else {
      throw OptionError("hashlimit: a prefix length above 32, or a mask that is no prefix")
    }
    let credits = HashlimitCredits(hz: 250)
    if table.isRateMatch {
      guard (1...UInt64(UInt32.max)).contains(rate.average) else {
        throw OptionError(
          "hashlimit overflow: a rate that cannot be kept", systemText: "Numerical result out of range")
      }
    } else if rate.isBytes {
      guard credits.ofByteCost(rate.average) > 0 else { throw OptionError("hashlimit: the rate is too high") }
    } else if burst == 0 || credits.of(rate.average &* burst) < credits.of(rate.average) {
      throw OptionError(
        "hashlimit overflow: the burst is too large for this rate", systemText: "Numerical result out of range")
    }
  }

  package var sharedName: String { listName }

  package func check(beside first: any SharingExtension) throws(OptionError) {
    guard let first = first as? Self, first.table.isRateMatch != table.isRateMatch else { return }
    throw OptionError("hashlimit: the table \(listName) with and without --hashlimit-rate-match")
  }

  // MARK: text

  package var saved: String { text("--hashlimit-", modeSeparator: ",", name: " --hashlimit-name \(listName)") }

  package func listed(numeric: Bool) -> String { text("", modeSeparator: "-", name: "") }

  /// What `iptables-save` and `iptables -L` share.
  private func text(_ prefix: String, modeSeparator: String, name: String) -> String {
    guard let rate else { return "" }
    let isListed = prefix.isEmpty
    var text =
      isListed ? " limit: \(isAbove ? "above" : "up to")" : " \(prefix)\(isAbove ? "above" : "upto")"
    var quantum: UInt64
    if rate.isBytes {
      quantum = burst == 0 ? 15_000 : 60_000
      text += " \(rate.bytesText)"
      if burst > 0 { text += " \(prefix)burst \(HashlimitRate.burstText(rate.bytesPerSecond &* burst))" }
    } else {
      // A listing shows the rate over the whole interval.
      let period = isListed && table.interval > 0 ? rate.average &* UInt64(table.interval) : rate.average
      let shown = HashlimitRate.text(ofPeriod: period)
      text += " \(shown.text) \(prefix)burst \(burst)"
      quantum = shown.quantum
    }
    let modes = HashlimitTable.Key.allCases.filter(table.keys.contains).map(\.rawValue)
    if !modes.isEmpty { text += " \(prefix)mode \(modes.joined(separator: modeSeparator))" }
    text += name
    if table.size != 0 { text += " \(prefix)htable-size \(table.size)" }
    if table.maximum != 0 { text += " \(prefix)htable-max \(table.maximum)" }
    if table.sweepInterval != 1000 { text += " \(prefix)htable-gcinterval \(table.sweepInterval)" }
    if UInt64(table.expiry) != quantum { text += " \(prefix)htable-expire \(table.expiry)" }
    if table.sourceLength != 32 { text += " \(prefix)srcmask \(table.sourceLength)" }
    if table.destinationLength != 32 { text += " \(prefix)dstmask \(table.destinationLength)" }
    guard table.isRateMatch else { return text }
    return text + " \(prefix)rate-match" + (table.interval == 1 ? "" : " \(prefix)rate-interval \(table.interval)")
  }

  // MARK: evaluation

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    guard let rate else { return nil }
    var settings = table
    (settings.rate, settings.burst) = (rate, burst)
    let shared = namespace.sharedState("hashlimit \(listName)") { HashlimitTable(settings, namespace) }
    // The kernel lets no rule judge by rate a table that keeps credits, nor the other way round.
    return shared.settings.isRateMatch == table.isRateMatch ? shared : nil
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let rate, let table = state as? HashlimitTable else {
      return .notModelled("-m hashlimit --hashlimit-name \(listName) with and without --hashlimit-rate-match")
    }
    let packet = context.packet
    if let field = table.unknownField(of: packet) { return context.unknown(field) }
    let now = context.namespace.jiffies
    guard let key = table.key(of: packet), let entry = table.entry(for: key, at: now) else { return .hotdrop }
    let read = context.comparisons == nil ? "" : table.summary(of: entry, key)
    let isBelow = table.take(entry, length: packet.length, isBytes: rate.isBytes)
    let option = "--hashlimit-\(isAbove ? "above" : "upto")"
    let shown = rate.isBytes ? rate.bytesText : HashlimitRate.text(ofPeriod: rate.average).text
    let holds = isBelow != isAbove
    return MatchResult(
      context.compare(
        holds,
        Comparison(option, .property("rate"), read: read, isAbove ? .above : .atMost, shown, holds: holds)))
  }
}
