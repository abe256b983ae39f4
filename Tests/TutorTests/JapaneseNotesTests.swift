import Testing
import Wire

@testable import Tutor

@Suite("the decoder's notes in Japanese")
struct JapaneseNotesTests {
  /// Made by hand after the RFCs' diagrams: TCP with options, UDP with DNS, an ICMP error, SCTP, IPv6 with a fragment header.
  static let packets = [
    "4500003c1c4640004006b1e6ac100a63ac100a0c9c4000500000000100000000a002faf000000000020405b40402080a000000010000000001030307",
    "4500003a000100004011b6a5c0000201c00002079c4000350026000012340100000100000000000003777777076578616d706c6503636f6d0000010001",
    "45000038000800004001f6b4c0000201c00002070303fcf9000000004500001c3b65000040112f5901020304050607080035003500088efc",
    "45000048000100004084662f0a0000010a0000028e3c26ab0102030400000000010000280a0b0c0d0001a000000affff2b4b0a84000c0006000500008000000400050008c0000201",
    "6000000000182c4020010db800000000000000000000000120010db80000000000000000000000021100000100000001003500350010000000000000000000000000",
  ]

  @Test("leave no shape in English, whatever is damaged or cut", arguments: packets)
  func complete(_ packet: String) throws {
    let bytes = try #require([UInt8](hex: packet))
    var unknown: Set<String> = []
    func look(_ bytes: [UInt8], length: Int) {
      for note in dissect(bytes, linkType: .raw, originalLength: length).notes {
        guard [.truncated, .malformed, .information].contains(note.kind) else { continue }
        if JapaneseNotes.text(note.text) == nil { unknown.insert(note.text) }
      }
    }
    for count in 1...bytes.count {
      look(Array(bytes[..<count]), length: bytes.count)
      look(Array(bytes[..<count]), length: count)
    }
    for place in bytes.indices {
      for value: UInt8 in [0, 1, 2, 3, 5, 7, 0x0f, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff] {
        var damaged = bytes
        damaged[place] = value
        look(damaged, length: damaged.count)
      }
    }
    #expect(unknown.sorted() == [])
  }

  @Test(
    "put what the note names in its place",
    arguments: [
      (
        "the capture kept 20 of the 40 bytes that were on the wire",
        "回線を流れた40バイトのうち、キャプチャに残っているのは20バイトです。"
      ),
      (
        "tcp is cut short: the capture ends at byte 30; absent: window, checksum",
        "tcpが途中で切れています。キャプチャはバイト30で終わり、次の項目がありません: window, checksum"
      ),
    ])
  func placed(_ note: String, _ japanese: String) { #expect(JapaneseNotes.text(note) == japanese) }
}
