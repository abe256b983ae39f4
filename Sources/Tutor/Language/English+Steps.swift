import Capture
import Netfilter
import Simulation
import Wire

extension English {
  func sentences(_ step: Step) -> [String] {
    switch step.content {
    case .arrival: return [arrival(step)]
    case .note(let note): return [self.note(note)]
    case .field(let layer, let field, let parts, let notes):
      return [self.field(layer, field, parts, step)] + notes.map(note)
    case .layer(let layer): return [self.layer(layer)]
    case .hook(let hook): return [self.hook(hook)]
    case .tracking(let outcome): return [tracking(outcome)] + expected(outcome)
    case .helper(let outcome): return helper(outcome)
    case .routing(let route, let destination): return [routing(route, destination)]
    case .comparison(let visit, let index): return comparison(visit, index, step)
    case .fires(let visit): return fires(visit)
    case .chainEnd(let visit): return [chainEnd(visit)]
    case .log(let line): return ["The kernel log gets a line:", line.text]
    case .reassembled(let count):
      return ["All fragments have come. The kernel puts them together: one packet of \(count) bytes goes on."]
    case .changed(let change):
      return ["\(change.by) changes \(fieldName("", change.what)) from \(change.from) to \(change.to)."]
    case .emission(let walk): return [emission(walk)]
    case .belated(let emission): return belated(emission)
    case .notModelled(let what): return ["Not modelled: \(what). From here on nothing is claimed about this packet."]
    case .verdict(let verdict, let walk): return [self.verdict(verdict, walk, isAnswer: !step.emission.isEmpty)]
    case .confirms(let origin, let walk):
      return [
        "This is the packet that the host sent when packet \(origin) met it: what was captured here and what was computed "
          + "there are the same"
          + (walk.edited.isEmpty
            ? ", byte for byte." : ", but for the bytes that were edited out and the checksums over them."),
        "It has been walked already, as packet \(origin)'s answer, so it is not walked twice.",
      ]
    case .unsent(let origin):
      return [
        "The host sent this packet in answer to packet \(origin). Under the rules as they are now it sends no such packet, so nothing walks here."
      ]
    case .passedOver(let why): return ["This packet is not walked: \(why)."]
    }
  }

  private func arrival(_ step: Step) -> String {
    "\(step.bytes.count) bytes were captured. They are counted from byte 0, and each is written as two hexadecimal digits."
  }

  private func note(_ note: Note) -> String {
    switch note.kind {
    case .padding:
      guard let bytes = note.bytes else { return note.text.sentence }
      return
        "\(byteRange(bytes).capitalizedFirst) come after the end of the IP packet. They are padding: the shortest Ethernet frame is longer than this packet, and they belong to nobody."
    case .edited:
      guard let bytes = note.bytes else { return note.text.sentence }
      return
        "\(byteRange(bytes).capitalizedFirst) were zeroed by the person who posted this, to protect somebody. What they were is not asked for here, and not shown."
    default: return note.text.sentence
    }
  }

  private func field(_ layer: Layer, _ field: Field, _ parts: [Field], _ step: Step) -> String {
    let bytes = Array(step.bytes[...].slice(at: field.byteRange.lowerBound, length: field.byteRange.count))
    var text =
      "\(fullName(layer.protocolName, field.name)): \(reading(field.byteRange, bytes, hidden: hidden(field.byteRange, step)))"
    if field.bits.count % 8 != 0 { text += " (\(bitRange(field)))" }
    if !hidden(field.byteRange, step).isEmpty {
      text += ", edited out in part"
    } else {
      text += ", \(field.text)"
    }
    let set =
      flagNames(layer, field) ?? parts.filter { $0.text == "set" }.map { fieldName(layer.protocolName, $0.name) }
    if !parts.isEmpty, parts.contains(where: { $0.bits.count == 1 }) {
      text += set.isEmpty ? ", none set" : ": " + set.joined(separator: ", ")
    }
    text += "."
    if let meaning = Self.fields.meaning(layer.protocolName, field.name) { text += " " + meaning.sentence }
    return text
  }

  /// `the upper four bits`, `bits 3-15`.
  private func bitRange(_ field: Field) -> String {
    let first = field.bits.lowerBound - field.byteRange.lowerBound * 8
    let last = first + field.bits.count - 1
    if field.byteRange.count == 1, field.bits.count == 4 { return first == 0 ? "the first digit" : "the second digit" }
    return first == last ? "bit \(first)" : "bits \(first)-\(last)"
  }

  private func layer(_ layer: Layer) -> String {
    let wanted = [
      "source_address", "destination_address", "ttl", "identification", "dont_fragment", "source_port",
      "destination_port", "flags", "sequence_number", "acknowledgment_number", "window", "type", "code",
    ]
    let parts = wanted.compactMap { name -> String? in
      guard let field = layer[name], !(layer.protocolName == "ipv4" && name == "flags") else { return nil }
      if name == "flags", case .unsigned(let value) = field.value {
        return TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)).names
      }
      return "\(fieldName(layer.protocolName, name)) \(field.text)"
    }
    let range = layer.offset..<layer.offset + layer.length
    return "Its \(headerName(layer.protocolName)) header, \(byteRange(range)): \(parts.joined(separator: ", "))."
  }

  private func hook(_ hook: Hook) -> String {
    switch hook {
    case .prerouting: "PREROUTING: the packet has just come in; nobody has decided where it goes."
    case .input: "INPUT: the packet is for this host. The chains called INPUT are asked about it."
    case .forward: "FORWARD: the packet is for somebody else and goes through this host."
    case .output: "OUTPUT: a packet of this host sets out. The chains called OUTPUT are asked about it."
    case .postrouting: "POSTROUTING: the last hook before the packet leaves."
    }
  }

  /// Whose connection the packet's was expected of.
  private func expected(_ outcome: TrackingOutcome) -> [String] {
    outcome.master.map { ["It begins a connection that was expected of this one: \($0)"] } ?? []
  }

  private func helper(_ outcome: HelperOutcome) -> [String] {
    let reader = "The helper \(outcome.helper) reads what the packet carries"
    let text = outcome.read.map { ": \($0)" } ?? "."
    switch outcome.result {
    case .notAtLineStart:
      return [
        "The helper \(outcome.helper) looks for a command only where a line begins, and it has not seen one end just before this."
      ]
    case .nothing: return ["\(reader), and finds no connection announced in it."]
    case .incomplete(let word):
      return [
        reader + text,
        "It begins like \(word) but is not whole, or not as it should be. The helper could miss a connection, so the packet is dropped.",
      ]
    case .otherAddress(let address, let sender):
      return [
        reader + text,
        "It names \(address), but it comes from \(sender): nobody may open a way to somebody else. Nothing is expected.",
      ]
    case .expects(let connection):
      return [reader + text, "From now on a connection is expected: \(connection). Its first packet will be RELATED."]
    case .refuses(let why):
      return [reader + text, "The connection cannot be waited for (\(why)), so the packet is dropped."]
    }
  }

  func tracking(_ outcome: TrackingOutcome) -> String {
    if outcome.reason == "confirmed" {
      return "Nothing has stopped the packet, so its new entry goes into connection tracking's table"
        + (outcome.after.map { ": \($0)" } ?? ".")
    }
    switch outcome.state {
    case .invalid where !outcome.saysNoConnection:
      return "Connection tracking calls it INVALID. The kernel's own words: \(outcome.reason)."
    case .invalid:
      return
        "Connection tracking calls it INVALID: it belongs to no connection that is known, and a packet of this kind cannot begin one."
    case .new:
      return "Connection tracking calls it NEW: no entry fits, so it makes one"
        + (outcome.after.map { ": \($0)" } ?? ".")
    case .established:
      return "Connection tracking calls it ESTABLISHED: it fits an entry that has seen packets both ways"
        + (outcome.after.map { ": \($0)" } ?? ".")
    case .related:
      return "Connection tracking calls it RELATED: it goes with an entry that it is not itself part of"
        + (outcome.after.map { ": \($0)" } ?? ".")
    case .untracked: return "A rule in the raw table asked tracking to leave this packet alone: UNTRACKED."
    }
  }

  private func routing(_ route: Route?, _ destination: IPv4Address) -> String {
    guard let route else { return "Routing: there is no way to \(destination). IP drops it." }
    switch route.kind {
    case .local: return "Routing: the destination \(destination) is this host itself."
    case .broadcast: return "Routing: \(destination) is a broadcast; it is for this host too."
    case .multicast: return "Routing: \(destination) is a multicast group."
    default:
      let gateway = route.gateway.map { " via \($0)" } ?? ""
      return "Routing: \(route.interface)\(gateway) leads to the destination."
    }
  }

  private func comparison(_ visit: RuleVisit, _ index: Int, _ step: Step) -> [String] {
    guard visit.comparisons.indices.contains(index) else { return [] }
    let comparison = visit.comparisons[index]
    let shown = step.marks.current.first
    let bytes = shown.map { Array(step.bytes[...].slice(at: $0.lowerBound, length: $0.count)) } ?? []
    let sentence = self.comparison(comparison, rule: visit.step.number, bytes: bytes, shown: shown).capitalizedFirst
    if comparison.holds { return [sentence + ". It holds."] }
    return [sentence + ". It does not hold, so rule \(visit.step.number) does not fire."]
  }

  private func fires(_ visit: RuleVisit) -> [String] {
    let number = visit.step.number
    let why =
      visit.comparisons.isEmpty
      ? "asks for nothing, so it fires for every packet" : "fires: everything it asks for holds"
    return ["Rule \(number) \(why). " + effect(visit)]
  }

  private func effect(_ visit: RuleVisit) -> String {
    let chain = visit.step.chain
    switch visit.result {
    case .accept?:
      return
        "\(visit.target.isEmpty ? "ACCEPT" : visit.target) lets the packet pass this table here; no later rule of \(chain) is asked."
    case .drop?: return "DROP ends the walk here, without a word to anybody."
    case .reject?: return "REJECT ends the walk and has an answer sent. No later rule is asked, nor is the policy."
    case .return?: return "RETURN goes back to the chain before, or to the policy."
    case .queue?: return "The packet is handed to a program to judge."
    case .stolen?: return "The packet is taken out of the kernel's hands."
    case .notModelled(let what)?: return "Not modelled: \(what)."
    case .next?:
      return visit.target.isEmpty
        ? "It has no target: it only counts, and the next rule is asked."
        : "\(visit.target) does its work and lets the walk go on to the next rule."
    case nil: return "The walk goes on in the chain \(visit.target)."
    }
  }

  private func chainEnd(_ visit: RuleVisit) -> String {
    guard visit.step.kind == .policy else {
      return "The end of \(visit.step.chain): back to the chain that sent the packet here."
    }
    return "No rule of \(visit.step.chain) has ended the walk, so the policy decides: \(visit.text)."
  }

  private func emission(_ walk: Walk) -> String {
    let what = Reply(walk.initialBytes).kind
    switch walk.origin {
    case .reject(let rule):
      return
        "\(rule.chain) rule \(rule.number) makes the host send a packet: \(what). It sets out like any packet of this host."
    case .stack: return "The host's own TCP/IP stack answers: \(what)."
    case .ownCopy: return "The host hears its own: \(what)."
    case .duplicate(let rule): return "\(rule.chain) rule \(rule.number) sends a copy of the packet elsewhere: \(what)."
    case .icmpError: return "IP itself sends an error back: \(what)."
    case .injected: return "The host sends a packet: \(what)."
    }
  }

  private func belated(_ emission: BelatedEmission) -> [String] {
    let (walk, time) = (emission.walk, emission.timeOfDay)
    let cause = emission.origin.map { "packet \($0)" } ?? "an earlier packet"
    let what =
      switch emission.cause {
      case .unacknowledged: "Nobody acknowledged what \(cause) made the host send, so at \(time) it sent it again"
      case .delayedAcknowledgment:
        "The acknowledgment of \(cause) had waited for something to go with it; at \(time) it went alone"
      case .missingFragments:
        "The rest of the fragments did not come, so at \(time) the host gave \(cause) up and told its sender"
      }
    return ["Before this packet came, a timer ran out. \(what): \(walk.summary).", "Its way: \(walk.wayInShort)."]
      + walk.log.map { "The kernel log got a line: \($0.text)" }
  }

  private func verdict(_ verdict: Verdict, _ walk: Walk, isAnswer: Bool) -> String {
    let packet = isAnswer ? "The answer" : "The packet"
    switch verdict {
    case .accept:
      return walk.direction == "in"
        ? "\(packet) is delivered: ACCEPT." : "\(packet) leaves by \(walk.outputInterface ?? walk.interface): ACCEPT."
    case .drop: return "\(packet) is gone: DROP. Whoever sent it learns nothing."
    case .reject: return "\(packet) is refused: REJECT. Whoever sent it gets an answer."
    case .queue: return "\(packet) waits for a program: QUEUE."
    case .stolen: return "\(packet) is taken away: STOLEN."
    case .routing: return "IP itself ends the packet's way; no rule had to."
    }
  }

  /// Which bytes of the range, counted from its first, somebody edited out.
  private func hidden(_ range: Range<Int>, _ step: Step) -> Set<Int> { step.hiddenBytes(in: range) }
}

extension Step {
  /// Which bytes of a range, counted from its first, were edited out or never given.
  func hiddenBytes(in range: Range<Int>) -> Set<Int> {
    Set(
      range.filter { index in (marks.edited + marks.unknown).contains { $0.contains(index) } }.map {
        $0 - range.lowerBound
      })
  }
}

extension String {
  /// With a full stop, unless it ends in one.
  var ended: String { [".", "?", "!"].contains { hasSuffix($0) } ? self : self + "." }
  /// With a capital first letter and a full stop.
  var sentence: String { capitalizedFirst.ended }
  /// With a capital first letter.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension TrackingOutcome {
  /// It is INVALID for want of a connection, not for something wrong in the packet itself.
  var saysNoConnection: Bool {
    ["", "invalid new", "quoted packet belongs to no connection"].contains(reason)
      || reason.hasPrefix("can't create new conn")
  }
}
