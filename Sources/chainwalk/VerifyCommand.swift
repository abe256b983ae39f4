import ArgumentParser
import Capture
import KernelJudge
import Netfilter
import Simulation

/// `chainwalk verify`: asks this machine's own kernel.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "As root: run the same packets through this machine's kernel and compare.",
    discussion: """
      The host's interfaces, routes and rules are set up in a network namespace of their own, with a second one at the \
      other end of each link; nothing leaves the two. The host's services are listened on. After each packet the \
      counters of all rules and policies are compared, every packet that left, the lines that LOG wrote (where \
      net.netfilter.nf_log_all_netns is 1), and, where conntrack is installed, the connections tracked.

      Packets follow each other at once, whatever their times in the capture. Both hosts' stacks answer, whatever \
      host.yaml says; only where the capture shows what a service or program said, that is sent instead.

      Example:
        sudo chainwalk verify capture.pcap --rules rules.v4 --host host.yaml
      """)

  @OptionGroup var scenario: ScenarioOptions

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let printer = try PeoplePrinter(display)
    let given = try scenario.host.map(Inputs.host)
    let sets = try Inputs.sets(scenario.sets, of: given, scenario.host)
    let ruleset = try Inputs.ruleset(scenario.rules, sets)
    var packets = PacketSource(try Inputs.reader(scenario.capture))
    let host = try HostDescription.load(given, ruleset, &packets)
    for line in host.unheeded + host.inferences { StandardError.write("chainwalk: \(line)\n") }
    var (agreed, differed, passedOver) = (0, 0, 0)
    var verification = try Self.verification(host, ruleset, packets.peek(.max))
    if let obstacle = verification.logObstacle { StandardError.write("chainwalk: \(obstacle)\n") }
    while let packet = try packets.next() {
      printer.progress.advance(packets.share)
      switch try Self.outcome(of: packet, &verification) {
      case .agrees: agreed += 1
      case .passedOver(let why):
        passedOver += 1
        printer.write("packet \(packet.number): not compared: \(why)\n") { _ in .hint }
      case .differs(let differences):
        differed += 1
        for difference in differences { printer.write("packet \(packet.number): \(difference)\n") { _ in .wrong } }
      }
    }
    printer.write("\(agreed) packets agree, \(differed) differ, \(passedOver) not compared\n")
    if differed > 0 { throw CommandFailure("", status: CommandFailure.differs) }
  }

  private static func verification(
    _ host: HostDescription, _ ruleset: Ruleset, _ packets: ArraySlice<CapturedPacket>
  ) throws(CommandFailure) -> Verification {
    do {
      return try Verification(host, ruleset, of: packets)
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func outcome(
    of packet: CapturedPacket, _ verification: inout Verification
  ) throws(CommandFailure) -> Verification.Outcome {
    do {
      return try verification.verify(packet)
    } catch {
      throw CommandFailure(error)
    }
  }
}
