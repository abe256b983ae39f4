import Testing
import Wire

@testable import Capture

@Suite("Posts that were edited, cut or mangled")
struct PostTests {
  private static let head = "11:48:37.860337 IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24\n"
  private static let rows = [
    "0x0000:  4500 0034 0001 4000 4011 4e81 c000 0201  E..4..@.@.N.....",
    "0x0010:  c633 6402 0400 0009 0020 52a1 6162 6364  .3d.......R.abcd",
    "0x0020:  6566 3031 3233 3435 3637 3839 6465 6164  ef0123456789dead",
    "0x0030:  6265 6566                                beef",
  ]
  private static let bytes =
    "4500003400014000401" + "14e81c0000201c63364020400000900" + "2052a1616263646566303132333435363738396465616462656566"

  private static func post(_ rows: [String]) -> String { head + rows.joined(separator: "\n") + "\n" }

  @Test(
    "text around, between and behind the dump does no harm",
    arguments: [
      post(rows) + "\nThanks in advance!\n", "Hello,\nI see this:\n\n" + post(rows),
      post(rows.map { $0 + "   <-- here" }),
      post([rows[0], "       ^^^^ the first word", rows[1], rows[2], rows[3]]),
      post(rows).replacing("\n", with: "\n\n"),
      post(rows.map { String($0.prefix(48)) }), post(rows.map { String($0.dropFirst(9)) }),
      post(rows.map { String($0.dropFirst(9).prefix(39)) }),
      "var dump = '" + rows.joined(separator: "\\n' +\n  '") + "';\n",
      "var dump = \"" + rows.joined(separator: "\\n") + "\";\n",
      rows.joined(separator: "<br>\n"), "<p>" + rows.joined(separator: "<br>") + "</p>",
    ])
  func surroundings(_ text: String) throws {
    let read = try packets(text)
    #expect(read.map(\.bytes.hex) == [Self.bytes])
    #expect(read.first?.knowledge.unknown == [])
  }

  @Test("a line that was wrapped is put together", arguments: [15, 22, 35, 45, 52])
  func wrapped(_ width: Int) throws {
    let rows = Self.rows.map { row -> String in
      var end = row.index(row.startIndex, offsetBy: min(width, row.count))
      while end > row.startIndex, end < row.endIndex, row[end] != " " { end = row.index(before: end) }
      return row[..<end] + "\n" + row[end...]
    }
    #expect(try packets(Self.post(rows)).map(\.bytes.hex) == [Self.bytes])
  }

  @Test("digits that were taken out stay unknown", arguments: ["xxxx", "XXXX", "????", "****", "____"])
  func unknown(_ mark: String) throws {
    let rows = Self.rows.map { $0.replacing("c000 0201", with: "c000 \(mark)") }
    let packet = try #require(try packets(Self.post(rows)).first)
    #expect(packet.knowledge.unknown == [14..<16])
    #expect(packet.bytes[14..<16] == [0, 0])
    #expect(packet.bytes.count == 52)
  }

  @Test(
    "an address that was edited out is marked only where its bytes are zero",
    arguments: [
      ("192.0.[edited].1024", [14..<16]), ("192.0.x.x.1024", [14..<16]), ("192.0.x.1.1024", []),
      ("xxx.xxx.xxx.xxx.1024", []), ("192.***.***.***.1024", [13..<16]), ("192.0.<hidden>.1024", [14..<16]),
    ] as [(String, [Range<Int>])])
  func edited(_ shown: String, _ ranges: [Range<Int>]) throws {
    let rows = Self.rows.map { $0.replacing("c000 0201", with: "c000 0000") }
    let packet = try #require(try packets(Self.post(rows).replacing("192.0.2.1.1024", with: shown)).first)
    #expect(packet.knowledge.edited == ranges)
    #expect(packet.shownSource == String(shown.dropLast(5)))
  }

  @Test("bytes that the text column was squeezed against are told apart by the length")
  func hexlikeText() throws {
    let rows = [
      "0x0000: 4500 0024 0001 4000 4011 4e91 c000 0201 E..$..@.@.N.....",
      "0x0010: c633 6402 0400 0009 0010 0000 6162 6364 .3d.........abcd", "0x0020: 6162 6364 abcd",
    ]
    let packet = try #require(try packets(Self.post(rows)).first)
    #expect(packet.bytes.count == 36)
  }

  @Test("a tag before the IP header, as old tcpdumps show it, is a tagged frame without addresses")
  func tagFirst() throws {
    let packet = try #require(
      try packets(
        Self.head
          + "0x0000: 0ffe 0800 4500 0020 0001 4000 4011 4e95 ....E.. ..@.@.N.\n0x0010: c000 0201 c633 6402 0400 0009 000c 0000 .....3d.........\n0x0020: 6162 6364 abcd\n"
      ).first)
    #expect(packet.linkType == .ethernet)
    #expect(packet.knowledge.unknown == [0..<12])
    #expect(packet.bytes[12..<20].hex == "81000ffe08004500")
  }

  @Test(
    "what cannot be read honestly is refused with line, column and reason",
    arguments: [
      // Cut within a byte, within a line, and a whole line lost.
      ([rows[0], rows[1], "0x0020:  6566 3031 323"], 4, 20, "`323` has an odd number"),
      (
        [rows[0], "0x0010:  c633 6402 0400 0009 0020 52a1", rows[2], rows[3]], 3, nil,
        "must hold 16 bytes, 12 can be read"
      ),
      ([rows[0], rows[2], rows[3]], 3, 3, "offset 0020 does not follow"),
      ([rows[1], rows[2], rows[3]], 2, 3, "the bytes before it are missing"),
      (
        [rows[0], "0x0010:  c633 64g2 0400 0009 0020 52a1 6162 6364", rows[2]], 3, 15,
        "must hold 16 bytes, 2 can be read"
      ),
      ([rows[0], rows[1], rows[1], rows[2]], 4, 3, "offset 0010 does not follow"),
      // The text column has more characters than the line has bytes.
      ([rows[0], rows[1], "0x0020:  6566 3031 3233      ef0123456789dead"], 4, nil, "do not agree"),
      (
        ["0x0000:  4745 5420 2f20 4854 5450 2f31 2e31 0d0a  GET./.HTTP/1.1.."], 2, nil,
        "summary tells of an IPv4 packet"
      ),
    ] as [([String], Int, Int?, String)])
  func refused(_ rows: [String], _ line: Int, _ column: Int?, _ reason: String) throws {
    let error = try refusal(Self.post(rows))
    #expect(error.line == line)
    if let column { #expect(error.column == column) }
    #expect(error.message.contains(reason), "\(error)")
  }

  @Test(
    "bytes without a summary that are no packet are refused, not guessed",
    arguments: [
      "0x0000:  4745 5420 2f20 4854 5450 2f31 2e31 0d0a  GET./.HTTP/1.1..\n",
      "0000  48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 0a 45 46 47  Hello, world.EFG\n",
      "d4c3 b2a1 0200 0400 0000 0000 0000 0000 ffff 0000 0100 0000\n",
    ])
  func notAPacket(_ text: String) throws {
    #expect(try refusal(text).line == 1)
  }

  @Test("a dump that no packet fills is refused before it fills the memory")
  func endless() throws {
    let line = String(repeating: "00", count: 512) + "\n"
    let error = try refusal(String(repeating: line, count: 2000))
    #expect(error.line == 1)
    #expect(error.message.contains("no packet"))
  }

  @Test("a summary without its bytes is refused alone, and noted among others")
  func summaryOnly() throws {
    let error = try refusal("x\n" + Self.head)
    #expect(error.line == 2)
    #expect(error.message.contains("-x or -X"))
    var reader = try openCapture(text: Self.head + Self.post(Self.rows))
    while try reader.next() != nil {}
    #expect(reader.notes.count == 1)
    #expect(reader.notes.first?.hasPrefix("line 1:") == true)
  }
}
