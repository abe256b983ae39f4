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

  /// Runs the packets through hooks without tables, and gives back every difference from the kernel.
  func differences() -> [String] {
    let namespace = NetworkNamespace()
    namespace.sysctls = sysctls
    let tracker = ConnectionTracker(namespace: namespace)
    namespace.tracker = tracker
    var differences: [String] = []
    for (index, packet) in packets.enumerated() {
      namespace.now = 4_000_000_000_000 + Int64(packet.t * 1e9)
      for expected in packet.walks {
        let walk = Netfilter.Walk(origin: .injected, bytes: [UInt8](hex: expected.hex) ?? [], isRecording: true)
        let buffer = SocketBuffer(bytes: walk.initialBytes, walk: walk)
        buffer.inputInterface = expected.in
        for hook in expected.hooks.compactMap(Hook.init(rawValue:)) {
          guard namespace.run(hook, buffer) == .accept else { break }
        }
        let found = "\(buffer.state.rawValue) \(buffer.connectionInfo?.direction == .reply ? "reply" : "original")"
        let wanted = "\(expected.state ?? "none") \(expected.dir ?? "original")"
        if found != wanted { differences.append("\(name) packet \(index + 1): kernel \(wanted), we \(found)") }
        let reasons = walk.events.compactMap { if case .tracking(let outcome) = $0 { outcome.reason } else { nil } }
        for note in expected.notes where !reasons.contains(where: { $0.contains(note) || note.hasPrefix($0) }) {
          differences.append("\(name) packet \(index + 1): kernel says \(note), we \(reasons)")
        }
      }
      let found = tracker.entries.map {
        Entry(entry: Self.text(of: $0), timeout: Int($0.remainingSeconds(at: namespace.jiffies, hz: namespace.hz)))
      }.sorted { $0.entry < $1.entry }
      let wanted = packet.entries.sorted { $0.entry < $1.entry }
      if found.map(\.entry) != wanted.map(\.entry) {
        differences.append("\(name) packet \(index + 1):\n  kernel \(wanted.map(\.entry))\n  we     \(found.map(\.entry))")
      } else {
        for (ours, theirs) in zip(found, wanted) where abs(ours.timeout - theirs.timeout) > 1 {
          differences.append("\(name) packet \(index + 1): timeout of \(ours.entry): kernel \(theirs.timeout), we \(ours.timeout)")
        }
      }
    }
    return differences
  }

  private static let statusNames = [
    "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE", "DST_NAT_DONE",
    "DYING", "FIXED_TIMEOUT", "TEMPLATE", "NAT_CLASH",
  ]

  private static func text(of entry: ConnectionTrackingEntry) -> String {
    func text(_ tuple: FlowTuple) -> String {
      "\(tuple.source)>\(tuple.destination) \(tuple.sourcePort)>\(tuple.destinationPort)"
    }
    let status = statusNames.enumerated().filter { entry.status.rawValue >> UInt32($0.offset) & 1 == 1 }.map(\.element)
    var line = "\(entry.protocolNumber) \(text(entry.original)) | \(text(entry.reply)) | \(status.joined(separator: ","))"
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
