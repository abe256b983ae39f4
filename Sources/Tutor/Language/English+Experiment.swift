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
    case .lessonPackets: "(the lesson's own packets and rules are back)"
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
    case .saved(let files, let folder):
      "Saved: \(files.joined(separator: ", ")). load \(folder) opens it again, and so does chainwalk step \(folder)/capture.pcapng --rules \(folder)/rules.v4 --host \(folder)/host.yaml."
    case .notSaved(let texts):
      "Not saved, since no file holds what is done between packets: \(texts.joined(separator: "; "))."
    case .alreadyThere(let files, let folder):
      "\(files.joined(separator: ", ")): there already. save \(folder) overwrite replaces \(files.count == 1 ? "it" : "them")."
    case .noRules: "No rules are loaded, so every packet is accepted. load rules FILE loads some."
    case .rulesKept: "The rules at hand stay. load CAPTURE --rules FILE takes others."
    case .bytesRead(let range, let hex): "\(byteRange(range).capitalizedFirst): \(hex)"
    case .nobodyReads: "No rule of the chains that this packet meets reads it."
    case .notComparedAfter(let condition): "The kernel did not get that far: \(condition) had failed."
    case .notReached(let rule): "The rule was never asked" + (rule.map { ": \($0) had ended the walk." } ?? ".")
    case .wouldHaveFired: "Had it been asked, it would have fired: everything it asks for holds."
    case .wouldNotHaveFired: "Had it been asked, it would not have fired:"
    case .stateUnknown: "No packet walks here, so there is no state."
    case .stateIs(let state, let asked): stateIs(state, asked)
    case .stateNotSeen: "The walk ended before connection tracking saw the packet."
    case .nothingTracks:
      "Nothing here is tracked: no rule asks for it, so tracking is off, or the packet's walk ended before it."
    case .stateAttached:
      "The host sent it on account of a packet that belongs to an entry; it goes with that entry from the start, without being looked up, as RELATED."
    case .stateUntracked: "A rule in the raw table asked tracking to leave it alone (CT --notrack)."
    case .tupleLookedUp(let tuple): "Tracking looks it up by \(tuple)."
    case .entryFound(let direction, let hasSeenReply):
      "It found an entry, in which the packet goes \(direction == .original ? "the original way" : "back"); "
        + (hasSeenReply ? "an answer had been seen before." : "no answer had been seen before.")
    case .quotationLookedUp(let tuple): "It quotes a packet with \(tuple), and tracking looks that one up."
    case .noEntryFound: "No entry fits, in either direction."
    case .expectedBy: "But a connection like this was expected, of:"
    case .tableSays(let tcp, let hasEntry): tableSays(tcp, hasEntry)
    case .windowHeading: "The windows seen so far, in numbers:"
    case .windowCondition(let condition): windowCondition(condition)
    case .kernelWords(let words): "The kernel's own words: \(words)."
    case .entryAfter: "After the packet the entry is:"
    case .stateNeeds(let state, let needs): stateNeeds(state, needs)
    case .gone: "the packet is gone"
    case .isNew: "the packet is new"
    case .notSentNow: "the host does not send it any more"
    case .sentAgain: "the host sends it again"
    }
  }

  func origin(_ origin: Walk.Origin) -> String {
    switch origin {
    case .reject(let step): "from rule \(step.number) of \(step.chain)"
    case .stack: "from the host's own TCP/IP stack"
    case .icmpError: "from IP itself"
    case .ownCopy: "its own copy, which the host hears too"
    case .duplicate(let step): "a copy that rule \(step.number) of \(step.chain) sends elsewhere"
    case .injected: "from a program"
    }
  }

  private var labels: [DifferenceLabel: String] {
    [
      .path: "path", .verdict: "verdict", .state: "state", .log: "log", .sent: "sent", .by: "by", .bytes: "bytes",
      .notModelled: "not modelled", .counters: "Counters after the last packet, packets and bytes:", .none: "none",
      .gone: "gone", .new: "new", .now: ", now ",
    ]
  }

  private func stateIs(_ state: ConnectionState?, _ asked: ConnectionState) -> String {
    guard let state else { return "The packet has no state at all." }
    return state == asked
      ? "The packet is \(state.rawValue)." : "The packet is not \(asked.rawValue) but \(state.rawValue)."
  }

  private func tableSays(_ tcp: TCPEvidence, _ hasEntry: Bool) -> String {
    guard tcp.hasValidFlags else {
      return "No TCP sends a segment with these control bits, so the table is not even asked."
    }
    let kind =
      tcp.kind == "none" ? "a segment without SYN, ACK, FIN or RST" : (tcp.kind == "ACK" ? "an " : "a ") + tcp.kind
    let place =
      hasEntry
      ? "\(kind) \(tcp.direction == .original ? "the original way" : "going back") in state \(tcp.state)"
      : "\(kind) that would begin an entry"
    switch tcp.cell {
    case .to(let state): return "The TCP table, for \(place): on to \(state)."
    case .ignored: return "The TCP table, for \(place): let it pass, change nothing, and watch what answers it."
    case .invalid: return "The TCP table, for \(place): invalid."
    }
  }

  private func windowCondition(_ condition: TCPEvidence.Condition) -> String {
    let outcome = condition.holds ? "it is" : "it is not"
    switch condition.kind {
    case .sequenceBelow: return "sequence number \(condition.value) must be below \(condition.bound): \(outcome)"
    case .endAbove: return "its end \(condition.value) must be above \(condition.bound): \(outcome)"
    case .acknowledgmentBelow:
      return "acknowledgment number \(condition.value) must be below \(condition.bound): \(outcome)"
    case .acknowledgmentAbove:
      return "acknowledgment number \(condition.value) must be above \(condition.bound): \(outcome)"
    }
  }

  private func stateNeeds(_ state: ConnectionState, _ needs: StateNeeds) -> String {
    switch state {
    case .new:
      let opener =
        switch needs.protocolNumber {
        case 6:
          "be a SYN" + (needs.isLoose ? " (or, nf_conntrack_tcp_loose being 1, a bare ACK)" : "")
            + ", not a \(needs.packet)"
        case 1: "be a query (echo, timestamp, information, address mask), not a \(needs.packet)"
        default: "be the first of its flow"
        }
      return needs.hasEntry
        ? "To be NEW it would have to fit no entry, or one in which nothing has come back yet."
        : "To be NEW it would have to \(opener)."
    case .established:
      return
        "To be ESTABLISHED it would have to fit an entry: one that it is itself the first answer to"
        + (needs.answerTo.map { " (made by a packet with \($0))" } ?? "") + ", or one in which packets went both ways."
    case .related:
      return needs.isAnswer
        ? "To be RELATED the packet that it answers would have to belong to an entry."
        : "To be RELATED it would have to be an ICMP error that quotes a packet of a known connection, or a connection that another one announced."
    case .invalid:
      return
        "To be INVALID it would have to fit no entry and be unable to begin one, or contradict the entry that it fits: a wrong checksum, control bits that the table forbids, numbers outside the window."
    case .untracked: return "To be UNTRACKED a rule in the raw table would have to say CT --notrack."
    }
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
      "Other rules count from the beginning: every packet is walked again under them; where fail2ban has changed them on the way, from there on. iptables restore brings back the first ones."
    ),
    "conntrack": .init(
      "conntrack [-L ...]", "connection tracking's table at this place", "Without options it lists all entries."),
    "edit": .init(
      "edit rule | packet | byte | bit", "what if a rule, field, byte or bit were another",
      "edit rule INPUT 4 -p tcp -j DROP; edit packet 1 tcp.flags SYN; edit byte 22 0016; edit bit 33.6. Checksums are fixed, or left where keep-checksum stands at the end."
    ),
    "who": .init(
      "who BYTE | FIELD", "which rules read a byte or field, and what came of it",
      "Of all the chains that this packet meets; who 22 asks about a byte."),
    "insert": .init("insert packet [after N] ...", "put a packet in: tcp, udp, icmp or ip"),
    "delete": .init("delete packet N", "take a packet out"),
    "move": .init("move packet N to M", "put a packet in another place"),
    "diff": .init(
      "diff [last | all]", "what your changes changed, packet by packet",
      "Against the beginning; diff last: against the time before the last change. Path, verdict, state, log, packets sent, counters."
    ),
    "save": .init(
      "save FOLDER [overwrite]", "write rules, capture and host as they are now",
      "rules.v4, capture.pcapng and host.yaml; bytes that were edited out stay so."),
    "load": .init(
      "load FOLDER | CAPTURE | rules FILE", "step other files, or take other rules",
      "load my-server; load capture.pcap --rules rules.v4 --host host.yaml; load rules rules.v4. A ruleset or a dump can also be pasted at the prompt."
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
