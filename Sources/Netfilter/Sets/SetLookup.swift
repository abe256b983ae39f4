import Wire

/// How a rule asks a set: which address or port of the packet counts for each part of an entry, and what entries must
/// have counted (`struct ip_set_adt_opt`).
struct SetQuestion: Sendable, Hashable {
  /// For each of `src,dst`, whether it is the source.
  var isSource: [Bool]
  var returnsExceptions = false
  var updatesCounters = true
  var updatesSubcounters = true
  var packets: SetCounterTest?
  var bytes: SetCounterTest?
}

/// `--packets-gt 5`.
struct SetCounterTest: Sendable, Hashable {
  enum Relation: String, Sendable { case equal = "eq", less = "lt", greater = "gt" }
  var relation: Relation
  var value: UInt64
  var inverted: Bool

  func holds(for counted: UInt64) -> Bool {
    switch relation {
    case .equal: (counted == value) != inverted
    case .less: counted < value
    case .greater: counted > value
    }
  }
}

/// What became of asking a set.
enum SetAnswer {
  case isIn(entry: String, info: SetPacketInfo)
  case isNotIn
  case notModelled(String)
}

extension NetworkNamespace {
  /// The set of that name as it stands.
  func set(_ name: String) -> LiveSet? { sets[name] }

  /// Whether what the packet has is in a set (`ip_set_test`).
  func test(_ name: String, _ question: SetQuestion, _ context: PacketContext) -> SetAnswer {
    guard let set = set(name) else { return .notModelled("the set \(name) does not exist") }
    guard let kind = set.definition.kind else {
      return .notModelled("the set type \(set.definition.typeName) (set \(name))")
    }
    if set.definition.isIPv6 || question.isSource.count < set.definition.dimension { return .isNotIn }
    if kind == .list { return testMembers(of: set, question, context) }
    if let missing = context.unknownField(kind, question) { return .notModelled("the packet's \(missing) is unknown") }
    guard let element = context.element(of: set.definition, question) else { return .isNotIn }
    for (found, entry) in set.covering(element, at: jiffies) {
      guard matches(entry, of: set, question, context) else { continue }
      // An exception among networks ends the search: nothing wider is looked at.
      let isException = entry.isException && kind.hasNetworks
      if isException == question.returnsExceptions || (!kind.hasNetworks && !isException) {
        return .isIn(entry: found.text(kind), info: entry.info)
      }
      return .isNotIn
    }
    return .isNotIn
  }

  private func testMembers(of list: LiveSet, _ question: SetQuestion, _ context: PacketContext) -> SetAnswer {
    var inner = question
    (inner.packets, inner.bytes) = (nil, nil)
    if !question.updatesSubcounters { inner.updatesCounters = false }
    for (name, entry) in list.sets where list.isLive(entry, at: jiffies) {
      switch test(name, inner, context) {
      case .notModelled(let what): return .notModelled(what)
      case .isNotIn: continue
      case .isIn(let found, let info):
        if matches(entry, of: list, question, context) {
          return .isIn(entry: "\(name): \(found)", info: list.definition.hasPacketInfo ? entry.info : info)
        }
      }
    }
    return .isNotIn
  }

  /// Counts the packet with the entry, then compares (`ip_set_match_extensions`).
  private func matches(
    _ entry: LiveSet.Entry, of set: LiveSet, _ question: SetQuestion, _ context: PacketContext
  ) -> Bool {
    guard set.definition.hasCounters else { return true }
    if question.updatesCounters { entry.counters.count(context.packet.length) }
    return (question.packets?.holds(for: entry.counters.packets) ?? true)
      && (question.bytes?.holds(for: entry.counters.bytes) ?? true)
  }

  // MARK: changes

  /// Puts what the packet has into a set, or takes it out (`ip_set_add`, `ip_set_del`); `nil` where that cannot be
  /// modelled, else the entry changed, empty for none.
  func change(
    _ name: String, _ isSource: [Bool], adds: Bool, renews: Bool = false, timeout: UInt32? = nil,
    _ context: PacketContext
  ) -> String? {
    guard let set = set(name), let kind = set.definition.kind, !set.definition.forcesRoom else { return nil }
    if set.definition.isIPv6 || isSource.count < set.definition.dimension { return "" }
    if kind == .list {
      for (name, entry) in set.sets where set.isLive(entry, at: jiffies) {
        guard
          let changed = change(name, isSource, adds: adds, renews: renews, timeout: timeout, context)
        else { return nil }
        if !changed.isEmpty { return changed }
      }
      return ""
    }
    let question = SetQuestion(isSource: isSource)
    if context.unknownField(kind, question) != nil { return nil }
    guard let element = context.element(of: set.definition, question).map(set.widened) else { return "" }
    guard adds else { return set.delete(element, at: jiffies) ? element.text(kind) : "" }
    let entry = LiveSet.Entry(
      expires: set.expiry(timeout ?? set.definition.timeout, at: jiffies, hz: hz),
      counters: Counters(packets: 1, bytes: UInt64(context.packet.length)))
    return set.add(element, entry, renews: renews, at: jiffies) ? element.text(kind) : ""
  }
}

extension PacketContext {
  /// What of the packet a set looks for; `nil` where the packet has no such thing.
  fileprivate func element(of set: SetDefinition, _ question: SetQuestion) -> SetElement? {
    guard let kind = set.kind, let ip = packet.ip, let first = question.isSource.first else { return nil }
    var element = SetElement()
    if kind.hasAddresses {
      element.address = (first ? ip.source : ip.destination).rawValue
      if !kind.hasNetworks { element = element.masked(to: set.prefixLength) }
      element.length = 32
      if kind == .hashIP, element.address == 0 { return nil }
      if kind == .bitmapIP, !set.range.contains(element.address) { return nil }
    }
    if kind == .hashMAC {
      guard packet.linkHeader.count >= 14 else { return nil }
      element.mac = Array(first ? packet.linkHeader[6..<12] : packet.linkHeader[0..<6])
      if element.mac.allSatisfy({ $0 == 0 }) { return nil }
    }
    guard kind.hasPorts else { return element }
    let place = kind == .bitmapPort ? first : question.isSource[min(1, question.isSource.count - 1)]
    guard let port = port(isSource: place) else { return nil }
    element.port = port
    guard kind == .bitmapPort else {
      element.protocolNumber = ip.protocolNumber
      return element
    }
    guard ip.protocolNumber == 6 || ip.protocolNumber == 17, set.range.contains(UInt32(port)) else { return nil }
    return element
  }

  /// The port, or type and code of ICMP; 0 for a protocol without (`get_port` in `ip_set_getport.c`).
  private func port(isSource: Bool) -> UInt16? {
    let payload = packet.payload
    let headers: [UInt8: Int] = [1: 8, 6: 20, 17: 8, 132: 12, 136: 8]
    guard let number = packet.ip?.protocolNumber, number != 0 else { return nil }
    guard let needed = headers[number] else { return 0 }
    guard fragmentOffset == 0, payload.count >= needed else { return nil }
    return payload.uint16(at: number == 1 || isSource ? 0 : 2)
  }

  /// The first field that a set would read and the capture does not give.
  fileprivate func unknownField(_ kind: SetDefinition.Kind, _ question: SetQuestion) -> String? {
    guard !packet.unknown.isEmpty else { return nil }
    let isSource = question.isSource.first ?? true
    if kind.hasAddresses, packet.isUnknown(isSource ? 12..<16 : 16..<20) {
      return isSource ? "source address" : "destination address"
    }
    let ports = transportOffset..<transportOffset + 4
    if kind.hasPorts, packet.isUnknown(9..<10) || packet.isUnknown(ports) { return "ports" }
    return nil
  }
}

extension SetElement {
  /// As `ipset list` shows it.
  func text(_ kind: SetDefinition.Kind) -> String {
    switch kind {
    case .hashMAC: return mac.map { [$0].hex }.joined(separator: ":")
    case .bitmapPort: return String(port)
    case .list: return ""
    default:
      let network = IPv4Address(rawValue: address).description + (length == 32 ? "" : "/\(length)")
      guard kind.hasPorts else { return network }
      let name = ProtocolNames.text(protocolNumber)
      return "\(network),\(name):" + (protocolNumber == 1 ? "\(port >> 8)/\(port & 255)" : String(port))
    }
  }
}
