import Capture
import Foundation
import Netfilter
import Simulation

/// A learner's own files, beside the transcripts.
enum OwnFiles {
  static func scenario(capture: String, rules: String, host: String?) throws -> Scenario {
    let folder = Package.root.appendingPathComponent("transcripts")
    let read = { (name: String) in Array(try Foundation.Data(contentsOf: folder.appendingPathComponent(name))) }
    var files = ["rules": try read(rules), "capture": try read(capture)]
    let ruleset = try Ruleset(parsing: String(decoding: try read(rules), as: UTF8.self), file: rules)
    var packets: [CapturedPacket] = []
    var reader = try openCapture(bytes: try read(capture), named: capture)
    while let packet = try reader.next() { packets.append(packet) }
    var description: HostDescription
    if let host {
      files["host"] = try read(host)
      description = try HostDescription(yaml: String(decoding: try read(host), as: UTF8.self), file: host)
    } else {
      var inference = HostInference(ruleset)
      for packet in packets.prefix(1000) { inference.weigh(packet) }
      description = inference.host
    }
    return Scenario(ruleset: ruleset, packets: packets, host: description, content: ContentHash(files: files))
  }
}
