import Capture
import Netfilter
import Wire

extension PacketRecord {
  /// The line of `trace --format ndjson`.
  package var json: JSONValue {
    let time = captured.time.map { JSONValue.decimal($0.decimalSeconds) } ?? .null
    var members: [JSONValue.Member] = [.init("packet", .integer(Int64(captured.number))), .init("time", time)]
    switch disposition {
    case .walked(let walk):
      members += walk.members(direction: direction.rawValue, interface: interface)
      if let confirmedBy { members.append(.init("confirmed", .integer(Int64(confirmedBy)))) }
      if !walk.notModelled.isEmpty { members.append(.init("notModelled", .array(walk.notModelled.map { .string($0) }))) }
    case .confirms(let origin, let walk):
      members += [
        .init("direction", .string(Direction.outgoing.rawValue)), .init("interface", .string(interface)),
        .init("length", .integer(Int64(walk.finalBytes.count))), .init("bytes", .string(networkBytes.hex)),
        .init("conntrack", walk.conntrack.map { .string($0.rawValue) } ?? .null), .init("path", .array([])),
        .init("verdict", .string(Verdict.accept.rawValue)), .init("log", .array([])), .init("emitted", .array([])),
        .init("confirmed", .integer(Int64(origin))),
      ]
    case .passedOver(let why):
      members += [
        .init("direction", .string(direction.rawValue)), .init("interface", .string(interface)),
        .init("length", .integer(Int64(captured.bytes.count))), .init("bytes", .string(captured.bytes.hex)),
        .init("conntrack", .null), .init("path", .array([])), .init("verdict", .null), .init("log", .array([])),
        .init("emitted", .array([])), .init("notModelled", .array([.string(why)])),
      ]
    }
    return .object(members)
  }

  /// The captured IP packet without what stands around it.
  private var networkBytes: Bytes {
    let rest = captured.bytes[...].slice(at: networkOffset ?? 0)
    return IPv4Header(rest).map { rest.prefix($0.totalLength) } ?? rest
  }
}

extension Walk {
  fileprivate func members(direction: String, interface: String) -> [JSONValue.Member] {
    [
      .init("direction", .string(direction)), .init("interface", .string(interface)),
      .init("length", .integer(Int64(finalBytes.count))), .init("bytes", .string(finalBytes.hex)),
      .init("conntrack", conntrack.map { .string($0.rawValue) } ?? .null),
      .init("path", .array(path.map { .string($0.description) })),
      .init("verdict", verdict.map { .string($0.rawValue) } ?? .null),
      .init("log", .array(log.map { .string($0.text) })),
      .init("emitted", .array(emitted.map(\.emissionJSON))),
    ]
  }

  /// How a packet that another one caused stands in that one's line.
  private var emissionJSON: JSONValue {
    let by: String =
      switch origin {
      case .reject(let step): step.description
      case .stack: "stack"
      case .icmpError: "ip"
      case .injected: "capture"
      }
    var members = [JSONValue.Member("by", .string(by))] + members(direction: self.direction, interface: self.interface)
    if !notModelled.isEmpty { members.append(.init("notModelled", .array(notModelled.map { .string($0) }))) }
    return .object(members)
  }
}

extension Timestamp {
  /// Seconds with six decimals, nine where the capture has them.
  package var decimalSeconds: String {
    let seconds = nanoseconds / 1_000_000_000
    let rest = abs(nanoseconds % 1_000_000_000)
    let digits = String(rest + 1_000_000_000).dropFirst()
    let sign = nanoseconds < 0 && seconds == 0 ? "-" : ""
    return sign + "\(seconds)." + (rest % 1000 == 0 ? digits.prefix(6) : digits)
  }
}
