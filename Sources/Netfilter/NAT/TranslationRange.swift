import Wire

/// What a target of the nat table maps an address to (`struct nf_nat_range2`).
package struct TranslationRange: Sendable, Hashable {
  /// Addresses, both ends included; `nil` leaves the address as it is. The first may be above the last.
  package var addresses: Ends<IPv4Address>?
  /// Ports, both ends included (identifiers for ICMP); `nil` leaves them to be chosen.
  package var ports: Ends<UInt16>?
  /// `--to-destination 10.0.0.1:1000-2000/3000`: port 3000 maps to 1000, 3001 to 1001, and so on.
  package var portBase: UInt16?
  /// `--random`.
  package var isRandom = false
  /// `--random-fully`.
  package var isFullyRandom = false
  /// `--persistent`: a source is mapped to one address whatever the destination.
  package var isPersistent = false

  package struct Ends<Value: Sendable & Hashable>: Sendable, Hashable {
    package var first: Value
    package var last: Value

    package init(_ first: Value, _ last: Value) {
      self.first = first
      self.last = last
    }
  }

  package init(addresses: Ends<IPv4Address>? = nil, ports: Ends<UInt16>? = nil) {
    self.addresses = addresses
    self.ports = ports
  }

  /// The same with one address to map to.
  package func to(_ address: IPv4Address) -> TranslationRange {
    var range = self
    range.addresses = Ends(address, address)
    return range
  }

  /// The port is picked at random even where the packet's own would do.
  var picksAnyPort: Bool { isRandom || isFullyRandom }
}

/// Which end of a packet is rewritten at a hook (`HOOK2MANIP`).
package enum TranslatedEnd: Sendable, Hashable {
  case source, destination

  package init(_ hook: Hook) {
    self = hook == .postrouting || hook == .input ? .source : .destination
  }

  var opposite: TranslatedEnd { self == .source ? .destination : .source }

  /// Set once the end was decided on.
  var done: ConnectionStatus { self == .source ? .sourceNATDone : .destinationNATDone }
  /// Set where the decision was to change it.
  var changed: ConnectionStatus { self == .source ? .sourceNAT : .destinationNAT }
}
