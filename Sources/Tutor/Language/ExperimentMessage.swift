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
  case noConnections
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
  case gone
  case isNew
  case notSentNow
  case sentAgain
}

/// What a line of `diff` is about.
package enum DifferenceLabel: Sendable, Hashable {
  case path, verdict, state, log, sent, bytes, notModelled, counters, none
}
