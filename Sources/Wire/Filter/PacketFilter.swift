/// A capture filter in the language of pcap-filter(7), as libpcap 1.10 understands it, over frames of Ethernet, raw IP
/// and Linux cooked captures.
public struct PacketFilter: Sendable {
  private let condition: FilterCondition
  private let networkOffset: Int
  private let linkType: LinkType
  /// What of a frame's length the filter does not see: the header of a cooked capture that is listening.
  private let unseen: Int

  /// What the frames are, beside their bytes.
  public struct Context: Sendable {
    public var linkType: LinkType
    /// Whether a host is listening, which knows more than a file does.
    public var isLive: Bool
    /// Of the interface, for `ip broadcast`; 0 where it is not known.
    public var netmask: UInt32

    public init(linkType: LinkType, isLive: Bool, netmask: UInt32 = 0) {
      self.linkType = linkType
      self.isLive = isLive
      self.netmask = netmask
    }
  }

  /// An empty expression takes every packet.
  ///
  /// - Throws: what libpcap says of an expression that it cannot compile, or by name what is not modelled.
  public init(_ text: String, _ context: Context, names: FilterNames) throws(FilterError) {
    linkType = context.linkType
    networkOffset =
      switch context.linkType {
      case .ethernet: 14
      case .linuxSLL: 16
      case .linuxSLL2: 20
      default: 0
      }
    unseen = context.isLive && context.linkType == .linuxSLL2 ? 20 : 0
    guard [.ethernet, .linuxSLL, .linuxSLL2, .raw, .ipv4, .ipv6].contains(context.linkType) else {
      throw FilterError("a capture filter over frames of type \(context.linkType.name)", isNotModelled: true)
    }
    var parser = FilterParser(try FilterToken.tokens(of: text), FilterPrimitives(context: context, names: names))
    condition = try parser.parse()
    if condition.isNeverTrue { throw FilterError("expression rejects all packets") }
  }

  /// Whether a frame is wanted.
  ///
  /// - Parameter originalLength: on the wire, in bytes.
  public func accepts(
    _ bytes: [UInt8], originalLength: Int, isOutgoing: Bool = false, interfaceIndex: UInt32 = 0
  ) -> Bool {
    let packet = FilteredPacket(
      bytes: bytes[...], network: networkOffset, length: originalLength - unseen, isOutgoing: isOutgoing,
      interfaceIndex: interfaceIndex)
    do { return try packet.holds(condition) } catch { return false }
  }
}

/// Why a filter cannot be used, in libpcap's words.
public struct FilterError: Error, Sendable, Hashable {
  public let message: String
  /// The message names what libpcap knows and we do not.
  public let isNotModelled: Bool

  init(_ message: String, isNotModelled: Bool = false) {
    self.message = message
    self.isNotModelled = isNotModelled
  }

  /// The words do not make a sentence.
  static let syntax = FilterError("can't parse filter expression: syntax error")
}

/// What names mean on the host that a filter is compiled on.
public struct FilterNames: Sendable {
  public enum Transport: String, Sendable { case tcp, udp, sctp }

  /// The address of a host.
  public var host: @Sendable (String) -> IPv4Address?
  /// A network, as its bytes and how many of them the name gives.
  public var network: @Sendable (String) -> IPv4Address?
  /// The port of a service over a protocol.
  public var port: @Sendable (String, Transport) -> UInt16?
  /// The number of a protocol over IP.
  public var protocolNumber: @Sendable (String) -> UInt8?

  public init(
    host: @escaping @Sendable (String) -> IPv4Address?, network: @escaping @Sendable (String) -> IPv4Address?,
    port: @escaping @Sendable (String, Transport) -> UInt16?,
    protocolNumber: @escaping @Sendable (String) -> UInt8?
  ) {
    self.host = host
    self.network = network
    self.port = port
    self.protocolNumber = protocolNumber
  }
}
