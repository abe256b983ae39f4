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
    let (expectation, master) = (listed.expectation, listed.expectation.master.original)
    let expected = expectation.tuple
    let label = [ExpectationEvent.Kind.new: "    [NEW] ", .destroy: "[DESTROY] "]
    let ends = Ends(expected.protocolNumber)
    var parts = ["\(listed.remainingSeconds) proto=\(expected.protocolNumber)"]
    parts.append("src=\(expected.source) dst=\(expected.destination)")
    parts.append(ends.line(expected.sourcePort, expected.destinationPort))
    parts.append("mask-src=\(expectation.sourceMask) mask-dst=255.255.255.255")
    parts.append(ends.line(expectation.sourcePortMask, .max))
    parts.append("master-src=\(master.source) master-dst=\(master.destination)")
    parts.append(Ends(master.protocolNumber).line(master.sourcePort, master.destinationPort))
    if expectation.isPermanent { parts.append("PERMANENT") }
    parts.append("class=0 helper=\(expectation.helper)")
    return (listed.kind.flatMap { label[$0] } ?? "") + parts.joined(separator: " ")
  }

  private static func xml(_ listed: ListedExpectation, hasTime: Bool) -> String {
    let (expectation, master) = (listed.expectation, listed.expectation.master.original)
    let expected = expectation.tuple
    let (ends, masterEnds) = (Ends(expected.protocolNumber), Ends(master.protocolNumber))
    func addresses(_ source: IPv4Address, _ destination: String) -> String {
      "<src>\(source)</src><dst>\(destination)</dst>"
    }
    let type = listed.kind.map { " type=\"\($0 == .new ? "new" : "destroy")\"" } ?? ""
    var text = "<flow\(type)><layer3 protonum=\"2\" protoname=\"ipv4\">"
    text += "<expected>\(addresses(expected.source, expected.destination.description))</expected>"
    text += "<mask>\(addresses(expectation.sourceMask, "255.255.255.255"))</mask>"
    text += "<master>\(addresses(master.source, master.destination.description))</master></layer3>"
    text += "<layer4 protonum=\"\(expected.protocolNumber)\""
    text += " protoname=\"\(ConnectionTrackingEntry.protocolName(expected.protocolNumber))\">"
    text += "<expected>\(ends.xml(expected.sourcePort, expected.destinationPort))</expected>"
    text += "<mask>\(ends.xml(expectation.sourcePortMask, .max))</mask>"
    text += "<master>\(masterEnds.xml(master.sourcePort, master.destinationPort))</master></layer4>"
    text += "<meta><helper-name>\(expectation.helper)</helper-name>"
    text += "<timeout>\(listed.remainingSeconds)</timeout><class>0</class>"
    return text + (hasTime ? listed.moment.xml : "") + "</meta></flow>"
  }

  /// How ports, or the call identifiers of GRE, are written.
  struct Ends {
    private let isGRE: Bool

    init(_ protocolNumber: UInt8) { isGRE = protocolNumber == 47 }

    func line(_ source: UInt16, _ destination: UInt16) -> String {
      "\(names.0)=\(text(source)) \(names.1)=\(text(destination))"
    }

    func xml(_ source: UInt16, _ destination: UInt16) -> String {
      "<\(names.0)>\(text(source))</\(names.0)><\(names.1)>\(text(destination))</\(names.1)>"
    }

    private var names: (String, String) { isGRE ? ("srckey", "dstkey") : ("sport", "dport") }
    private func text(_ number: UInt16) -> String {
      isGRE ? "0x" + String(number, radix: 16) : String(number)
    }
  }
}

extension Expectation {
  /// The mask of the source as an address.
  fileprivate var sourceMask: IPv4Address { IPv4Address(rawValue: sourceAddressMask) }
}
