import Wire

/// `-m set`: whether the packet's addresses or ports are in a set of ipset (`net/netfilter/xt_set.c`).
package struct SetMatch: Match {
  package static let name = "set"
  package static let options =
    [
      OptionDefinition(
        "match-set", aliases: ["set"], argument: .pair, invertible: true,
        repetition: "--match-set can be specified only once"),
      OptionDefinition(
        "return-nomatch", argument: .none, repeatable: true, inversion: "--return-nomatch flag cannot be inverted"),
      OptionDefinition("update-counters", argument: .none, invertible: true, repeatable: true),
      OptionDefinition("update-subcounters", argument: .none, invertible: true, repeatable: true),
    ]
    + ["packets", "bytes"].flatMap { unit in
      ["eq", "lt", "gt"].map {
        OptionDefinition(
          "\(unit)-\($0)", invertible: $0 == "eq", repetition: "only one of the --\(unit)-[eq|lt|gt] is allowed",
          inversion: "--\(unit)-\($0) option cannot be inverted")
      }
    }

  private var reference: SetReference?
  private var inverted = false
  private var question = SetQuestion(isSource: [])

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "match-set":
      let given = try SetReference(option)
      (reference, inverted, question.isSource) = (given, option.inverted, given.isSource)
    case "return-nomatch": question.returnsExceptions = true
    case "update-counters": question.updatesCounters = !option.inverted
    case "update-subcounters": question.updatesSubcounters = !option.inverted
    default: try takeCounter(option)
    }
  }

  private mutating func takeCounter(_ option: GivenOption) throws(OptionError) {
    let words = option.name.split(separator: "-")
    guard words.count == 2, let relation = SetCounterTest.Relation(rawValue: String(words[1])) else { return }
    guard let value = CNumber.parse(option.value, 0...UInt64.max) else {
      throw OptionError("Cannot parse \(option.value) as a counter value")
    }
    let test = SetCounterTest(relation: relation, value: value, inverted: option.inverted)
    if words[0] == "packets" { question.packets = test } else { question.bytes = test }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if reference == nil { throw OptionError("You must specify `--match-set' with proper arguments") }
  }

  package var saved: String { text("--") }
  package func listed(numeric: Bool) -> String { text("") }

  private func text(_ dashes: String) -> String {
    guard let reference else { return "" }
    var text = "\(inverted ? " !" : "") \(dashes)match-set \(reference.text)"
    if question.returnsExceptions { text += " \(dashes)return-nomatch" }
    if !question.updatesCounters { text += " ! \(dashes)update-counters" }
    if !question.updatesSubcounters { text += " ! \(dashes)update-subcounters" }
    for (unit, test) in [("packets", question.packets), ("bytes", question.bytes)] {
      guard let test else { continue }
      text += "\(test.inverted ? " !" : "") \(dashes)\(unit)-\(test.relation.rawValue) \(test.value)"
    }
    return text
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let reference else { return .notModelled("-m set") }
    let answer = context.namespace.test(reference.name, question, context)
    if case .notModelled(let what) = answer { return .notModelled("-m set: \(what)") }
    var read = "not in it"
    var isIn = false
    if case .isIn(let entry, _) = answer { (read, isIn) = ("in it: \(entry)", true) }
    return context.judge(
      isIn, "--match-set", context.subject(of: reference), read: read, .oneOf, reference.text, inverted: inverted)
  }
}

/// A set and the directions in which it is asked: `blocked src,dst`.
struct SetReference: Sendable, Hashable {
  /// Directions that may be given (`IPSET_DIM_MAX`).
  private static let most = 6

  let name: String
  let isSource: [Bool]

  init(_ option: GivenOption) throws(OptionError) {
    guard option.value.utf8.count <= 31 else {
      throw OptionError("setname `\(option.value)' too long, max 31 characters.")
    }
    if let sets = option.sets {
      guard let set = sets[option.value] else { throw OptionError("Set \(option.value) doesn't exist.") }
      if set.isIPv6 {
        throw OptionError("The protocol family of set \(option.value) is IPv6, which is not applicable.")
      }
    }
    let words = option.second.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count <= Self.most else { throw OptionError("Can't be more src/dst options than \(Self.most).") }
    name = option.value
    isSource = try words.map { word throws(OptionError) in
      guard word.hasPrefix("src") || word.hasPrefix("dst") else {
        throw OptionError("You must spefify (the comma separated list of) 'src' or 'dst'.")
      }
      return word.hasPrefix("src")
    }
  }

  var text: String { "\(name) \(isSource.map { $0 ? "src" : "dst" }.joined(separator: ","))" }
}

extension PacketContext {
  /// The field that a set looks at first.
  fileprivate func subject(of reference: SetReference) -> Comparison.Subject {
    let isSource = reference.isSource.first ?? true
    switch namespace.set(reference.name)?.definition.kind {
    case .bitmapPort:
      let start = transportOffset + (isSource ? 0 : 2)
      return .field(
        packet.ip?.protocolNumber == 17 ? "udp" : "tcp", isSource ? "source_port" : "destination_port",
        bytes: start..<start + 2)
    case .hashMAC: return .property(isSource ? "source MAC address" : "destination MAC address")
    default:
      return .field(
        "ipv4", isSource ? "source_address" : "destination_address", bytes: isSource ? 12..<16 : 16..<20)
    }
  }
}
