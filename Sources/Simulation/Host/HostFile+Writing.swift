import Netfilter
import Wire

extension HostDescription {
  /// The host as a host.yaml that reads back to the same.
  package var yaml: String {
    var text = inferences.map { "# inferred: \($0)\n" }.joined()
    let writesInterfaces = namesInterfaces || interfaces != [.loopback]
    if writesInterfaces { text += "interfaces:\n" }
    for interface in interfaces where writesInterfaces {
      var parts = ["name: \(Self.quoted(interface.name))"]
      parts.append("addresses: [\(interface.addresses.map(\.description).joined(separator: ", "))]")
      if let mac = interface.mac { parts.append("mac: \"\(mac)\"") }
      if let mac = interface.peerMAC { parts.append("peer_mac: \"\(mac)\"") }
      parts.append("mtu: \(interface.mtu)")
      text += "  - {\(parts.joined(separator: ", "))}\n"
    }
    if !routes.isEmpty || !localRoutes.isEmpty {
      text += "routes:\n"
      for route in routes {
        let isDefault = route.destination.length == 0
        var parts = ["to: \(isDefault ? "default" : route.destination.description)"]
        if let gateway = route.gateway { parts.append("via: \(gateway)") }
        parts.append("dev: \(Self.quoted(route.interface))")
        text += "  - {\(parts.joined(separator: ", "))}\n"
      }
      for route in localRoutes { text += "  - {to: local \(route.network), dev: \(Self.quoted(route.interface))}\n" }
    }
    text += "services: [\(services.map(\.yaml).joined(separator: ", "))]\n"
    if !programs.isEmpty { text += "programs:\n" + programs.map { "  - {\($0.yaml)}\n" }.joined() }
    if !sysctls.isEmpty {
      text += "sysctls:\n" + sysctls.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }.joined()
    }
    if !sets.isEmpty {
      text += "sets:\n" + sets.source.split(separator: "\n").map { "  - \(Self.quoted(String($0)))\n" }.joined()
    }
    if let processors { text += "cpus: \(processors)\n" }
    if let seed { text += "seed: \(seed)\n" }
    return text + "hz: \(hz)\nstack: \(stack.rawValue)\nconntrack: \(Self.quoted(conntrack.rawValue))\n"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension HostDescription.Service {
  fileprivate var yaml: String {
    let listening = "\(transport.rawValue)/\(port)"
    var parts = ["listen: \(listening)"]
    if let address { parts.append("address: \(address)") }
    if let user { parts.append(user.yaml) }
    if let opener, opener != user { parts.append("opened_by: \(opener.user)") }
    return parts.count == 1 ? listening : "{\(parts.joined(separator: ", "))}"
  }
}

extension HostDescription.Program {
  fileprivate var yaml: String {
    let names: [UInt8: String] = [1: "icmp", 6: "tcp", 17: "udp"]
    let range = ports.map { $0.count == 1 ? "/\($0.lowerBound)" : "/\($0.lowerBound)-\($0.upperBound)" } ?? ""
    return "port: \(protocolNumber.flatMap { names[$0] } ?? "any")\(range), \(user.yaml)"
  }
}

extension SocketOwner {
  fileprivate var yaml: String {
    let others = supplementaryGroups.map(String.init).joined(separator: ", ")
    return "user: \(user), group: \(group)" + (others.isEmpty ? "" : ", groups: [\(others)]")
  }
}
