import Wire

/// `ip address`, `link`, `route`, `neigh`, `rule` (iproute2 6.1): the host's interfaces and routes, to look at.
enum IPCommand: ShellCommand {
  static let name = "ip"
  static let summary = "show interfaces and routes"
  static let example = "ip address"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var words = call.arguments[...]
    var isBrief = false
    var isIPv4 = false
    var isIPv6 = false
    while let word = words.first, word.hasPrefix("-") {
      switch word {
      case "-br", "-brief": isBrief = true
      case "-4": isIPv4 = true
      case "-6": isIPv6 = true
      case "-V", "-Version": return ShellResult(output: "ip utility, iproute2-6.1.0, libbpf 1.1.2\n")
      case "-h", "-help": return ShellResult(errorOutput: help, status: 255)
      case "-c", "-color", "-N": break
      default: return .notModelled("ip \(word)")
      }
      words.removeFirst()
    }
    guard let object = words.popFirst(), object != "help" else { return ShellResult(errorOutput: help, status: 255) }
    // The host speaks IPv4 alone.
    if isIPv6 { return ShellResult() }
    let view = InterfaceView(host: shell.host.description, isBrief: isBrief, isIPv4: isIPv4)
    if "address".hasPrefix(object) { return view.show(words, addresses: true) }
    if "link".hasPrefix(object) { return view.show(words, addresses: false) }
    if "route".hasPrefix(object) { return RouteView(host: shell.host).show(words) }
    if "neighbour".hasPrefix(object) || "neighbor".hasPrefix(object) {
      return NeighbourView(host: shell.host.description).show(words)
    }
    if "rule".hasPrefix(object) { return RoutingRules.show(words) }
    return .failure("Object \"\(object)\" is unknown, try \"ip help\".", status: 1)
  }
}

private let help = """
  ip [-4|-6] [-br] address|link [show [dev] INTERFACE]
  ip route [show [dev INTERFACE|PREFIX|default|table main|local]]
  ip route get ADDRESS
  ip neigh [show [dev INTERFACE|ADDRESS]]
  ip rule

  The host's interfaces and routes come from its description; they cannot be changed here.

  """

/// Drops `show`, `list` and `dev`, however shortened.
func selection(_ words: ArraySlice<String>) -> [String]? {
  var words = words
  if let verb = words.first, ["show", "list", "lst"].contains(where: { $0.hasPrefix(verb) }) { words.removeFirst() }
  if words.first == "dev" { words.removeFirst() }
  return Array(words)
}

private struct InterfaceView {
  let host: HostDescription
  let isBrief: Bool
  let isIPv4: Bool

  func show(_ words: ArraySlice<String>, addresses: Bool) -> ShellResult {
    if let verb = words.first, ["add", "del", "delete", "set", "replace", "flush"].contains(verb) {
      return .notModelled("ip \(verb): the host's interfaces come from host.yaml")
    }
    let wanted = selection(words) ?? []
    if let name = wanted.first, host[interface: name] == nil {
      return .failure("Device \"\(name)\" does not exist.")
    }
    var output = ""
    for (index, interface) in host.interfaces.enumerated() where wanted.first.map({ $0 == interface.name }) ?? true {
      output += isBrief ? brief(interface, addresses) : full(interface, index + 1, addresses)
    }
    return ShellResult(output: output)
  }

  private func brief(_ interface: HostDescription.Interface, _ addresses: Bool) -> String {
    let isLoopback = interface.name == "lo"
    let start = interface.name.padded(right: 17) + (isLoopback ? "UNKNOWN" : "UP").padded(right: 15)
    if addresses { return start + interface.addresses.map { "\($0) " }.joined() + "\n" }
    let flags = isLoopback ? "<LOOPBACK,UP,LOWER_UP>" : "<BROADCAST,MULTICAST,UP,LOWER_UP>"
    return start + mac(interface).padded(right: 18) + flags + " \n"
  }

  private func full(_ interface: HostDescription.Interface, _ index: Int, _ addresses: Bool) -> String {
    let isLoopback = interface.name == "lo"
    let flags = isLoopback ? "LOOPBACK,UP,LOWER_UP" : "BROADCAST,MULTICAST,UP,LOWER_UP"
    let state = isLoopback ? "UNKNOWN" : "UP"
    var text = "\(index): \(interface.name): <\(flags)> mtu \(interface.mtu) qdisc noqueue state \(state)"
    text += "\(addresses ? "" : " mode DEFAULT") group default qlen 1000\n"
    if !isIPv4 || !addresses {
      let (kind, broadcast) = isLoopback ? ("loopback", "00:00:00:00:00:00") : ("ether", "ff:ff:ff:ff:ff:ff")
      text += "    link/\(kind) \(mac(interface)) brd \(broadcast)\n"
    }
    guard addresses else { return text }
    for address in interface.addresses {
      let scope = address.address.isLoopback ? "host" : "global"
      text += "    inet \(address) scope \(scope) \(interface.name)\n       valid_lft forever preferred_lft forever\n"
    }
    return text
  }

  private func mac(_ interface: HostDescription.Interface) -> String {
    interface.mac.map { "\($0)" } ?? "00:00:00:00:00:00"
  }
}

private struct RouteView {
  let host: SimulatedHost

  func show(_ words: ArraySlice<String>) -> ShellResult {
    if words.first == "get" { return get(words.dropFirst()) }
    if let verb = words.first, ["add", "del", "delete", "change", "replace", "flush"].contains(verb) {
      return .notModelled("ip route \(verb): the host's routes come from host.yaml")
    }
    var wanted = selection(words)?[...] ?? []
    let isByDevice = words.contains("dev")
    if wanted.first == "table" {
      wanted.removeFirst()
      let table = wanted.popFirst() ?? "main"
      if table == "local" { return ShellResult(output: LocalRoutes.text(host.description)) }
      guard table == "main" else {
        return ["all", "default"].contains(table)
          ? .notModelled("ip route show table \(table)")
          : .failure("Error: argument \"\(table)\" is wrong: table id value is invalid\n", status: 255)
      }
    }
    let name = wanted.first
    let lines = routes.filter { route in
      guard let name else { return true }
      if isByDevice { return route.interface == name }
      return name == "default" ? route.destination.length == 0 : IPv4Prefix(name) == route.destination
    }
    // What all lines would say is left out.
    let text = lines.map { isByDevice ? $0.text.replacing("dev \($0.interface) ", with: "") : $0.text }.joined()
    return ShellResult(output: text)
  }

  private struct Line {
    let destination: IPv4Prefix
    let interface: String
    let text: String
  }

  /// In the order of their destinations.
  private var routes: [Line] {
    var lines: [Line] = host.description.routes.map { route in
      let name = route.destination.length == 0 ? "default" : Self.network(route.destination)
      let via = route.gateway.map { "via \($0) " } ?? ""
      let scope = route.gateway == nil ? "scope link " : ""
      return Line(
        destination: route.destination, interface: route.interface,
        text: "\(name) \(via)dev \(route.interface) \(scope)\n")
    }
    for interface in host.description.interfaces where interface.name != "lo" {
      for address in interface.addresses where address.length < 32 {
        guard let network = IPv4Prefix(address: address.network, length: address.length) else { continue }
        let text = "\(network) dev \(interface.name) proto kernel scope link src \(address.address) \n"
        lines.append(Line(destination: network, interface: interface.name, text: text))
      }
    }
    return lines.sorted {
      ($0.destination.network, $0.destination.length) < ($1.destination.network, $1.destination.length)
    }
  }

  private static func network(_ prefix: IPv4Prefix) -> String {
    prefix.length == 32 ? "\(prefix.address)" : "\(prefix.network)/\(prefix.length)"
  }

  private func get(_ words: ArraySlice<String>) -> ShellResult {
    guard let word = words.first, let address = IPv4Address(word) else {
      return .failure("Error: any valid prefix is expected rather than \"\(words.first ?? "")\".")
    }
    guard let route = host.routing.output(to: address) else {
      return .failure("RTNETLINK answers: Network is unreachable", status: 2)
    }
    let isLocal = route.kind == .local
    let start = isLocal ? "local \(address)" : "\(address)" + (route.gateway.map { " via \($0)" } ?? "")
    let end = isLocal ? "    cache <local> \n" : "    cache \n"
    return ShellResult(output: "\(start) dev \(route.interface) src \(route.preferredSource) uid 0 \n\(end)")
  }
}
