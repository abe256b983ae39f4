import Netfilter
import Wire
import Yams

/// What is wrong with a host.yaml, and where.
package struct HostFileError: Error, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  package var column: Int?
  package var message: String

  package var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
  }
}

extension HostDescription {
  /// Reads a host.yaml; keys that it does not give keep their defaults.
  package init(yaml text: String, file: String) throws(HostFileError) {
    self.init()
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      let problem = YAMLProblem(error, in: text)
      throw HostFileError(file: file, line: problem.line, column: problem.column, message: problem.message)
    }
    guard let root else { return }
    try HostFileReader(file: file).read(root, into: &self)
  }
}

/// Reads host.yaml's keys from a YAML tree, naming the place of whatever does not fit.
struct HostFileReader {
  let file: String

  private static let keys = [
    "interfaces", "routes", "services", "programs", "sysctls", "hz", "seed", "cpus", "stack", "conntrack", "sets",
  ]
  private static let interfaceKeys = ["name", "addresses", "mac", "peer_mac", "mtu"]
  private static let routeKeys = ["to", "via", "dev"]

  func read(_ root: Node, into host: inout HostDescription) throws(HostFileError) {
    var routes: [Node] = []
    for (key, value) in try pairs(root, "a mapping with the keys \(Self.keys.joined(separator: ", "))", Self.keys) {
      switch key {
      case "interfaces":
        let given = try list(value, "a list of interfaces").mapTyped(interface)
        for (index, interface) in given.enumerated()
        where given[..<index].contains(where: { $0.name == interface.name }) {
          throw wrong(value.sequence?[index] ?? value, "there is an interface \(interface.name) already")
        }
        host.interfaces = given.contains { $0.name == "lo" } ? given : [.loopback] + given
        host.interfaces.sort { $0.name == "lo" && $1.name != "lo" }
        host.namesInterfaces = true
      case "routes":
        routes = try list(value, "a list of routes")
        for node in routes { try readRoute(node, into: &host) }
      case "services": host.services = try list(value, "a list such as [tcp/22, udp/123]").mapTyped(service)
      case "programs": host.programs = try list(value, "a list of programs").mapTyped(program)
      case "cpus":
        let count = try integer(value, "a number such as 1")
        guard (1...8192).contains(count) else { throw wrong(value, "expected 1 to 8192 processors") }
        host.processors = count
      case "sysctls":
        for (name, number) in try pairs(value, "a mapping of sysctl names to numbers", nil) {
          host.sysctls[name] = try integer(number, "a number for \(name)")
          if !KernelSettings.isModelled(name) {
            host.unheeded.append(
              wrong(number, "not modelled: sysctl \(name), which changes nothing here").description)
          }
        }
      case "seed":
        guard let seed = UInt64(try string(value, "a number such as 7")) else {
          throw wrong(value, "expected a number such as 7")
        }
        host.seed = seed
      case "hz":
        host.hz = try integer(value, "a number such as 250")
        guard (1...10_000).contains(host.hz) else {
          throw wrong(value, "expected 1 to 10000 timer interrupts a second")
        }
      case "stack": host.stack = try choice(value, "real or quiet")
      case "sets": try readSets(value, into: &host)
      case "conntrack": host.conntrack = try choice(value, "auto, on or off")
      default: break
      }
    }
    for node in routes {
      guard let device = node.mapping?["dev"]?.scalar?.string, host[interface: device] == nil else { continue }
      throw wrong(node, "a route names the interface \(device), which is not listed under interfaces")
    }
  }

  /// A list of the lines that `ipset save` prints, the same as one text, or the name of a file that holds it.
  private func readSets(_ node: Node, into host: inout HostDescription) throws(HostFileError) {
    let expected = "the lines that `ipset save` prints, or the name of a file"
    let lines: [Node] = node.sequence.map { Array($0) } ?? [node]
    for (index, line) in lines.enumerated() {
      let text = try string(line, expected)
      if node.scalar != nil, !text.contains(" ") {
        host.setsFile = text
        return
      }
      do {
        let earlier = lines[..<index].compactMap { $0.scalar?.string }.joined(separator: "\n")
        host.sets = try SetCatalog(parsing: earlier.isEmpty ? text : earlier + "\n" + text, file: file)
      } catch {
        throw HostFileError(file: file, line: line.mark?.line, column: line.mark?.column, message: error.message)
      }
    }
  }

  private func interface(_ node: Node) throws(HostFileError) -> HostDescription.Interface {
    var name: String?
    var interface = HostDescription.Interface(name: "", addresses: [])
    for (key, value) in try pairs(
      node, "an interface such as {name: eth0, addresses: [192.0.2.1/24]}", Self.interfaceKeys)
    {
      switch key {
      case "name": name = try string(value, "an interface name")
      case "addresses":
        interface.addresses = try list(value, "a list of addresses").mapTyped { (node: Node) throws(HostFileError) in
          try parsed(node, "an address such as 192.0.2.1/24", IPv4Prefix.init)
        }
      case "mac": interface.mac = try parsed(value, "an address such as 52:54:00:12:34:56", MACAddress.init)
      case "peer_mac": interface.peerMAC = try parsed(value, "an address such as 52:54:00:ab:cd:ef", MACAddress.init)
      case "mtu":
        interface.mtu = try integer(value, "a number of bytes")
        guard (68...65536).contains(interface.mtu) else { throw wrong(value, "expected an MTU of 68 to 65536 bytes") }
      default: break
      }
    }
    guard let name, !name.isEmpty else { throw wrong(node, "an interface needs a name") }
    guard name.utf8.count < 16 else { throw wrong(node, "an interface name has at most 15 characters") }
    guard HostDescription.Interface.isName(name) else { throw wrong(node, "`\(name)` cannot be an interface's name") }
    interface.name = name
    if name == "lo", interface.mtu == 1500 { interface.mtu = 65536 }
    return interface
  }

  private func readRoute(_ node: Node, into host: inout HostDescription) throws(HostFileError) {
    var destination: IPv4Prefix?
    var isLocal = false
    var gateway: IPv4Address?
    var device: String?
    for (key, value) in try pairs(node, "a route such as {to: default, via: 192.0.2.254, dev: eth0}", Self.routeKeys) {
      switch key {
      case "to":
        destination = try parsed(value, "default, a network such as 10.0.0.0/8, or `local` and a network") { text in
          let words = text.split(separator: " ")
          isLocal = words.count == 2 && words.first == "local"
          guard isLocal || words.count == 1, let last = words.last else { return nil }
          return last == "default" ? IPv4Prefix("0.0.0.0/0") : IPv4Prefix(String(last))
        }
      case "via": gateway = try parsed(value, "an address", IPv4Address.init)
      case "dev": device = try string(value, "an interface name")
      default: break
      }
    }
    guard let destination else { throw wrong(node, "a route needs `to`") }
    guard let device else { throw wrong(node, "a route needs `dev`") }
    guard isLocal else {
      host.routes.append(.init(destination: destination, gateway: gateway, interface: device))
      return
    }
    guard gateway == nil else { throw wrong(node, "a local route leads nowhere else: it has no `via`") }
    host.localRoutes.append(.init(network: destination, interface: device))
  }

  // MARK: YAML nodes

  func wrong(_ node: Node, _ message: String) -> HostFileError {
    HostFileError(file: file, line: node.mark?.line, column: node.mark?.column, message: message)
  }

  /// The pairs of a mapping; an unknown key is an error that names the known ones.
  func pairs(_ node: Node, _ what: String, _ known: [String]?) throws(HostFileError) -> [(String, Node)] {
    guard let mapping = node.mapping else { throw wrong(node, "expected \(what)") }
    var result: [(String, Node)] = []
    for (key, value) in mapping {
      guard let name = key.string else { throw wrong(key, "expected a key") }
      if let known, !known.contains(name) {
        throw wrong(key, "unknown key `\(name)`; known are \(known.joined(separator: ", "))")
      }
      result.append((name, value))
    }
    return result
  }

  func list(_ node: Node, _ what: String) throws(HostFileError) -> [Node] {
    guard let sequence = node.sequence else { throw wrong(node, "expected \(what)") }
    return Array(sequence)
  }

  func string(_ node: Node, _ what: String) throws(HostFileError) -> String {
    guard let scalar = node.scalar else { throw wrong(node, "expected \(what)") }
    return scalar.string
  }

  func integer(_ node: Node, _ what: String) throws(HostFileError) -> Int {
    guard let value = node.int else { throw wrong(node, "expected \(what)") }
    return value
  }

  func parsed<Value>(_ node: Node, _ what: String, _ parse: (String) -> Value?) throws(HostFileError) -> Value {
    let text = try string(node, what)
    guard let value = parse(text) else { throw wrong(node, "`\(text)` is not \(what)") }
    return value
  }

  func choice<Value: RawRepresentable<String>>(_ node: Node, _ what: String) throws(HostFileError) -> Value {
    // YAML 1.1 reads a bare `on` and `off` as truth values; the scalar's text is what was meant.
    try parsed(node, what) { Value(rawValue: $0) }
  }
}

extension [Node] {
  func mapTyped<Value>(_ transform: (Node) throws(HostFileError) -> Value) throws(HostFileError) -> [Value] {
    var values: [Value] = []
    for node in self { values.append(try transform(node)) }
    return values
  }
}
