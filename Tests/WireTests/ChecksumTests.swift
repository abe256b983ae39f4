import Testing

@testable import Wire

@Test("the checksum of RFC 1071 section 3's example")
func checksumExample() throws {
  let bytes = try #require([UInt8](hex: "0001f203f4f5f6f7"))
  #expect(InternetChecksum.of(bytes) == ~0xddf2)
}

@Suite("Checksums left to the network card")
struct UnfinishedChecksumTests {
  /// Captured between two network namespaces (`tcpdump -nvvX -i any`, 4.99.3): `cksum 0x8486 (incorrect -> 0xbb40)`.
  private static let segment =
    "4500003cbb2740004006fb3cc000024dc000020a815800168939520f00000000a002faf084860000020405b40402080a1860985c000000000103030a"

  @Test("are said to look so; any other that does not fit is not")
  func note() throws {
    var bytes = try #require([UInt8](hex: Self.segment))
    let bad = "the TCP checksum is bad: 0x8486 is stored, 0xbb40 is expected"
    let notes = dissect(bytes, linkType: .raw).notes.map(\.text)
    #expect(notes.contains { $0.hasPrefix(bad + "; ") && $0.contains("network card") })
    bytes[36] ^= 1
    let others = dissect(bytes, linkType: .raw).notes.map(\.text)
    #expect(others.contains("the TCP checksum is bad: 0x8586 is stored, 0xbb40 is expected"))
  }
}
