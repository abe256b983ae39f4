import Netfilter

/// What somebody may answer, in the engine's words; how it is written for people is `Phrases`'.
package enum Answer: Sendable, Hashable {
  /// A field's value, and how it reads.
  case value(UInt64, text: String)
  /// Bytes counted from the first one shown.
  case bytes(Range<Int>)
  /// A rule of the chain that is asked about, from 1.
  case rule(Int)
  /// The end of the chain that is asked about.
  case policy
  /// The condition of a rule that does not hold, as the rule writes it: `--dport 22`.
  case condition(String)
  /// Every condition holds, the rule was only never asked.
  case neverAsked
  case verdict(Verdict)
  case state(ConnectionState)
  /// The line that is logged, without what stands before its prefix; `nil` for none.
  case logs(String?)
  /// What is sent back; `nil` for nothing.
  case sends(Reply?)
  /// What the packet passes, in order: `raw`, `conntrack`, `mangle`, ...
  case order([String])
  /// The counters of a chain that a packet raises: rules in order, then 0 for the policy.
  case counters([Int])
  /// The rules as they stand reach the goal.
  case repaired
  /// A packet that somebody sends with this command, and what it comes to.
  case sent(command: String, Trial)
}

/// A packet that the host sends in answer, as far as a question asks about it.
package struct Reply: Sendable, Hashable {
  /// `RST`, `RST, ACK`, `SYN, ACK`; `ICMP type 3 code 3`.
  package var kind: String
  /// Sequence and acknowledgment number of a TCP segment; the latter `nil` without the ACK flag.
  package var sequence: UInt32?
  package var acknowledgment: UInt32?

  package init(kind: String, sequence: UInt32? = nil, acknowledgment: UInt32? = nil) {
    self.kind = kind
    self.sequence = sequence
    self.acknowledgment = acknowledgment
  }
}

/// What became of a packet that was sent to try something out.
package struct Trial: Sendable, Hashable {
  /// Goals that it does not reach.
  package var missed: [Goal]
  /// What its walk says about that.
  package var facts: [Evidence]
}

/// A wrong idea that a wrong answer stands for; each has its explanation in `Phrases`.
package enum Misconception: String, Sendable, CaseIterable {
  // Bytes and fields.
  case bytesReadBackwards = "bytes-read-backwards"
  case hexReadAsDecimal = "hex-read-as-decimal"
  case neighbouringField = "neighbouring-field"
  case portsSwapped = "ports-swapped"
  case addressesSwapped = "addresses-swapped"
  case numbersSwapped = "sequence-and-acknowledgment-swapped"
  case offsetsFromOne = "offsets-count-from-one"
  case offsetsFromOwnHeader = "offsets-count-from-own-header"
  case unitsForgotten = "units-forgotten"
  case flagOverlooked = "flag-overlooked"
  case digitMisread = "digit-misread"
  // Rules and chains.
  case oneConditionIsEnough = "one-condition-is-enough"
  case laterRuleWins = "later-rule-wins"
  case policyOverridesRules = "policy-overrides-rules"
  case policyAfterReject = "policy-after-reject"
  case logEndsTheWalk = "log-ends-the-walk"
  case everyConditionFails = "every-condition-fails"
  case firstConditionFails = "condition-already-held"
  case rejectIsDrop = "reject-is-drop"
  case dropAnswers = "drop-answers"
  case acceptIsDefault = "unmatched-is-accepted"
  case dropIsDefault = "unmatched-is-dropped"
  case askedMeansFires = "asked-means-fires"
  case logIsNoRule = "log-does-not-fire"
  case routingDecides = "routing-decides"
  case everyAnswerIsReject = "every-answer-is-reject"
  case countersCountOnce = "counters-count-packets-once"
  case askingCounts = "asking-counts"
  case policyAlwaysCounts = "policy-always-counts"
  case jumpIsNoRule = "jump-does-not-fire"
  case endOfChainFirst = "end-of-chain-first"
  case earlierRuleEnds = "earlier-rule-ends-the-walk"
  case rejectNeedsNoRule = "reject-needs-no-rule"
  case ipLetsPass = "ip-lets-pass"
  case dropNeedsNoRule = "drop-needs-no-rule"
  // Connection tracking.
  case ackMeansEstablished = "ack-means-established"
  case replyIsRelated = "reset-belongs-to-what-it-answers"
  case firstSeenIsNew = "first-seen-is-new"
  case invalidMeansUnwanted = "invalid-means-unwanted"
  case untrackedMeansUnknown = "untracked-means-unknown"
  case establishedNeedsHandshake = "established-needs-a-handshake"
  case establishedAtOnce = "established-at-once"
  case firstIsAlwaysSYN = "first-packet-is-always-a-syn"
  case resetIsPartOfIt = "reset-is-part-of-what-it-answers"
  case relatedMeansInside = "related-means-inside"
  case relatedMeansSimilar = "related-means-similar"
  case relatedIsNew = "related-is-new"
  case trackingSeesEverything = "tracking-sees-everything"
  case errorBeginsSomething = "error-begins-something"
  case looksLikeAnswer = "looks-like-an-answer"
  case everyPacketBegins = "every-packet-begins"
  // Logs and answers.
  case everyRuleLogs = "every-rule-logs"
  case logShowsCause = "log-shows-the-cause"
  case limitSilencesFirst = "limit-silences-the-first"
  case bucketNeverEmpties = "bucket-never-empties"
  case resetAlwaysAcknowledges = "reset-always-acknowledges"
  case resetNeverAcknowledges = "reset-never-acknowledges"
  case rejectIsAlwaysICMP = "reject-is-always-icmp"
  case rejectIsAlwaysReset = "reject-is-always-a-reset"
  case resetRepeatsNumber = "reset-repeats-the-number"
  case numberCountsWithoutACK = "number-counts-without-ack"
  case stackOnlyRefuses = "stack-only-refuses"
  case rejectAlwaysAnswers = "reject-always-answers"
  case onlyRulesSpeak = "only-rules-speak"
  case tokensNeverReturn = "tokens-never-return"
  case logIsAlwaysReached = "log-is-always-reached"
  case errorCodeOverlooked = "error-code-overlooked"
  // Order.
  case filterComesFirst = "filter-comes-first"
  case trackingComesFirst = "tracking-comes-first"
  case routingComesFirst = "routing-comes-first"
  case natComesFirst = "nat-comes-first"
  case orderIsBackwards = "order-is-backwards"
}

/// One answer offered, and the wrong idea behind it; `nil` for the right one alone.
package struct Choice: Sendable, Hashable {
  package var answer: Answer
  package var misconception: Misconception?

  package init(_ answer: Answer, _ misconception: Misconception? = nil) {
    self.answer = answer
    self.misconception = misconception
  }
}
