import Wire

/// A moment in time, in nanoseconds since 1970-01-01 00:00:00 UTC, or since midnight where the capture gives only the
/// time of day.
public struct Timestamp: Sendable, Hashable, Comparable {
  public var nanoseconds: Int64
  /// False where only the time of day is known.
  public var isAbsolute: Bool

  public init(nanoseconds: Int64, isAbsolute: Bool = true) {
    self.nanoseconds = nanoseconds
    self.isAbsolute = isAbsolute
  }

  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}

/// Which way a captured packet went, seen from the host that captured it.
public enum Direction: String, Sendable, Hashable {
  case incoming = "in"
  case outgoing = "out"
  case forwarded = "forward"
}

/// Where in the source a packet stands, for error messages and the tutor.
public struct Provenance: Sendable, Hashable {
  /// The file's path as given, `-` for standard input, or a word such as `pasted`.
  public var file: String
  /// 1-based line of a text source; `nil` for a binary one.
  public var line: Int?
  /// Byte offset in a binary source; `nil` for a text one.
  public var offset: Int?

  public init(file: String, line: Int? = nil, offset: Int? = nil) {
    self.file = file
    self.line = line
    self.offset = offset
  }
}

/// One packet as a capture holds it.
public struct CapturedPacket: Sendable, Hashable {
  /// From 1, in the capture's order.
  public var number: Int
  public var time: Timestamp?
  public var linkType: LinkType
  /// From the link-layer header on (from the IP header on for `LinkType.raw`). Bytes listed in
  /// `knowledge.unknown` mean nothing.
  public var bytes: [UInt8]
  /// Length on the wire; more than `bytes.count` where the capture was snapped.
  public var originalLength: Int
  public var knowledge = ByteKnowledge()
  /// Where the capture itself says so (pcapng, cooked captures, `-i any` text).
  public var interface: String?
  public var direction: Direction?
  /// Comments that the capture carries, and what the reader noticed (`the far address was edited out`).
  public var comments: [String] = []
  public var provenance: Provenance
  /// The addresses as the text shows them, edits included (`108.162.[edited]`), where it is text.
  public var shownSource: String?
  public var shownDestination: String?

  public init(
    number: Int, time: Timestamp?, linkType: LinkType, bytes: [UInt8], originalLength: Int? = nil,
    provenance: Provenance
  ) {
    self.number = number
    self.time = time
    self.linkType = linkType
    self.bytes = bytes
    self.originalLength = originalLength ?? bytes.count
    self.provenance = provenance
  }
}

/// What is wrong with an input, and where; printed as `FILE:LINE:COLUMN: message`.
public struct CaptureError: Error, Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// 1-based; `nil` for a binary source, whose message names the byte offset.
  public var line: Int?
  /// 1-based, in characters.
  public var column: Int?
  /// What is wrong, what was expected and what to do, without a full stop.
  public var message: String

  public init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
  }
}

/// A capture being read, one packet at a time and with constant memory.
public protocol CaptureReader {
  /// What the format is called: `pcap`, `pcapng`, `tcpdump text`, `kernel log`, ...
  var formatName: String { get }
  /// Bytes of the source consumed so far, for a progress bar.
  var bytesRead: Int { get }
  /// The source's size in bytes; `nil` where it is not known (a pipe).
  var totalBytes: Int? { get }
  /// What the reader has to say that belongs to no packet: a section's comment, a summary without bytes, how times
  /// were read. Grows while reading; a bounded number.
  var notes: [String] { get }
  /// The next packet, or `nil` at the end. Once it has thrown, what follows cannot be read.
  mutating func next() throws(CaptureError) -> CapturedPacket?
}

extension CaptureReader {
  public var notes: [String] { [] }
}
