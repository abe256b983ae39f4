/// What is wrong with a command line that describes packets; one sentence without a full stop.
public struct PacketCommandError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of mistake it is, for those who answer it in a program's own words.
  public enum Reason: Sendable, Hashable {
    case other, missingHost, tooManyHosts, unknownHost(String), unknownOption(String), ambiguousOption(String)
    case badCount, badICMPType, notModelled
  }

  public var message: String
  public var reason: Reason

  public init(_ message: String, _ reason: Reason = .other) {
    self.message = message
    self.reason = reason
  }

  public var description: String { message }
}

/// An `hping3` command line (hping3(8), version 3.0.0-alpha-2), as far as it says what packets are sent. Defaults are
/// hping3's own: TCP without flags to port 0, a time to live of 64, a window of 512.
public struct Hping3: Sendable, Hashable {
  /// What the packets carry.
  public enum Mode: Sendable, Hashable {
    case tcp, udp, icmp, raw
  }

  public var target: IPv4Address
  public var mode = Mode.tcp
  /// How many packets to send; `nil` for ever.
  public var count: Int?
  /// Between two packets, in microseconds.
  public var interval = 1_000_000
  /// `-a`; `nil` for the sending host's own address.
  public var source: IPv4Address?
  public var randomSource = false
  public var timeToLive: UInt8 = 64
  /// `nil` for a random one in each packet.
  public var identification: UInt16?
  public var typeOfService: UInt8 = 0
  public var dontFragment = false
  public var moreFragments = false
  /// In bytes, rounded down to a multiple of eight.
  public var fragmentOffset = 0
  /// `-f`: bytes of payload in each fragment; `nil` where the packet is not cut.
  public var fragmentSize: Int?
  /// `-H`, in raw mode.
  public var rawProtocol: UInt8 = 6
  /// `-s`; `nil` for a random one from 1024 to 3023.
  public var basePort: UInt16?
  /// `-k`: the source port does not count up.
  public var keepsPort = false
  public var destinationPort: UInt16 = 0
  /// `-p ++N`: the destination port counts up with each packet.
  public var countsDestinationPort = false
  /// `-p +N`: it counts up with each answer.
  public var countsAnsweredPort = false
  public var flags: TCPFlags = []
  public var window: UInt16 = 512
  /// `nil` for a random one in each packet.
  public var sequenceNumber: UInt32?
  /// `nil` for a random one in each packet, also without the ACK flag.
  public var acknowledgmentNumber: UInt32?
  /// `-O`: a data offset in words that does not tell the truth.
  public var dataOffset: UInt8 = 5
  /// `--tcp-timestamp`.
  public var hasTimestamp = false
  /// `-b`: the transport checksum with 0x5555 added bit by bit.
  public var spoilsChecksum = false
  public var icmpType: UInt8 = 8
  public var icmpCode: UInt8 = 0
  public var icmpGateway = IPv4Address.any
  /// `-d`: bytes of data, filled with `X` after the signature.
  public var dataSize = 0
  /// `-e`: what the data begins with.
  public var signature: [UInt8] = []
  /// `-8`: the ports to scan, as given.
  public var scannedPorts: String?
  /// `-I`, as given.
  public var interface: String?
  /// `--flood`: as fast as possible, without a look at the answers.
  public var floods = false
  public var printing = Printing()

  /// What changes only what hping3 prints of the answers.
  public struct Printing: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let numeric = Printing(rawValue: 1 << 0)
    public static let quiet = Printing(rawValue: 1 << 1)
    public static let verbose = Printing(rawValue: 1 << 2)
    public static let debug = Printing(rawValue: 1 << 3)
    /// `-W`: identifications in the byte order of old Windows.
    public static let swappedIdentification = Printing(rawValue: 1 << 4)
    /// `-r`: identifications as differences.
    public static let relativeIdentification = Printing(rawValue: 1 << 5)
    /// `-Q`: sequence numbers alone.
    public static let sequenceNumbers = Printing(rawValue: 1 << 6)
    public static let hexDump = Printing(rawValue: 1 << 7)
    public static let textDump = Printing(rawValue: 1 << 8)
    public static let beep = Printing(rawValue: 1 << 9)
    /// `--tcpexitcode`: the exit status is the last answer's flags.
    public static let flagsAsStatus = Printing(rawValue: 1 << 10)
  }

  /// - Parameter arguments: those after the word `hping3`.
  /// - Throws: an unknown or ambiguous option, one without its argument, a number out of range, no target, or an
  ///   option that sends no packet of its own (`--scan`, `--listen`, ...).
  public init(_ arguments: [String]) throws(PacketCommandError) {
    target = .any
    var hosts: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        hosts.append(word)
        continue
      }
      for option in try Hping3Option.options(in: word) {
        var argument: String?
        if option.needsArgument {
          argument = rest.popFirst()
          guard argument != nil else {
            throw PacketCommandError("hping3: option \(option.spelling) requires an argument")
          }
        }
        try option.apply(&self, argument ?? "")
      }
    }
    guard let host = hosts.first else { throw PacketCommandError("hping3: no target host is given", .missingHost) }
    guard hosts.count == 1 else {
      throw PacketCommandError("hping3: only one target host at a time, not also \(hosts[1])", .tooManyHosts)
    }
    guard let address = IPv4Address(host) else {
      throw PacketCommandError(
        "hping3: the target \(host) is no IPv4 address, and names cannot be looked up here", .unknownHost(host))
    }
    target = address
    if dataSize == 0 { dataSize = signature.count }
    guard signature.count <= dataSize else {
      throw PacketCommandError(
        "hping3: the signature is \(signature.count) bytes, more than the data size of \(dataSize)")
    }
    guard dataSize <= 65_495 else {
      throw PacketCommandError("hping3: the data size must be at most 65495, not \(dataSize)")
    }
    let supported: Set<UInt8> = [0, 3, 4, 5, 8, 11, 13, 14, 17, 18]
    if mode == .icmp, !supported.contains(icmpType) {
      throw PacketCommandError("hping3: ICMP type \(icmpType) is not one that it sends", .badICMPType)
    }
  }
}

/// One option of hping3: how it is written, and what it does to the command.
struct Hping3Option: Sendable {
  let short: Character?
  let long: String
  let needsArgument: Bool
  let apply: @Sendable (inout Hping3, String) throws(PacketCommandError) -> Void

  var spelling: String { short.map { "-\($0) (--\(long))" } ?? "--\(long)" }

  /// The options that a word gives: one long one, which may be abbreviated, or short ones in a row.
  static func options(in word: String) throws(PacketCommandError) -> [Hping3Option] {
    guard word.hasPrefix("--") else {
      var found: [Hping3Option] = []
      for letter in word.dropFirst() {
        guard let option = all.first(where: { $0.short == letter }) else {
          throw PacketCommandError("hping3: invalid option -- \(letter)", .unknownOption("-\(letter)"))
        }
        found.append(option)
      }
      if let early = found.dropLast().first(where: { $0.needsArgument }) {
        throw PacketCommandError(
          "hping3: option \(early.spelling) requires an argument, so it must stand last in \(word)")
      }
      return found
    }
    let name = String(word.dropFirst(2))
    if let exact = all.first(where: { $0.long == name }) { return [exact] }
    let candidates = all.filter { $0.long.hasPrefix(name) }
    guard let only = candidates.first else {
      throw PacketCommandError("hping3: unrecognized option \(word)", .unknownOption(word))
    }
    guard candidates.count == 1 else {
      let names = candidates.map { "--\($0.long)" }.listed
      throw PacketCommandError("hping3: option \(word) is ambiguous: \(names)", .ambiguousOption(word))
    }
    return [only]
  }

  /// An option without an argument.
  static func flag(
    _ short: Character?, _ long: String, _ apply: @escaping @Sendable (inout Hping3) -> Void
  ) -> Hping3Option {
    Hping3Option(short: short, long: long, needsArgument: false) { (command, _) throws(PacketCommandError) in
      apply(&command)
    }
  }

  /// An option that takes a number: decimal, `0x` hexadecimal or octal after a leading zero.
  static func number(
    _ short: Character?, _ long: String, _ range: ClosedRange<Int>,
    _ apply: @escaping @Sendable (inout Hping3, Int) -> Void
  ) -> Hping3Option {
    Hping3Option(short: short, long: long, needsArgument: true) { (command, text) throws(PacketCommandError) in
      apply(&command, try value(text, of: long, in: range))
    }
  }

  static func value(_ text: String, of option: String, in range: ClosedRange<Int>) throws(PacketCommandError) -> Int {
    let digits = text.lowercased()
    let parsed: Int?
    if digits.hasPrefix("0x") {
      parsed = Int(digits.dropFirst(2), radix: 16)
    } else if digits.hasPrefix("0"), digits.utf8.count > 1 {
      parsed = Int(digits.dropFirst(), radix: 8)
    } else {
      parsed = Int(digits)
    }
    guard let parsed, range.contains(parsed) else {
      throw PacketCommandError(
        "hping3: --\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(text)",
        option == "count" ? .badCount : .other)
    }
    return parsed
  }

  static func address(_ text: String, of option: String) throws(PacketCommandError) -> IPv4Address {
    guard let address = IPv4Address(text) else {
      throw PacketCommandError("hping3: --\(option) takes an IPv4 address, not \(text)")
    }
    return address
  }
}
