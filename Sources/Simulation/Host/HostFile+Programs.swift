import Netfilter
import Wire
import Yams

// Services, and in whose name they and the host's other programs run.
extension HostFileReader {
  private static let serviceKeys = ["listen", "address", "user", "group", "groups", "opened_by"]
  private static let programKeys = ["port", "user", "group", "groups"]

  func service(_ node: Node) throws(HostFileError) -> HostDescription.Service {
    guard node.mapping != nil else { return try listening(node) }
    var service: HostDescription.Service?
    var address: IPv4Address?
    var opener: SocketOwner?
    for (key, value) in try pairs(node, "a service such as {listen: tcp/80, user: www-data}", Self.serviceKeys) {
      switch key {
      case "listen": service = try listening(value)
      case "address": address = try parsed(value, "an address", IPv4Address.init)
      case "opened_by": opener = try owner(user: value, group: nil, groups: nil)
      default: break
      }
    }
    guard var service else { throw wrong(node, "a service needs `listen`") }
    service.address = address
    service.user = try owner(in: node)
    service.opener = opener ?? service.user
    return service
  }

  private func listening(_ node: Node) throws(HostFileError) -> HostDescription.Service {
    try parsed(node, "a service such as tcp/22 or udp/123") { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let transport = HostDescription.Service.Transport(rawValue: String(parts[0])),
        let port = UInt16(parts[1])
      else { return nil }
      return HostDescription.Service(transport: transport, port: port)
    }
  }

  func program(_ node: Node) throws(HostFileError) -> HostDescription.Program {
    var place: HostDescription.Program?
    for (key, value) in try pairs(node, "a program such as {port: udp/1024-65535, user: root}", Self.programKeys)
    where key == "port" {
      place = try parsed(value, "ports such as tcp/40000, udp/1024-65535, tcp, icmp or any", Self.ports)
    }
    guard var place else { throw wrong(node, "a program needs `port`") }
    guard let user = try owner(in: node) else { throw wrong(node, "a program needs `user`") }
    place.user = user
    return place
  }

  private static func ports(_ text: String) -> HostDescription.Program? {
    let nobody = SocketOwner(user: 0, group: 0)
    if text == "any" { return .init(protocolNumber: nil, ports: nil, user: nobody) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let numbers: [String: UInt8] = ["icmp": 1, "tcp": 6, "udp": 17]
    guard let number = parts.first.flatMap({ numbers[$0] }) else { return nil }
    if parts.count == 1 { return .init(protocolNumber: number, ports: nil, user: nobody) }
    let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard parts.count == 2, number != 1, (1...2).contains(ends.count), let first = ends[0],
      let last = ends[ends.count - 1], first <= last
    else { return nil }
    return .init(protocolNumber: number, ports: first...last, user: nobody)
  }

  /// What `user`, `group` and `groups` of a mapping say; `nil` without `user`.
  private func owner(in node: Node) throws(HostFileError) -> SocketOwner? {
    guard let user = node.mapping?["user"] else {
      if let other = node.mapping?["group"] ?? node.mapping?["groups"] {
        throw wrong(other, "a group needs `user` beside it")
      }
      return nil
    }
    return try owner(user: user, group: node.mapping?["group"], groups: node.mapping?["groups"])
  }

  /// Without a group of its own a user has the group of the same name, or else of the same number.
  private func owner(user: Node, group: Node?, groups: Node?) throws(HostFileError) -> SocketOwner {
    let number = try account(user, "a user such as root, www-data or 1000", AccountNames.user)
    var owner = SocketOwner(user: number, group: user.scalar.flatMap { AccountNames.group($0.string) } ?? number)
    if let group { owner.group = try account(group, "a group such as root, www-data or 1000", AccountNames.group) }
    if let groups {
      owner.supplementaryGroups = try list(groups, "a list of groups").mapTyped { (node: Node) throws(HostFileError) in
        try account(node, "a group such as adm or 1000", AccountNames.group)
      }
    }
    return owner
  }

  private func account(
    _ node: Node, _ what: String, _ named: (String) -> UInt32?
  ) throws(HostFileError) -> UInt32 {
    try parsed(node, what) { UInt32($0) ?? named($0) }
  }
}
