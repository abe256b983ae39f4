import Wire

/// Compares the addresses that a summary shows with an IPv4 header's bytes and notes what was edited out of both.
/// What the octets were is never asked.
struct EditedAddresses {
  /// Where the IP header begins, in bytes from the packet's first.
  let networkOffset: Int

  func note(_ summary: TcpdumpSummary, in packet: inout CapturedPacket) {
    let header = packet.bytes[...].slice(at: networkOffset)
    let hasPorts = header.first.map { $0 >> 4 == 4 } == true && [6, 17, 132].contains(header.byte(at: 9))
    let endpoints = summary.endpoints
    packet.shownSource = shown(endpoints.source, hasPorts, at: 12, "source", in: &packet)
    packet.shownDestination = shown(endpoints.destination, hasPorts, at: 16, "destination", in: &packet)
  }

  /// The address as shown, without its port.
  private func shown(
    _ endpoint: String?, _ hasPort: Bool, at offset: Int, _ role: String, in packet: inout CapturedPacket
  ) -> String? {
    guard let endpoint else { return nil }
    guard packet.bytes[...].byte(at: networkOffset).map({ $0 >> 4 }) == 4 else {
      return endpoint
    }
    guard let address = ShownAddress(endpoint, hasPort: hasPort) else {
      return hasPort ? endpoint.split(separator: ".").dropLast().joined(separator: ".") : endpoint
    }
    let start = networkOffset + offset
    guard start + 4 <= packet.bytes.count else { return address.text }
    let bytes = Array(packet.bytes[start..<start + 4])
    let isUnknown = packet.knowledge.unknown.contains { $0.overlaps(start..<start + 4) }
    if !isUnknown, zip(address.octets, bytes).contains(where: { $0 != nil && $0 != $1 }) {
      packet.comments.append("the summary shows the \(role) address \(address.text), the bytes hold another")
      return address.text
    }
    let leftOut = address.leftOut
    guard let first = leftOut.first, let last = leftOut.last else { return address.text }
    guard leftOut.allSatisfy({ bytes[$0] == 0 }), leftOut.count == last - first + 1 else {
      packet.comments.append(
        "the \(role) address was edited out of the summary (\(address.text)), not out of the bytes")
      return address.text
    }
    packet.knowledge.edited.append(start + first..<start + last + 1)
    packet.comments.append(
      "the \(role) address was edited out: the summary shows \(address.text), and bytes \(start + first) to \(start + last)"
        + " were zeroed; checksums over them cannot be verified")
    return address.text
  }
}
