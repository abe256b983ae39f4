import Capture
import Wire

extension Dissection {
  /// The dissection of a captured packet.
  package init(_ packet: CapturedPacket) {
    self = dissect(
      packet.bytes, linkType: packet.linkType, knowledge: packet.knowledge, originalLength: packet.originalLength)
  }

  /// The dissection of an IP packet that no capture holds.
  package init(network bytes: [UInt8]) { self = dissect(bytes, linkType: .raw) }
}
