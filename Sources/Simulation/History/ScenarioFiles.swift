import Capture
import Netfilter
import Wire

/// Why files cannot be loaded or saved, and where; printed as `FILE:LINE:COLUMN: message`, with the line at fault.
package struct ScenarioFileError: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  /// 1-based, in characters.
  package var column: Int?
  package var message: String
  /// The line as it stands there.
  package var text: String?

  package init(file: String, line: Int? = nil, column: Int? = nil, message: String, text: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.text = text
  }

  package var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
  }
}

/// A file's name and content.
package struct NamedFile: Sendable, Hashable {
  package var name: String
  package var bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  fileprivate func error(_ line: Int?, _ column: Int?, _ message: String) -> ScenarioFileError {
    let lines = line == nil ? [] : bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let text = line.flatMap { lines.indices.contains($0 - 1) ? String(decoding: lines[$0 - 1], as: UTF8.self) : nil }
    return ScenarioFileError(file: name, line: line, column: column, message: message, text: text)
  }

  /// - Parameter sets: those of ipset that the rules may name.
  package func ruleset(_ sets: SetCatalog) throws(ScenarioFileError) -> Ruleset {
    do { return try Ruleset(parsing: text, file: name, sets: sets) } catch {
      throw self.error(error.line, error.column, error.message)
    }
  }

  package func packets() throws(ScenarioFileError) -> [CapturedPacket] {
    do {
      var packets: [CapturedPacket] = []
      var reader = try openCapture(bytes: bytes, named: name)
      while !Interruption.isAsked, let packet = try reader.next() { packets.append(packet) }
      guard !packets.isEmpty else { throw CaptureError(file: name, "holds no packet") }
      return packets
    } catch let failure as CaptureError {
      throw error(failure.line, failure.column, failure.message)
    } catch {
      throw self.error(nil, nil, "\(error)")
    }
  }

  package func host() throws(ScenarioFileError) -> HostDescription {
    do { return try HostDescription(yaml: text, file: name) } catch {
      throw self.error(error.line, error.column, error.message)
    }
  }

  package func sets() throws(ScenarioFileError) -> SetCatalog {
    do { return try SetCatalog(parsing: text, file: name) } catch {
      throw self.error(error.line, error.column, error.message)
    }
  }
}

extension Scenario {
  /// The names that a saved scenario's files have in its folder.
  package enum FileName {
    package static let rules = "rules.v4"
    package static let capture = "capture.pcapng"
    package static let host = "host.yaml"
  }

  /// A scenario of a person's files; without a host file the host is inferred.
  package init(
    capture: NamedFile, ruleset: Ruleset, rules: NamedFile?, host: (file: NamedFile, description: HostDescription)?
  ) throws(ScenarioFileError) {
    let packets = try capture.packets()
    var files = ["capture": capture.bytes]
    if let rules { files["rules"] = rules.bytes }
    if let host { files["host"] = host.file.bytes }
    let description = HostDescription(host?.description, ruleset, from: packets)
    self.init(ruleset: ruleset, packets: packets, host: description, content: ContentHash(files: files))
  }

  /// What `save` writes: name and content of each file.
  package var files: [NamedFile] {
    let rules = ruleset.savedText(counters: false)
    var host = host
    host.sets = ruleset.sets
    return [
      NamedFile(name: FileName.rules, bytes: Array(rules.utf8)),
      NamedFile(name: FileName.capture, bytes: PcapngWriter.file(packets)),
      NamedFile(name: FileName.host, bytes: Array(host.yaml.utf8)),
    ]
  }
}
