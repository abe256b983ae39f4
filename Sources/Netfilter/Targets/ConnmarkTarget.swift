/// `-j CONNMARK`: sets the connection's mark, or copies marks between packet and connection
/// (`net/netfilter/xt_connmark.c`, revision 2).
package struct ConnmarkTarget: Target {
  private enum Mode: Sendable {
    /// The mask is the connection's.
    case set(UInt32)
    case save, restore
  }

  package static let name = "CONNMARK"
  private static let actions = [
    "set-xmark", "set-mark", "and-mark", "or-mark", "xor-mark", "save-mark", "restore-mark",
  ]
  /// In the order in which one of them is named as what another excludes.
  private static let excluding = [
    "set-mark", "save-mark", "restore-mark", "and-mark", "or-mark", "xor-mark", "set-xmark",
  ]
  package static let options =
    actions.map {
      OptionDefinition($0, argument: $0 == "save-mark" || $0 == "restore-mark" ? .none : .required, excludes: excluding)
    } + [
      OptionDefinition("left-shift-mark"),
      OptionDefinition("right-shift-mark"),
      OptionDefinition("ctmask", excludes: ["mask"]),
      OptionDefinition("nfmask", excludes: ["mask"]),
      OptionDefinition("mask", excludes: ["ctmask", "nfmask"]),
    ]

  private var mode: Mode?
  private var connectionMask = UInt32.max
  private var packetMask = UInt32.max
  private var shift: UInt8 = 0
  private var shiftsRight = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "save-mark": mode = .save
    case "restore-mark": mode = .restore
    case "ctmask": connectionMask = try option.number(for: Self.name)
    case "nfmask": packetMask = try option.number(for: Self.name)
    case "mask":
      connectionMask = try option.number(for: Self.name)
      packetMask = connectionMask
    case "left-shift-mark", "right-shift-mark":
      shift = try option.number(0...32, for: Self.name)
      shiftsRight = option.name == "right-shift-mark"
    default:
      // The mask is kept where `--ctmask` puts one: whichever comes later counts.
      let bits = try MarkBits.read(option, extension: Self.name)
      mode = .set(bits.value)
      connectionMask = bits.mask
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if mode == nil { throw OptionError("CONNMARK target: No operation specified") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if shift >= 32 { throw OptionError("CONNMARK: a mark can be shifted by 31 bits at most") }
  }

  package var saved: String {
    let masks = "--nfmask \(packetMask.hexadecimal) --ctmask \(connectionMask.hexadecimal)"
    var text = ""
    switch mode {
    case .set(let value): text = " --set-xmark \(MarkBits.text(MaskedValue(value: value, mask: connectionMask)))"
    case .save: text = " --save-mark \(masks)"
    case .restore: text = " --restore-mark \(masks)"
    case nil: break
    }
    return shift == 0 ? text : text + " --\(shiftsRight ? "right" : "left")-shift-mark \(shift)"
  }

  package func listed(numeric: Bool) -> String {
    let both = packetMask == connectionMask ? (packetMask == .max ? "" : " mask \(packetMask.hexadecimal)") : nil
    let text =
      switch mode {
      case .set(let value): MarkBits.listed(MaskedValue(value: value, mask: connectionMask))
      case .save: "save" + (both ?? " nfmask \(packetMask.hexadecimal) ctmask ~\(connectionMask.hexadecimal)")
      case .restore: "restore" + (both ?? " ctmask \(connectionMask.hexadecimal) nfmask ~\(packetMask.hexadecimal)")
      case nil: ""
      }
    return " CONNMARK \(text)"
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    guard let connection = packet.connection, let mode else { return .next }
    let (oldConnection, oldPacket) = (connection.mark, packet.mark)
    switch mode {
    case .set(let value): connection.mark = shifted((oldConnection & ~connectionMask) ^ value)
    case .save: connection.mark = (oldConnection & ~connectionMask) ^ shifted(oldPacket & packetMask)
    case .restore: packet.mark = (oldPacket & ~packetMask) ^ shifted(oldConnection & connectionMask)
    }
    if connection.mark != oldConnection {
      packet.note(Self.name, "connection mark", oldConnection.hexadecimal, connection.mark.hexadecimal)
    }
    if packet.mark != oldPacket { packet.note(Self.name, "mark", oldPacket.hexadecimal, packet.mark.hexadecimal) }
    return .next
  }

  private func shifted(_ mark: UInt32) -> UInt32 { shiftsRight ? mark >> UInt32(shift) : mark << UInt32(shift) }
}
