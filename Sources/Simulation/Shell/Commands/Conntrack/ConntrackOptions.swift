import Netfilter
import Wire

/// A `conntrack` command line, read as conntrack-tools 1.4.7 reads it.
struct ConntrackOptions {
  enum Command { case list, events, delete, get, count, flush, version, help }
  enum Table { case connections, expectations, dying, unconfirmed }

  /// Why a command line is refused.
  enum Refusal: Error {
    /// Status 2, with the hint where help is.
    case usage(String)
    /// Status 1.
    case failed(String)
    case notModelled(String)
  }

  private(set) var command = Command.help
  private(set) var table = Table.connections
  private(set) var filter = ConntrackFilter()
  private(set) var output = ConntrackOutput()
  private(set) var kinds: Set<ConnectionEvent.Kind> = [.new, .update, .destroy]
  private(set) var zeroesCounters = false

  private static let commands: [String: Command] = [
    "L": .list, "E": .events, "D": .delete, "G": .get, "C": .count, "F": .flush, "V": .version, "h": .help,
    "dump": .list, "event": .events, "delete": .delete, "get": .get, "count": .count, "flush": .flush,
    "version": .version, "help": .help,
  ]

  /// Long names of commands and options, which may be abbreviated, and the letter each stands for.
  private static let longNames: [(String, String)] = [
    ("dump", "L"), ("create", "I"), ("add", "A"), ("delete", "D"), ("update", "U"), ("get", "G"), ("flush", "F"),
    ("event", "E"), ("version", "V"), ("help", "h"), ("count", "C"), ("stats", "S"), ("load-file", "R"),
    ("orig-src", "s"), ("src", "s"), ("orig-dst", "d"), ("dst", "d"), ("reply-src", "r"), ("reply-dst", "q"),
    ("protonum", "p"), ("timeout", "t"), ("status", "u"), ("zero", "z"), ("event-mask", "e"), ("tuple-src", "["),
    ("tuple-dst", "]"), ("mask-src", "{"), ("mask-dst", "}"), ("nat-range", "a"), ("mark", "m"), ("secmark", "c"),
    ("id", "i"), ("family", "f"), ("src-nat", "n"), ("dst-nat", "g"), ("output", "o"), ("buffer-size", "b"),
    ("any-nat", "j"), ("zone", "w"), ("label", "l"), ("label-add", "<"), ("label-del", ">"), ("orig-zone", "("),
    ("reply-zone", ")"),
  ]

  private static let withValue: Set<String> = [
    "s", "d", "r", "q", "p", "t", "u", "e", "[", "]", "{", "}", "a", "m", "c", "i", "f", "o", "b", "w", "l", "<", "(",
    ")", "R",
  ]

  /// Options that each command takes.
  private static let allowed: [Command: Set<String>] = [
    .list: Set("sdrqpuz{}mfngjocwl()".map(String.init)), .delete: Set("sdrqpu{}mfngowl()i".map(String.init)),
    .get: Set("sdrqpofw()".map(String.init)), .events: Set("sdrqpe{}mfngjocbwl()".map(String.init)),
    .flush: ["f"], .count: [], .version: [], .help: [],
  ]
  /// The same for the table of expectations.
  private static let allowedForExpectations: [Command: Set<String>] = [
    .list: ["f", "o"], .events: ["o"], .flush: ["f"], .count: [],
  ]
  /// In the order the program looks at them.
  private static let optionOrder = "sdrqptuze[]{}amifngocbjwl<>()".map(String.init)

  private var given: Set<String> = []
  private var protocolOptions: Set<String> = []

  init(_ words: [String]) throws(Refusal) {
    var words = words[...]
    var isChosen = false
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word.count > 1 else { continue }
      var cluster = Substring()
      var letter: String
      var attached: String?
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        attached = parts.count == 2 ? String(parts[1]) : nil
        let name = String(parts.first ?? "")
        guard let known = try longOption(name, word, &words, attached) else { continue }
        letter = known
      } else {
        letter = String(word.dropFirst().prefix(1))
        cluster = word.dropFirst(2)
        if !cluster.isEmpty, Self.withValue.contains(letter) || Self.commands[letter] != nil {
          attached = String(cluster)
          cluster = ""
        }
      }
      while true {
        if "IAURS".contains(letter) { throw .notModelled("conntrack -\(letter)") }
        if let command = Self.commands[letter] {
          guard !isChosen else { throw .usage("Invalid commands combination") }
          isChosen = true
          self.command = command
          if command != .version, command != .help {
            if attached == nil, let next = words.first, !next.hasPrefix("-") { attached = words.popFirst() }
            if let attached { table = try Self.table(attached) }
          }
        } else {
          try option(letter, word, attached, &words)
        }
        guard let next = cluster.popFirst() else { break }
        letter = String(next)
        if Self.withValue.contains(letter), !cluster.isEmpty {
          attached = String(cluster)
          cluster = ""
        }
      }
    }
    try check()
  }

  private static func table(_ name: String) throws(Refusal) -> Table {
    switch name {
    case "conntrack": .connections
    case "expect": .expectations
    case "dying": .dying
    case "unconfirmed": .unconfirmed
    default: throw .usage("unknown type `\(name)'")
    }
  }

  // MARK: Options

  /// The letter of a long option; `nil` for one of the protocol's own, which is taken here.
  private mutating func longOption(
    _ name: String, _ word: String, _ words: inout ArraySlice<String>, _ attached: String?
  ) throws(Refusal) -> String? {
    if let exact = Self.longNames.first(where: { $0.0 == name }) { return exact.1 }
    let letters = Set(Self.longNames.filter { $0.0.hasPrefix(name) }.map(\.1))
    if letters.count == 1, let letter = letters.first { return letter }
    guard letters.isEmpty, let number = filter.protocolNumber, let option = ConntrackProtocolOption(name, number) else {
      throw .usage("unknown option `\(word)'")
    }
    guard let value = attached ?? words.popFirst() else { throw .usage("option `\(word)' requires an argument") }
    protocolOptions.insert(option.name)
    do { try option.apply(value, &filter) } catch { throw .usage(error.message) }
    return nil
  }

  private mutating func option(
    _ letter: String, _ word: String, _ attached: String?, _ words: inout ArraySlice<String>
  ) throws(Refusal) {
    guard Self.optionOrder.contains(letter) else { throw .usage("unknown option `\(word)'") }
    given.insert(letter)
    if ["n", "g", "j"].contains(letter) {
      var address = attached
      if address == nil, let next = words.first, !next.hasPrefix("-") { address = words.popFirst() }
      let nat = address.flatMap { IPv4Address($0) }.map(ConntrackFilter.NAT.address) ?? .any
      switch letter {
      case "n": filter.sourceNAT = nat
      case "g": filter.destinationNAT = nat
      default: filter.anyNAT = nat
      }
      return
    }
    if letter == "z" {
      zeroesCounters = true
      return
    }
    guard let value = attached ?? words.popFirst() else { throw .usage("option `\(word)' requires an argument") }
    try take(letter, value)
  }

  private mutating func take(_ letter: String, _ value: String) throws(Refusal) {
    switch letter {
    case "s": filter.source = try address(value, filter.source)
    case "d": filter.destination = try address(value, filter.destination)
    case "r": filter.replySource = try address(value, nil)
    case "q": filter.replyDestination = try address(value, nil)
    case "{": filter.source = Self.masked(filter.source, try address(value, nil))
    case "}": filter.destination = Self.masked(filter.destination, try address(value, nil))
    case "p": filter.protocolNumber = try Self.protocolNumber(value)
    case "f":
      guard ["ipv4", "ipv6"].contains(value) else { throw .usage("`\(value)' unsupported protocol") }
      if value == "ipv6" { filter.isElsewhere = true }
    case "u": try readStatus(value)
    case "e": try readKinds(value)
    case "o": try output.read(value)
    case "m":
      let parts = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let mask = parts.count == 2 ? Self.number(parts[1]) : .max
      filter.mark = (Self.number(parts[0]), mask)
    case "w", "(", ")": if Self.number(value) != 0 { filter.isElsewhere = true }
    case "l", "c", "i": throw .notModelled("conntrack -\(letter)")
    default: break
    }
  }

  private func address(_ text: String, _ other: ConntrackFilter.Address?) throws(Refusal) -> ConntrackFilter.Address {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPv4Address(first) else {
      if text.contains(":") { throw .notModelled("conntrack's IPv6 addresses") }
      throw .usage("Invalid IP address `\(text)'")
    }
    guard parts.count == 2 else { return .init(address: address, mask: other?.mask ?? .max) }
    if let length = Int(parts[1]), let prefix = IPv4Prefix(address: address, length: length) {
      return .init(address: address, mask: prefix.mask)
    }
    guard let mask = IPv4Address(parts[1]) else { throw .usage("Invalid netmask") }
    return .init(address: address, mask: mask.rawValue)
  }

  private static func masked(
    _ address: ConntrackFilter.Address?, _ mask: ConntrackFilter.Address
  ) -> ConntrackFilter.Address {
    .init(address: address?.address ?? .any, mask: mask.address.rawValue)
  }

  private static func protocolNumber(_ text: String) throws(Refusal) -> UInt8 {
    if let number = UInt8(text) { return number }
    let names: [String: UInt8] = [
      "tcp": 6, "udp": 17, "icmp": 1, "gre": 47, "sctp": 132, "udplite": 136, "dccp": 33, "icmpv6": 58,
    ]
    if let number = names[text.lowercased()] ?? ProtocolNames.number(text) { return number }
    throw .usage("`\(text)' unsupported protocol")
  }

  private mutating func readStatus(_ text: String) throws(Refusal) {
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch name.uppercased() {
      case "ASSURED": filter.status.insert(.assured)
      case "SEEN_REPLY": filter.status.insert(.seenReply)
      case "FIXED_TIMEOUT": filter.status.insert(.fixedTimeout)
      case "EXPECTED": filter.status.insert(.expected)
      case "UNREPLIED": filter.isUnreplied = true
      case "CONFIRMED": filter.status.insert(.confirmed)
      case "SRC_NAT_DONE", "DST_NAT_DONE", "OFFLOAD", "UNSET", "NONE": throw .notModelled("conntrack -u \(name)")
      default: throw .usage("Bad parameter `\(name)'")
      }
    }
  }

  private mutating func readKinds(_ text: String) throws(Refusal) {
    var wanted: Set<ConnectionEvent.Kind> = given.contains("e again") ? kinds : []
    given.insert("e again")
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch name.uppercased() {
      case "ALL": wanted.formUnion([.new, .update, .destroy])
      case "NEW": wanted.insert(.new)
      case "UPDATES": wanted.insert(.update)
      case "DESTROY": wanted.insert(.destroy)
      default: throw .usage("Bad parameter `\(name)'")
      }
    }
    kinds = wanted
  }

  /// What `strtoul` makes of a text: its leading number, decimal, octal or hexadecimal.
  static func number(_ text: some StringProtocol) -> UInt32 {
    let lowered = text.lowercased()
    if lowered.hasPrefix("0x") {
      return UInt32(lowered.dropFirst(2).prefix { $0.isHexDigit }, radix: 16) ?? 0
    }
    let digits = lowered.prefix { $0.isASCII && $0.isNumber }
    return UInt32(digits, radix: digits.hasPrefix("0") && digits.count > 1 ? 8 : 10) ?? 0
  }

  // MARK: What goes together

  private func check() throws(Refusal) {
    if table == .expectations, command == .get || command == .delete {
      guard given.contains("s") else { throw .usage("You need to supply the `--src' option for this command") }
      throw .notModelled("conntrack -\(command == .get ? "G" : "D") expect")
    }
    let allowed = (table == .expectations ? Self.allowedForExpectations : Self.allowed)[command] ?? []
    if command == .get, !given.contains("p") {
      throw .usage("You need to supply the `--protonum' option for this command")
    }
    for letter in Self.optionOrder where given.contains(letter) && !allowed.contains(letter) {
      throw .usage("Illegal option `--\(Self.name(letter))' with this command")
    }
    guard command == .get else { return }
    guard filter.source != nil, filter.destination != nil else {
      if filter.replySource != nil, filter.replyDestination != nil {
        throw .failed("Operation failed: invalid parameters")
      }
      throw .usage("you have to specify `--src' and `--dst'")
    }
    switch filter.protocolNumber {
    case 6, 17, 132, 136, 33:
      guard filter.sourcePort != nil, filter.destinationPort != nil else {
        throw .usage("you have to specify `--sport' and `--dport'")
      }
    case 1:
      for name in ["icmp-type", "icmp-code"] where !protocolOptions.contains(name) {
        throw .usage("You need to supply the `--\(name)' option for this command")
      }
    default: break
    }
  }

  private static func name(_ letter: String) -> String {
    switch letter {
    case "s": "src"
    case "d": "dst"
    default: longNames.first { $0.1 == letter }?.0 ?? letter
    }
  }
}
