import Netfilter
import Simulation

/// What the session says about the host under the learner's hands, and about what-if.
package enum ExperimentMessage: Sendable, Hashable {
  /// The rules changed, and what that means for this many packets.
  case walkedAgain(packets: Int)
  /// Packets of these numbers came in.
  case cameIn(ClosedRange<Int>)
  case playedToEnd(Int)
  case exitStatus(Int32)
  /// The host's programs, for `help`.
  case programs([String])
  /// An edit's name: the lesson has taken its own packets back.
  case lessonPackets
  case edited(packet: Int)
  case checksum(PacketEdit.Checksum)
  case cannotEdit(PacketEditError)
  /// What the host sends follows from the rules and from what came in.
  case cannotEditAnswer
  case inserted(Int)
  case deleted(Int)
  case moved(Int, to: Int)
  case refused(String)
  case noEdits
  case undone(String)
  case redone(String)
  case nothingToUndo
  case nothingToRedo
  case notDone
  case noDifference(packets: Int)
  case differences(Int, packets: Int)
  case moreDifferences(Int)
  case label(DifferenceLabel)
  // Files.
  case saved([String], folder: String)
  /// What was done to the host between packets, which no file holds.
  case notSaved([String])
  case alreadyThere([String], folder: String)
  case noRules
  case rulesKept
  // Who reads a byte.
  case bytesRead(Range<Int>, String)
  case nobodyReads
  /// The kernel did not get to this comparison: another condition of the rule failed before it.
  case notComparedAfter(String)
  /// The rule was never asked, because of this one.
  case notReached(by: String?)
  case wouldHaveFired
  case wouldNotHaveFired
  // Why a state.
  case stateUnknown
  case stateIs(ConnectionState?, asked: ConnectionState)
  case stateNotSeen
  case nothingTracks
  case stateAttached
  case stateUntracked
  case tupleLookedUp(String)
  /// An ICMP error: the tuple of the packet that it quotes.
  case quotationLookedUp(String)
  case entryFound(FlowDirection, hasSeenReply: Bool)
  /// The line of the connection that expected the packet's follows.
  case expectedBy
  case noEntryFound
  case tableSays(TCPEvidence, hasEntry: Bool)
  case windowHeading
  case windowCondition(TCPEvidence.Condition)
  case kernelWords(String)
  case entryAfter
  case stateNeeds(ConnectionState, StateNeeds)
  case gone
  case isNew
  case notSentNow
  case sentAgain
}

/// What a line of `diff` is about.
package enum DifferenceLabel: Sendable, Hashable {
  case path, verdict, state, log, sent, by, bytes, notModelled, counters, none
  /// In plain text: what is no more, what there was not before, and what stands between the two.
  case gone, new, now
}
