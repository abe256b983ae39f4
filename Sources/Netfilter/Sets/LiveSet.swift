import Wire

/// A set in the kernel, with what packets have done to it (`net/netfilter/ipset/`).
package final class LiveSet: ExtensionState {
  final class Entry {
    var isException: Bool
    /// Timer tick after which it is gone; `nil` for never.
    var expires: Int64?
    var counters: Counters
    let info: SetPacketInfo

    init(
      isException: Bool = false, expires: Int64? = nil, counters: Counters = Counters(),
      info: SetPacketInfo = SetPacketInfo()
    ) {
      (self.isException, self.expires, self.counters, self.info) = (isException, expires, counters, info)
    }
  }

  package let definition: SetDefinition
  private(set) var entries: [SetElement: Entry] = [:]
  /// Of a list of sets, in its order.
  private(set) var sets: [(name: String, entry: Entry)] = []
  /// Prefix lengths in use and how many entries have each, the longest first.
  private var lengths: [(length: UInt8, count: Int)] = []

  init(_ definition: SetDefinition, at now: Int64, hz: Int64) {
    self.definition = definition
    for member in definition.members {
      let entry = Entry(
        isException: member.isException, expires: expiry(member.timeout ?? definition.timeout, at: now, hz: hz),
        counters: member.counters, info: member.info)
      switch member.content {
      case .element(let element): insert(element, entry)
      case .set(let name): sets.append((name, entry))
      }
    }
  }

  /// The longest time an entry may be given, in seconds (`IPSET_MAX_TIMEOUT`).
  private static let longest: UInt32 = 4_294_967

  func expiry(_ seconds: UInt32?, at now: Int64, hz: Int64) -> Int64? {
    guard definition.timeout != nil, let seconds, seconds != 0 else { return nil }
    return now + Int64(min(seconds, Self.longest)) * max(1, hz)
  }

  private func insert(_ element: SetElement, _ entry: Entry) {
    if entries.updateValue(entry, forKey: element) != nil { return }
    guard definition.kind?.hasNetworks == true else { return }
    if let place = lengths.firstIndex(where: { $0.length == element.length }) {
      lengths[place].count += 1
    } else {
      lengths.append((element.length, 1))
      lengths.sort { $0.length > $1.length }
    }
  }

  private func remove(_ element: SetElement) {
    guard entries.removeValue(forKey: element) != nil,
      let place = lengths.firstIndex(where: { $0.length == element.length })
    else { return }
    lengths[place].count -= 1
    if lengths[place].count == 0 { lengths.remove(at: place) }
  }

  func isLive(_ entry: Entry, at now: Int64) -> Bool { entry.expires.map { $0 >= now } ?? true }

  /// The entries that cover an element, in the order they are looked at: the narrowest network first.
  func covering(_ element: SetElement, at now: Int64) -> [(element: SetElement, entry: Entry)] {
    let candidates =
      definition.kind?.hasNetworks == true ? lengths.map { element.masked(to: $0.length) } : [element]
    return candidates.compactMap { candidate in
      guard let entry = entries[candidate], isLive(entry, at: now) else { return nil }
      return (candidate, entry)
    }
  }

  /// The network that a packet's address is put in or taken out as: of the longest prefix in use.
  func widened(_ element: SetElement) -> SetElement {
    definition.kind?.hasNetworks == true ? element.masked(to: lengths.first?.length ?? 32) : element
  }

  /// Whether the element was put in; not where it is in already and `renews` is not asked for, nor where there is no
  /// room.
  func add(_ element: SetElement, _ entry: Entry, renews: Bool, at now: Int64) -> Bool {
    if let known = entries[element], isLive(known, at: now) {
      guard renews else { return false }
    } else if definition.kind?.isBitmap != true, entries[element] == nil {
      // The kernel clears out what has expired before it finds the set full.
      if entries.count >= definition.maximum {
        for (element, entry) in entries where !isLive(entry, at: now) { remove(element) }
      }
      guard entries.count < definition.maximum else { return false }
    }
    insert(element, entry)
    return true
  }

  func delete(_ element: SetElement, at now: Int64) -> Bool {
    guard let entry = entries[element] else { return false }
    let wasLive = isLive(entry, at: now)
    remove(element)
    return wasLive
  }

  package var summary: String { "\(entries.count + sets.count) entries" }
}
