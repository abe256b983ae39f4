import Netfilter
import Simulation
import Wire

/// What a question asks about, as a lesson or the generator writes it. It never holds an answer.
package struct QuestionSpec: Sendable, Hashable {
  package var kind: String
  /// The captured packet, from 0.
  package var packet: Int
  /// Which of the packets it made the host send: indices into `Walk.emitted`; empty for the packet itself.
  package var emission: [Int]
  /// `tcp` and `destination_port`, for questions about fields.
  package var protocolName: String?
  package var field: String?
  package var table: TableName
  package var chain: String?
  /// From 1, for `why_not`.
  package var rule: Int?
  /// For `repair` and `craft`: what does not hold yet and must.
  package var goals: [Goal]
  /// For `repair`: what holds and must go on holding.
  package var keeps: [Goal]

  package init(
    kind: String, packet: Int, emission: [Int] = [], protocolName: String? = nil, field: String? = nil,
    table: TableName = .filter, chain: String? = nil, rule: Int? = nil, goals: [Goal] = [], keeps: [Goal] = []
  ) {
    self.kind = kind
    self.packet = packet
    self.emission = emission
    self.protocolName = protocolName
    self.field = field
    self.table = table
    self.chain = chain
    self.rule = rule
    self.goals = goals
    self.keeps = keeps
  }

  /// What it is about, whatever the packet: `field_value:tcp.flags`, `fires`.
  package var idea: String {
    let about = [protocolName, field].compactMap { $0 }.joined(separator: ".")
    return about.isEmpty ? kind : kind + ":" + about
  }
}

/// Why a question cannot be asked of a scenario.
package struct QuestionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Without a full stop: `packet 3: there are only 2`.
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// What a repair must reach, judged by running every packet of the scenario.
package struct Goal: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    /// The packet's verdict is one of `values`.
    case verdict
    /// Neither the packet nor what it makes the host send writes a log line.
    case silent
    /// The packet, or what it makes the host send, writes a log line.
    case logged
    /// The packet makes the host send nothing.
    case unanswered
    /// The packet makes the host send something.
    case answered
    /// The packet passes, and is then on its way to `endpoint`.
    case reaches
  }
  package var kind: Kind
  /// The captured packet, from 0; `nil` for the packet that the learner sends.
  package var packet: Int?
  package var values: [Verdict]
  /// `10.0.0.5:22`, for `reaches`.
  package var endpoint: String

  package init(kind: Kind, packet: Int?, values: [Verdict] = [], endpoint: String = "") {
    self.endpoint = endpoint
    self.kind = kind
    self.packet = packet
    self.values = values
  }

  /// Whether the packet's walk, which the host has just made, reaches it.
  package func isReached(by walk: Walk) -> Bool {
    switch kind {
    case .verdict: walk.verdict.map(values.contains) ?? false
    case .silent: walk.notModelled.isEmpty && !walk.hasLogged
    case .logged: walk.hasLogged
    case .unanswered: walk.notModelled.isEmpty && walk.emitted.isEmpty
    case .answered: !walk.emitted.isEmpty
    case .reaches: walk.verdict == .accept && walk.destination == endpoint
    }
  }
}

extension [Goal] {
  /// The same said of several packets, together; in the order of the first of each.
  package var grouped: [(goal: Goal, packets: [Int])] {
    var groups: [(goal: Goal, packets: [Int])] = []
    for goal in self {
      let same = groups.firstIndex {
        $0.goal.kind == goal.kind && $0.goal.values == goal.values && $0.goal.endpoint == goal.endpoint
          && $0.goal.packet != nil
      }
      if let same, let packet = goal.packet {
        groups[same].packets.append(packet)
      } else {
        groups.append((goal, [goal.packet].compactMap { $0 }))
      }
    }
    return groups
  }
}

extension Walk {
  /// Where it goes when it leaves or is delivered, with the port: `10.0.0.5:22`.
  fileprivate var destination: String? {
    guard let ip = IPv4Header(finalBytes[...]), let low = ip.payload.byte(at: 3), let high = ip.payload.byte(at: 2)
    else {
      return nil
    }
    return "\(ip.destination):\(Int(high) << 8 | Int(low))"
  }

  /// Whether it, or a packet that it made the host send, wrote a log line.
  fileprivate var hasLogged: Bool { !log.isEmpty || emitted.contains { $0.hasLogged } }
}
