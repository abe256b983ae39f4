import Foundation
import Testing

@testable import Capture

/// A small generator with a seed, so that a failure can be run again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Mutates good inputs of every format and reads the result: whatever comes out, nothing may trap, hang or break a promise.
///
/// `CHAINWALK_FUZZ` sets the number of inputs (20000 otherwise), `CHAINWALK_FUZZ_SEED` the seed.
@Suite("Damaged captures")
struct FuzzTests {
  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  private static func seeds() throws -> [[UInt8]] {
    let capture = try Golden.capture()
    var named = capture[0]
    named.interface = "eth0"
    named.direction = .incoming
    named.comments = ["a remark"]
    let writer = PcapWriter(linkType: .ethernet)
    let texts = try (Golden.dumps + Golden.single).map { Array(try Golden.text($0).utf8) }
    return texts + [
      writer.header + capture.compactMap(writer.record).joined(), PcapngWriter.file([named] + capture),
      Array((Incident.trace + "\n" + Incident.asPosted).utf8),
      Array(String(repeating: Incident.log + "\n", count: 3).utf8),
      Array(
        ("Aug 14 11:48:37 host kernel: [1.5] IN=eth0 OUT=eth1 SRC=192.0.2.1 DST=192.0.2.2 LEN=56 TOS=0x00 PREC=0xC0 TTL=63 ID=1 PROTO=ICMP TYPE=3 CODE=4 [SRC=192.0.2.2 DST=192.0.2.1 LEN=1500 TOS=0x00 PREC=0x00 TTL=64 ID=5 DF PROTO=UDP SPT=53 DPT=1024 LEN=1480 ] MTU=1400\n"
          + "IN=eth0 OUT= MAC= SRC=2001:db8::1 DST=fe80::1 LEN=72 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=ICMPv6 TYPE=135 CODE=0\n")
          .utf8),
    ]
  }

  /// Words that mean something to a reader, for mutations that get past the first check.
  private static let words: [[UInt8]] =
    [
      "0x0000:  ", "0x0010: ", "xxxx", "IN=", "OUT=", "SRC=", "LEN=65535 ", "LEN=20 ", "[edited]", " > ", "IP ", "IP6 ",
      "\n", "\n\n", "*\n",
      "0000000 ", "(tos 0x0", "&lt;", "<br>", "\\n", "[SRC=", "OPT (", "FRAG:8191 ", "length ", "é",
    ].map { Array($0.utf8) } + [
      [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0x7f], [6, 0, 0, 0, 32, 0, 0, 0],
      [0x0a, 0x0d, 0x0d, 0x0a],
      [0, 0, 0, 0x80], [12, 0, 0, 0], [0xc2], [0x1b, 0x5b],
    ]

  private static func mutate(_ input: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4: bytes.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)], at: place)
      case 5: bytes.replaceSubrange(place..<end, with: words[Int.random(in: 0..<words.count, using: &random)])
      case 6: bytes.removeLast(bytes.count - place)
      case 7 where place < bytes.count:
        bytes[place] = Array("0123456789abcdefx \n:.")[Int.random(in: 0..<21, using: &random)].asciiValue ?? 0
      default: continue
      }
    }
    return bytes
  }

  /// Some lines of a text, so that more inputs fit into the budget; a binary capture as it is.
  private static func excerpt(_ input: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    guard !input.contains(0) else { return input }
    let lines = input.split(separator: 0x0a, omittingEmptySubsequences: false)
    let start = Bool.random(using: &random) ? 0 : Int.random(in: 0..<lines.count, using: &random)
    return Array(lines[start..<min(lines.count, start + 12)].joined(separator: [0x0a]))
  }

  /// Reads all of it. Every packet keeps what the types promise.
  private static func read(_ bytes: [UInt8]) -> String? {
    do throws(CaptureError) {
      var reader = try openCapture(bytes: bytes, named: "fuzz")
      var number = 0
      while let packet = try reader.next() {
        number += 1
        if packet.number != number { return "packet \(packet.number) comes as number \(number)" }
        if packet.originalLength < packet.bytes.count { return "the packet is longer than on the wire" }
        let ranges = packet.knowledge.unknown + packet.knowledge.edited
        if ranges.contains(where: { $0.upperBound > packet.bytes.count || $0.isEmpty }) {
          return "ranges beyond the packet"
        }
        if packet.bytes.count > 16 * bytes.count + 70_000 { return "more bytes than the input can hold" }
      }
    } catch {
      if error.message.isEmpty || error.file != "fuzz" { return "an error without a message" }
    }
    return nil
  }

  @Test("no damage to any format traps, hangs or makes bytes up", arguments: 0..<8)
  func damage(_ share: Int) throws {
    let seeds = try Self.seeds()
    let count = Self.setting("CHAINWALK_FUZZ") ?? 20_000
    let seed = UInt64(Self.setting("CHAINWALK_FUZZ_SEED") ?? 1)
    for index in stride(from: share, to: count, by: 8) {
      var random = SeededGenerator(state: seed &+ UInt64(index) &* 0x1000_0001)
      let input = Self.mutate(Self.excerpt(seeds[index / 8 % seeds.count], &random), &random)
      if let fault = Self.read(input) {
        Issue.record("input \(index) of seed \(seed): \(fault)")
        return
      }
    }
  }
}
