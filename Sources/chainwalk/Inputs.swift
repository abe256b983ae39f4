import ArgumentParser
import Capture
import Glibc
import Netfilter
import Simulation
import Wire

/// The capture, rules and host that most subcommands take.
struct ScenarioOptions: ParsableArguments {
  /// What trace and step say of their option.
  static let seedHelp = "Chance, where -m statistic draws at random: the same seed, the same draws."

  @Argument(
    help: "A capture: pcap, pcapng, tcpdump text, hex dump or kernel log; - reads standard input.", completion: .file())
  var capture: String

  @Option(name: .long, help: "The rules, as iptables-save prints them.", completion: .file())
  var rules: String

  @Option(name: .long, help: "The host, as host.yaml; without it the host is inferred.", completion: .file())
  var host: String?

  @Option(name: .long, help: "The sets that rules name, as ipset save prints them.", completion: .file())
  var sets: String?
}

enum Inputs {
  /// The whole text of a file, or of standard input for `-`.
  static func text(of path: String) throws(CommandFailure) -> String {
    let bytes = try bytes(of: path, whileText: true)
    if let zero = bytes.firstIndex(of: 0) {
      let line = bytes[..<zero].count { $0 == UInt8(ascii: "\n") } + 1
      throw CommandFailure("\(path):\(line): a binary file; expected text")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes of a file that is read whole, at most: a device may have no end.
  private static let largest = 4 << 30

  /// Every byte of a file, or of standard input for `-`; `whileText`: no more than shows that it is not text.
  static func bytes(of path: String, whileText: Bool = false) throws(CommandFailure) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw CommandFailure("\(path): \(String(cString: strerror(errno)))")
      }
      bytes += chunk[..<count]
      if whileText, chunk[..<count].contains(0) { break }
      guard bytes.count <= largest else { throw CommandFailure("\(path): more than 4 GiB") }
    }
    return bytes
  }

  static func ruleset(_ path: String, _ sets: SetCatalog) throws(CommandFailure) -> Ruleset {
    let text = try text(of: path)
    do {
      return try Ruleset(parsing: text, file: path, sets: sets)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The sets of a file, and those that the host has besides, in its host.yaml or in the file that names.
  static func sets(_ path: String?, of host: HostDescription?, _ hostPath: String?) throws(CommandFailure) -> SetCatalog
  {
    var sets = try path.map { path throws(CommandFailure) in try catalog(path) } ?? SetCatalog()
    guard let host else { return sets }
    sets = sets.adding(host.sets)
    guard let file = host.setsFile else { return sets }
    // A name in host.yaml counts from the folder where that lies.
    let folder = hostPath.flatMap { path in path.lastIndex(of: "/").map { String(path[...$0]) } } ?? ""
    return try sets.adding(catalog(file.hasPrefix("/") ? file : folder + file))
  }

  private static func catalog(_ path: String) throws(CommandFailure) -> SetCatalog {
    let text = try text(of: path)
    do {
      return try SetCatalog(parsing: text, file: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  static func host(_ path: String) throws(CommandFailure) -> HostDescription {
    let text = try text(of: path)
    do {
      return try HostDescription(yaml: text, file: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  static func reader(_ path: String) throws(CommandFailure) -> any CaptureReader {
    do {
      return try openCapture(path)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// A capture whose first packets may be looked at before they are used.
struct PacketSource {
  private var reader: any CaptureReader
  private var ahead: ArraySlice<CapturedPacket> = []

  init(_ reader: any CaptureReader) { self.reader = reader }

  /// How much of the source has been read, from 0 to 1; `nil` for a pipe.
  var share: Double? {
    reader.totalBytes.flatMap { $0 > 0 ? Double(reader.bytesRead) / Double($0) : nil }
  }

  mutating func next() throws(CommandFailure) -> CapturedPacket? {
    if let packet = ahead.popFirst() { return packet }
    return try read()
  }

  /// Up to `count` packets from the front; they will come again.
  mutating func peek(_ count: Int) throws(CommandFailure) -> ArraySlice<CapturedPacket> {
    while ahead.count < count, let packet = try read() { ahead.append(packet) }
    return ahead.prefix(count)
  }

  private mutating func read() throws(CommandFailure) -> CapturedPacket? {
    do {
      return try reader.next()
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension HostDescription {
  /// The host of `--host`, or the one that the capture's beginning and the rules point to, as far as `--host` does not say.
  static func load(
    _ given: HostDescription?, _ ruleset: Ruleset, _ packets: inout PacketSource
  ) throws(CommandFailure) -> HostDescription {
    let looked = given?.namesInterfaces == true ? [] : try packets.peek(packetsForInference)
    return HostDescription(given, ruleset, from: looked)
  }
}
