import Netfilter

/// How `conntrack` writes entries (`-o`).
struct ConntrackOutput {
  private var isExtended = false
  private var hasIdentifier = false
  private(set) var isXML = false
  private var isSaved = false
  private(set) var hasTime = false

  /// An entry of the table, with what the kernel says of it beside.
  struct Listed {
    let entry: ConnectionTrackingEntry
    let remainingSeconds: Int64
    let references: Int
  }

  /// Something that happened, and when.
  struct Happened {
    let event: ConnectionEvent
    let moment: CalendarTime
    /// Nanoseconds as the host's clock counts them.
    let clock: Int64
    /// Of the program that asked for it.
    let port: Int
  }

  mutating func read(_ text: String) throws(ConntrackOptions.Refusal) {
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch name.lowercased() {
      case "extended": isExtended = true
      case "id": hasIdentifier = true
      case "xml": isXML = true
      case "save": isSaved = true
      case "timestamp": hasTime = true
      // The kernel notes times only with `net.netfilter.nf_conntrack_timestamp`; who asked is always said.
      case "ktimestamp", "userspace": break
      case "labels": throw .notModelled("conntrack -o labels")
      default: throw .usage("Bad parameter `\(name)'")
      }
    }
    if isSaved, isExtended || hasIdentifier || isXML || hasTime {
      throw .failed("cannot combine save output with any other output type, use -o save only")
    }
  }

  func list(_ entries: [Listed]) -> String {
    let lines = entries.map { listed -> String in
      if isXML { return ConntrackXML(listed).text }
      if isSaved { return "-A " + Self.saved(listed.entry, listed.remainingSeconds, state: true) }
      var line = ConnectionLine(
        listed.entry, remainingSeconds: listed.remainingSeconds, references: listed.references)
      line.isExtended = isExtended
      line.hasIdentifier = hasIdentifier
      return line.text
    }
    return framed(lines)
  }

  func events(_ events: [Happened]) -> String {
    framed(
      events.map { happened in
        let event = happened.event
        let who = event.isByProgram ? " [USERSPACE] portid=\(happened.port)" : ""
        if isXML { return ConntrackXML(event, at: hasTime ? happened.moment : nil).text + who }
        if isSaved {
          let letter = event.kind == .new ? "-A" : event.kind == .update ? "-U" : "-D"
          return "\(letter) "
            + Self.saved(event.entry, event.remainingSeconds, state: event.tellsState) + who
        }
        var line = ConnectionLine(event)
        line.isExtended = isExtended
        line.hasIdentifier = hasIdentifier
        return time(happened.clock, happened.moment) + Self.label(event.kind) + line.text + who
      })
  }

  private func framed(_ lines: [String]) -> String {
    let text = lines.map { $0 + "\n" }.joined()
    guard isXML, !lines.isEmpty else { return text }
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<conntrack>\n\(text)</conntrack>\n"
  }

  /// `[1795691365.443633]` and a tab.
  func time(_ clock: Int64, _ moment: CalendarTime) -> String {
    guard hasTime else { return "" }
    return "[\(clock / 1_000_000_000).\(moment.microseconds)]\t"
  }

  private static func label(_ kind: ConnectionEvent.Kind) -> String {
    switch kind {
    case .new: "    [NEW] "
    case .update: " [UPDATE] "
    case .destroy: "[DESTROY] "
    }
  }

  // MARK: -o save

  /// The options that would make the entry anew, but for its mark, which this version leaves out.
  private static func saved(_ entry: ConnectionTrackingEntry, _ remaining: Int64?, state: Bool) -> String {
    let (original, reply) = (entry.original, entry.reply)
    var parts = remaining.map { ["-t \($0)"] } ?? []
    let flags: [(ConnectionStatus, String)] = [
      (.expected, "EXPECTED"), (.seenReply, "SEEN_REPLY"), (.assured, "ASSURED"), (.fixedTimeout, "FIXED_TIMEOUT"),
    ]
    let names = flags.filter { entry.status.contains($0.0) }.map(\.1)
    parts.append("-u \(names.isEmpty ? "UNSET" : names.joined(separator: ","))")
    parts.append("-s \(original.source) -d \(original.destination) -r \(reply.source) -q \(reply.destination)")
    let name = entry.protocolName
    parts.append("-p \(name == "unknown" ? String(entry.protocolNumber) : name)")
    switch entry.protocolNumber {
    case 1:
      parts.append(
        "--icmp-type \(original.icmpType) --icmp-code \(original.icmpCode) --icmp-id \(original.sourcePort)")
    case 6, 17, 33, 132, 136:
      parts.append("--sport \(original.sourcePort) --dport \(original.destinationPort)")
      parts.append("--reply-port-src \(reply.sourcePort) --reply-port-dst \(reply.destinationPort)")
    default: break
    }
    if state, let word = entry.protocolState { parts.append("--state \(word)") }
    return parts.joined(separator: " ")
  }
}

/// An entry as `conntrack -o xml` writes it.
private struct ConntrackXML {
  private(set) var text: String

  init(_ listed: ConntrackOutput.Listed) {
    text = "<flow>" + Self.tuples(listed.entry)
    var facts = Self.state(listed.entry, tells: true)
    facts += "<timeout>\(listed.remainingSeconds)</timeout><mark>\(listed.entry.mark)</mark>"
    facts += "<use>\(listed.references)</use>"
    text += Self.independent(facts, listed.entry) + Self.helper(listed.entry) + "</flow>"
  }

  init(_ event: ConnectionEvent, at moment: CalendarTime?) {
    let kind = event.kind == .new ? "new" : event.kind == .update ? "update" : "destroy"
    text = "<flow type=\"\(kind)\">" + Self.tuples(event.entry, counters: event.kind == .destroy)
    var facts = Self.state(event.entry, tells: event.tellsState)
    if let seconds = event.remainingSeconds { facts += "<timeout>\(seconds)</timeout>" }
    if event.tellsMark { facts += "<mark>\(event.entry.mark)</mark>" }
    text += Self.independent(facts, event.entry) + Self.helper(event.entry)
    if let moment { text += moment.xml }
    text += "</flow>"
  }

  private static func helper(_ entry: ConnectionTrackingEntry) -> String {
    entry.helper.map { "<helper>\(type(of: $0).name)</helper>" } ?? ""
  }

  private static func tuples(_ entry: ConnectionTrackingEntry, counters: Bool = true) -> String {
    let counts = counters ? entry.counters : nil
    return tuple(entry.original, entry, "original", counts?.original)
      + tuple(entry.reply, entry, "reply", counts?.reply)
  }

  private static func tuple(
    _ tuple: FlowTuple, _ entry: ConnectionTrackingEntry, _ direction: String, _ counters: Counters?
  ) -> String {
    var text = "<meta direction=\"\(direction)\"><layer3 protonum=\"2\" protoname=\"ipv4\"><src>\(tuple.source)</src>"
    text += "<dst>\(tuple.destination)</dst></layer3><layer4 protonum=\"\(entry.protocolNumber)\""
    text += " protoname=\"\(entry.protocolName)\">"
    if [6, 17, 33, 47, 132, 136].contains(entry.protocolNumber) {
      text += ConntrackOutput.Ends(entry.protocolNumber).xml(tuple.sourcePort, tuple.destinationPort)
    }
    text += "</layer4>"
    if let counters {
      text += "<counters><packets>\(counters.packets)</packets><bytes>\(counters.bytes)</bytes></counters>"
    }
    return text + "</meta>"
  }

  private static func state(_ entry: ConnectionTrackingEntry, tells: Bool) -> String {
    guard tells, let state = entry.protocolState else { return "" }
    return "<state>\(state)</state>"
  }

  private static func independent(_ facts: String, _ entry: ConnectionTrackingEntry) -> String {
    let seen =
      entry.status.contains(.assured)
      ? "<assured/>" : entry.status.contains(.seenReply) ? "" : "<unreplied/>"
    return "<meta direction=\"independent\">\(facts)<id>\(entry.identifier)</id>\(seen)</meta>"
  }
}

extension CalendarTime {
  /// As `conntrack -o xml,timestamp` writes it.
  var xml: String {
    func two(_ number: Int) -> String { number.padded(2, "0") }
    return "<when><hour>\(two(hour))</hour><min>\(two(minute))</min><sec>\(two(second))</sec>"
      + "<wday>\(weekday + 1)</wday><day>\(day)</day><month>\(month)</month><year>\(year)</year></when>"
  }
}
