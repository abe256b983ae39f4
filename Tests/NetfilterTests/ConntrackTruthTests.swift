import Foundation
import Testing

@Suite("Connection tracking does what the kernel did")
struct ConntrackTruthTests {
  /// Recorded cases, and those of the file that CHAINWALK_CONNTRACK_CASES names.
  static let cases: [ConntrackCase] = {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Resources/conntrack")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var files = names.sorted().map(folder.appendingPathComponent)
    if let more = ProcessInfo.processInfo.environment["CHAINWALK_CONNTRACK_CASES"] {
      files.append(URL(fileURLWithPath: more))
    }
    return files.flatMap(ConntrackCase.cases)
  }()

  @Test("states, entries, timeouts, flags and messages of every packet", arguments: cases)
  func agrees(_ recorded: ConntrackCase) {
    let differences = recorded.differences()
    #expect(differences.isEmpty, "\(differences.prefix(3).joined(separator: "\n"))")
  }
}
