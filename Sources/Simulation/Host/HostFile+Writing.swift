import Wire

extension HostDescription {
  /// The host as a host.yaml that reads back to the same.
  package var yaml: String {
    var text = inferences.map { "# inferred: \($0)\n" }.joined()
    text += "interfaces:\n"
    for interface in interfaces {
      var parts = ["name: \(Self.quoted(interface.name))"]
      parts.append("addresses: [\(interface.addresses.map(\.description).joined(separator: ", "))]")
      if let mac = interface.mac { parts.append("mac: \"\(mac)\"") }
      if let mac = interface.peerMAC { parts.append("peer_mac: \"\(mac)\"") }
      parts.append("mtu: \(interface.mtu)")
      text += "  - {\(parts.joined(separator: ", "))}\n"
    }
    if !routes.isEmpty {
      text += "routes:\n"
      for route in routes {
        let isDefault = route.destination.length == 0
        var parts = ["to: \(isDefault ? "default" : route.destination.description)"]
        if let gateway = route.gateway { parts.append("via: \(gateway)") }
        parts.append("dev: \(Self.quoted(route.interface))")
        text += "  - {\(parts.joined(separator: ", "))}\n"
      }
    }
    let listening = services.map { "\($0.transport.rawValue)/\($0.port)" }
    text += "services: [\(listening.joined(separator: ", "))]\n"
    if !sysctls.isEmpty {
      text += "sysctls:\n" + sysctls.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }.joined()
    }
    if !sets.isEmpty {
      text += "sets:\n" + sets.source.split(separator: "\n").map { "  - \(Self.quoted(String($0)))\n" }.joined()
    }
    return text + "hz: \(hz)\nstack: \(stack.rawValue)\nconntrack: \(Self.quoted(conntrack.rawValue))\n"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
