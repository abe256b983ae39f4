/// `-m owner`: which user's program sent the packet (`net/netfilter/xt_owner.c`).
///
/// A capture does not say who sent a packet: the host's description does, by its services and programs. What is known in
/// any case is whether a socket sent it at all, and that the kernel's own sockets belong to no user.
package struct OwnerMatch: Match {
  package static let name = "owner"
  package static let options = [
    OptionDefinition("uid-owner", invertible: true),
    OptionDefinition("gid-owner", invertible: true),
    OptionDefinition("socket-exists", argument: .none, invertible: true),
    OptionDefinition("suppl-groups", argument: .none),
  ]
  package static let hooks: [Hook] = [.output, .postrouting]

  private struct Numbers: Sendable {
    let first: UInt32
    let last: UInt32
    let inverted: Bool
    var text: String { first == last ? String(first) : "\(first)-\(last)" }
    func contains(_ number: UInt32) -> Bool { first <= number && number <= last }
  }

  private var user: Numbers?
  private var group: Numbers?
  private var countsSupplementary = false
  /// Whether a socket is asked for, and whether there must be none.
  private var asksSocket = false
  private var socketInverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "uid-owner": user = try Self.numbers(option, AccountNames.user)
    case "gid-owner": group = try Self.numbers(option, AccountNames.group)
    case "socket-exists": (asksSocket, socketInverted) = (true, option.inverted)
    default:
      guard group != nil else {
        throw OptionError("owner: Bad value for \"--suppl-groups\" option: \"you need to use --gid-owner first\"")
      }
      countsSupplementary = true
    }
  }

  /// A name, a number, or two with a dash between.
  private static func numbers(_ option: GivenOption, _ named: (String) -> UInt32?) throws(OptionError) -> Numbers {
    if let number = named(option.value) { return Numbers(first: number, last: number, inverted: option.inverted) }
    let ends = option.value.split(separator: "-", omittingEmptySubsequences: false)
    let values = ends.compactMap { CNumber.parse($0, 0...UInt64(UInt32.max - 1)).map(UInt32.init(truncatingIfNeeded:)) }
    guard (1...2).contains(ends.count), values.count == ends.count, let first = values.first, let last = values.last
    else { throw OptionError("owner: Bad value for \"--\(option.name)\" option: \"\(option.value)\"") }
    return Numbers(first: first, last: last, inverted: option.inverted)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if user == nil, group == nil, !asksSocket {
      throw OptionError("owner: At least one of --uid-owner, --gid-owner or --socket-exists is required")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    for numbers in [user, group].compactMap({ $0 }) where numbers.first > numbers.last {
      throw OptionError("owner: the range \(numbers.text) is empty")
    }
  }

  package var saved: String {
    var text = asksSocket ? SavedOption.text("socket-exists", inverted: socketInverted) : ""
    if let user { text += SavedOption.text("uid-owner", user.text, inverted: user.inverted) }
    if let group { text += SavedOption.text("gid-owner", group.text, inverted: group.inverted) }
    return text + (countsSupplementary ? " --suppl-groups" : "")
  }

  package func listed(numeric: Bool) -> String {
    var text = asksSocket ? "\(socketInverted ? " !" : "") owner socket exists" : ""
    for (numbers, what, name) in [(user, "UID", AccountNames.userName), (group, "GID", AccountNames.groupName)] {
      guard let numbers else { continue }
      let shown = numeric || numbers.first != numbers.last ? nil : name(numbers.first)
      text += "\(numbers.inverted ? " !" : "") owner \(what) match \(shown ?? numbers.text)"
    }
    return text + (countsSupplementary ? " incl. suppl. groups" : "")
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard context.packet.inputInterface == nil else { return judgeWithoutFile(hasSocket: false, context) }
    switch context.packet.socket {
    // A socket that no program holds yet counts as none.
    case .none, .unclaimed: return judgeWithoutFile(hasSocket: false, context)
    case .kernel: return judgeWithoutFile(hasSocket: true, context)
    case .program(let owner), .request(let owner): return judge(owner, context)
    }
  }

  /// Nobody holds a file of the socket: what is asked for under `!` holds.
  private func judgeWithoutFile(hasSocket: Bool, _ context: PacketContext) -> MatchResult {
    let asksForAccount = [user, group].contains { $0.map { !$0.inverted } ?? false }
    let read = hasSocket ? "a socket of the kernel's own" : "no socket"
    return note(!asksForAccount && (!asksSocket || hasSocket != socketInverted), read, context)
  }

  private func judge(_ owner: SocketOwner?, _ context: PacketContext) -> MatchResult {
    if asksSocket, socketInverted { return note(false, "a socket", context) }
    guard user != nil || group != nil else { return note(true, "a socket", context) }
    guard let owner else {
      return .notModelled("-m owner: nobody says who sent it; host.yaml's services: and programs: can")
    }
    let isUser = user.map { $0.contains(owner.user) != $0.inverted } ?? true
    let groups = [owner.group] + (countsSupplementary ? owner.supplementaryGroups : [])
    let isGroup = group.map { numbers in groups.contains(where: numbers.contains) != numbers.inverted } ?? true
    return note(isUser && isGroup, "user \(owner.user), group \(owner.group)", context)
  }

  private func note(_ holds: Bool, _ read: String, _ context: PacketContext) -> MatchResult {
    MatchResult(
      context.compare(
        holds,
        Comparison("-m owner", .property("sender"), read: read, .equals, String(saved.dropFirst()), holds: holds)))
  }
}

/// Users and groups by the names that any Debian machine has (`base-passwd`).
package enum AccountNames {
  private static let users: [(name: String, number: UInt32)] = numbered(
    """
    root=0 daemon=1 bin=2 sys=3 sync=4 games=5 man=6 lp=7 mail=8 news=9 uucp=10 proxy=13 www-data=33 backup=34 list=38
    irc=39 _apt=42 nobody=65534
    """)

  private static let groups: [(name: String, number: UInt32)] = numbered(
    """
    root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13 kmem=15 dialout=20 fax=21
    voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30 www-data=33 backup=34 operator=37 list=38 irc=39 src=40
    shadow=42 utmp=43 video=44 sasl=45 plugdev=46 staff=50 games=60 users=100 nogroup=65534
    """)

  private static func numbered(_ text: String) -> [(name: String, number: UInt32)] {
    text.split { $0 == " " || $0 == "\n" }.compactMap { pair in
      let parts = pair.split(separator: "=")
      guard parts.count == 2, let number = UInt32(parts[1]) else { return nil }
      return (String(parts[0]), number)
    }
  }

  package static func user(_ name: String) -> UInt32? { users.first { $0.name == name }?.number }
  package static func group(_ name: String) -> UInt32? { groups.first { $0.name == name }?.number }
  package static func userName(_ number: UInt32) -> String? { users.first { $0.number == number }?.name }
  package static func groupName(_ number: UInt32) -> String? { groups.first { $0.number == number }?.name }
}
