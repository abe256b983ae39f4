import Simulation
import Wire

extension History {
  /// The packets to or from the same far end before packet `index` (from 0), the last few of them, a line each: number,
  /// direction, ports and kind. What tracking can know of a packet lies in them, whatever NAT makes of this end.
  func conversation(before index: Int) -> [String] {
    guard let ends = record(index)?.addresses else { return [] }
    let local = scenario.host.interfaces.flatMap(\.addresses)
    let far = [ends.source, ends.destination].filter { end in
      guard let address = IPv4Address(end) else { return false }
      return !local.contains { $0.contains(address) }
    }
    var lines: [String] = []
    for earlier in (max(0, index - Self.farthest)..<index).reversed() where lines.count < Self.most {
      guard let other = record(earlier), let addresses = other.addresses,
        Set([addresses.source, addresses.destination]) == Set([ends.source, ends.destination])
          || far.contains(where: { [addresses.source, addresses.destination].contains($0) })
      else { continue }
      lines.append("\(earlier + 1)  \(other.direction.rawValue)  \(Self.summary(dissection(earlier)))")
    }
    return lines.reversed()
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
