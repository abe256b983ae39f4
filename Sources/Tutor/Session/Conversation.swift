import Simulation
import Wire

extension History {
  /// The packets to or from the same far end before packet `index` (from 0), the last few of them, a line each: number,
  /// time, direction, ports and kind, and the verdict of those that did not pass. What tracking can know of a packet lies in them, whatever NAT makes of this end.
  func conversation(before index: Int) -> [String] {
    guard let ends = record(index)?.addresses else { return [] }
    let local = scenario.host.interfaces.flatMap(\.addresses)
    let far = [ends.source, ends.destination].filter { end in
      guard let address = IPv4Address(end) else { return false }
      return !local.contains { $0.contains(address) }
    }
    let flow = ports(index)
    var found: [(packet: Int, isSameFlow: Bool)] = []
    for earlier in (max(0, index - Self.farthest)..<index).reversed() {
      guard let addresses = record(earlier)?.addresses,
        Set([addresses.source, addresses.destination]) == Set([ends.source, ends.destination])
          || far.contains(where: { [addresses.source, addresses.destination].contains($0) })
      else { continue }
      found.append((earlier, flow != nil && ports(earlier) == flow))
    }
    var shown = Array(found.prefix(Self.most))
    // The last of the same ports decides most, however much was said at others since.
    if !shown.contains(where: \.isSameFlow), let same = found.first(where: \.isSameFlow) {
      shown[shown.count - 1] = same
    }
    return shown.reversed().map { line($0.packet) }
  }

  private func line(_ packet: Int) -> String {
    guard let other = record(packet) else { return "" }
    var parts = [String(packet + 1)]
    if let time = other.captured.time { parts.append(time.timeOfDay) }
    parts += [other.direction.rawValue, Self.summary(dissection(packet))]
    // What did not pass has left no entry.
    if let verdict = other.walk?.verdict, verdict != .accept { parts.append(verdict.rawValue) }
    return parts.joined(separator: "  ")
  }

  /// The two ports of a packet, whichever way it goes, and what carries them.
  private func ports(_ packet: Int) -> Set<String>? {
    guard let layer = dissection(packet)?["tcp"] ?? dissection(packet)?["udp"], let from = layer["source_port"]?.text,
      let to = layer["destination_port"]?.text
    else { return nil }
    return [layer.protocolName, from, to]
  }

  /// Packets looked back at, and shown at most.
  private static let farthest = 500
  private static let most = 4

  private static func summary(_ dissection: Dissection?) -> String {
    let layer = dissection?["tcp"] ?? dissection?["udp"]
    guard let layer, let from = layer["source_port"]?.text, let to = layer["destination_port"]?.text else {
      return dissection?["icmp"].map { "ICMP " + ($0["type"]?.text ?? "") } ?? "IP"
    }
    guard layer.protocolName == "tcp", case .unsigned(let flags)? = layer["flags"]?.value else {
      return "UDP \(from) > \(to)"
    }
    return "TCP \(from) > \(to)  \(TCPFlags(rawValue: UInt8(truncatingIfNeeded: flags)).names)"
  }
}
