import Netfilter
import Simulation
import Wire

extension English {
  func ask(_ prompt: Prompt) -> [String] {
    switch prompt {
    case .fieldValue(let protocolName, let field, let shown, let bits):
      let part =
        bits.map {
          $0.count == 1
            ? " (bit \($0.lowerBound), counted from the left)"
            : " (bits \($0.lowerBound)-\($0.upperBound - 1), counted from the left)"
        } ?? ""
      let (holds, say) = shown.count == 1 ? ("holds", "does it say") : ("hold", "do they say")
      return [
        "\(byteRange(shown).capitalizedFirst)\(part) \(holds) the \(bits?.count == 1 ? flagName(protocolName, field) : fullName(protocolName, field)). What \(say)?"
      ]
    case .fieldBytes(let protocolName, let field, let count):
      return [
        "Which \(count == 1 ? "byte holds" : "\(count) bytes hold") the \(fullName(protocolName, field))?"
      ]
    case .fires(let chain, let table, let isAnswer):
      let which = table == .filter ? chain : "\(chain) in \(table.rawValue)"
      return ["Which rule of \(which) is the first to fire for \(this(isAnswer))?"]
    case .whyNot(let chain, let rule, let text):
      return ["Rule \(rule) of \(chain) does not fire. Which of its conditions fails?", text]
    case .verdict(let isAnswer): return ["What becomes of \(this(isAnswer))?"]
    case .state(let isAnswer): return ["What does connection tracking call \(this(isAnswer))?"]
    case .logs(let isAnswer): return ["What does \(this(isAnswer)) leave in the kernel log?"]
    case .emits: return ["What does the host send back?"]
    case .order(let hooks):
      return [
        "The packet goes through \(hooks.joined(separator: ", ")). In which order does it meet tables, tracking and routing?"
      ]
    case .counts(let chain, let table, let isAnswer):
      let which = table == .filter ? chain : "\(chain) in \(table.rawValue)"
      return ["Which counters of \(which) does \(this(isAnswer)) raise?"]
    case .repair(let goals, let keeps):
      return ["Change the rules with iptables until this holds, then type answer:"] + list(goals)
        + (keeps.isEmpty ? [] : ["And this must stay as it is:"] + list(keeps))
    case .craft(let goals, let host):
      return ["Send one packet to \(host) with hping3, so that:"] + list(goals)
    }
  }

  private func this(_ isAnswer: Bool) -> String { isAnswer ? "the host's answer" : "this packet" }

  func choice(_ answer: Answer, in question: Question, rules: [String]) -> String {
    switch answer {
    case .value(_, let text): return text
    case .bytes(let range): return byteRange(range)
    case .rule(let number):
      return "rule \(number)" + (rules.indices.contains(number - 1) ? "  " + rules[number - 1] : "")
    case .policy:
      return Hook(rawValue: question.spec.chain ?? "") == nil
        ? "no rule: the chain ends and the walk goes back" : "no rule: the policy decides"
    case .condition(let condition): return condition
    case .neverAsked: return "none: an earlier rule ended the walk, so it was never asked"
    case .verdict(let verdict): return self.verdict(verdict)
    case .state(let state): return state.rawValue
    case .logs(let line): return line.map { $0 + " ..." } ?? "nothing"
    case .sends(let reply): return reply.map(self.reply) ?? "nothing"
    case .order(let names): return names.joined(separator: ", ")
    case .counters(let numbers): return counters(numbers)
    case .repaired: return "these rules do it"
    case .sent(let command, _): return command.isEmpty ? "any packet that does it" : command
    }
  }

  /// `rules 3 and 5`, `rule 3 and the policy`, `the policy alone`.
  private func counters(_ numbers: [Int]) -> String {
    let rules = numbers.filter { $0 != 0 }.map(String.init)
    guard let last = rules.last else { return "the policy alone" }
    let hasPolicy = numbers.contains(0)
    let list =
      hasPolicy || rules.count == 1
      ? rules.joined(separator: ", ") : rules.dropLast().joined(separator: ", ") + " and " + last
    return (rules.count == 1 ? "rule " : "rules ") + list + (hasPolicy ? " and the policy" : "")
  }

  private func verdict(_ verdict: Verdict) -> String {
    switch verdict {
    case .accept: "ACCEPT: it goes on its way"
    case .drop: "DROP: it vanishes without an answer"
    case .reject: "REJECT: it is refused, with an answer"
    case .queue: "QUEUE: a program judges it"
    case .stolen: "STOLEN: it is taken away"
    case .routing: "no rule decides: IP itself ends it"
    }
  }

  /// `an` before ICMP and ACK, `a` before the others.
  private func article(_ name: String) -> String { name.hasPrefix("I") || name.hasPrefix("A") ? "an" : "a" }

  func reply(_ reply: Reply) -> String {
    var text = "\(article(reply.kind)) \(reply.kind)"
    if reply.kind.hasPrefix("ICMP") { text += (icmp[reply.kind].map { " (\($0))" } ?? "") }
    if let sequence = reply.sequence { text += ", seq \(sequence)" }
    if let acknowledgment = reply.acknowledgment { text += ", ack \(acknowledgment)" }
    return text
  }

  private var icmp: [String: String] {
    [
      "ICMP type 3 code 3": "port unreachable", "ICMP type 3 code 13": "administratively prohibited",
      "ICMP type 3 code 1": "host unreachable", "ICMP type 3 code 0": "network unreachable",
      "ICMP type 11 code 0": "time exceeded", "ICMP type 0 code 0": "echo reply",
      "ICMP type 3 code 4": "fragmentation needed",
    ]
  }

  func evidence(_ evidence: Evidence) -> String {
    switch evidence {
    case .comparison(_, let rule, let comparison, let bytes, let shown):
      let text = self.comparison(comparison, rule: rule, bytes: bytes, shown: shown)
      return text.capitalizedFirst + (comparison.holds ? ". It holds." : ".")
    case .allHold(_, let rule, let text):
      return text.hasPrefix("-j") || text.isEmpty
        ? "Rule \(rule) asks for nothing, so it fires for every packet."
        : "Everything rule \(rule) asks for holds: \(text)"
    case .endedBy(let chain, let rule, let target):
      return "Rule \(rule) of \(chain) fires first, and \(target) ends the walk there."
    case .jumps(let chain, let rule, let target):
      return "Rule \(rule) of \(chain) fires first: it jumps to \(target), and the walk does not come back from there."
    case .wouldNotFire(let rule): return "Nor would rule \(rule) have fired."
    case .endNotReached(let chain, let rule, let target):
      return "Rule \(rule) fires, and its target is \(target); the end of \(chain) is not reached."
    case .goesOn(_, let rule, let target):
      return
        "Rule \(rule) fires, and \(target.isEmpty ? "having no target, it" : target) lets the walk go on to the next rule."
    case .policyDecides(let chain, _, let rules) where Hook(rawValue: chain) == nil:
      return "None of the \(rules) rules of \(chain) ends the walk, so it goes back to where it came from."
    case .policyDecides(let chain, let policy, let rules):
      return rules == 0
        ? "\(chain) has no rules, so its policy decides: \(policy)."
        : "None of the \(rules) rules of \(chain) fires, so its policy decides: \(policy)."
    case .policyNotAsked(let chain, let rule, let target):
      return "Rule \(rule) fires and \(target) ends the walk; the policy of \(chain) is never asked."
    case .noSuchRule(let chain, let rule, let count): return "\(chain) has no rule \(rule); it has \(count)."
    case .ruleDoesNotAsk(_, let rule, let option): return "Rule \(rule) does not ask for \(option)."
    case .field(let protocolName, let name, let shown, let bytes, let text):
      return "The \(fullName(protocolName, name)): \(reading(shown, bytes)), \(text)."
    case .belongsTo(let shown, let fields):
      let names = fields.map { "the " + fullName($0.protocolName, $0.name) }
      return
        "\(byteRange(shown).capitalizedFirst) \(shown.count == 1 ? "belongs" : "belong") to \(names.joined(separator: " and "))."
    case .pastTheEnd(let shown, let count):
      return "\(byteRange(shown).capitalizedFirst) would be past the end: the last byte is \(count - 1)."
    case .tracking(let outcome, let packet, let isAnswer): return tracking(outcome, packet, isAnswer)
    case .entryForgotten(let packet, let seconds):
      return "Packet \(packet) was the last of its flow, \(seconds) seconds before. That entry is forgotten."
    case .entryNotKept(let packet, let verdict):
      return "Packet \(packet) is of the same flow, but it came to \(verdict.rawValue), and so it left no entry."
    case .notTracked: return "Connection tracking never saw this packet."
    case .verdictBy(let step, let text, let verdict):
      return step.kind == .policy
        ? "No rule of \(step.chain) ended the walk, so its policy decided: \(text)."
        : "Rule \(step.number) of \(step.chain) decided: \(text). The verdict is \(verdict.rawValue)."
    case .verdictOfRouting: return "No rule decided about it: IP itself ended its way."
    case .badChecksum(let stored, let expected):
      return "It holds \(stored.hexText), and \(expected.hexText) would fit the header."
    case .reckoning(let bytes, let value, let way): return reckoning(bytes, value, way)
    case .units(let count, let size): return "\(count) times \(size) bytes are \(count &* UInt64(size)) bytes."
    case .flagBits(let set, let taken): return flagBits(set, taken)
    case .bit(let byte, let position):
      return
        "\([byte].hex) is \(byte.bitText) in bits; bit \(position), counted from 0 at the left, is \(byte.bit(position))."
    case .logged(let chain, let rule, let line): return "Rule \(rule) of \(chain) fires and writes: \(line) ..."
    case .notLogged: return "Only LOG writes a line, and no LOG rule fired for this packet."
    case .sent(let reply, let by): return "The host sends \(self.reply(reply)); it comes from \(origin(by))."
    case .nothingSent(let verdict):
      switch verdict {
      case .drop?: return "DROP is silent: the host sends nothing."
      case .reject?: return "And yet the host sends nothing to such a packet."
      default: return "Nothing made the host send a packet here."
      }
    case .order(let names): return "This packet met, in order: \(names.joined(separator: ", "))."
    case .goalMissed(let goal, _): return "Not yet: \(self.goal(goal))."
    case .counted(let chain, let raised, let asked):
      let only =
        asked.isEmpty
        ? "" : " Asked but not fired, and so not counted: \(asked.map(String.init).joined(separator: ", "))."
      return "What fires in \(chain) counts, and it is \(counters(raised))." + only
    case .goalReached: return "All packets were run through your rules, and every goal holds."
    }
  }

  /// `00 is 0 and 26 is 38: 0 x 256 + 38 = 38.`
  private func reckoning(_ bytes: [UInt8], _ value: String, _ way: Reckoning) -> String {
    let parts = bytes.map { "\([$0].hex) is \($0)" }
    switch (way, bytes.count) {
    case (.digits, _): return "\(spacedHex(bytes)), written one after the other: \(value)."
    case (.address, _): return "From the left, \(parts.joined(separator: ", ")): \(value)."
    case (.firstDigit, _): return "The byte is \(bytes.hex), and its first digit is the field: \(value)."
    case (.secondDigit, _): return "The byte is \(bytes.hex), and its second digit is the field: \(value)."
    case (.number, 1): return "\(bytes.hex) is \(bytes[0] / 16) x 16 + \(bytes[0] % 16) = \(value)."
    case (.number, 2):
      return
        "\(parts.joined(separator: " and ")), and the first counts 256 times: \(bytes[0]) x 256 + \(bytes[1]) = \(value)."
    case (.number, _):
      return "\(parts.joined(separator: ", ")), and each counts 256 times the next. Together that is \(value)."
    }
  }

  /// The byte of flags bit by bit, and what was wrongly taken to be set or not.
  private func flagBits(_ set: TCPFlags, _ taken: TCPFlags) -> String {
    let bits =
      "\([set.rawValue].hex) is \(set.rawValue.bitText) in bits, from the left CWR ECE URG ACK PSH RST SYN FIN."
    let wrong = TCPFlags.singles.filter { set.contains($0) != taken.contains($0) }.map {
      "\($0.names) is \([$0.rawValue].hex), and that bit is \(set.contains($0) ? 1 : 0)"
    }
    return bits + wrong.map { " " + $0 + "." }.joined()
  }

  private func origin(_ by: String) -> String {
    switch by {
    case "stack": return "the host's own TCP/IP stack"
    case "ip": return "IP itself"
    default:
      let parts = by.split(separator: ":").map(String.init)
      return parts.count == 4 ? "rule \(parts[3]) of \(parts[1])" : by
    }
  }

  /// Why tracking decided as it did, as far as this packet's kind tells.
  private func tracking(_ outcome: TrackingOutcome, _ packet: String, _ isAnswer: Bool) -> String {
    let packet = packet == "UDP" ? "UDP datagram" : packet.joinedFlags
    let looked = packet.hasPrefix("ICMP") ? "addresses and identifier" : "addresses and ports"
    switch outcome.state {
    case .invalid where !outcome.saysNoConnection:
      return "Something in the packet itself does not fit. The kernel's own words: \(outcome.reason). That is INVALID."
    case .invalid where outcome.reason.hasPrefix("quoted"):
      return "It speaks of a packet that belongs to no connection that is known. That is INVALID."
    case .invalid where isAnswer:
      return
        "The packet it answers has no entry, so the answer has none to go with either; and \(article(packet)) \(packet) cannot begin a connection. That is INVALID."
    case .invalid:
      return
        "No entry fits its \(looked), and \(article(packet)) \(packet) cannot begin a connection. That is INVALID."
    case .new:
      return "No entry fitted, and \(article(packet)) \(packet) may begin one. The entry is fresh, and the packet NEW."
    case .established:
      return
        "It fits an entry, and packets have been seen both ways (or it is itself the first answer). That is ESTABLISHED."
    case .related where outcome.master != nil:
      return "It begins a connection that another one announced, and a helper has read that. That is RELATED."
    case .related:
      return isAnswer
        ? "The packet it answers has an entry; what the host sends on its account goes with that entry, as RELATED."
        : "It is not part of a connection itself but belongs to one that is known. That is RELATED."
    case .untracked: return "The raw table asked tracking to leave it alone. That is UNTRACKED."
    }
  }

  func clue(_ clue: Clue) -> String {
    switch clue {
    case .lookAtBytes(let range): return "Look at \(byteRange(range))."
    case .lookAtHeader(let protocolName, let shown):
      return "Look in the \(headerName(protocolName)) header: \(byteRange(shown))."
    case .fieldIs(let protocolName, let name, let offset, let count):
      return
        "In its header, the \(fieldName(protocolName, name)) begins \(offset) bytes in and is \(count) \(count == 1 ? "byte" : "bytes") long."
    case .bytesAre(let range, let bytes): return reading(range, bytes).capitalizedFirst + "."
    case .hexDigits(let bytes):
      let parts = bytes.prefix(4).map { "\([$0].hex) is \($0)" }
      return "Each pair of digits is sixteens and ones: \(parts.joined(separator: ", "))."
        + (bytes.count > 1 && bytes.count <= 4 ? " The first byte counts 256 times the next." : "")
    case .lookAtChain(let chain):
      return "Go down the rules of \(chain) from the first. Each is asked in turn until one ends the walk."
    case .lookAtRule(_, let rule, let text): return "Look at rule \(rule): \(text)"
    case .comparison(_, let rule, let comparison):
      return "Rule \(rule) asks for \(comparison.condition). What has this packet there?"
    case .rulesBeforeFail(let chain, let count):
      return count == 0
        ? "Begin with rule 1 of \(chain): does anything it asks for fail?"
        : "The first \(count) \(count == 1 ? "rule" : "rules") of \(chain) \(count == 1 ? "does" : "do") not hold."
    case .lookAtFlags(let packet): return "Look at what kind of packet it is: \(packet)."
    case .entryExists(let exists):
      return exists ? "Tracking has an entry that this packet fits." : "Tracking has no entry that this packet fits."
    case .targetOf(_, let rule, let target): return "What decides is \(target), at number \(rule) of its chain."
    case .logRuleFires(let fires):
      return fires
        ? "A LOG rule does fire for this packet. Which way does the packet go: IN= or OUT=?"
        : "Ask which LOG rules this packet comes to at all."
    case .insertBefore(let chain):
      return
        "iptables -I \(chain) N puts a rule in front of the present rule N; -D \(chain) N takes rule N out. iptables restore undoes it all."
    case .lookAtGoal(let goal, let packet):
      return
        "Step packet \(packet + 1) through the rules (until verdict) and see what stands against: \(self.goal(goal))."
    case .orderRule(let key):
      if key.hasPrefix("first-") { return "What it meets first is \(key.dropFirst(6))." }
      return orderRules[key] ?? "The order is fixed by the kernel: raw, tracking, mangle, nat, filter."
    }
  }

  private var orderRules: [String: String] {
    [
      "hooks":
        "First PREROUTING, then routing decides: INPUT for this host, FORWARD for others. What the host sends begins at OUTPUT.",
      "priorities":
        "At one hook the order is always raw, connection tracking, mangle, nat, filter. Those without a table are left out.",
      "state-invalid": "Without an entry, only a packet that may begin a connection gets one. May this one?",
      "state-new": "No entry fitted, and this packet may begin a connection.",
      "state-established": "An entry fits, and this is not the first packet of it.",
      "state-related": "It goes with an entry that it is not part of.",
      "state-untracked": "A rule in raw said so.",
      "stack": "No rule refuses it. What does the host's own stack say to such a packet?",
      "reset-with-ack":
        "RFC 9293: a reset for a segment that carries ACK takes its sequence number from that segment's acknowledgment number, and sets no ACK.",
      "reset-without-ack":
        "RFC 9293: a reset for a segment without ACK has sequence number 0 and acknowledges what came.",
      "routing": "No rule decides here; IP does.",
      "before-rules": "IP looks at the header by itself: checksum, time to live, a way to the destination.",
      "stack-answers":
        "A service that listens answers a SYN with SYN/ACK; a closed TCP port answers with a reset, a closed UDP port with port unreachable, and an echo request with an echo reply.",
      "log-only": "Only a rule with the target LOG writes. Is there one?",
      "drop-is-silent": "What decides is DROP. Whom does it tell?",
      "no-answer": "Nothing refuses the packet, and the host's own stack has nothing to say to it.",
      "icmp-answer": "--reject-with names the ICMP error; without it REJECT sends port unreachable.",
      "counters": "Every rule that fires counts the packet. A rule that is only asked does not.",
      "counters-policy": "The policy counts only what no rule has ended.",
      "hping3-flags":
        "Flags of hping3: -S SYN, -A ACK, -F FIN, -R RST, -P PSH, and several together; -1 is ICMP, -2 is UDP.",
      "hping3-ports":
        "hping3 -c 1 sends one packet; -p gives the destination port, -s the source port, -a another sender's address.",
    ]
  }

  func howToAnswer(_ kind: String) -> String {
    switch kind {
    case "field_value": "answer with a letter or the value, in decimal or as 0x..."
    case "field_value:address": "answer with a letter or the address, as in 192.0.2.1"
    case "field_value:flags": "answer with a letter or the flags, as in SYN, ACK"
    case "field_value:flag": "answer with a letter, or 1 or 0"
    case "field_bytes": "answer with a letter or the bytes, as in 22-23"
    case "fires": "answer with a letter, a rule's number, or policy"
    case "why_not": "answer with a letter or the condition"
    case "state": "answer with a letter or the state"
    case "verdict": "answer with a letter or the verdict"
    case "emits", "logs": "answer with a letter, or nothing"
    case "table_order": "answer with a letter or the names in order"
    case "counts": "answer with a letter or the numbers, as in 3 5 or 3 policy"
    case "repair": "change the rules with iptables, then type answer"
    case "craft": "type the whole command: hping3 -c 1 and what it takes"
    default: "answer with a letter"
    }
  }

  func right(_ choice: String) -> String { "Right: " + choice.ended }
  func wrong(_ choice: String) -> String { "Not so: " + choice.ended }
  func skipped(_ choice: String) -> String { "Skipped. It is: " + choice.ended }
  var unreadable: String { "That does not read as an answer here, so it does not count." }
  func hintHeading(_ rung: Int, of count: Int) -> String { "hint \(rung) of \(count)" }
}
