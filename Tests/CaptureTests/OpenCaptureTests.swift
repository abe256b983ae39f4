import Testing

@testable import Capture

@Suite("Opening a capture")
struct OpenCaptureTests {
  @Test(
    "what cannot be read gives one error that names it",
    arguments: [
      ("/nonexistent/trace", "cannot be opened: No such file or directory"), ("/", "is a directory, not a capture"),
      ("/dev/null", "is empty"),
    ])
  func unreadable(_ path: String, _ message: String) {
    let error = captureError { () throws(CaptureError) in _ = try openCapture(path) }
    #expect(error == CaptureError(file: path, message))
  }

  @Test(
    "binary content of no known format is refused by what it is",
    arguments: [
      ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "is an executable"), ([0x1f, 0x8b, 8, 0], "is compressed with gzip"),
      ([0, 1, 2, 3], "is binary and of no known format"), ([0xff, 0xfe, 0x31, 0], "is text in UTF-16"),
    ] as [([UInt8], String)])
  func binary(_ bytes: [UInt8], _ message: String) throws {
    let error = captureError { () throws(CaptureError) in _ = try openCapture(bytes: bytes, named: "file") }
    #expect(try #require(error).description.hasPrefix("file: \(message)"))
  }

  @Test("text without a packet is refused")
  func noPacket() throws {
    #expect(try refusal("Hello,\nmy packets are dropped. Why?\n").message.hasPrefix("holds no packet"))
  }

  @Test(
    "text is recognised by its content",
    arguments: [
      (Incident.trace, "tcpdump text"), ("4500 0014 0000 0000 4006 7ce7 7f00 0001\n7f00 0001\n", "hex dump"),
    ])
  func formatName(_ text: String, _ name: String) throws {
    var reader = try openCapture(text: text)
    _ = try reader.next()
    #expect(reader.formatName == name)
  }
}
