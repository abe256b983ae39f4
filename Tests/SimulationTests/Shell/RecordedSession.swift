import Foundation
import Testing

@testable import Simulation

/// A session of host commands as the real programs answered it.
struct RecordedSession: Decodable, CustomTestStringConvertible {
  struct Command: Decodable {
    let run: String
    let out: String
    let err: String
    let status: Int32
  }

  let session: String
  let commands: [Command]

  var testDescription: String { session }

  /// The sessions of a golden file; its first line says how it was made.
  static func load(_ name: String) -> [RecordedSession] {
    guard let url = Bundle.module.url(forResource: "Resources/shell/\(name)", withExtension: "jsonl"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap {
      try? JSONDecoder().decode(Self.self, from: Data($0.utf8))
    }
  }

  /// Plays the session on a simulated host and compares text and status, but for what `mask` takes out.
  func check(on shell: Shell, mask: (String) -> String = { $0 }) {
    for command in commands {
      let result = shell.run(command.run)
      #expect(mask(result.output) == mask(command.out), "output of: \(command.run)")
      #expect(mask(result.errorOutput) == mask(command.err), "errors of: \(command.run)")
      #expect(result.status == command.status, "status of: \(command.run)")
    }
  }
}
