import Capture
import Netfilter
import Wire

extension PacketRecord {
  /// What `trace --format text` tells a person about the packet.
  package var report: String {
    var lines: [String] = []
    for emission in before {
      lines += ["in between  \(emission.headline(captured))"] + emission.walk.report.map { "  " + $0 } + [""]
    }
    lines.append("packet \(captured.number)  \(headline)")
    switch disposition {
    case .unsent(let origin): lines.append("  not sent: the host does not answer packet \(origin) with it")
    case .passedOver(let why): lines.append("  not walked: \(why)")
    case .confirms(let origin, _):
      lines.append(
        "  confirmed: this is the packet that packet \(origin) made the host send, byte for byte\(exception)")
    case .walked(let walk):
      lines += walk.report.map { "  " + $0 }
      if let confirmedBy { lines.append("  confirmed: captured packet \(confirmedBy) is what it made the host send") }
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private var exception: String {
    captured.knowledge.edited.isEmpty ? "" : " but for the edited address and the checksums over it"
  }

  /// Time, way and addresses on one line.
  package var headline: String {
    let way = direction == .forwarded ? "forwarded" : direction.rawValue
    let time = captured.time.map { "\($0.timeOfDay)  " } ?? ""
    guard let offset = networkOffset, let ip = IPv4Header(captured.bytes[...].slice(at: offset)) else {
      return time + "\(captured.bytes.count) bytes"
    }
    let source = captured.shownSource ?? ip.source.description
    let destination = captured.shownDestination ?? ip.destination.description
    return time + "\(way) \(interface)  \(ip.summary(source: source, destination: destination))"
  }
}

extension BelatedEmission {
  /// Time, what set the timer, way and addresses on one line.
  fileprivate func headline(_ captured: CapturedPacket) -> String {
    let time = captured.time == nil ? "" : timeOfDay + "  "
    let cause = origin.map { " (packet \($0))" } ?? ""
    return "\(time)sends\(cause)  \(walk.interface)  \(walk.summary)"
  }
}

extension Walk {
  /// A line a fact, in order; what an emission did is indented under it.
  fileprivate var report: [String] {
    var lines: [String] = []
    if let conntrack { lines.append("conntrack \(conntrack.rawValue)") }
    lines += path.map { "\($0)" }
    lines += log.map { "LOG \(shown($0.text))" }
    lines += notModelled.map { "not modelled: \($0)" } + leftOpen.map { "left open: \($0)" }
    lines.append(verdict?.rawValue ?? "no verdict: what is not modelled decides it")
    for walk in emitted {
      let way = walk.origin == .ownCopy ? "hands itself a copy" : "sends"
      lines.append("\(way)  \(walk.interface)  \(walk.summary)")
      lines += walk.report.map { "  " + $0 }
    }
    return lines
  }

  /// The packet as it left, on one line.
  package var summary: String {
    guard let ip = IPv4Header(finalBytes[...]) else { return "\(finalBytes.count) bytes" }
    return ip.summary(
      source: ip.source.text(editedFrom: 12, edited), destination: ip.destination.text(editedFrom: 16, edited))
  }
}

extension Walk {
  /// A line of the kernel's log with addresses of which bytes were edited out as such: their zeros are not theirs.
  private func shown(_ line: String) -> String {
    guard !edited.isEmpty, let ip = IPv4Header(initialBytes[...]) else { return line }
    return [("SRC=", ip.source, 12), ("DST=", ip.destination, 16)].reduce(line) { line, end in
      line.replacing("\(end.0)\(end.1) ", with: "\(end.0)\(end.1.text(editedFrom: end.2, edited)) ")
    }
  }
}

extension IPv4Address {
  /// The address at `offset` of an IP header, cut where its bytes were edited out: `108.162.[edited]`.
  package func text(editedFrom offset: Int, _ edited: [Range<Int>]) -> String {
    let known = bytes.enumerated().prefix { index, _ in !edited.contains { $0.contains(offset + index) } }
    let text = known.map { "\($0.element)" }.joined(separator: ".")
    return known.count == 4 ? text : text + (known.isEmpty ? "" : ".") + "[edited]"
  }
}

extension IPv4Header {
  /// Addresses, ports, flags and length on one line.
  package func summary(source: String, destination: String) -> String {
    let name = ProtocolNames.text(protocolNumber).uppercased()
    guard fragmentOffset == 0, [6, 17].contains(protocolNumber), let from = payload.uint16(at: 0),
      let to = payload.uint16(at: 2)
    else { return "\(name) \(source) > \(destination), \(totalLength) bytes" }
    let flags = TCPHeader(payload).map { " [\($0.flags.names.joined(separator: " "))]" } ?? ""
    let ends = [(source, from), (destination, to)].map { address, port in
      address.hasSuffix(".\(port)") && address.contains("[") ? address : "\(address):\(port)"
    }
    return "\(name) \(ends[0]) > \(ends[1])\(protocolNumber == 6 ? flags : ""), \(totalLength) bytes"
  }
}

extension TCPFlags {
  /// The names of the bits that are set, in the order the kernel's LOG writes them.
  package var names: [String] {
    let all: [(TCPFlags, String)] = [
      (.cwr, "CWR"), (.ece, "ECE"), (.urg, "URG"), (.ack, "ACK"), (.psh, "PSH"), (.rst, "RST"), (.syn, "SYN"),
      (.fin, "FIN"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}
