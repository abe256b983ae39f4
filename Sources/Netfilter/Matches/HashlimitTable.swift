import Wire

/// Credits, of which each entry gains so many a timer tick (`user2credits`, `user2credits_byte`).
struct HashlimitCredits: Sendable, Hashable {
  private let hz: UInt64
  /// A power of two; the same for packets and for bytes.
  let perTick: UInt64
  let bytesPerTick: UInt64

  init(hz: Int64) {
    self.hz = UInt64(max(1, min(hz, 10_000)))
    perTick = Self.powerBelow(UInt64.max / (self.hz * 86_400))
    bytesPerTick = Self.powerBelow(UInt64(UInt32.max) / self.hz)
  }

  private static func powerBelow(_ value: UInt64) -> UInt64 {
    value == 0 ? 1 : 1 << UInt64(63 - value.leadingZeroBitCount)
  }

  /// A period in units of 1/1000000 s as credits.
  func of(_ period: UInt64) -> UInt64 {
    let second = hz * perTick
    if HashlimitRate.scale >= second { return period / (HashlimitRate.scale / second) }
    return period &* (second / HashlimitRate.scale)
  }

  /// What one chunk of 16 bytes costs.
  func ofByteCost(_ cost: UInt64) -> UInt64 {
    (UInt64(UInt32(truncatingIfNeeded: cost)) &* (hz * bytesPerTick)) >> 32
  }

  /// What bytes can be had for within a second.
  var byteCap: UInt64 { bytesPerTick * hz }
}

/// Buckets by address and port (`struct xt_hashlimit_htable`): rules that name the same table share it, and the first
/// of them decides what it is like.
final class HashlimitTable: ExtensionState {
  /// What entries are told apart by, in the order it is printed.
  enum Key: String, CaseIterable {
    case sourceAddress = "srcip"
    case sourcePort = "srcport"
    case destinationAddress = "dstip"
    case destinationPort = "dstport"
  }

  /// Most buckets and entries that can be asked for.
  static let mostEntries: UInt32 = 1_048_576

  struct Settings: Sendable, Hashable {
    var rate: HashlimitRate?
    var burst: UInt64 = 0
    var keys: Set<Key> = []
    var sourceLength: UInt8 = 32
    var destinationLength: UInt8 = 32
    /// Buckets; 0 leaves it to the kernel.
    var size: UInt32 = 0
    /// Entries; 0 for 8 a bucket.
    var maximum: UInt32 = 0
    /// Milliseconds between two looks for idle entries.
    var sweepInterval: UInt32 = 1000
    /// Milliseconds for which an idle entry is kept.
    var expiry: UInt32 = 0
    var isRateMatch = false
    /// Seconds, for `--hashlimit-rate-match`.
    var interval: UInt32 = 0
  }

  struct Flow: Hashable {
    var source = IPv4Address.any
    var destination = IPv4Address.any
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
  }

  final class Entry {
    var expires: Int64 = 0
    /// Timer tick of the last packet, or at which the interval began.
    var previous: Int64
    var credit: UInt64 = 0
    /// The most credit, or for bytes the refills left.
    var cap: UInt64 = 0
    var cost: UInt64 = 0
    /// For `--hashlimit-rate-match`: packets or bytes in this interval, and whether the last one had too many.
    var current: UInt64 = 0
    var wasAbove = false

    init(at now: Int64) { previous = now }
  }

  let settings: Settings
  private let credits: HashlimitCredits
  private let hz: Int64
  private let mostEntries: Int
  private var entries: [Flow: Entry] = [:]
  private var nextSweep: Int64

  init(_ settings: Settings, _ namespace: NetworkNamespace) {
    self.settings = settings
    hz = max(1, namespace.hz)
    credits = HashlimitCredits(hz: namespace.hz)
    // A machine with more than a gigabyte of memory.
    let size = settings.size == 0 ? 8192 : settings.size
    mostEntries = Int(settings.maximum == 0 ? 8 * size : max(settings.maximum, size))
    nextSweep = namespace.jiffies
    nextSweep += ticks(settings.sweepInterval)
  }

  /// Milliseconds in timer ticks, rounded up (`msecs_to_jiffies`).
  private func ticks(_ milliseconds: UInt32) -> Int64 { max(1, (Int64(milliseconds) * hz + 999) / 1000) }

  // MARK: which entry

  /// The first field it would read that the capture does not give.
  func unknownField(of packet: SocketBuffer) -> String? {
    if settings.keys.contains(.sourceAddress), packet.isUnknown(12..<16) { return "source_address" }
    if settings.keys.contains(.destinationAddress), packet.isUnknown(16..<20) { return "destination_address" }
    let ports = packet.headerLength..<packet.headerLength + 8
    if hasPorts, packet.isUnknown(9..<10) || packet.isUnknown(ports) { return "ports" }
    return nil
  }

  private var hasPorts: Bool { settings.keys.contains(.sourcePort) || settings.keys.contains(.destinationPort) }

  /// `nil` for a packet too short to hold ports.
  func key(of packet: SocketBuffer) -> Flow? {
    guard let ip = packet.ip else { return nil }
    var flow = Flow()
    if settings.keys.contains(.destinationAddress) {
      flow.destination = Self.masked(ip.destination, settings.destinationLength)
    }
    if settings.keys.contains(.sourceAddress) { flow.source = Self.masked(ip.source, settings.sourceLength) }
    guard hasPorts else { return flow }
    var ports: (source: UInt16, destination: UInt16) = (0, 0)
    if let offset = Self.portsOffset(ip.protocolNumber) {
      // A later fragment is read like any other: what stands there is taken for ports.
      guard let source = packet.payload.uint16(at: offset), let destination = packet.payload.uint16(at: offset + 2)
      else { return nil }
      ports = (source, destination)
    }
    if settings.keys.contains(.sourcePort) { flow.sourcePort = ports.source }
    if settings.keys.contains(.destinationPort) { flow.destinationPort = ports.destination }
    return flow
  }

  private static func masked(_ address: IPv4Address, _ length: UInt8) -> IPv4Address {
    length == 0 ? .any : IPv4Address(rawValue: address.rawValue & ~0 << UInt32(32 - min(32, length)))
  }

  /// Where a protocol has its ports, or what the kernel takes for them (`proto_ports_offset`).
  private static func portsOffset(_ protocolNumber: UInt8) -> Int? {
    switch protocolNumber {
    case 6, 17, 33, 50, 132, 136: 0
    case 51: 4
    default: nil
    }
  }

  /// The flow's entry, refilled up to now; `nil` where the table is full.
  func entry(for flow: Flow, at now: Int64) -> Entry? {
    sweep(at: now)
    let entry: Entry
    if let known = entries[flow] {
      entry = known
      refill(entry, at: now)
    } else {
      guard entries.count < mostEntries else { return nil }
      entry = Entry(at: now)
      begin(entry)
      entries[flow] = entry
    }
    entry.expires = now + ticks(settings.expiry)
    return entry
  }

  /// Takes idle entries out, as the kernel's worker does each interval.
  private func sweep(at now: Int64) {
    guard now >= nextSweep else { return }
    let interval = ticks(settings.sweepInterval)
    let last = nextSweep + (now - nextSweep) / interval * interval
    entries = entries.filter { $0.value.expires > last }
    nextSweep = last + interval
  }

  // MARK: how much is left

  private func begin(_ entry: Entry) {
    guard let rate = settings.rate, !settings.isRateMatch else { return }
    if rate.isBytes {
      entry.credit = credits.byteCap
      entry.cost = credits.ofByteCost(rate.average)
      entry.cap = settings.burst
    } else {
      entry.credit = credits.of(rate.average &* settings.burst)
      entry.cost = credits.of(rate.average)
      entry.cap = entry.credit
    }
  }

  private func refill(_ entry: Entry, at now: Int64) {
    let ticks = UInt64(clamping: now - entry.previous)
    guard ticks > 0, let rate = settings.rate else { return }
    if settings.isRateMatch {
      let interval = UInt64(settings.interval) * UInt64(hz)
      guard ticks >= interval else { return }
      entry.wasAbove = entry.current &* interval > ticks &* ratePerSecond(rate)
      entry.current = 0
      entry.previous = now
      return
    }
    entry.previous = now
    let before = entry.credit
    let cap: UInt64
    if rate.isBytes {
      entry.credit &+= credits.bytesPerTick &* ticks
      cap = credits.byteCap
      if before >= entry.credit {
        entry.credit = cap
        return
      }
    } else {
      entry.credit &+= credits.perTick &* ticks
      cap = entry.cap
    }
    entry.credit = min(entry.credit, cap)
  }

  private func ratePerSecond(_ rate: HashlimitRate) -> UInt64 {
    rate.isBytes ? rate.bytesPerSecond : HashlimitRate.scale / max(1, rate.average)
  }

  /// What may come in an interval.
  private func rateBurst(_ rate: HashlimitRate) -> UInt64 {
    let perSecond = ratePerSecond(rate)
    if rate.isBytes { return settings.burst > 0 ? settings.burst &* perSecond : perSecond }
    return settings.burst &+ perSecond
  }

  /// Whether the packet is within the limit; pays for it where it is. `isBytes` is what the rule counts, which need
  /// not be what the table was made for.
  func take(_ entry: Entry, length: Int, isBytes: Bool) -> Bool {
    if settings.isRateMatch {
      guard let rate = settings.rate else { return false }
      entry.current &+= isBytes ? UInt64(length) : 1
      return !entry.wasAbove && entry.current <= rateBurst(rate)
    }
    let cost = isBytes ? byteCost(of: entry, length: length) : entry.cost
    guard entry.credit >= cost else { return false }
    entry.credit -= cost
    return true
  }

  private func byteCost(of entry: Entry, length: Int) -> UInt64 {
    let cost = min((UInt64(length) >> 4 + 1) &* entry.cost, credits.byteCap)
    if entry.credit < cost, entry.cap > 0 {
      entry.cap -= 1
      entry.credit = credits.byteCap
    }
    return UInt64(UInt32(truncatingIfNeeded: cost))
  }

  // MARK: for the learner

  func summary(of entry: Entry, _ flow: Flow) -> String {
    var text: [String] = []
    if settings.keys.contains(.sourceAddress) { text.append("from \(flow.source)") }
    if settings.keys.contains(.sourcePort) { text.append("from port \(flow.sourcePort)") }
    if settings.keys.contains(.destinationAddress) { text.append("to \(flow.destination)") }
    if settings.keys.contains(.destinationPort) { text.append("to port \(flow.destinationPort)") }
    let whose = text.isEmpty ? "" : " " + text.joined(separator: " ")
    if settings.isRateMatch { return "\(entry.current) in this interval\(whose)" }
    guard entry.cost > 0 else { return "always a token\(whose)" }
    let most = settings.rate?.isBytes == true ? credits.byteCap : entry.cap
    let unit = settings.rate?.isBytes == true ? "tokens of 16 bytes" : "tokens"
    return "\(entry.credit / entry.cost) of \(most / entry.cost) \(unit)\(whose)"
  }

  var summary: String { "\(entries.count) entries" }
}
