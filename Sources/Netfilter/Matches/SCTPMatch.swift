import Wire

/// `-m sctp` (`net/netfilter/xt_sctp.c`): ports, and which chunks a packet holds.
package struct SCTPMatch: Match {
  package static let name = "sctp"
  package static let options = [
    OptionDefinition(
      "sport", aliases: ["source-port"], invertible: true, repetition: "Only one `--source-port' allowed"),
    OptionDefinition(
      "dport", aliases: ["destination-port"], invertible: true, repetition: "Only one `--destination-port' allowed"),
    OptionDefinition(
      "chunk-types", argument: .pair, invertible: true, missingPair: "--chunk-types requires two args",
      repetition: "Only one `--chunk-types' allowed"),
  ]
  package static let protocolNumber: UInt8? = 132

  private var source: PortRange?
  private var destination: PortRange?
  private var chunks: SCTPChunkSet?
  private var chunksInverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "sport": source = try ServiceNames.range(option, .sctp)
    case "dport": destination = try ServiceNames.range(option, .sctp)
    default:
      chunks = try SCTPChunkSet(option.value, option.second)
      chunksInverted = option.inverted
    }
  }

  package var saved: String {
    var text = source.map { SavedOption.text("sport", $0.text, inverted: $0.inverted) } ?? ""
    text += destination.map { SavedOption.text("dport", $0.text, inverted: $0.inverted) } ?? ""
    if let chunks { text += SavedOption.text("chunk-types", chunks.text(numeric: false), inverted: chunksInverted) }
    return text
  }

  package func listed(numeric: Bool) -> String {
    var text = " sctp" + (source?.listed("spt", .sctp, numeric: numeric) ?? "")
    text += destination?.listed("dpt", .sctp, numeric: numeric) ?? ""
    if let chunks { text += "\(chunksInverted ? " !" : "") \(chunks.text(numeric: numeric))" }
    return text
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    guard context.packet.payload.count >= 12 else { return .hotdrop }
    for (range, option, field, offset) in [
      (source, "sport", "source_port", 0), (destination, "dport", "destination_port", 2),
    ] {
      guard let range else { continue }
      let result = context.compare(range, option, "sctp", field, at: offset)
      guard result == .holds else { return result }
    }
    guard let chunks else { return .holds }
    let bytes = context.transportOffset + 12..<max(context.transportOffset + 12, context.packet.length)
    if context.packet.isUnknown(bytes) { return context.unknown("chunks") }
    guard let (found, holds) = chunks.judge(context.packet.payload.slice(at: 12)) else {
      guard chunksInverted else { return .hotdrop }
      context.dropsAfterRule = true
      return context.judge(
        false, "--chunk-types", .field("sctp", "chunks", bytes: bytes), read: "malformed", .contains,
        chunks.text(numeric: false), inverted: true)
    }
    return context.judge(
      holds, "--chunk-types", .field("sctp", "chunks", bytes: bytes), read: found, .contains,
      chunks.text(numeric: false), inverted: chunksInverted)
  }
}

extension ServiceNames {
  /// The ports of an option of a protocol's match, from the lower to the higher; named by that transport, or by any.
  static func range(_ option: GivenOption, _ transport: Transport?) throws(OptionError) -> PortRange {
    let range = try PortRange(option.value, inverted: option.inverted) { text throws(OptionError) in
      if let transport { return try parse(text, transport) }
      let named = Transport.allCases.lazy.compactMap { port(String(text), $0) }.first
      if let named { return named }
      return try parse(text, nil)
    }
    guard range.low <= range.high else { throw OptionError("invalid portrange (min > max)") }
    return range
  }
}

/// Kinds of chunk, with the flags some of them must have: `any DATA:Be,INIT`.
struct SCTPChunkSet: Sendable, Hashable {
  private enum Mode: String { case all, any, only }

  private struct Kind {
    let name: String
    let number: UInt8
    /// Letters of the flags, that of bit 7 first.
    var flags = "--------"
  }

  private struct Flags: Hashable {
    var mask: UInt8 = 0
    var set: UInt8 = 0
  }

  /// RFC 9260 section 3.2, RFC 8260, 6525, 4820, 5061, 3758: in the order in which iptables lists them.
  private static let kinds: [Kind] = [
    Kind(name: "DATA", number: 0, flags: "----IUBE"), Kind(name: "INIT", number: 1), Kind(name: "INIT_ACK", number: 2),
    Kind(name: "SACK", number: 3), Kind(name: "HEARTBEAT", number: 4), Kind(name: "HEARTBEAT_ACK", number: 5),
    Kind(name: "ABORT", number: 6, flags: "-------T"), Kind(name: "SHUTDOWN", number: 7),
    Kind(name: "SHUTDOWN_ACK", number: 8), Kind(name: "ERROR", number: 9), Kind(name: "COOKIE_ECHO", number: 10),
    Kind(name: "COOKIE_ACK", number: 11), Kind(name: "ECN_ECNE", number: 12), Kind(name: "ECN_CWR", number: 13),
    Kind(name: "SHUTDOWN_COMPLETE", number: 14, flags: "-------T"),
    Kind(name: "I_DATA", number: 64, flags: "----IUBE"), Kind(name: "RE_CONFIG", number: 130),
    Kind(name: "PAD", number: 132), Kind(name: "ASCONF", number: 193), Kind(name: "ASCONF_ACK", number: 128),
    Kind(name: "FORWARD_TSN", number: 192), Kind(name: "I_FORWARD_TSN", number: 194),
  ]
  /// Kinds that may be given flags (`XT_NUM_SCTP_FLAGS`).
  private static let mostFlagged = 4

  private let mode: Mode
  private var members: Set<UInt8> = []
  /// By place in the list above: iptables takes that for the number of the chunk, which it is for the first fifteen.
  private var flags: [UInt8: Flags] = [:]

  init(_ mode: String, _ list: String) throws(OptionError) {
    guard let mode = Mode(rawValue: mode.lowercased()) else {
      throw OptionError("Match type has to be one of \"ALL\", \"ANY\" or \"ONLY\"")
    }
    self.mode = mode
    switch list.uppercased() {
    case "ALL": members = Set(0...255)
    case "NONE": break
    default:
      for part in list.split(separator: ",") { try add(part) }
    }
  }

  private mutating func add(_ part: Substring) throws(OptionError) {
    let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = words[0]
    guard let place = Self.kinds.firstIndex(where: { $0.name == name.uppercased() }) else {
      throw OptionError("Unknown sctp chunk `\(name)'")
    }
    let kind = Self.kinds[place]
    members.insert(kind.number)
    guard words.count == 2 else { return }
    for letter in words[1].utf8 {
      let isSet = (0x41...0x5a).contains(letter)
      let capital = (0x61...0x7a).contains(letter) ? letter - 0x20 : letter
      guard let position = Array(kind.flags.utf8).firstIndex(of: capital) else {
        throw OptionError("Invalid flags for chunk type \(place)")
      }
      let key = UInt8(place)
      guard flags[key] != nil || flags.count < Self.mostFlagged else {
        throw OptionError("Flags can be given for \(Self.mostFlagged) kinds of chunk only")
      }
      let bit = UInt8(0x80) >> UInt8(position)
      flags[key, default: Flags()].mask |= bit
      if isSet { flags[key]?.set |= bit }
    }
  }

  /// `any DATA:Be,INIT`; with numbers in the place of names for `iptables -n`.
  func text(numeric: Bool) -> String {
    if members.isEmpty { return "\(mode.rawValue) NONE" }
    if members.count == 256 { return "\(mode.rawValue) ALL" }
    let chunks = members.sorted().map { number in
      let kind = Self.kinds.first { $0.number == number }
      let name = numeric ? "0x00" + [number].hex.uppercased() : kind?.name ?? String(number)
      return name + flagText(number, kind)
    }
    return "\(mode.rawValue) \(chunks.joined(separator: ","))"
  }

  private func flagText(_ number: UInt8, _ kind: Kind?) -> String {
    guard let kind, let flags = flags[number] else { return "" }
    var text = ":"
    for (position, letter) in kind.flags.enumerated() {
      let bit = UInt8(0x80) >> UInt8(position)
      if flags.mask & bit != 0 { text += flags.set & bit != 0 ? String(letter) : letter.lowercased() }
    }
    return text
  }

  /// What the packet holds, and whether that is what was asked for; `nil` where a chunk is cut short or has no length.
  func judge(_ bytes: Bytes) -> (found: String, holds: Bool)? {
    var missing = members
    var found: [String] = []
    var offset = 0
    repeat {
      guard let type = bytes.byte(at: offset), let given = bytes.byte(at: offset + 1),
        let length = bytes.uint16(at: offset + 2), length > 0
      else { return nil }
      offset += (Int(length) + 3) / 4 * 4
      found.append(Self.kinds.first { $0.number == type }?.name ?? String(type))
      let isMember = members.contains(type)
      let hasFlags = flags[type].map { given & $0.mask == $0.set } ?? true
      switch mode {
      case .any where isMember && hasFlags: return (found.joined(separator: ","), true)
      case .all where isMember && hasFlags: missing.remove(type)
      case .only where !(isMember && hasFlags): return (found.joined(separator: ","), false)
      default: break
      }
    } while offset < bytes.count
    return (found.joined(separator: ","), mode == .only || (mode == .all && missing.isEmpty))
  }
}
