import Netfilter
import Simulation
import Wire

extension English {
  func say(_ message: ExperimentMessage) -> String {
    switch message {
    case .walkedAgain(let packets):
      packets == 1
        ? "Rules changed: the packet is walked again from the beginning. diff shows what changed."
        : "Rules changed: all \(packets) packets are walked again. diff shows what changed."
    case .cameIn(let numbers):
      numbers.count == 1
        ? "Packet \(numbers.lowerBound) came in: goto packet \(numbers.lowerBound) steps it."
        : "Packets \(numbers.lowerBound) to \(numbers.upperBound) came in: goto packet \(numbers.lowerBound) steps them."
    case .playedToEnd(let packet): "Packet \(packet) was played to its end first."
    case .exitStatus(let status): "(exit status \(status))"
    case .programs(let names):
      "The host's own programs, with pipes and redirections: \(names.joined(separator: ", ")). help and a name tells more."
    case .noConnections: "Connection tracking knows no connection."
    case .lessonPackets: "(the lesson's own packets)"
    case .edited(let packet): "Packet \(packet) is changed, and everything is walked again. diff shows what changed."
    case .checksum(.fixed(let name, let from, let to)):
      "The \(headerName(name)) checksum was fixed: \(from.hexText) is now \(to.hexText)."
    case .checksum(.kept(let name, let value)):
      "The \(headerName(name)) checksum was left at \(value.hexText), as asked; it does not fit any more."
    case .checksum(.unknowable(let name)):
      "The \(headerName(name)) checksum was left as it is: it covers bytes that nobody knows."
    case .cannotEdit(let error): cannot(error)
    case .cannotEditAnswer:
      "What the host sends follows from the rules and from what came in. Change those: edit rule, or the captured packet."
    case .inserted(let number): "Packet \(number) is new: goto packet \(number) steps it. diff shows what changed."
    case .deleted(let number): "Packet \(number) is gone, and everything is walked again. diff shows what changed."
    case .moved(let number, let place): "Packet \(number) is now packet \(place). diff shows what changed."
    case .refused(let why): why
    case .noEdits: "Nothing has been changed."
    case .undone(let text): "Undone: \(text)"
    case .redone(let text): "Done again: \(text)"
    case .nothingToUndo: "There is nothing to undo."
    case .nothingToRedo: "There is nothing to do again."
    case .notDone: "undone"
    case .noDifference(let packets):
      packets == 1
        ? "No difference: the packet fares as before, and every counter is the same."
        : "No difference: all \(packets) packets fare as before, and every counter is the same."
    case .differences(let count, let packets): "\(count) of \(packets) packets \(count == 1 ? "differs" : "differ")."
    case .moreDifferences(let count): "... \(count) more; diff all shows everything"
    case .label(let label): labels[label] ?? ""
    case .gone: "the packet is gone"
    case .isNew: "the packet is new"
    case .notSentNow: "the host does not send it any more"
    case .sentAgain: "the host sends it again"
    }
  }

  private var labels: [DifferenceLabel: String] {
    [
      .path: "path", .verdict: "verdict", .state: "state", .log: "log", .sent: "sent", .bytes: "bytes",
      .notModelled: "not modelled", .counters: "Counters after the last packet, packets and bytes:", .none: "none",
    ]
  }

  private func cannot(_ error: PacketEditError) -> String {
    switch error {
    case .pastTheEnd(let offset, let count):
      "Byte \(offset) would be past the end: the packet has \(count) bytes, so the last is \(count - 1)."
    case .hidden(let byte):
      "Nobody knows byte \(byte), so no part of it can be changed. edit byte \(byte) HEX puts another in its place."
    case .noSuchField(let name, let nearest):
      "This packet has no field `\(name)`." + (nearest.map { " Did you mean \($0)?" } ?? " fields shows them all.")
    case .severalFields(let names): "Which of these: \(names.joined(separator: ", "))?"
    case .badValue(let field, let given, let expected): "\(field) takes \(expected), not `\(given)`."
    case .badHex(let text): "Bytes are pairs of hexadecimal digits, as in 0a0b, not `\(text)`."
    }
  }

  func help(_ program: any ShellCommand.Type) -> CommandHelp {
    CommandHelp(program.name, program.summary, "Example: \(program.example)")
  }

  static let experimentCommands: [String: CommandHelp] = [
    "iptables": .init(
      "iptables OPTIONS", "the host's firewall: -L, -S, -A, -I, -D, -R, -P, ...",
      "Other rules count from the beginning: every packet is walked again under them. iptables restore brings back the first ones. Example: iptables -I INPUT 3 -m state --state INVALID -j DROP"
    ),
    "conntrack": .init(
      "conntrack [-L ...]", "connection tracking's table at this place", "Without options it lists all entries."),
    "edit": .init(
      "edit rule | packet | byte | bit", "what if a rule, field, byte or bit were another",
      "edit rule INPUT 4 -p tcp -j DROP; edit packet 1 tcp.flags SYN; edit byte 22 0016; edit bit 33.6. Checksums are fixed, or left where keep-checksum stands at the end."
    ),
    "insert": .init(
      "insert packet [after N] ...", "put a packet in: tcp, udp, icmp or ip",
      "Example: insert packet after 1 tcp 192.0.2.1:1024 > 89.238.65.123:22 SYN seq 1"),
    "delete": .init("delete packet N", "take a packet out", "Example: delete packet 2"),
    "move": .init("move packet N to M", "put a packet in another place", "Example: move packet 2 to 1"),
    "diff": .init(
      "diff [last | all]", "what your changes changed, packet by packet",
      "Against the beginning; diff last: against the time before the last change. Path, verdict, state, log, packets sent, counters."
    ),
    "undo": .init("undo", "take the last change back"),
    "redo": .init("redo", "make it again"),
    "edits": .init("edits", "the changes so far"),
  ]
}

extension UInt16 {
  /// Four digits: `0x79bb`.
  var hexText: String { "0x" + [UInt8(self >> 8), UInt8(truncatingIfNeeded: self)].hex }
}
