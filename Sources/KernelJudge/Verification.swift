import Capture
import Glibc
import Netfilter
import Simulation
import Wire

/// Runs a capture through the simulated host and through this machine's kernel, and compares after every packet: all
/// counters of all rules and policies, every packet that left, what LOG wrote, and the connections tracked.
///
/// Both clocks are this machine's: packets follow each other at once. Both hosts answer as the kernel does, since a
/// kernel's stack cannot be told to be quiet.
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
  private let start: Int64
  private let log: KernelLog?
  /// Why the lines of the kernel's log are not compared; `nil` where they are.
  package let logObstacle: String?

  /// Needs root.
  ///
  /// - Parameter packets: the whole capture. Where it shows what a service or program of the host said, that is sent, and
  ///   the kernel, whose own sequence numbers would be others, says nothing in their stead.
  package init(
    _ host: HostDescription, _ ruleset: Ruleset, of packets: some Sequence<CapturedPacket>
  ) throws(JudgeError) {
    var host = host
    host.stack = .real
    // Before the thread enters another namespace: only the first one shows the setting.
    log = KernelLog()
    let conversations = Conversation.captured(in: packets, of: host)
    kernel = try KernelHost(
      host, rules: ruleset.savedText(counters: false), leavingToCapture: conversations)
    simulated = SimulatedHost(host, ruleset, isRecording: false)
    simulated.leaveToCapture(conversations)
    tracer = Tracer(host: simulated)
    logObstacle =
      log == nil ? "LOG lines are not compared: that needs /dev/kmsg, and net.netfilter.nf_log_all_netns 1" : nil
    KernelTicks.wait(for: UInt64(clamping: simulated.namespace.jiffies))
    start = Self.clock
  }

  /// Nanoseconds of the monotonic clock.
  private static var clock: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  package mutating func verify(_ captured: CapturedPacket) throws(JudgeError) -> Outcome {
    if let length = offloaded(captured) {
      return .passedOver("\(length) bytes are more than a link carries: a network card has joined it from several")
    }
    // Neither host is given it, so that both have had the same.
    guard captured.knowledge.isWhole else {
      return .passedOver("bytes of it were edited out or are unknown; the kernel cannot be given it as it was")
    }
    var captured = captured
    captured.time = Timestamp(nanoseconds: Self.clock - start)
    let record = tracer.trace(captured)
    guard let walk = record.walk else { return .passedOver("not walked") }
    guard walk.notModelled.isEmpty else {
      return .passedOver("not modelled: \(walk.notModelled.joined(separator: ", "))")
    }
    let observed = try kernel.observe(
      walk.initialBytes, on: record.interface, outgoing: record.direction == .outgoing)
    let walks = record.before.map(\.walk) + [walk]
    let differences =
      counterDifferences(observed) + leavingDifferences(observed, walks) + logDifferences(walks, observed)
      + connectionDifferences(observed)
    return differences.isEmpty ? .agrees : .differs(differences)
  }

  /// The length of a packet that no link of the host carries.
  private func offloaded(_ captured: CapturedPacket) -> Int? {
    guard captured.direction != .outgoing, let location = IPv4Location(captured),
      let ip = IPv4Header(captured.bytes[...].slice(at: location.offset))
    else { return nil }
    let widest = simulated.description.interfaces.filter { $0.name != "lo" }.map(\.mtu).max() ?? 1500
    return ip.totalLength > widest ? ip.totalLength : nil
  }

  // MARK: Counters

  private func counterDifferences(_ observed: KernelHost.Observation) -> [String] {
    let ours = Self.places(simulated.namespace.ruleset.savedText(counters: true))
    return Self.places(observed.save).sorted { $0.key < $1.key }.compactMap { place, line in
      ours[place] == line ? nil : "\(place): the kernel counts `\(line)`, chainwalk `\(ours[place] ?? "nothing")`"
    }
  }

  /// The lines of an `iptables-save -c` text by where they stand: tables come in any order.
  private static func places(_ save: String) -> [String: String] {
    var places: [String: String] = [:]
    var table = ""
    var counts: [String: Int] = [:]
    for line in save.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("*") {
        table = String(line.dropFirst())
      } else if line.hasPrefix(":"), let chain = words.first?.dropFirst() {
        places["\(table) \(chain)"] = String(line)
      } else if line.hasPrefix("["), words.count > 2 {
        let chain = "\(table) \(words[2])"
        counts[chain, default: 0] += 1
        places["\(chain) rule \(counts[chain] ?? 0)"] = String(line)
      }
    }
    return places
  }

  // MARK: Packets

  private func leavingDifferences(_ observed: KernelHost.Observation, _ walks: [Walk]) -> [String] {
    let ours = walks.flatMap(Self.leaving).map { $0.masked }.sorted()
    let kernel = observed.left.map { $0.bytes.masked }.sorted()
    guard ours != kernel else { return [] }
    return ["the kernel sent \(kernel), chainwalk \(ours)"]
  }

  /// Every packet of a walk, and of what it caused, that went out on a link.
  private static func leaving(_ walk: Walk) -> [[UInt8]] {
    let left = walk.verdict == .accept && walk.direction != "in" && walk.interface != "lo"
    let own = walk.fragments.isEmpty ? [walk.finalBytes] : walk.fragments
    return (left ? own : []) + walk.emitted.flatMap(leaving)
  }

  // MARK: LOG

  private func logDifferences(_ walks: [Walk], _ observed: KernelHost.Observation) -> [String] {
    guard let log else { return [] }
    let ours = walks.flatMap(Self.lines).sorted()
    // Others may write to the same log: what is theirs names other interfaces or other addresses.
    let names = simulated.interfaceNames
    let addresses = Set(walks.flatMap(Self.addresses) + observed.left.flatMap { Self.addresses($0.bytes) })
    let kernel = log.newLines().filter { line in
      let isHere = ["IN=", " OUT="].allSatisfy { key in
        Self.value(of: key, in: line).map { $0.isEmpty || names.contains(String($0)) } ?? false
      }
      return isHere
        && ["SRC=", "DST="].allSatisfy { key in
          Self.value(of: key, in: line).flatMap { IPv4Address(String($0)) }.map(addresses.contains) ?? false
        }
    }.map(Self.withoutChoices).sorted()
    guard ours != kernel else { return [] }
    return ["the kernel logged \(kernel), chainwalk \(ours)"]
  }

  private static func value(of key: String, in line: String) -> Substring? {
    line.firstRange(of: key).map { line[$0.upperBound...].prefix { $0 != " " } }
  }

  /// The addresses of a packet as it came and as it went, and of what it caused.
  private static func addresses(_ walk: Walk) -> [IPv4Address] {
    [walk.initialBytes, walk.finalBytes].flatMap(addresses) + walk.emitted.flatMap(addresses)
  }

  private static func addresses(_ packet: [UInt8]) -> [IPv4Address] {
    IPv4Header(packet[...]).map { [$0.source, $0.destination] } ?? []
  }

  private static func lines(_ walk: Walk) -> [String] {
    walk.log.map { withoutChoices($0.text) } + walk.emitted.flatMap(lines)
  }

  /// A line without what the kernel chooses, the addresses of links made for the comparison, and the blank at its end.
  private static func withoutChoices(_ line: String) -> String {
    let chosen = ["ID=", "SEQ=", "ACK=", "WINDOW=", "MAC="]
    return line.split(separator: " ").map { word in
      chosen.first { word.hasPrefix($0) }.map { $0 + ".." } ?? String(word)
    }.joined(separator: " ")
  }

  // MARK: Connections

  private func connectionDifferences(_ observed: KernelHost.Observation) -> [String] {
    guard let lines = observed.connections, let tracker = simulated.namespace.tracker else { return [] }
    var kernel = Self.byFlow(lines)
    var ours: [String: String] = [:]
    for entry in tracker.entries where !entry.status.contains(.natClash) {
      let line = entry.line(at: simulated.namespace.jiffies, hz: simulated.namespace.hz)
      for (flow, rest) in Self.byFlow([line]) {
        // Where the kernel chose a port at random, nobody can tell which.
        if entry.hasRandomPort { kernel[flow] = nil } else { ours[flow] = rest }
      }
    }
    guard kernel != ours else { return [] }
    return Set(kernel.keys).union(ours.keys).sorted().filter { kernel[$0] != ours[$0] }.map { flow in
      "connection \(flow): the kernel has `\(kernel[flow] ?? "none")`, chainwalk `\(ours[flow] ?? "none")`"
    }
  }

  /// `conntrack -L` lines by their original tuple, without the seconds left and the use count.
  private static func byFlow(_ lines: [String]) -> [String: String] {
    var flows: [String: String] = [:]
    for line in lines {
      var words = line.split(separator: " ").map(String.init).filter { !$0.hasPrefix("use=") }
      guard words.count > 3 else { continue }
      words.remove(at: 2)
      let sources = words.indices.filter { words[$0].hasPrefix("src=") }
      let end = sources.count > 1 ? sources[1] : words.endIndex
      let flow = words[..<2] + words[(sources.first ?? 0)..<end].filter { $0.contains("=") }
      flows[flow.joined(separator: " ")] = words.joined(separator: " ")
    }
    return flows
  }
}

extension [UInt8] {
  /// Hexadecimal digits, with points for what the kernel chooses: identification and the header checksum over it,
  /// the numbers and times of a handshake, times of day.
  fileprivate var masked: String {
    guard let ip = IPv4Header(self[...]) else { return hex }
    var hidden: [Range<Int>] = []
    if !ip.dontFragment || ip.identification != 0 { hidden += [4..<6, 10..<12] }
    let start = ip.headerLength
    if ip.protocolNumber == 6, let segment = TCPHeader(ip.payload), segment.data.isEmpty,
      segment.flags.contains(.ack), segment.flags.isDisjoint(with: [.rst, .fin, .psh])
    {
      hidden += [start + 4..<start + 8, start + 16..<start + 18, start + 20..<start + segment.headerLength]
    }
    // An ICMP timestamp reply.
    if ip.protocolNumber == 1, ip.payload.first == 14 { hidden += [start + 2..<start + 4, start + 12..<count] }
    return indices.map { index in hidden.contains { $0.contains(index) } ? ".." : [self[index]].hex }.joined()
  }
}
