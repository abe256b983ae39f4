/// `-j SET`: puts the packet's addresses or ports into a set, or takes them out (`net/netfilter/xt_set.c`).
package struct SetTarget: Target {
  package static let name = "SET"
  private static let maps = ["map-mark", "map-prio", "map-queue"]
  // A `!` is read and passed over.
  package static let options =
    ["add-set", "del-set", "map-set"].map {
      OptionDefinition($0, argument: .pair, invertible: true, repetition: "--\($0) can be specified only once")
    }
    + [
      OptionDefinition("exist", argument: .none, invertible: true, repeatable: true),
      OptionDefinition("timeout", invertible: true, repeatable: true),
    ]
    + maps.map { OptionDefinition($0, argument: .none, invertible: true, repeatable: true) }

  private var added: SetReference?
  private var deleted: SetReference?
  private var mapped: SetReference?
  private var renews = false
  private var timeout: UInt32?
  private var mappings: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "add-set": added = try SetReference(option)
    case "del-set": deleted = try SetReference(option)
    case "map-set": mapped = try SetReference(option)
    case "exist": renews = true
    case "timeout":
      guard let seconds = CNumber.parse(option.value, 0...UInt64(UInt32.max - 1)) else {
        throw OptionError("Invalid value for option --timeout or out of range 0-\(UInt32.max - 1)")
      }
      timeout = UInt32(truncatingIfNeeded: seconds)
    default: mappings.insert(option.name)
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard added != nil || deleted != nil || mapped != nil else {
      throw OptionError("You must specify either `--add-set' or `--del-set' or `--map-set'")
    }
    if added == nil {
      if renews { throw OptionError("Flag `--exist' can be used with `--add-set' only") }
      if timeout != nil { throw OptionError("Option `--timeout' can be used with `--add-set' only") }
    }
    if mapped == nil, let flag = Self.maps.first(where: mappings.contains) {
      throw OptionError("Flag `--\(flag)' can be used with `--map-set' only")
    }
    if mapped != nil, mappings.isEmpty {
      throw OptionError("You must specify flags `--map-mark' or '--map-prio` or `--map-queue'")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard mapped != nil else { return }
    guard placement.table == .mangle else { throw OptionError("SET: --map-set stands only in the table mangle") }
    guard mappings.contains("map-prio") || mappings.contains("map-queue") else { return }
    if let wrong = placement.hooks.subtracting([.forward, .output, .postrouting]).map(\.rawValue).min() {
      throw OptionError("SET: --map-prio and --map-queue cannot be used from \(wrong)")
    }
  }

  package var saved: String { text("--") }
  package func listed(numeric: Bool) -> String { text("") }

  private func text(_ dashes: String) -> String {
    var text = added.map { " \(dashes)add-set \($0.text)" } ?? ""
    if renews { text += " \(dashes)exist" }
    if let timeout { text += " \(dashes)timeout \(timeout)" }
    text += deleted.map { " \(dashes)del-set \($0.text)" } ?? ""
    text += mapped.map { " \(dashes)map-set \($0.text)" } ?? ""
    return text + Self.maps.filter(mappings.contains).map { " \(dashes)\($0)" }.joined()
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    for (reference, adds) in [(added, true), (deleted, false)] {
      guard let reference else { continue }
      guard
        let entry = context.namespace.change(
          reference.name, reference.isSource, adds: adds, renews: renews, timeout: timeout, context)
      else { return .notModelled("-j SET with the set \(reference.name)") }
      if !entry.isEmpty {
        context.packet.note(Self.name, "set \(reference.name)", adds ? "" : entry, adds ? entry : "")
      }
    }
    guard let mapped else { return .next }
    switch context.namespace.test(mapped.name, SetQuestion(isSource: mapped.isSource), context) {
    case .notModelled(let what): return .notModelled("-j SET --map-set: \(what)")
    case .isNotIn: break
    case .isIn(_, let info): take(info, over: context.packet)
    }
    return .next
  }

  /// What the entry says becomes the packet's; the queue it leaves by shows nowhere here.
  private func take(_ info: SetPacketInfo, over packet: SocketBuffer) {
    let mark = packet.mark & ~info.mark.mask ^ info.mark.value
    if mappings.contains("map-mark"), mark != packet.mark {
      packet.note(Self.name, "mark", packet.mark.hexadecimal, mark.hexadecimal)
      packet.mark = mark
    }
    if mappings.contains("map-prio"), info.priority != packet.priority {
      packet.note(Self.name, "priority", packet.priority.hexadecimal, info.priority.hexadecimal)
      packet.priority = info.priority
    }
  }
}
