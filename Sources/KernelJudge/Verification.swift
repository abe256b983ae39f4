import Capture
import Netfilter
import Simulation
import Wire

/// Runs a capture through the simulated host and through this machine's kernel, and compares after every packet: all
/// counters of all rules and policies, and every packet that left.
package struct Verification {
  /// What came of one captured packet.
  package enum Outcome: Sendable {
    case agrees
    /// The differences, a sentence each.
    case differs([String])
    /// It could not be put to the kernel, and why.
    case passedOver(String)
  }

  private let kernel: KernelHost
  private let simulated: SimulatedHost
  private var tracer: Tracer
  private var isQuiet: Bool

  /// Needs root; `rules` is the ruleset's text as iptables-restore takes it.
  package init(_ host: HostDescription, _ ruleset: Ruleset) throws(JudgeError) {
    kernel = try KernelHost(host, rules: ruleset.savedText(counters: false))
    simulated = SimulatedHost(host, ruleset, isRecording: false)
    tracer = Tracer(host: simulated)
    isQuiet = host.stack == .quiet
  }

  package mutating func verify(_ captured: CapturedPacket) throws(JudgeError) -> Outcome {
    let record = tracer.trace(captured)
    guard let walk = record.walk else { return .passedOver("not walked") }
    guard captured.knowledge == ByteKnowledge() else {
      return .passedOver("bytes of it were edited out or are unknown; the kernel cannot be given it as it was")
    }
    guard walk.notModelled.isEmpty else {
      return .passedOver("not modelled: \(walk.notModelled.joined(separator: ", "))")
    }
    let observed = try kernel.observe(
      walk.initialBytes, on: record.interface, outgoing: record.direction == .outgoing)
    var differences = Self.lineDifferences(
      kernel: observed.save, ours: simulated.namespace.ruleset.savedText(counters: true))
    if !isQuiet { differences += leavingDifferences(observed, walk) }
    return differences.isEmpty ? .agrees : .differs(differences)
  }

  private static func lineDifferences(kernel: String, ours: String) -> [String] {
    zip(kernel.split(separator: "\n"), ours.split(separator: "\n").filter { !$0.hasPrefix("#") })
      .filter { $0 != $1 }.map { "the kernel counts `\($0)`, chainwalk `\($1)`" }
  }

  private func leavingDifferences(_ observed: KernelHost.Observation, _ walk: Walk) -> [String] {
    let ours = Self.leaving(walk).map { $0.masked }.sorted()
    let kernel = observed.left.map { $0.bytes.masked }.sorted()
    guard ours != kernel else { return [] }
    return ["the kernel sent \(kernel), chainwalk \(ours)"]
  }

  /// Every packet of a walk, and of what it caused, that went out on a link.
  private static func leaving(_ walk: Walk) -> [[UInt8]] {
    let own = walk.verdict == .accept && walk.direction != "in" && walk.interface != "lo" ? [walk.finalBytes] : []
    return own + walk.emitted.flatMap(leaving)
  }
}

extension [UInt8] {
  /// Hexadecimal digits, with points for what the kernel chooses: identification and the header checksum over it.
  fileprivate var masked: String {
    guard count >= 20, self[4] != 0 || self[5] != 0 || self[6] & 0x40 == 0 else { return hex }
    return self[..<4].hex + "...." + self[6..<10].hex + "...." + self[12...].hex
  }
}
