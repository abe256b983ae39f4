/// One format that captures come in: what it is called, how its content is recognised, what reads it.
struct CaptureFormat: Sendable {
  /// Its name in messages: `pcap`.
  let name: String
  /// Whether a source that begins with these bytes (up to 4096 of them) is of this format.
  let recognises: @Sendable (ArraySlice<UInt8>) -> Bool
  let open: @Sendable (ByteSource) throws(CaptureError) -> any CaptureReader

  /// In the order of trial; text comes last.
  static let all: [CaptureFormat] = [PcapReader.format, PcapngReader.format, TextReader.format]
}

/// Opens a capture whatever its format, which is recognised from its content.
///
/// - Parameter path: a file's path, or `-` for standard input.
/// - Throws: `CaptureError` where it is missing, unreadable, a directory, empty or of no known format.
package func openCapture(_ path: String) throws(CaptureError) -> any CaptureReader {
  try openCapture(ByteSource(path: path))
}

/// Opens text that is already in memory, as pasted at a prompt.
///
/// - Parameter name: what error messages call it.
package func openCapture(text: String, named name: String = "pasted") throws(CaptureError) -> any CaptureReader {
  try openCapture(ByteSource(bytes: Array(text.utf8), name: name))
}

/// Opens a capture, of any format, that is already in memory.
package func openCapture(bytes: [UInt8], named name: String) throws(CaptureError) -> any CaptureReader {
  try openCapture(ByteSource(bytes: bytes, name: name))
}

private func openCapture(_ source: ByteSource) throws(CaptureError) -> any CaptureReader {
  let head = try source.peek(4096)
  guard !head.isEmpty else { throw CaptureError(file: source.name, "is empty") }
  for format in CaptureFormat.all where format.recognises(head) { return try format.open(source) }
  let kind = foreignKinds.first { head.starts(with: $0.magic) }?.text ?? "is binary and of no known format"
  throw CaptureError(
    file: source.name, "\(kind); pcap, pcapng, tcpdump text, hex dumps and kernel log lines can be read")
}

/// What people hand over by mistake, by its first bytes.
private let foreignKinds: [(magic: [UInt8], text: String)] = [
  ([0x1f, 0x8b], "is compressed with gzip: decompress it first (gunzip)"),
  ([0x28, 0xb5, 0x2f, 0xfd], "is compressed with zstd: decompress it first (unzstd)"),
  ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "is compressed with xz: decompress it first (unxz)"),
  ([0x42, 0x5a, 0x68], "is compressed with bzip2: decompress it first (bunzip2)"),
  ([0x50, 0x4b, 0x03, 0x04], "is a zip archive: unpack it first"),
  ([0xff, 0xfe], "is text in UTF-16: convert it to UTF-8 first"),
  ([0xfe, 0xff], "is text in UTF-16: convert it to UTF-8 first"),
  (Array("snoop\0".utf8), "is a snoop capture: convert it to pcap first"),
  ([0x7f, 0x45, 0x4c, 0x46], "is an executable, not a capture"),
]
