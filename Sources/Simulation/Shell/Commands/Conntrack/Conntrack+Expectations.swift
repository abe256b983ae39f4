import Netfilter
import Wire

/// `conntrack -L expect` and `conntrack -E expect`.
extension Conntrack {
  /// The table of expectations, newest first (the kernel's order is that of a keyed hash).
  static func expectations(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    let (jiffies, hz) = (host.namespace.jiffies, host.namespace.hz)
    let all = options.filter.isElsewhere ? [] : tracker?.expected ?? []
    let text = options.output.expectations(
      all.map {
        .init(
          expectation: $0, remainingSeconds: $0.remainingSeconds(at: jiffies, hz: hz), kind: nil,
          moment: CalendarTime(nanoseconds: host.clock), clock: host.clock)
      })
    return ShellResult(output: text, errorOutput: "\(version): \(all.count) expectations have been shown.\n")
  }

  /// What has happened to them since the first packet.
  static func expectationEvents(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    if let tracker, !tracker.isWatched { return .notModelled("conntrack -E expect on a host that keeps no record") }
    let events = tracker?.expectationEvents ?? []
    let text = options.output.expectations(
      events.map {
        let clock = host.clock(at: $0.time)
        return .init(
          expectation: $0.expectation, remainingSeconds: $0.remainingSeconds, kind: $0.kind,
          moment: CalendarTime(nanoseconds: clock), clock: clock)
      })
    return ShellResult(
      output: text, errorOutput: "\(version): \(events.count) expectation events have been shown.\n")
  }
}

extension ConntrackOutput {
  /// An expectation of the table, or something that happened to one.
  struct ListedExpectation {
    let expectation: Expectation
    let remainingSeconds: Int64
    /// `nil` in the table.
    let kind: ExpectationEvent.Kind?
    let moment: CalendarTime
    /// Nanoseconds as the host's clock counts them.
    let clock: Int64
  }

  func expectations(_ listed: [ListedExpectation]) -> String {
    let lines = listed.map { isXML ? Self.xml($0, hasTime: hasTime) : time($0.clock, $0.moment) + Self.line($0) }
    let text = lines.map { $0 + "\n" }.joined()
    guard isXML, !lines.isEmpty else { return text }
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<expect>\n\(text)</expect>\n"
  }

  private static func line(_ listed: ListedExpectation) -> String {
    let (expected, master) = (listed.expectation.tuple, listed.expectation.master.original)
    let label = [ExpectationEvent.Kind.new: "    [NEW] ", .destroy: "[DESTROY] "]
    var parts = ["\(listed.remainingSeconds) proto=\(expected.protocolNumber)"]
    parts.append("src=\(expected.source) dst=\(expected.destination)")
    parts.append("sport=\(expected.sourcePort) dport=\(expected.destinationPort)")
    parts.append("mask-src=\(listed.expectation.sourceMask) mask-dst=255.255.255.255")
    parts.append("sport=\(listed.expectation.sourcePortMask) dport=65535")
    parts.append("master-src=\(master.source) master-dst=\(master.destination)")
    parts.append("sport=\(master.sourcePort) dport=\(master.destinationPort)")
    if listed.expectation.isPermanent { parts.append("PERMANENT") }
    parts.append("class=0 helper=\(listed.expectation.helper)")
    return (listed.kind.flatMap { label[$0] } ?? "") + parts.joined(separator: " ")
  }

  private static func xml(_ listed: ListedExpectation, hasTime: Bool) -> String {
    let (expectation, master) = (listed.expectation, listed.expectation.master)
    func three(_ name: (String, String), _ expected: (Any, Any), _ mask: (Any, Any), _ master: (Any, Any)) -> String {
      [("expected", expected), ("mask", mask), ("master", master)].map { tag, values in
        "<\(tag)><\(name.0)>\(values.0)</\(name.0)><\(name.1)>\(values.1)</\(name.1)></\(tag)>"
      }.joined()
    }
    let type = listed.kind.map { " type=\"\($0 == .new ? "new" : "destroy")\"" } ?? ""
    var text = "<flow\(type)><layer3 protonum=\"2\" protoname=\"ipv4\">"
    text += three(
      ("src", "dst"), (expectation.tuple.source, expectation.tuple.destination),
      (expectation.sourceMask, "255.255.255.255"), (master.original.source, master.original.destination))
    text += "</layer3><layer4 protonum=\"\(master.protocolNumber)\" protoname=\"\(master.protocolName)\">"
    text += three(
      ("sport", "dport"), (expectation.tuple.sourcePort, expectation.tuple.destinationPort),
      (expectation.sourcePortMask, 65535), (master.original.sourcePort, master.original.destinationPort))
    text += "</layer4><meta><helper-name>\(expectation.helper)</helper-name>"
    text += "<timeout>\(listed.remainingSeconds)</timeout><class>0</class>"
    return text + (hasTime ? listed.moment.xml : "") + "</meta></flow>"
  }
}

extension Expectation {
  /// The mask of the source as an address.
  fileprivate var sourceMask: IPv4Address { IPv4Address(rawValue: sourceAddressMask) }
}
