import Wire

/// Reads text that holds packets: what tcpdump prints with `-x`, `-xx`, `-X` or `-XX`, hex dumps of other programs, kernel log
/// lines; as these programs print them or as people paste them, with other text around.
struct TextReader: CaptureReader {
  static let format = CaptureFormat(
    name: "text", recognises: isText, open: { source throws(CaptureError) in TextReader(source) })

  private(set) var formatName = "text"
  private let source: ByteSource
  private var lines: TextLines
  private var assembler: TextAssembler
  private var ready: [CapturedPacket] = []
  private var isAtEnd = false

  init(_ source: ByteSource) {
    self.source = source
    lines = TextLines(source)
    assembler = TextAssembler(file: source.name)
  }

  var bytesRead: Int { source.offset }
  var totalBytes: Int? { source.totalBytes }
  var notes: [String] { assembler.notes }

  mutating func next() throws(CaptureError) -> CapturedPacket? {
    while ready.isEmpty, !isAtEnd {
      do {
        if let line = try lines.next() {
          ready += try assembler.take(line)
        } else {
          isAtEnd = true
          ready += try assembler.finish()
        }
      } catch {
        isAtEnd = true
        throw error
      }
    }
    if let name = assembler.formatName { formatName = name }
    return ready.isEmpty ? nil : ready.removeFirst()
  }

  /// No control characters but those that texts and terminals use.
  private static let isText: @Sendable (ArraySlice<UInt8>) -> Bool = { head in
    head.allSatisfy { $0 >= 0x20 && $0 != 0x7f || [0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].contains($0) }
  }
}
