import Capture
import Netfilter
import Wire

extension PacketRecord {
  /// Writes the line of `trace --format ndjson`.
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("packet", captured.number)
    json.key("time")
    if let time = captured.time { json.literal(time.decimalSeconds) } else { json.null() }
    writeBefore(to: &json)
    switch disposition {
    case .walked(let walk):
      walk.writeMembers(to: &json, direction: direction.rawValue, interface: interface)
      if let confirmedBy { json.member("confirmed", confirmedBy) }
      json.notModelled(walk.notModelled, leftOpen: walk.leftOpen)
    case .confirms(let origin, let walk):
      json.member("direction", direction.rawValue)
      json.member("interface", interface)
      json.member("length", walk.finalBytes.count)
      json.member("bytes", networkBytes.hex)
      json.member("conntrack", walk.conntrack?.rawValue)
      json.member("path", [])
      json.member("verdict", Verdict.accept.rawValue)
      json.member("log", [])
      json.member("emitted", [])
      json.member("confirmed", origin)
    case .unsent(let origin):
      return writePassedOver("the host does not send this answer to packet \(origin)", to: &json)
    case .passedOver(let why): return writePassedOver(why, to: &json)
    }
    json.endObject()
    json.newline()
  }

  /// Present only where there is something.
  private func writeBefore(to json: inout JSONWriter) {
    guard !before.isEmpty else { return }
    json.key("before")
    json.beginArray()
    for emission in before {
      json.beginObject()
      json.key("time")
      json.literal(Timestamp(nanoseconds: emission.clock).decimalSeconds)
      if let origin = emission.origin { json.member("origin", origin) }
      emission.walk.writeEmissionMembers(to: &json)
      json.endObject()
    }
    json.endArray()
  }

  private func writePassedOver(_ why: String, to json: inout JSONWriter) {
    json.member("direction", direction.rawValue)
    json.member("interface", interface)
    json.member("length", captured.bytes.count)
    json.member("bytes", captured.bytes.hex)
    json.member("conntrack", nil as String?)
    json.member("path", [])
    json.member("verdict", nil as String?)
    json.member("log", [])
    json.member("emitted", [])
    json.notModelled([why])
    json.endObject()
    json.newline()
  }

  /// The captured IP packet without what stands around it.
  private var networkBytes: Bytes {
    let rest = captured.bytes[...].slice(at: networkOffset ?? 0)
    return IPv4Header(rest).map { rest.prefix($0.totalLength) } ?? rest
  }
}

extension Walk {
  fileprivate func writeMembers(to json: inout JSONWriter, direction: String, interface: String) {
    json.member("direction", direction)
    json.member("interface", interface)
    json.member("length", finalBytes.count)
    json.member("bytes", finalBytes.hex)
    json.member("conntrack", conntrack?.rawValue)
    json.member("path", path.map(\.description))
    json.member("verdict", verdict?.rawValue)
    json.member("log", log.map(\.text))
    json.key("emitted")
    json.beginArray()
    for walk in emitted { walk.writeEmission(to: &json) }
    json.endArray()
  }

  /// How a packet that another one caused stands in that one's line.
  private func writeEmission(to json: inout JSONWriter) {
    json.beginObject()
    writeEmissionMembers(to: &json)
    json.endObject()
  }

  fileprivate func writeEmissionMembers(to json: inout JSONWriter) {
    switch origin {
    case .reject(let step), .duplicate(let step): json.member("by", step.description)
    case .stack: json.member("by", "stack")
    case .icmpError, .ownCopy: json.member("by", "ip")
    case .injected: json.member("by", "capture")
    }
    writeMembers(to: &json, direction: direction, interface: interface)
    json.notModelled(notModelled, leftOpen: leftOpen)
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  fileprivate mutating func member(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  fileprivate mutating func member(_ name: String, _ values: [String]) {
    key(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  /// Present only where there is something to say.
  fileprivate mutating func notModelled(_ what: [String], leftOpen: [String] = []) {
    if !what.isEmpty { member("notModelled", what) }
    if !leftOpen.isEmpty { member("leftOpen", leftOpen) }
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
