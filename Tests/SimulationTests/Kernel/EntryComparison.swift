import Netfilter
import Wire

@testable import Simulation

extension KernelCase {
  /// What differs in connection tracking's table, a sentence an entry; nothing where it was not recorded.
  func entryDifferences(_ packet: PacketTruth, _ namespace: NetworkNamespace) -> [String] {
    guard let expected = packet.conntrack, let tracker = namespace.tracker else { return [] }
    var ours: [String: ConnectionTrackingEntry] = [:]
    // An entry that shares its original tuple with another is listed by neither side.
    for entry in tracker.entries where !entry.status.contains(.natClash) { ours[Self.flow(entry.original)] = entry }
    var differences: [String] = []
    // The recorder asks for every tuple it has met, and so may find one entry twice.
    var found: Set<String> = []
    for kernel in expected where found.insert(kernel.orig.flow).inserted {
      let flow = kernel.orig.flow
      guard let entry = ours.removeValue(forKey: flow) else {
        differences.append("the kernel tracks \(flow), we do not")
        continue
      }
      let (theirs, own) = (Self.facts(kernel, entry), Self.facts(entry))
      if theirs != own { differences.append("entry \(flow): kernel \(theirs), we \(own)") }
      // A second or two pass between the packet and the look at the table on a busy machine.
      let left = Int(entry.remainingSeconds(at: namespace.jiffies, hz: namespace.hz))
      if let timeout = kernel.timeout, !(left - 3...left + 1).contains(timeout) {
        differences.append("entry \(flow): the kernel gives it \(timeout) s, we \(left) s")
      }
    }
    return differences + ours.keys.sorted().map { "we track \($0), the kernel does not" }
  }

  /// What differs in what helpers wait for, a sentence each; nothing where it was not recorded.
  func expectationDifferences(_ packet: PacketTruth, _ namespace: NetworkNamespace) -> [String] {
    guard let expected = packet.expectations, let tracker = namespace.tracker else { return [] }
    let kernel = expected.map {
      "\($0.tuple.flow) mask \($0.mask.src):\($0.mask.sport ?? 0) of \($0.master.flow) by \($0.helper)"
        + (($0.flags ?? []).contains("PERMANENT") ? " for good" : "")
    }
    let ours = tracker.expected.map {
      "\(Self.flow($0.tuple)) mask \(IPv4Address(rawValue: $0.sourceAddressMask)):\($0.sourcePortMask)"
        + " of \(Self.flow($0.master.original)) by \($0.helper)" + ($0.isPermanent ? " for good" : "")
    }
    guard kernel.sorted() == ours.sorted() else { return ["expected: kernel \(kernel.sorted()), we \(ours.sorted())"] }
    let left = tracker.expected.map { Int($0.remainingSeconds(at: namespace.jiffies, hz: namespace.hz)) }.sorted()
    let same = zip(expected.map(\.timeout).sorted(), left).allSatisfy { abs($0 - $1) <= 2 }
    return same ? [] : ["expected: the kernel waits \(expected.map(\.timeout)) s, we \(left) s"]
  }

  private static let statusNames: [(ConnectionStatus, String)] = [
    (.expected, "EXPECTED"), (.seenReply, "SEEN_REPLY"), (.assured, "ASSURED"), (.confirmed, "CONFIRMED"),
    (.sourceNAT, "SRC_NAT"), (.destinationNAT, "DST_NAT"), (.sequenceAdjust, "SEQ_ADJUST"),
    (.sourceNATDone, "SRC_NAT_DONE"),
    (.destinationNATDone, "DST_NAT_DONE"), (.fixedTimeout, "FIXED_TIMEOUT"), (.helper, "HELPER"),
  ]

  private static func facts(_ entry: ConnectionTrackingEntry) -> [String] {
    let status = statusNames.filter { entry.status.contains($0.0) }.map(\.1)
    // Where the kernel chose a port at random, the answers' tuple cannot be compared.
    let reply = entry.hasRandomPort ? "" : flow(entry.reply)
    let helper = entry.helper.map { type(of: $0).name } ?? ""
    return [
      entry.tcp?.state.description ?? "", reply, status.joined(separator: ","), String(entry.mark), helper,
      entry.master.map { flow($0.original) } ?? "",
    ]
  }

  private static func facts(_ kernel: EntryTruth, _ ours: ConnectionTrackingEntry) -> [String] {
    let known = Set(statusNames.map(\.1))
    let status = (kernel.status ?? []).filter(known.contains).joined(separator: ",")
    return [
      kernel.tcpState ?? "", ours.hasRandomPort ? "" : kernel.reply.flow, status, String(kernel.mark ?? 0),
      kernel.helper ?? "", kernel.master?.flow ?? "",
    ]
  }

  private static let protocolNames: [UInt8: String] = [
    1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 132: "sctp", 136: "udplite",
  ]

  private static func flow(_ tuple: FlowTuple) -> String {
    (protocolNames[tuple.protocolNumber] ?? String(tuple.protocolNumber)) + " " + ends(tuple)
  }

  private static func ends(_ tuple: FlowTuple) -> String {
    switch tuple.protocolNumber {
    case 1: "\(tuple.source) > \(tuple.destination) \(tuple.sourcePort) \(tuple.icmpType).\(tuple.icmpCode)"
    case 6, 17, 47, 132, 136:
      "\(tuple.source):\(tuple.sourcePort) > \(tuple.destination):\(tuple.destinationPort)"
    default: "\(tuple.source) > \(tuple.destination)"
    }
  }
}

extension KernelCase.TupleTruth {
  fileprivate var flow: String { proto.text + " " + ends }

  private var ends: String {
    if let id, let type, let code { return "\(src) > \(dst) \(id) \(type).\(code)" }
    if let sport, let dport { return "\(src):\(sport) > \(dst):\(dport)" }
    return "\(src) > \(dst)"
  }
}
