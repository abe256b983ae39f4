import Foundation
import Testing
import Wire

@testable import Capture

/// Runs over the captures and posts of others, where they lie beside the project. They are no part of it.
enum Suites {
  /// `CHAINWALK_SUITES`, or `shared/suites` beside one of the folders above this file.
  static let folder: URL? = {
    if let path = ProcessInfo.processInfo.environment["CHAINWALK_SUITES"] { return URL(fileURLWithPath: path) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("shared/suites")
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
      folder.deleteLastPathComponent()
    }
    print("skipped: no suites beside the project; set CHAINWALK_SUITES to their folder")
    return nil
  }()

  static func files(_ path: String, _ isWanted: (String) -> Bool) -> [URL] {
    guard let start = folder?.appendingPathComponent(path) else { return [] }
    let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
    return (walk?.compactMap { $0 as? URL } ?? []).filter { isWanted($0.lastPathComponent) }.sorted {
      $0.path < $1.path
    }
  }

  /// The rows of a table below its heading, each as a dictionary.
  static func table(_ url: URL) throws -> [[String: String]] {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let names = (lines.first ?? "").split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(names, cells)) { first, _ in first }
    }
  }

  /// The packets before the first error, and the error.
  static func read(_ url: URL) -> (packets: [CapturedPacket], error: CaptureError?) {
    var packets: [CapturedPacket] = []
    let error = captureError { () throws(CaptureError) in
      var reader = try openCapture(url.path)
      while let packet = try reader.next() { packets.append(packet) }
    }
    return (packets, error)
  }
}

@Suite("Others' captures and posts", .enabled(if: Suites.folder != nil, "no suites beside the project"))
struct SuitesTests {
  @Test("every post gives exactly the bytes of its truth, or is refused")
  func posts() throws {
    let index = try #require(Suites.folder).appendingPathComponent("posts/index.tsv")
    for row in try Suites.table(index) {
      let name = try #require(row["file"])
      let folder = index.deletingLastPathComponent()
      let read = Suites.read(folder.appendingPathComponent("raw/\(name)"))
      if row["link"] == "refuse" {
        #expect(read.error != nil, "\(name)")
        continue
      }
      let capture = folder.appendingPathComponent("pcap/\(name.replacing(".txt", with: ".pcap"))")
      let truth = Suites.read(capture)
      #expect(read.error == nil && truth.error == nil, "\(name)")
      #expect(read.packets.map(\.bytes) == truth.packets.map(\.bytes), "\(name)")
      #expect(read.packets.map(\.linkType) == truth.packets.map(\.linkType), "\(name)")
      #expect(read.packets.map(\.originalLength) == truth.packets.map(\.originalLength), "\(name)")
    }
  }

  @Test("captures have the frames, lengths and times that their truth says", arguments: ["tcpdump", "pcaps"])
  func captures(_ suite: String) throws {
    let folder = try #require(Suites.folder).appendingPathComponent(suite)
    var count = 0
    for capture in Suites.files(suite, { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") || $0.hasSuffix(".cap") }) {
      let read = Suites.read(capture)
      #expect(read.error == nil || !read.packets.isEmpty, "\(capture.lastPathComponent)")
      let relative = capture.path.dropFirst(folder.path.count + 1).replacing("tests/", with: "").replacing(
        "/", with: "__")
      let truth = folder.appendingPathComponent("truth/\(relative).tsv")
      guard FileManager.default.fileExists(atPath: truth.path) else { continue }
      let rows = try Suites.table(truth)
      // The truth holds the first 400 frames of the larger captures.
      #expect(rows.count == min(read.packets.count, max(rows.count, 400)), "\(relative)")
      for (row, packet) in zip(rows, read.packets) {
        count += 1
        #expect(row["frame.number"] == String(packet.number), "\(relative)")
        #expect(row["frame.len"] == String(packet.originalLength), "\(relative) \(packet.number)")
        #expect(row["frame.cap_len"] == String(packet.bytes.count), "\(relative) \(packet.number)")
      }
    }
    print("\(suite): \(count) frames compared")
    #expect(count > 0)
  }

  /// Captures whose packets hold more bytes than the file's own limit: tcpdump prints only as many as the limit allows.
  private func isBeyondLimit(_ packets: [CapturedPacket], _ url: URL) -> Bool {
    guard let head = try? FileHandle(forReadingFrom: url).read(upToCount: 24), head.count == 24 else { return false }
    let header = [UInt8](head)
    guard let limit = header.uint32(at: 16, header[0] == 0xa1 ? .big : .little), limit > 0 else { return false }
    return packets.contains { $0.bytes.count > Int(limit) }
  }

  @Test("tcpdump's text of a capture gives the capture's bytes", arguments: ["x", "xx", "capX", "capXX"])
  func texts(_ kind: String) throws {
    let captures = Suites.files("tcpdump/tests") { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }
    var counts = (same: 0, limited: 0)
    for capture in captures {
      let name = capture.lastPathComponent
      let text = capture.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("hex/\(name).\(kind).txt")
      guard FileManager.default.fileExists(atPath: text.path) else { continue }
      let truth = Suites.read(capture).packets.prefix(25)
      if isBeyondLimit(Array(truth), capture) {
        counts.limited += truth.count
        continue
      }
      let read = Suites.read(text)
      // A frame of which nothing is left behind its link-layer header has no dump to read.
      if read.packets.isEmpty, try !String(decoding: Data(contentsOf: text), as: UTF8.self).contains("0x0000:") {
        continue
      }
      #expect(
        read.error == nil && read.packets.count == truth.count, "\(name).\(kind): \(read.error?.description ?? "")")
      for (packet, whole) in zip(read.packets, truth) {
        let isSame: Bool
        if kind.lowercased().hasSuffix("xx") {
          isSame = packet.bytes == whole.bytes
        } else {
          // Without the link-layer header; one that was put in its place is unknown but for the type.
          let known = packet.knowledge.unknown.first?.upperBound ?? 0
          isSame = whole.bytes.suffix(packet.bytes.count - known).elementsEqual(packet.bytes.dropFirst(known))
        }
        #expect(isSame, "\(name).\(kind) packet \(packet.number)")
        counts.same += isSame ? 1 : 0
      }
    }
    print("tcpdump \(kind): \(counts.same) packets the same, \(counts.limited) beyond their file's limit left out")
    #expect(counts.same > 0)
  }
}
