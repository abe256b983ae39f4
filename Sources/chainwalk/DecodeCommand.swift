import ArgumentParser
import Capture
import Glibc
import Simulation
import Wire

/// `chainwalk decode CAPTURE`: each packet taken apart, field by field.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Take the packets of a capture apart, field by field.",
    discussion: """
      Examples:
        chainwalk decode trace.txt
        chainwalk decode capture.pcapng --format ndjson | jq .layers
        xxd packet.bin | chainwalk decode - --format tcpdump
      """)

  /// How the packets are written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case tree, ndjson, tcpdump
  }

  @Argument(
    help: "A capture: pcap, pcapng, tcpdump text, hex dump or kernel log; - reads standard input.", completion: .file())
  var capture: String

  @Option(help: "tree: for people; ndjson: one JSON object a packet; tcpdump: as tcpdump -nvvX prints it.")
  var format: Format = .tree

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let printer = try PeoplePrinter(display)
    var reader = try Inputs.reader(capture)
    var writer = PacketWriter(format: format)
    var isEmpty = true
    do throws(CaptureError) {
      while let packet = try reader.next() {
        writer.write(packet)
        if format == .tree {
          printer.write(String(decoding: writer.take(), as: UTF8.self), PeoplePrinter.tree)
        } else {
          StandardOutput.write(writer.take())
        }
        printer.progress.advance(reader.totalBytes.flatMap { $0 > 0 ? Double(reader.bytesRead) / Double($0) : nil })
        isEmpty = false
      }
    } catch {
      // A capture that was cut off still shows what it holds; its last line says that this is not the whole.
      if !isEmpty { StandardOutput.write(PacketWriter.end(error, format).utf8) }
      throw CommandFailure(error)
    }
  }
}

/// Turns packets into the bytes of one output format.
private struct PacketWriter {
  let format: DecodeCommand.Format
  private var writer = JSONWriter()
  private var text: [UInt8] = []
  private var printer = TcpdumpPrinter()

  init(format: DecodeCommand.Format) {
    self.format = format
    printer.interfaceName = { index in
      var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
      guard if_indextoname(index, &name) != nil else { return nil }
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  mutating func write(_ packet: CapturedPacket) {
    switch format {
    case .ndjson: writeJSON(packet)
    case .tree: writeTree(packet)
    case .tcpdump:
      text += printer.print(
        packet.bytes, linkType: packet.linkType, originalLength: packet.originalLength, time: packet.clockTime,
        knowledge: packet.knowledge)
    }
  }

  /// What was written since the last call.
  mutating func take() -> [UInt8] {
    defer {
      writer.removeAll()
      text.removeAll(keepingCapacity: true)
    }
    return format == .ndjson ? writer.bytes : text
  }

  /// A last line that says that the capture could not be read to its end.
  static func end(_ error: CaptureError, _ format: DecodeCommand.Format) -> String {
    guard format == .ndjson else { return "the capture cannot be read on from here: \(error)\n" }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("error")
    writer.string(error.description)
    writer.endObject()
    writer.newline()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private mutating func writeJSON(_ packet: CapturedPacket) {
    writer.beginObject()
    writer.key("packet")
    writer.integer(packet.number)
    writer.key("time")
    if let time = packet.time { writer.literal(time.decimalSeconds) } else { writer.null() }
    writer.key("link")
    writer.string(packet.linkType.name)
    packet.dissected.writeMembers(to: &writer)
    writer.endObject()
    writer.newline()
  }

  private mutating func writeTree(_ packet: CapturedPacket) {
    let time = packet.time.map { "  time \($0.decimalSeconds)" } ?? ""
    let place = [packet.interface.map { "  interface \($0)" }, packet.direction.map { "  \($0.rawValue)" }]
      .compactMap { $0 }.joined()
    let size =
      packet.originalLength == packet.bytes.count
      ? "\(packet.bytes.count) bytes" : "\(packet.bytes.count) of \(packet.originalLength) bytes"
    var lines = ["packet \(packet.number)\(time)\(place)  \(packet.linkType.name)  \(size)"]
    lines += packet.dissected.treeLines + packet.comments.map { "  comment: \($0.visible)" }
    for line in lines {
      text.append(contentsOf: line.utf8)
      text.append(0x0a)
    }
    text.append(0x0a)
  }
}

extension CapturedPacket {
  /// The time of day in the local time zone, with microseconds, as tcpdump prints it: `11:48:37.860337`.
  fileprivate var clockTime: String {
    guard let time else { return "" }
    var seconds = Int(time.nanoseconds / 1_000_000_000)
    let microseconds = time.nanoseconds % 1_000_000_000 / 1000
    var parts = tm()
    guard (time.isAbsolute ? localtime_r(&seconds, &parts) : gmtime_r(&seconds, &parts)) != nil else { return "" }
    func padded(_ value: some BinaryInteger, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return
      "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2)).\(padded(abs(microseconds), 6))"
  }

  fileprivate var dissected: Dissection {
    dissect(bytes, linkType: linkType, knowledge: knowledge, originalLength: originalLength)
  }
}
