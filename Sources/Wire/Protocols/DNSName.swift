/// A domain name in a DNS message (RFC 1035 section 3.1), which may end in a pointer to an earlier one (section 4.1.4).
struct DNSName: Sendable, Hashable {
  /// Labels with dots after them; `.` for the root. Bytes that are no printable ASCII, dots and backslashes within a
  /// label are written as `\DDD` (RFC 1035 section 5.1).
  let text: String
  /// Bytes that the name takes where it stands, a pointer included.
  let length: Int

  /// What is wrong with a name.
  enum Failure: Error, Sendable, Equatable {
    /// The message ends within it.
    case cutShort
    /// A pointer that does not go back: it would go on for ever.
    case loop
    /// More than 255 bytes.
    case tooLong
    /// A label type that no RFC in use defines.
    case reservedLabel(UInt8)

    var text: String {
      switch self {
      case .cutShort: "the message ends within a name"
      case .loop: "a compressed name's pointer does not point backwards"
      case .tooLong: "a name is longer than 255 bytes"
      case .reservedLabel(let byte): "a name has a label of reserved type \(byte >> 6)"
      }
    }
  }

  /// Reads the name at `start` of `message`. Every pointer must point before the one that led to it, so that reading
  /// ends; time is bounded by the 255 bytes a name may have.
  init(_ message: Bytes, at start: Int) throws(Failure) {
    var position = start
    var firstUnread = start
    var afterName: Int?
    var text = ""
    var size = 1
    while true {
      guard let head = message.byte(at: position) else { throw .cutShort }
      switch head >> 6 {
      case 0:
        if head == 0 {
          self.text = text.isEmpty ? "." : text
          length = (afterName ?? position + 1) - start
          return
        }
        size += Int(head) + 1
        guard size <= 255 else { throw .tooLong }
        let label = message.slice(at: position + 1, length: Int(head))
        guard label.count == Int(head) else { throw .cutShort }
        for byte in label { text += Self.escaped(byte) }
        text += "."
        position += 1 + Int(head)
      case 3:
        guard let pointer = message.uint16(at: position).map({ Int($0 & 0x3fff) }) else { throw .cutShort }
        if afterName == nil { afterName = position + 2 }
        guard pointer < firstUnread else { throw .loop }
        firstUnread = pointer
        position = pointer
      default: throw .reservedLabel(head)
      }
    }
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case 0x2e, 0x5c: "\\" + String(UnicodeScalar(byte))
    case 0x21...0x7e: String(UnicodeScalar(byte))
    default: "\\" + String(String(Int(byte) + 1000).dropFirst())
    }
  }
}
