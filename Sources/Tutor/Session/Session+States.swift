import Netfilter
import Simulation
import Wire

extension Session {
  /// `why NEW`, `why INVALID`, ...: why tracking calls the packet at hand what it does, and what the state asked for would
  /// have needed.
  func explainState(_ asked: ConnectionState, _ output: inout Output) {
    guard let history, let step, let evidence = history.stateEvidence(step.packet, emission: step.emission) else {
      output.add(phrases.say(.stateUnknown), .note)
      return
    }
    let name = packetName(step)
    output.add(phrases.say(.stateIs(evidence.state, asked: asked)), .sentence)
    guard let state = evidence.state else {
      output.add(phrases.say(evidence.tracks ? .stateNotSeen : .nothingTracks), .sentence)
      return
    }
    showJudgement(evidence, state, name, &output)
    if asked != state {
      output.add(phrases.say(.stateNeeds(asked, StateNeeds(evidence, packet: name, asked: asked))), .sentence)
    }
  }

  private func showJudgement(
    _ evidence: StateEvidence, _ state: ConnectionState, _ name: String, _ output: inout Output
  ) {
    if evidence.isAttached {
      output.add(phrases.say(.stateAttached), .sentence)
      return
    }
    if state == .untracked {
      output.add(phrases.say(.stateUntracked), .sentence)
      return
    }
    if let quoted = evidence.quoted {
      output.add(phrases.say(.quotationLookedUp(quoted.text)), .sentence)
    } else if let tuple = evidence.tuple {
      output.add(phrases.say(.tupleLookedUp(tuple.text)), .sentence)
    }
    if let entry = evidence.entry {
      output.add(phrases.say(.entryFound(entry.direction, hasSeenReply: entry.hasSeenReply)), .sentence)
      output.add(lines: ["  " + entry.line], .dump)
    } else {
      output.add(phrases.say(.noEntryFound), .sentence)
    }
    if let master = evidence.outcome?.master {
      output.add(phrases.say(.expectedBy), .sentence)
      output.add(lines: ["  " + master], .dump)
    }
    if let tcp = evidence.tcp, evidence.outcome?.reason.contains("checksum") != true {
      output.add(phrases.say(.tableSays(tcp, hasEntry: evidence.entry != nil)), .sentence)
      if !tcp.conditions.isEmpty {
        output.add(phrases.say(.windowHeading), .sentence)
        for condition in tcp.conditions { output.add(lines: ["  " + phrases.say(.windowCondition(condition))], .plain) }
      }
    }
    if let outcome = evidence.outcome {
      if state == .invalid { output.add(phrases.say(.kernelWords(outcome.reason)), .sentence) }
      if let after = outcome.after, after != evidence.entry?.line {
        output.add(phrases.say(.entryAfter), .sentence)
        output.add(lines: ["  " + after], .dump)
      }
    }
  }

  /// `SYN, ACK` and the like.
  private func packetName(_ step: Step) -> String {
    guard let history else { return "" }
    let spec = QuestionSpec(kind: StateQuestion.name, packet: step.packet, emission: step.emission)
    return (try? Subject(spec, history))?.packetName ?? ""
  }
}

/// What a state would have needed of the packet.
package struct StateNeeds: Sendable, Hashable {
  /// What the packet is: `SYN, ACK`.
  package var packet: String
  package var protocolNumber: UInt8?
  /// The tuple whose entry it would have to belong to: the other direction of its own.
  package var answerTo: String?
  package var hasEntry: Bool
  package var isAnswer: Bool
  package var isLoose: Bool

  init(_ evidence: StateEvidence, packet: String, asked: ConnectionState) {
    self.packet = packet
    protocolNumber = evidence.tuple?.protocolNumber
    answerTo = evidence.tuple?.inverted?.text
    hasEntry = evidence.entry != nil
    isAnswer = evidence.isAnswer
    isLoose = evidence.isLoose
  }
}

extension FlowTuple {
  /// As `conntrack -L` writes it: `src=10.0.0.1 dst=10.0.0.2 sport=1024 dport=80`.
  package var text: String {
    let addresses = "src=\(source) dst=\(destination)"
    switch protocolNumber {
    case 1: return "\(addresses) type=\(icmpType) code=\(icmpCode) id=\(sourcePort)"
    case 6, 17, 33, 132, 136: return "\(addresses) sport=\(sourcePort) dport=\(destinationPort)"
    default: return "\(addresses) protocol \(protocolNumber)"
    }
  }
}
