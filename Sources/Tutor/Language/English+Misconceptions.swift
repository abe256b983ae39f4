extension English {
  func explanation(_ misconception: Misconception) -> String {
    switch misconception {
    case .bytesReadBackwards: "Network byte order puts the most significant byte first; you read it from the other end."
    case .hexReadAsDecimal: "The dump is hexadecimal, and those digits were read as decimal."
    case .neighbouringField: "That is another field's."
    case .portsSwapped: "The source port comes first, then the destination port."
    case .addressesSwapped: "The source address comes first, then the destination address."
    case .numbersSwapped: "The sequence number comes first, then the acknowledgment number."
    case .offsetsFromOne: "Offsets count from 0: the first byte of the dump is byte 0."
    case .offsetsFromOwnHeader:
      "That counts from the start of its own header; the dump counts from the packet's first byte."
    case .unitsForgotten: "The field counts in units of several bytes, and its own value is the number of units."
    case .flagOverlooked: "Each bit is a flag of its own."
    case .digitMisread: "A digit is misread. The left one counts sixteens, the right one ones; a to f are 10 to 15."
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
    case .dropIsDefault:
      "What no rule takes is not refused by itself: the policy decides about it, and here it accepts."
    case .askedMeansFires: "Being asked first is not firing: what a rule asks for must hold for this packet."
    case .logIsNoRule:
      "A rule with LOG fires like any other: its conditions hold and its target runs. That the walk then goes on does not change that."
    case .routingDecides:
      "IP ends a packet by itself only for its own reasons: a bad header, no time to live, no way to go. Here it comes as far as the rules."
    case .everyAnswerIsReject:
      "REJECT is what a rule does. No rule was asked about this packet, whatever IP may send back."
    case .countersCountOnce:
      "A packet is not counted once and for all: each rule that fires counts it, and so does the policy that decides."
    case .askingCounts: "A rule that is asked and does not fire counts nothing."
    case .jumpIsNoRule:
      "A jump fires like any other rule: its conditions hold, and the walk goes on in the other chain."
    case .endOfChainFirst:
      "The end of a chain of one's own is for packets that no rule in it has taken or sent back."
    case .earlierRuleEnds:
      "A rule is not asked only where one before it has ended the walk. None did here, so this one was asked."
    case .rejectNeedsNoRule:
      "Nothing is refused with an answer unless a rule says REJECT, and none that was asked does."
    case .ipLetsPass: "That no rule stops a packet is not enough: IP looks at it for itself, and here it ended its way."
    case .dropNeedsNoRule: "DROP is what a rule or a policy says. None of them was asked to decide about this packet."
    case .policyAlwaysCounts:
      "The policy counts only the packets that it decides about. Here a rule has ended the walk."
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
    case .establishedAtOnce: "ESTABLISHED comes with the first packet the other way. So far nothing has been answered."
    case .firstIsAlwaysSYN:
      "The first packet that tracking sees need not be a SYN: by default it takes up a connection in the middle, from a bare ACK (nf_conntrack_tcp_loose)."
    case .resetIsPartOfIt:
      "A reset does not belong to a connection because it answers a packet. It needs an entry, and that packet had none."
    case .relatedMeansInside: "RELATED goes with a connection from outside it, ESTABLISHED is the connection itself."
    case .relatedMeansSimilar:
      "RELATED is not for what looks alike. It is for what another entry has led to: an error about one of its packets, an answer that the kernel makes, a connection that a helper has read of."
    case .relatedIsNew:
      "NEW would be the beginning of something of its own. This goes with an entry that is there already."
    case .errorBeginsSomething:
      "Not every first packet is NEW. An ICMP error or an echo reply begins nothing: it speaks of what went before."
    case .looksLikeAnswer:
      "It may look like an answer. To tracking it is one only if it fits an entry that is still there: both addresses and both ports (ICMP: the identifier), the other way round."
    case .everyPacketBegins: "NEW is for what begins an entry. This packet's entry was there already."
    case .trackingSeesEverything:
      "Tracking does not see everything: the raw table comes before it and can send a packet past it."
    case .everyRuleLogs: "Rules do not log by firing. Only the target LOG does."
    case .logShowsCause:
      "The line is about the packet at the rule, not about the one that caused it: OUT= is filled for what leaves, IN= for what comes."
    case .limitSilencesFirst:
      "limit has a full bucket at the start. It silences what comes after, not what comes first."
    case .bucketNeverEmpties: "limit holds only while there is a whole token in its bucket, and there is none now."
    case .resetAlwaysAcknowledges: "A reset acknowledges only when the segment it answers carried no ACK."
    case .resetNeverAcknowledges:
      "The number is right, but ACK is missing: a reset for a segment without ACK acknowledges what came."
    case .rejectIsAlwaysICMP:
      "REJECT sends an ICMP error unless the rule says otherwise, and this one says tcp-reset."
    case .rejectIsAlwaysReset:
      "REJECT sends a reset only where the rule says tcp-reset, and only for TCP. Otherwise it is an ICMP error."
    case .resetRepeatsNumber:
      "A reset does not repeat the number that came. It carries the number that the other side expects next from here."
    case .numberCountsWithoutACK:
      "Without the ACK flag the acknowledgment field means nothing, so nothing is taken from it."
    case .stackOnlyRefuses:
      "No rule sends this: the host's own stack speaks. It greets where a service listens, refuses where none does, and echoes a ping."
    case .rejectAlwaysAnswers:
      "REJECT fires and ends the walk, but it does not answer everything: never a RST with a RST, never an ICMP error with another."
    case .onlyRulesSpeak:
      "No rule sends this: IP itself reports what it could not do, and the type of the ICMP message says what."
    case .tokensNeverReturn:
      "One token is enough for limit to hold, and tokens come back as time passes. The bucket was not empty."
    case .logIsAlwaysReached: "A LOG rule writes only about packets that come to it. This one never came so far."
    case .errorCodeOverlooked:
      "Which ICMP error it is, the rule says with --reject-with; without that it is port unreachable."
    case .filterComesFirst: "filter is asked after raw, mangle and nat, and on the way in only after routing."
    case .trackingComesFirst: "raw comes before tracking, so that it can say what is not to be tracked."
    case .routingComesFirst:
      "On the way in PREROUTING comes first, so that nat can change the destination before routing looks at it."
    case .natComesFirst: "nat needs the connection's entry, so tracking comes first."
    case .orderIsBackwards: "That is the way back. PREROUTING is passed before INPUT, and raw before filter."
    }
  }
}
