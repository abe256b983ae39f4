import Testing
import Wire

@testable import Capture

/// Builds capture files by hand, field by field, as the drafts draw them.
struct FileBuilder {
  var bytes: [UInt8] = []
  let isBig: Bool

  init(big: Bool) { isBig = big }

  mutating func add16(_ value: UInt16) { add(UInt64(value), 2) }
  mutating func add32(_ value: UInt32) { add(UInt64(value), 4) }
  mutating func add64(_ value: UInt64) { add(value, 8) }

  private mutating func add(_ value: UInt64, _ count: Int) {
    let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    bytes += isBig ? little.reversed() : little
  }

  mutating func block(_ type: UInt32, _ body: (inout FileBuilder) -> Void) {
    var inner = FileBuilder(big: isBig)
    body(&inner)
    while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
    add32(type)
    add32(UInt32(inner.bytes.count + 12))
    bytes += inner.bytes
    add32(UInt32(inner.bytes.count + 12))
  }

  mutating func option(_ code: UInt16, _ value: [UInt8]) {
    add16(code)
    add16(UInt16(value.count))
    bytes += value
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  mutating func section() {
    block(0x0a0d_0d0a) {
      $0.add32(0x1a2b_3c4d)
      $0.add16(1)
      $0.add16(0)
      $0.add64(.max)
    }
  }

  mutating func interface(_ linkType: UInt16, snap: UInt32 = 0, options: (inout FileBuilder) -> Void = { _ in }) {
    block(1) {
      $0.add16(linkType)
      $0.add16(0)
      $0.add32(snap)
      options(&$0)
    }
  }

  mutating func enhanced(
    _ interface: UInt32, time: UInt64, _ data: [UInt8], options: (inout FileBuilder) -> Void = { _ in }
  ) {
    block(6) {
      $0.add32(interface)
      $0.add32(UInt32(time >> 32))
      $0.add32(UInt32(truncatingIfNeeded: time))
      $0.add32(UInt32(data.count))
      $0.add32(UInt32(data.count + 10))
      $0.bytes += data
      while $0.bytes.count % 4 != 0 { $0.bytes.append(0) }
      options(&$0)
    }
  }
}

func packets(_ bytes: [UInt8]) throws(CaptureError) -> [CapturedPacket] {
  try allPackets(openCapture(bytes: bytes, named: "file"))
}

@Suite("pcap")
struct PcapTests {
  static func file(_ magic: UInt32, big: Bool, extra: Int = 0, fraction: UInt32) -> [UInt8] {
    var file = FileBuilder(big: big)
    file.add32(magic)
    file.add16(2)
    file.add16(4)
    file.add64(0)
    file.add32(65535)
    file.add32(101)
    for _ in 0..<2 {
      file.add32(1_439_545_717)
      file.add32(fraction)
      file.add32(3)
      file.add32(60)
      file.bytes += Array(repeating: 0, count: extra) + [0x45, 0, 1]
    }
    return file.bytes
  }

  @Test(
    "both byte orders, microseconds and nanoseconds, and the longer packet headers of patched libpcaps",
    arguments: [
      (0xa1b2_c3d4 as UInt32, false, 0, 860_337 as UInt32, 860_337_000 as Int64),
      (0xa1b2_c3d4, true, 0, 860_337, 860_337_000),
      (0xa1b2_3c4d, false, 0, 860_337_001, 860_337_001), (0xa1b2_3c4d, true, 0, 860_337_001, 860_337_001),
      (0xa1b2_cd34, false, 8, 860_337, 860_337_000), (0xa1b2_cd34, true, 8, 860_337, 860_337_000),
    ])
  func variants(_ magic: UInt32, _ big: Bool, _ extra: Int, _ fraction: UInt32, _ nanoseconds: Int64) throws {
    let packets = try packets(Self.file(magic, big: big, extra: extra, fraction: fraction))
    #expect(packets.map(\.bytes) == [[0x45, 0, 1], [0x45, 0, 1]])
    #expect(packets.map(\.number) == [1, 2])
    #expect(packets.allSatisfy { $0.originalLength == 60 && $0.linkType == .raw })
    #expect(packets.allSatisfy { $0.time == Timestamp(nanoseconds: 1_439_545_717_000_000_000 + nanoseconds) })
  }

  @Test(
    "a file that is cut short gives the packets before, then an error that names the byte",
    arguments: [
      (23, 0, "byte 23"), (24 + 5, 0, "byte 24"), (24 + 16 + 2, 0, "byte 24"), (24 + 19 + 1, 1, "byte 43"),
    ])
  func cutShort(_ length: Int, _ count: Int, _ place: String) throws {
    let bytes = Array(Self.file(0xa1b2_c3d4, big: false, fraction: 0).prefix(length))
    var seen = 0
    let error = captureError { () throws(CaptureError) in
      var reader = try openCapture(bytes: bytes, named: "file")
      while try reader.next() != nil { seen += 1 }
    }
    #expect(seen == count)
    #expect(try #require(error).message.hasPrefix(place))
  }

  @Test("a packet that claims more bytes than any packet has is damage, and nothing is allocated for it")
  func hugeClaim() throws {
    var bytes = Self.file(0xa1b2_c3d4, big: false, fraction: 0)
    bytes.replaceSubrange(32..<36, with: [0xff, 0xff, 0xff, 0x7f])
    let error = captureError { () throws(CaptureError) in _ = try packets(bytes) }
    #expect(error?.message.contains("2147483647 captured bytes") == true)
  }

  @Test("what the writer writes is read back, and tells the progress")
  func roundTrip() throws {
    var packet = CapturedPacket(
      number: 1, time: Timestamp(nanoseconds: 1_439_545_717_860_337_001), linkType: .ethernet, bytes: [1, 2, 3],
      originalLength: 99, provenance: Provenance(file: "x"))
    let writer = PcapWriter(linkType: .ethernet)
    let bytes = writer.header + (try #require(writer.record(packet)))
    var reader = try openCapture(bytes: bytes, named: "file")
    let read = try #require(try reader.next())
    #expect(read.bytes == packet.bytes && read.time == packet.time && read.originalLength == 99)
    #expect(reader.bytesRead == bytes.count && reader.totalBytes == bytes.count)
    packet.linkType = .raw
    #expect(writer.record(packet) == nil)
  }

  @Test(
    "the packet type of a cooked header tells the direction",
    arguments: [
      (0 as UInt8, Direction?.some(.incoming)), (1, .incoming), (2, .incoming), (3, nil), (4, .outgoing),
    ])
  func cooked(_ kind: UInt8, _ direction: Direction?) throws {
    let packet = CapturedPacket(
      number: 1, time: nil, linkType: .linuxSLL, bytes: [0, kind, 0, 1] + Array(repeating: 0, count: 12),
      provenance: Provenance(file: "x"))
    let writer = PcapWriter(linkType: .linuxSLL)
    let read = try packets(writer.header + (try #require(writer.record(packet))))
    #expect(read.first?.direction == direction)
  }
}

@Suite("pcapng")
struct PcapngTests {
  @Test("several sections in both byte orders, interfaces with names and resolutions, all kinds of packet blocks")
  func everything() throws {
    var little = FileBuilder(big: false)
    little.section()
    little.interface(101) { $0.option(2, Array("eth0".utf8)) }
    little.interface(1) {
      $0.option(2, Array("wlan0".utf8))
      $0.option(9, [0x80 | 10])
      $0.option(14, [100, 0, 0, 0, 0, 0, 0, 0])
    }
    little.block(0xbad) { $0.bytes += Array(repeating: 7, count: 100_000) }
    little.enhanced(0, time: 1_500_000, [1, 2, 3]) {
      $0.option(1, Array("a remark".utf8))
      $0.option(2, [1, 0, 0, 0])
      $0.option(0, [])
    }
    little.enhanced(1, time: 1536, [4]) { $0.option(2, [2, 0, 0, 0]) }
    little.block(3) {
      $0.add32(60)
      $0.bytes += [9, 9, 9, 9]
    }
    var big = FileBuilder(big: true)
    big.section()
    big.interface(113, snap: 2) { $0.option(9, [9]) }
    big.block(2) {
      $0.add16(0)
      $0.add16(0)
      $0.add32(0)
      $0.add32(7)
      $0.add32(2)
      $0.add32(2)
      $0.bytes += [5, 6]
    }
    // The simple packet block's length on the wire is 60, but the block ends after four bytes.
    let error = captureError { () throws(CaptureError) in _ = try packets(little.bytes) }
    #expect(error?.message.contains("does not fit in its block") == true)
    little.bytes.removeLast(20)
    let read = try packets(little.bytes + big.bytes)
    #expect(read.map(\.bytes) == [[1, 2, 3], [4], [5, 6]])
    #expect(read.map(\.interface) == ["eth0", "wlan0", nil])
    #expect(read.map(\.direction) == [.incoming, .outgoing, nil])
    #expect(read.map(\.linkType) == [.raw, .ethernet, .linuxSLL])
    #expect(read.map { $0.time?.nanoseconds } == [1_500_000_000, 101_500_000_000, 7])
    #expect(read.map(\.originalLength) == [13, 11, 2])
    #expect(read.first?.comments == ["a remark"])
  }

  @Test("a simple packet block is cut at the first interface's snapshot length")
  func simple() throws {
    var file = FileBuilder(big: false)
    file.section()
    file.interface(101, snap: 4)
    file.block(3) {
      $0.add32(60)
      $0.bytes += [9, 8, 7, 6]
    }
    let packet = try #require(try packets(file.bytes).first)
    #expect(packet.bytes == [9, 8, 7, 6] && packet.originalLength == 60 && packet.time == nil)
  }

  @Test(
    "damage is refused with the byte",
    arguments: [
      ("a block's length must be", 28 + 4, [13 as UInt8, 0, 0, 0]),
      ("a block's two lengths differ", 28 + 16, [99, 0, 0, 0]),
      ("is of interface 0", 28, [0xbb, 0, 0, 0]), ("byte-order magic", 8, [0, 0, 0, 0]),
      ("not a version of pcapng", 12, [9, 0, 0, 0]),
    ])
  func damage(_ message: String, _ offset: Int, _ patch: [UInt8]) throws {
    var file = FileBuilder(big: false)
    file.section()
    file.interface(101)
    file.enhanced(0, time: 0, [1, 2, 3, 4])
    file.bytes.replaceSubrange(offset..<offset + 4, with: patch)
    let error = captureError { () throws(CaptureError) in _ = try packets(file.bytes) }
    #expect(error?.message.contains(message) == true)
    #expect(error?.message.hasPrefix("byte ") == true)
  }

  @Test("what the writer writes is read back: interfaces, directions, comments, times")
  func roundTrip() throws {
    let written = [("eth0", Direction.incoming), ("eth1", .outgoing), ("eth0", .outgoing)].enumerated().map {
      index, item in
      var packet = CapturedPacket(
        number: index + 1, time: Timestamp(nanoseconds: 1_439_545_717_860_337_001 + Int64(index)), linkType: .raw,
        bytes: Array(repeating: UInt8(index), count: index + 5), originalLength: 60, provenance: Provenance(file: "x"))
      packet.interface = item.0
      packet.direction = item.1
      packet.comments = index == 1 ? ["one", "two"] : []
      return packet
    }
    let read = try packets(PcapngWriter.file(written))
    #expect(read.map(\.bytes) == written.map(\.bytes))
    #expect(read.map(\.interface) == written.map(\.interface))
    #expect(read.map(\.direction) == written.map(\.direction))
    #expect(read.map(\.comments) == written.map(\.comments))
    #expect(read.map(\.time) == written.map(\.time))
    #expect(read.map(\.originalLength) == [60, 60, 60])
  }
}
