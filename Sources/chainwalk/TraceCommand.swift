import ArgumentParser
import Capture
import Netfilter
import Simulation
import Wire

/// `chainwalk trace`: every packet's way through the firewall.
struct TraceCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Walk every packet of a capture through the firewall and tell what happened.",
    discussion: """
      Examples:
        chainwalk trace trace.txt --rules rules.v4
        chainwalk trace capture.pcapng --rules rules.v4 --host host.yaml --counters
        tcpdump -nvvX -r capture.pcap |
          chainwalk trace - --rules rules.v4 --format ndjson | jq .path
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: "text for people, ndjson: one JSON object a packet.")
  var format = Format.text

  @Option(help: ArgumentHelp(ScenarioOptions.seedHelp, valueName: "number")) var seed: UInt64?

  @OptionGroup var display: DisplayOptions

  @Flag(help: "End with the ruleset and its counters, as iptables-save -c prints it.")
  var counters = false

  func run() throws {
    let printer = try PeoplePrinter(display)
    let given = try scenario.host.map(Inputs.host)
    let sets = try Inputs.sets(scenario.sets, of: given, scenario.host)
    let ruleset = try Inputs.ruleset(scenario.rules, sets)
    var packets = PacketSource(try Inputs.reader(scenario.capture))
    var description = try HostDescription.load(given, ruleset, &packets)
    if let seed { description.seed = seed }
    for line in ruleset.assumptions + description.unheeded + description.inferences {
      StandardError.write("chainwalk: \(line)\n")
    }
    let host = SimulatedHost(description, ruleset, isRecording: false)
    var tracer = Tracer(host: host)
    var pending = PendingRecords(format, printer)
    do {
      while let packet = try packets.next() {
        host.upcoming = try packets.peek(PendingRecords.patience)
        pending.add(tracer.trace(packet))
        printer.progress.advance(packets.share)
      }
    } catch {
      StandardOutput.discard()
      throw error
    }
    pending.flush()
    guard counters else { return }
    let save = host.namespace.ruleset.savedText(counters: true)
    switch format {
    case .text: StandardOutput.write(save.utf8)
    case .ndjson:
      var json = JSONWriter()
      json.beginObject()
      json.key("save")
      json.string(save)
      json.endObject()
      json.newline()
      StandardOutput.write(json.bytes)
    }
  }
}

/// Records wait here until a captured packet confirms what they emitted, or until that has become unlikely.
private struct PendingRecords {
  private var waiting: [PacketRecord] = []
  private let format: TraceCommand.Format
  private var json = JSONWriter()
  /// Packets to look ahead for a confirmation.
  static let patience = 64

  private let printer: PeoplePrinter

  init(_ format: TraceCommand.Format, _ printer: PeoplePrinter) {
    self.format = format
    self.printer = printer
  }

  mutating func add(_ record: PacketRecord) {
    if case .confirms(let origin, _) = record.disposition,
      let index = waiting.firstIndex(where: { $0.captured.number == origin && $0.confirmedBy == nil })
    {
      waiting[index].confirmedBy = record.captured.number
    }
    waiting.append(record)
    while let first = waiting.first, !first.isWaiting || waiting.count > Self.patience {
      write(waiting.removeFirst())
    }
  }

  mutating func flush() {
    for record in waiting { write(record) }
    waiting = []
  }

  private mutating func write(_ record: PacketRecord) {
    switch format {
    case .text: printer.write(record.report, PeoplePrinter.report)
    case .ndjson:
      record.write(to: &json)
      StandardOutput.write(json.bytes)
      json.removeAll()
    }
  }
}

extension PacketRecord {
  /// Whether a later packet may still confirm what this one made the host send, or time may yet pass for a fragment.
  fileprivate var isWaiting: Bool {
    guard let walk, confirmedBy == nil else { return false }
    return walk.isHeld || walk.emitted.contains { $0.verdict == .accept && $0.interface != "lo" }
  }
}
