import Wire

/// A `tcpdump` command line.
struct TcpdumpOptions {
  enum Purpose { case capture, help, version, listInterfaces }
  /// How the time stands before each packet.
  enum Clock { case ofDay, none, seconds, sincePrevious, date, sinceFirst }

  enum Refusal: Error {
    /// With the usage behind it.
    case usage(String)
    case failed(String)
    case notModelled(String)
  }

  static let largestSnapshot = 262_144

  private(set) var purpose = Purpose.capture
  private(set) var interface: String?
  private(set) var count: Int?
  private(set) var verbosity = 0
  private(set) var isNumeric = false
  private(set) var isQuiet = false
  private(set) var showsLink = false
  private(set) var hasAbsoluteNumbers = false
  private(set) var isNumbered = false
  /// `--count`: how many there are, and no more.
  private(set) var isCounting = false
  private(set) var clock = Clock.ofDay
  private(set) var dump = TcpdumpStyle.Dump.none
  private(set) var readPath: String?
  private(set) var writePath: String?
  private(set) var snapshotLength = Self.largestSnapshot
  /// `-Q`: true for what goes out alone, false for what comes in alone.
  private(set) var direction: Bool?
  private(set) var expression = ""

  private var letters: [String: Int] = [:]

  private static let withValue: Set<String> = [
    "B", "c", "C", "E", "F", "G", "i", "j", "m", "M", "Q", "r", "s", "T", "V", "w", "W", "y", "z", "Z",
  ]
  private static let plain: Set<String> = [
    "A", "e", "l", "n", "N", "O", "p", "q", "S", "t", "U", "v", "x", "X", "#", "D", "h",
  ]
  private static let others: Set<String> = ["a", "b", "d", "f", "H", "I", "J", "K", "L", "u"]
  private static let longNames = [
    "interface": "i", "list-interfaces": "D", "help": "h", "snapshot-length": "s", "number": "#", "direction": "Q",
    "absolute-tcp-sequence-numbers": "S", "no-optimize": "O", "no-promiscuous-mode": "p", "buffer-size": "B",
    "dont-verify-checksums": "K", "list-data-link-types": "L", "monitor-mode": "I", "linktype": "y",
    "relinquish-privileges": "Z", "time-stamp-type": "j", "list-time-stamp-types": "J", "version": "version",
    "count": "count", "immediate-mode": "immediate-mode", "print": "print", "micro": "micro", "nano": "nano",
    "time-stamp-precision": "time-stamp-precision", "lengths": "lengths",
  ]

  init(_ words: [String]) throws(Refusal) {
    var words = words[...]
    var operands: [String] = []
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        break
      }
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let letter = Self.longNames[String(parts.first ?? "")] else {
          throw .usage("unrecognized option '\(word)'")
        }
        try take(letter, parts.count == 2 ? String(parts[1]) : nil, &words)
      } else if word.hasPrefix("-"), word.count > 1 {
        var cluster = word.dropFirst()
        while let letter = cluster.popFirst().map(String.init) {
          let isValued = Self.withValue.contains(letter)
          try take(letter, isValued && !cluster.isEmpty ? String(cluster) : nil, &words)
          if isValued { break }
        }
      } else {
        operands.append(word)
      }
    }
    expression = operands.joined(separator: " ")
    settle()
  }

  private mutating func take(
    _ letter: String, _ attached: String?, _ words: inout ArraySlice<String>
  ) throws(Refusal) {
    if Self.withValue.contains(letter) {
      guard let value = attached ?? words.popFirst() else {
        throw .usage("option requires an argument -- '\(letter)'")
      }
      return try takeValue(letter, value)
    }
    switch letter {
    case "version": purpose = .version
    case "count": isCounting = true
    case "immediate-mode", "micro": return
    case _ where Self.plain.contains(letter): letters[letter, default: 0] += 1
    case _ where Self.others.contains(letter) || letter.count > 1:
      throw .notModelled("tcpdump \(letter.count > 1 ? "--" : "-")\(letter)")
    default: throw .usage("invalid option -- '\(letter)'")
    }
  }

  private mutating func takeValue(_ letter: String, _ value: String) throws(Refusal) {
    switch letter {
    case "c":
      guard let number = Int(value), number > 0 else { throw .failed("invalid packet count \(value)") }
      count = number
    case "i": interface = value
    case "r": readPath = value
    case "w": writePath = value
    case "s":
      guard let number = Int(value), (0...Self.largestSnapshot).contains(number) else {
        throw .failed("invalid snaplen \(value) (must be >= 0 and <= \(Self.largestSnapshot))")
      }
      snapshotLength = number == 0 ? Self.largestSnapshot : number
    case "Q":
      switch value.lowercased() {
      case "in": direction = false
      case "out": direction = true
      case "inout": direction = nil
      default: throw .failed("unknown capture direction `\(value)'")
      }
    case "B", "Z": return
    default: throw .notModelled("tcpdump -\(letter)")
    }
  }

  private mutating func settle() {
    func number(_ letter: String) -> Int { letters[letter] ?? 0 }
    if number("D") > 0 { purpose = .listInterfaces }
    if number("h") > 0 { purpose = .help }
    verbosity = min(3, number("v"))
    isNumeric = number("n") > 0
    isQuiet = number("q") > 0
    showsLink = number("e") > 0
    hasAbsoluteNumbers = number("S") > 0
    isNumbered = number("#") > 0
    let clocks: [Clock] = [.ofDay, .none, .seconds, .sincePrevious, .date, .sinceFirst]
    clock = clocks[min(number("t"), clocks.count - 1)]
    if number("X") > 0 {
      dump = .hexAndText(withLink: number("X") > 1)
    } else if number("x") > 0 {
      dump = .hex(withLink: number("x") > 1)
    } else if number("A") > 0 {
      dump = .text(withLink: number("A") > 1)
    }
  }
}

enum TcpdumpHelp {
  static let text = """
    \(TcpdumpProgram.version)
    tcpdump [-i INTERFACE|any] [-c COUNT] [options] [filter]   what has crossed since the first packet
    tcpdump -r FILE [options] [filter]                         what a pcap or pcapng file holds

      -n  numbers, not names    -v -vv -vvv  more of each header     -q  less     -e  the link header
      -x -xx -X -XX -A -AA      the bytes (twice: with the link header)           -S  absolute numbers
      -t -tt -ttt -tttt -ttttt  no time, seconds, since the last, date, since the first          -#
      -Q in|out    -s LENGTH    -w FILE    -D    --count    --version

    The filter is that of pcap-filter(7): host, net, port, portrange, src, dst, protocols, ether, broadcast,
    multicast, less, greater, len, inbound, outbound, proto[i:n] with arithmetic, and, or, not, ( ).
    What is encapsulated in a way that this host does not know is refused by name: vlan, mpls, pppoe, geneve.
    Below -vv, IGMP and ICMPv6 are printed as with -vv.

    """
}
