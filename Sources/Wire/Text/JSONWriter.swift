/// Writes JSON (RFC 8259) into a byte buffer, keys in the order they are given, on one line and without spaces.
///
/// The caller keeps the nesting right; commas are put by the writer.
public struct JSONWriter: Sendable {
  /// What has been written, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  /// Empties the buffer and keeps its room.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  public mutating func beginObject() { open(0x7b) }
  public mutating func endObject() { close(0x7d) }
  public mutating func beginArray() { open(0x5b) }
  public mutating func endArray() { close(0x5d) }

  /// The name of the member whose value comes next.
  public mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(0x3a)
    needsComma = false
  }

  public mutating func string(_ value: String) {
    separate()
    quote(value)
    needsComma = true
  }

  public mutating func integer(_ value: some BinaryInteger) { literal(String(value)) }
  public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
  public mutating func null() { literal("null") }

  /// A number's own digits, or JSON that is already written.
  public mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  /// A line feed between two values of a stream of lines.
  public mutating func newline() {
    bytes.append(0x0a)
    needsComma = false
  }

  private mutating func separate() {
    if needsComma { bytes.append(0x2c) }
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func quote(_ value: String) {
    bytes.append(0x22)
    for byte in value.utf8 {
      switch byte {
      case 0x22, 0x5c: bytes += [0x5c, byte]
      case 0x0a: bytes += [0x5c, 0x6e]
      case 0x0d: bytes += [0x5c, 0x72]
      case 0x09: bytes += [0x5c, 0x74]
      case 0..<0x20: bytes += Array("\\u00".utf8) + Array([byte].hex.utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
