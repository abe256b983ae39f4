import Testing

@testable import Netfilter

/// Taken and refused by ipset 7.17: `ipset add b 1.2.3.4 skbmark 0x1/0xff`, and what `ipset save` writes of it.
@Suite("what an entry of a set says of a packet")
struct SetPacketInfoTests {
  @Test(
    "marks",
    arguments: [
      ("0x1", 1, .max), ("0x1/0xff", 1, 0xff), ("0xffffffff/0x0", .max, 0), ("0x10/7", 0x10, .max),
    ] as [(String, UInt32, UInt32)])
  func marks(_ text: String, _ value: UInt32, _ mask: UInt32) {
    #expect(SetPacketInfo.mark(text) == MaskedValue(value: value, mask: mask))
  }

  @Test(
    "priorities",
    arguments: [("1:10", 0x1_0010), ("ffff:ffff", 0xffff_ffff), ("1ffff:1", 0xffff_0001), ("0x1:0x2", 0x1_0002)]
      as [(String, UInt32)])
  func priorities(_ text: String, _ priority: UInt32) { #expect(SetPacketInfo.priority(text) == priority) }

  @Test("what ipset refuses is refused", arguments: ["5", "1:2", "x", ""])
  func wrongMarks(_ text: String) { #expect(SetPacketInfo.mark(text) == nil) }

  @Test("what ipset refuses as a priority is refused", arguments: ["1:", ":1", "10", "x:1", ""])
  func wrongPriorities(_ text: String) { #expect(SetPacketInfo.priority(text) == nil) }

  @Test(
    "is refused with its place where it does not fit",
    arguments: [
      (
        "create a hash:ip\nadd a 10.0.0.1 skbmark 0x1\n",
        "sets:2:16: `skbmark' needs a set that was created with skbinfo"
      ),
      ("create a hash:ip skbinfo\nadd a 10.0.0.1 skbmark 5\n", "sets:2:24: `5' is no mark such as 0x1 or 0x1/0xff"),
      ("create a hash:ip skbinfo\nadd a 10.0.0.1 skbprio 5\n", "sets:2:24: `5' is no priority such as 1:10"),
      ("create a hash:ip skbinfo\nadd a 10.0.0.1 skbqueue 65536\n", "sets:2:25: `65536' is no number for `skbqueue'"),
    ])
  func refused(_ sets: String, _ message: String) {
    let error = #expect(throws: RulesetError.self) { try SetCatalog(parsing: sets, file: "sets") }
    #expect(error?.description == message)
  }
}
