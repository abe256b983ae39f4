import Foundation
import Testing
import Wire

@testable import Netfilter

/// Packets in order, and what connection tracking of the real kernel made of each.
///
/// Recorded on Linux 6.18 in a pair of network namespaces, through a host that forwards between them.
struct ConntrackCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let rules: String
  let sysctls: [String: Int]
  let packets: [Packet]

  struct Packet: Decodable, Sendable {
    /// Seconds since the case began.
    let t: Double
    let `in`: String?
    let hex: String
    let walks: [Walk]
    let entries: [Entry]
  }

  struct Walk: Decodable, Sendable {
    let hex: String
    let hooks: [String]
    let state: String?
    let dir: String?
    let verdict: String
    let `in`: String?
    let out: String?
    let wire: [String]
    let notes: [String]
  }

  struct Entry: Decodable, Sendable {
    let entry: String
    let timeout: Int
  }

  var testDescription: String { name }

  /// Runs the packets through the hooks that the kernel took them through, and gives back every difference from it.
  ///
  /// A case ends where the kernel picked a port at random, which nobody can foretell.
  func differences() -> [String] {
    let namespace = NetworkNamespace()
    namespace.sysctls = sysctls
    let tracker = ConnectionTracker(namespace: namespace)
    namespace.tracker = tracker
    let stack = ConntrackStack()
    namespace.stack = stack
    guard let ruleset = try? Ruleset(parsing: rules, file: name) else { return ["\(name): the rules cannot be read"] }
    namespace.load(ruleset)
    var differences: [String] = []
    for (index, packet) in packets.enumerated() {
      namespace.now = 4_000_000_000_000 + Int64(packet.t * 1e9)
      var last: SocketBuffer?
      for expected in packet.walks {
        let bytes = last == nil ? packet.hex : expected.hex
        let buffer = run(expected, bytes, namespace, after: last)
        last = buffer
        if buffer.connection?.hasRandomPort == true { return differences }
        differences += compare(buffer, expected).map { "\(name) packet \(index + 1): \($0)" }
      }
      differences += compare(tracker, packet.entries).map { "\(name) packet \(index + 1): \($0)" }
    }
    return differences
  }

  private func run(
    _ expected: Walk, _ hex: String, _ namespace: NetworkNamespace, after last: SocketBuffer?
  ) -> SocketBuffer {
    let walk = Netfilter.Walk(origin: .injected, bytes: [UInt8](hex: hex) ?? [], isRecording: true)
    let buffer = SocketBuffer(bytes: walk.initialBytes, walk: walk)
    buffer.inputInterface = expected.in
    if expected.in == "lo", let last {
      buffer.connection = last.connection
      buffer.connectionInfo = last.connectionInfo
    }
    let isIncoming = expected.in != nil
    guard namespace.fragments.take(buffer, for: isIncoming ? .trackingInput : .trackingOutput) == .complete else {
      walk.verdict = .routing
      return buffer
    }
    for hook in expected.hooks.compactMap(Hook.init(rawValue:)) {
      if hook == .forward { decrementTimeToLive(of: buffer) }
      if hook != .prerouting { buffer.outputInterface = expected.out }
      let verdict = namespace.run(hook, buffer)
      guard verdict == .accept else {
        walk.verdict = verdict.verdict
        return buffer
      }
    }
    walk.verdict = .accept
    return buffer
  }

  private func decrementTimeToLive(of buffer: SocketBuffer) {
    buffer.bytes[8] &-= 1
    buffer.bytes.store(UInt16(0), at: 10)
    buffer.bytes.store(InternetChecksum.of(buffer.bytes[..<buffer.headerLength]), at: 10)
  }

  private func compare(_ buffer: SocketBuffer, _ expected: Walk) -> [String] {
    var differences: [String] = []
    let found = "\(buffer.state.rawValue) \(buffer.connectionInfo?.direction == .reply ? "reply" : "original")"
    // A packet that tracking dropped is not heard of again.
    if let state = expected.state {
      let wanted = "\(state) \(expected.dir ?? "original")"
      if found != wanted { differences.append("kernel \(wanted), we \(found)") }
    }
    // The record was made before confirmation: what never reached the wire was dropped there, and of what was
    // delivered it does not know.
    let isLost = expected.verdict == "SENT" && expected.wire.isEmpty && expected.out != "lo"
    let verdicts = ["LOCAL": Verdict.accept, "SENT": isLost ? .drop : .accept, "DROP": .drop, "QUEUED": .routing]
    if verdicts[expected.verdict] != buffer.walk.verdict, expected.verdict != "LOCAL" {
      differences.append("kernel \(expected.verdict), we \(String(describing: buffer.walk.verdict))")
    }
    var sent = [buffer.bytes.hex]
    if case .fragments(let fragments) = Fragmentation.fragment(buffer, mtu: 1500) { sent = fragments.map(\.hex) }
    if !expected.wire.isEmpty, expected.wire != sent {
      differences.append("kernel sent \(expected.wire)\n  we sent     \(sent)")
    }
    let reasons = buffer.walk.events.compactMap { if case .tracking(let outcome) = $0 { outcome.reason } else { nil } }
    for note in expected.notes where !reasons.contains(where: { $0.contains(note) || note.hasPrefix($0) }) {
      differences.append("kernel says \(note), we \(reasons)")
    }
    return differences
  }

  private func compare(_ tracker: ConnectionTracker, _ entries: [Entry]) -> [String] {
    let namespace = tracker.namespace
    let found = tracker.entries.map {
      Entry(entry: Self.text(of: $0), timeout: Int($0.remainingSeconds(at: namespace.jiffies, hz: namespace.hz)))
    }.sorted { $0.entry < $1.entry }
    let wanted = entries.sorted { $0.entry < $1.entry }
    guard found.map(\.entry) == wanted.map(\.entry) else {
      return ["\n  kernel \(wanted.map(\.entry))\n  we     \(found.map(\.entry))"]
    }
    return zip(found, wanted).filter { abs($0.timeout - $1.timeout) > 1 }.map {
      "timeout of \($0.entry): kernel \($1.timeout), we \($0.timeout)"
    }
  }

  private static let statusNames = [
    "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE",
    "DST_NAT_DONE",
    "DYING", "FIXED_TIMEOUT", "TEMPLATE", "NAT_CLASH",
  ]

  private static func text(of entry: ConnectionTrackingEntry) -> String {
    func text(_ tuple: FlowTuple) -> String {
      "\(tuple.source)>\(tuple.destination) \(tuple.sourcePort)>\(tuple.destinationPort)"
    }
    let status = statusNames.enumerated().filter { entry.status.rawValue >> UInt32($0.offset) & 1 == 1 }.map(\.element)
    var line =
      "\(entry.protocolNumber) \(text(entry.original)) | \(text(entry.reply)) | \(status.joined(separator: ","))"
    if let tcp = entry.tcp { line += " | \(tcp.state) \(tcp.original.flags.rawValue) \(tcp.reply.flags.rawValue)" }
    if let counters = entry.counters {
      let (sent, answered) = (counters.original, counters.reply)
      line += " | \(sent.packets) \(sent.bytes) \(answered.packets) \(answered.bytes)"
    }
    if entry.mark != 0 { line += " | mark \(entry.mark)" }
    return line
  }

  /// The cases of a file, one JSON object a line.
  static func cases(in file: URL) -> [ConntrackCase] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(ConntrackCase.self, from: Data($0.utf8)) }
  }
}
