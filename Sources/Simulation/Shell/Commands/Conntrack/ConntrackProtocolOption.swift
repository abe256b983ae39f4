import Netfilter

/// An option of `conntrack` that belongs to a protocol, known once `-p` has been read.
struct ConntrackProtocolOption {
  /// Its first name: `icmp-type`.
  let name: String
  private let number: UInt8

  struct Failure: Error { let message: String }

  private static let portNames = [
    "orig-port-src": "sport", "sport": "sport", "orig-port-dst": "dport", "dport": "dport",
    "reply-port-src": "reply-port-src", "reply-port-dst": "reply-port-dst",
  ]
  private static let icmpNames = ["icmp-type", "icmp-code", "icmp-id"]
  private static let withPorts: Set<UInt8> = [6, 17, 33, 132, 136]
  private static let withState: Set<UInt8> = [6, 132]

  /// `nil` where the protocol has no such option.
  init?(_ name: String, _ number: UInt8) {
    self.number = number
    if Self.withPorts.contains(number), let known = Self.portNames[name] {
      self.name = known
    } else if Self.withState.contains(number), name == "state" {
      self.name = name
    } else if number == 1, Self.icmpNames.contains(name) {
      self.name = name
    } else {
      return nil
    }
  }

  /// Numbers are read as `atoi` reads them: what is none is 0.
  func apply(_ value: String, _ filter: inout ConntrackFilter) throws(Failure) {
    let value16 = UInt16(truncatingIfNeeded: ConntrackOptions.number(value))
    let value8 = UInt8(truncatingIfNeeded: value16)
    switch name {
    case "sport": filter.sourcePort = value16
    case "dport": filter.destinationPort = value16
    case "reply-port-src": filter.replySourcePort = value16
    case "reply-port-dst": filter.replyDestinationPort = value16
    case "icmp-type": filter.icmpType = value8
    case "icmp-code": filter.icmpCode = value8
    case "icmp-id": filter.icmpIdentifier = value16
    default:
      let states =
        number == 6 ? TCPState.allCases.map(\.description) + ["LISTEN"] : SCTPState.allCases.map(\.description)
      guard let state = states.first(where: { $0 == value }) else {
        throw Failure(message: "unknown \(number == 6 ? "TCP" : "SCTP") state `\(value)'")
      }
      filter.state = state
    }
  }
}
