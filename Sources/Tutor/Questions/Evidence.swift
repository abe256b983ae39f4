import Netfilter
import Wire

/// What this packet's bytes, or this walk, say for or against an answer. Facts only; `Phrases` puts them in words.
package enum Evidence: Sendable, Hashable {
  /// A comparison of a rule, with the bytes that it read and where they stand in the dump.
  case comparison(chain: String, rule: Int, Comparison, bytes: [UInt8], shown: Range<Int>?)
  /// All conditions of a rule hold.
  case allHold(chain: String, rule: Int, text: String)
  /// A rule fires and ends the walk through the chain, so what stands after it is never asked.
  case endedBy(chain: String, rule: Int, target: String)
  /// A rule fires, but its target lets the walk go on.
  case goesOn(chain: String, rule: Int, target: String)
  /// A rule fires and jumps to another chain, and the walk does not come to what stands after it.
  case jumps(chain: String, rule: Int, target: String)
  /// A rule that was never asked would not have fired either; what fails follows.
  case wouldNotFire(rule: Int)
  /// The end of a chain of one's own is not reached, since a rule fires before.
  case endNotReached(chain: String, rule: Int, target: String)
  /// No rule of the chain fires, so its policy decides.
  case policyDecides(chain: String, policy: String, rules: Int)
  /// The policy is never asked, since a rule ends the walk.
  case policyNotAsked(chain: String, rule: Int, target: String)
  case noSuchRule(chain: String, rule: Int, count: Int)
  /// The chain that is asked about ends this walk's part in another way.
  case ruleDoesNotAsk(chain: String, rule: Int, option: String)
  /// A field, where it stands and what it holds.
  case field(protocolName: String, name: String, shown: Range<Int>, bytes: [UInt8], text: String)
  /// A stretch of bytes belongs to these fields.
  case belongsTo(shown: Range<Int>, fields: [FieldName])
  /// How bytes become a value: each in decimal, then put together.
  case reckoning([UInt8], value: String, Reckoning)
  /// A field that counts in units of several bytes.
  case units(count: UInt64, size: Int)
  /// The bits of the byte that holds TCP's flags, and what was taken to stand there.
  case flagBits(TCPFlags, taken: TCPFlags)
  /// One bit of a byte, counted from the left.
  case bit(byte: UInt8, position: Int)
  /// A stretch of bytes is past the packet's end.
  case pastTheEnd(shown: Range<Int>, count: Int)
  /// What connection tracking decided, and about what kind of packet.
  case tracking(TrackingOutcome, packet: String, isAnswer: Bool)
  /// The last packet of the same flow, by its number, and how long ago: its entry is forgotten.
  case entryForgotten(packet: Int, seconds: Int)
  /// The last packet of the same flow did not pass, and so left no entry.
  case entryNotKept(packet: Int, Verdict)
  /// Tracking never saw the packet.
  case notTracked
  case verdictBy(PathStep, text: String, Verdict)
  /// IP itself decided.
  case verdictOfRouting(Verdict)
  /// The IP header's checksum as it stands, and the one that would fit.
  case badChecksum(stored: UInt16, expected: UInt16)
  case logged(chain: String, rule: Int, line: String)
  /// A LOG rule that did not fire, and the rule's comparison that failed.
  case notLogged
  case sent(Reply, by: String)
  case nothingSent(verdict: Verdict?)
  case order([String])
  /// A goal that the rules as they stand do not reach.
  case goalMissed(Goal, packet: Int)
  case goalReached
  /// The counters that a packet raised in a chain, and the rules that were asked and did not fire.
  case counted(chain: String, raised: [Int], asked: [Int])
}

/// A field by its protocol and name.
package struct FieldName: Sendable, Hashable {
  package var protocolName: String
  package var name: String
}

/// How a field's bytes are put together to its value.
package enum Reckoning: Sendable, Hashable {
  /// As one number, the first byte counting most.
  case number
  /// Written one after the other, in hexadecimal.
  case digits
  /// Each in decimal with dots between.
  case address
  /// One digit of the byte.
  case firstDigit, secondDigit
}
