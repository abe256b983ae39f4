extension English {
  func explanation(_ misconception: Misconception) -> String {
    switch misconception {
    case .bytesReadBackwards: "Network byte order puts the most significant byte first; you read it from the other end."
    case .hexReadAsDecimal: "The dump is hexadecimal: each digit counts sixteen times the next, so 10 is sixteen."
    case .neighbouringField: "That is the field next to it."
    case .portsSwapped: "The source port comes first, then the destination port."
    case .addressesSwapped: "The source address comes first, then the destination address."
    case .numbersSwapped: "The sequence number comes first, then the acknowledgment number."
    case .offsetsFromOne: "Offsets count from 0: the first byte of the dump is byte 0."
    case .offsetsFromOwnHeader:
      "That counts from the start of its own header; the dump counts from the packet's first byte."
    case .unitsForgotten: "The field counts in units of several bytes, and its own value is the number of units."
    case .flagOverlooked: "Look at the bits one by one; each is a flag of its own."
    case .oneConditionIsEnough: "A rule fires only when all its conditions hold. One that holds is not enough."
    case .laterRuleWins:
      "Rules are asked in order, and the first that ends the walk is the last that is asked. A better fit further down is never seen."
    case .policyOverridesRules: "The policy is only for packets that no rule has decided about."
    case .policyAfterReject: "REJECT decides. The policy, ACCEPT or not, is for packets that no rule has decided about."
    case .logEndsTheWalk: "LOG only writes a line. The packet goes on to the next rule as if nothing had been."
    case .everyConditionFails: "That is not what this rule asks."
    case .firstConditionFails: "That condition holds for this packet; another one fails."
    case .rejectIsDrop: "DROP is silent. REJECT sends an answer, and here it may."
    case .dropAnswers: "Nothing tells the sender: no rule that answers has fired."
    case .acceptIsDefault: "Nothing passes by itself: what decided here did not let it through."
    case .ackMeansEstablished:
      "The ACK flag is the sender's claim that it knows you. Tracking believes only what it has seen, and it has seen nothing."
    case .replyIsRelated:
      "A reset goes with a connection only where there is one. It answers a packet, and that packet had no entry."
    case .firstSeenIsNew:
      "Not every first packet is NEW. Only one that may begin a connection is; for TCP that is not a SYN/ACK or a RST."
    case .invalidMeansUnwanted:
      "INVALID says nothing of being unwanted or broken. It is for packets that tracking can put to no connection, and this one it can."
    case .untrackedMeansUnknown: "UNTRACKED is only for packets that the raw table has asked tracking to leave alone."
    case .establishedNeedsHandshake:
      "ESTABLISHED needs no finished handshake: it is enough that packets went both ways."
    case .everyRuleLogs: "Rules do not log by firing. Only the target LOG does."
    case .logShowsCause:
      "The line is about the packet at the rule, not about the one that caused it: OUT= is filled for what leaves, IN= for what comes."
    case .limitSilencesFirst:
      "limit has a full bucket at the start. It silences what comes after, not what comes first."
    case .resetAlwaysAcknowledges: "A reset acknowledges only when the segment it answers carried no ACK."
    case .rejectIsAlwaysICMP:
      "REJECT sends an ICMP error unless the rule says otherwise, and this one says tcp-reset; or the answer comes from elsewhere."
    case .filterComesFirst: "filter is asked after raw, mangle and nat, and on the way in only after routing."
    case .trackingComesFirst: "raw comes before tracking, so that it can say what is not to be tracked."
    case .routingComesFirst:
      "On the way in PREROUTING comes first, so that nat can change the destination before routing looks at it."
    case .natComesFirst: "nat needs the connection's entry, so tracking comes first."
    }
  }
}
