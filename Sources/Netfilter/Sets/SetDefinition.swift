import Wire

/// A set of ipset as it is created, and what is in it at first (`ipset save`).
package struct SetDefinition: Sendable, Hashable {
  /// The types that are modelled.
  package enum Kind: String, Sendable {
    case hashIP = "hash:ip"
    case hashNet = "hash:net"
    case hashIPPort = "hash:ip,port"
    case hashNetPort = "hash:net,port"
    case hashMAC = "hash:mac"
    case bitmapIP = "bitmap:ip"
    case bitmapPort = "bitmap:port"
    case list = "list:set"

    var hasNetworks: Bool { self == .hashNet || self == .hashNetPort }
    var hasPorts: Bool { self == .hashIPPort || self == .hashNetPort || self == .bitmapPort }
    /// Whether the address comes first.
    var hasAddresses: Bool { self != .bitmapPort && self != .hashMAC && self != .list }
    var isBitmap: Bool { self == .bitmapIP || self == .bitmapPort }
  }

  package var name: String
  /// As written: `hash:ip,port`.
  package var typeName: String
  /// `nil` for a type, or an option of it, that is not modelled.
  package var kind: Kind?
  /// Holds addresses of IPv6: nothing of IPv4 is in it.
  package var isIPv6 = false
  /// Addresses count as one under this prefix length.
  package var prefixLength: UInt8 = 32
  /// Of a bitmap: the least and greatest address or port.
  package var range: ClosedRange<UInt32> = 0...UInt32.max
  /// Seconds that an entry lives unless it says otherwise, 0 for ever; `nil` where entries do not time out.
  package var timeout: UInt32?
  package var hasCounters = false
  /// Entries carry marks and priorities for `SET --map-set`.
  package var hasPacketInfo = false
  /// Entries there is room for (`maxelem`, `size`).
  package var maximum: UInt32 = 65_536
  /// Makes room by dropping an entry at random.
  package var forcesRoom = false
  package var members: [SetMember] = []

  package init(name: String, typeName: String) {
    self.name = name
    self.typeName = typeName
    kind = Kind(rawValue: typeName)
    if kind == .list { maximum = 8 }
  }

  /// How many of `src,dst` must be given for the set to be asked at all.
  var dimension: Int { (typeName.split(separator: ":").last ?? "").split(separator: ",").count }
}

/// What a set tells packets apart by; what a type does not look at stays as it is here.
package struct SetElement: Sendable, Hashable {
  package var address: UInt32 = 0
  package var length: UInt8 = 32
  package var port: UInt16 = 0
  package var protocolNumber: UInt8 = 0
  package var mac: [UInt8] = []

  package init() {}

  /// Under a shorter prefix.
  func masked(to length: UInt8) -> SetElement {
    var element = self
    element.length = length
    element.address &= length == 0 ? 0 : ~0 << UInt32(32 - min(32, length))
    return element
  }
}

/// An entry of a set.
package struct SetMember: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case element(SetElement)
    /// A set within a list of sets.
    case set(String)
  }

  package var content: Content
  /// An exception: what it covers counts as not in the set.
  package var isException = false
  /// Seconds it has left, 0 for ever; `nil` where it does not say.
  package var timeout: UInt32?
  package var counters = Counters()
  package var info = SetPacketInfo()

  package init(_ content: Content) { self.content = content }
}

/// Sets by name, in the order they were created.
package struct SetCatalog: Sendable, Hashable {
  package private(set) var definitions: [SetDefinition] = []
  private var places: [String: Int] = [:]
  /// The lines of `ipset save` that it was read from.
  package internal(set) var source = ""

  package init() {}

  package subscript(name: String) -> SetDefinition? { places[name].map { definitions[$0] } }

  package var isEmpty: Bool { definitions.isEmpty }

  mutating func create(_ definition: SetDefinition) {
    places[definition.name] = definitions.count
    definitions.append(definition)
  }

  mutating func change(_ name: String, _ body: (inout SetDefinition) -> Void) {
    if let place = places[name] { body(&definitions[place]) }
  }

  /// The sets of another catalog come after these; where both have one of a name, it is this one's.
  package func adding(_ other: SetCatalog) -> SetCatalog {
    var all = self
    for definition in other.definitions where all[definition.name] == nil { all.create(definition) }
    all.source += other.source
    return all
  }
}
