import Netfilter
import Wire

/// `ip neigh` (iproute2 6.1): whose link addresses the host knows, which are those of its links' other ends.
struct NeighbourView {
  let host: HostDescription

  func show(_ words: ArraySlice<String>) -> ShellResult {
    if let verb = words.first, ["add", "del", "delete", "change", "replace", "flush", "get"].contains(verb) {
      return .notModelled("ip neigh \(verb)")
    }
    let isByDevice = words.contains("dev")
    let wanted = selection(words)?.first
    if isByDevice, let wanted, host[interface: wanted] == nil { return .failure("Cannot find device \"\(wanted)\"") }
    var output = ""
    for interface in host.interfaces {
      guard let peer = interface.peerMAC else { continue }
      let gateways = host.routes.filter { $0.interface == interface.name }.compactMap(\.gateway)
      for (index, gateway) in gateways.enumerated() where gateways.firstIndex(of: gateway) == index {
        if let wanted, wanted != (isByDevice ? interface.name : gateway.description) { continue }
        output += "\(gateway) \(isByDevice ? "" : "dev \(interface.name) ")lladdr \(peer) REACHABLE \n"
      }
    }
    return ShellResult(output: output)
  }
}

/// `ip rule`: in which order the routing tables are asked.
enum RoutingRules {
  static func show(_ words: ArraySlice<String>) -> ShellResult {
    if let verb = words.first, !["show", "list", "lst"].contains(where: { $0.hasPrefix(verb) }) {
      return .notModelled("ip rule \(verb)")
    }
    return ShellResult(
      output: "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n")
  }
}

/// The table that says which addresses are the host's own or its networks' broadcast addresses.
enum LocalRoutes {
  static func text(_ host: HostDescription) -> String {
    var lines: [(IPv4Address, Int, String)] = []
    for interface in host.interfaces {
      for prefix in interface.addresses {
        let (name, address) = (interface.name, prefix.address)
        let end = "dev \(name) proto kernel scope"
        if address.isLoopback {
          lines.append((prefix.network, 0, "local \(prefix.network)/\(prefix.length) \(end) host src \(address) \n"))
        }
        lines.append((address, 1, "local \(address) \(end) host src \(address) \n"))
        guard prefix.length < 31 else { continue }
        lines.append((prefix.broadcast, 2, "broadcast \(prefix.broadcast) \(end) link src \(address) \n"))
      }
    }
    return lines.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2).joined()
  }
}
