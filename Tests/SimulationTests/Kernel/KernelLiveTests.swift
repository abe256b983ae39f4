import Foundation
import Testing

/// The recorder that asks this machine's kernel, where it may run.
enum KernelRecorder {
  static let folder = Bundle.module.url(forResource: "recorder", withExtension: nil, subdirectory: "Resources/kernel")

  /// Why it cannot run here; `nil` where it can.
  static let obstacle: String? = {
    guard folder != nil else { return "the recorder is not among the tests' resources" }
    guard geteuid() == 0 else { return "only root may make network namespaces" }
    for program in ["iptables-legacy", "nft", "ip"] {
      let isThere = ["/usr/sbin", "/sbin", "/usr/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
      }
      guard isThere else { return "\(program) is not installed" }
    }
    let logs = try? String(contentsOfFile: "/proc/sys/net/netfilter/nf_log_all_netns", encoding: .utf8)
    guard logs?.hasPrefix("1") == true else { return "net.netfilter.nf_log_all_netns is not 1" }
    return nil
  }()

  /// What a script of the recorder prints.
  static func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.currentDirectoryURL = folder
    process.arguments = ["python3"] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }

  /// Random cases of a seed, each with what the kernel did; refused rulesets are left out.
  static func cases(seed: Int, count: Int) throws -> [KernelCase] {
    let cases = try run(["gen.py", String(seed), String(count)])
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-\(UUID()).jsonl")
    try cases.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let truths = try run(["oracle.py", "--batch", file.path])
    let lines = zip(cases.split(separator: UInt8(ascii: "\n")), truths.split(separator: UInt8(ascii: "\n")))
    return try lines.compactMap { line, truth in
      guard let truth = try? KernelCase.decoder.decode(KernelCase.Truth.self, from: truth) else { return nil }
      return KernelCase(case: try KernelCase.decoder.decode(KernelCase.Case.self, from: line), truth: truth)
    }
  }
}

@Suite("this machine's kernel", .serialized)
struct KernelLiveTests {
  @Test(
    "fresh random cases go as they go in this machine's kernel, entries of connection tracking too",
    .enabled(if: KernelRecorder.obstacle == nil, Comment(rawValue: KernelRecorder.obstacle ?? "")))
  func freshCases() throws {
    let given = ProcessInfo.processInfo.environment["CHAINWALK_SEED"].flatMap { Int($0) }
    let seed = given ?? Int.random(in: 1...1_000_000)
    let cases = try KernelRecorder.cases(seed: seed, count: 15)
    #expect(cases.count > 7, "seed \(seed): the recorder gave \(cases.count) truths")
    for recorded in cases {
      let differences = try recorded.differences()
      #expect(differences == [], "seed \(seed), \(recorded.case.name)")
    }
  }

  /// `CHAINWALK_CASES` and `CHAINWALK_TRUTHS`: recordings of one's own.
  @Test(
    "cases given by hand go as the recorder says they went",
    .enabled(if: ProcessInfo.processInfo.environment["CHAINWALK_CASES"] != nil, "CHAINWALK_CASES names no recording"))
  func givenCases() throws {
    let environment = ProcessInfo.processInfo.environment
    let files = try ["CHAINWALK_CASES", "CHAINWALK_TRUTHS"].map { name in
      try Data(contentsOf: URL(fileURLWithPath: try #require(environment[name]))).split(separator: UInt8(ascii: "\n"))
    }
    for (line, truth) in zip(files[0], files[1]) {
      guard let truth = try? KernelCase.decoder.decode(KernelCase.Truth.self, from: truth) else { continue }
      let recorded = KernelCase(case: try KernelCase.decoder.decode(KernelCase.Case.self, from: line), truth: truth)
      let differences = try recorded.differences()
      #expect(differences == [], "\(recorded.case.name)")
    }
  }
}
