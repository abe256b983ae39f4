import Testing

@testable import Wire

@Test("the checksum of RFC 1071 section 3's example")
func checksumExample() throws {
  let bytes = try #require([UInt8](hex: "0001f203f4f5f6f7"))
  #expect(InternetChecksum.of(bytes) == ~0xddf2)
}
