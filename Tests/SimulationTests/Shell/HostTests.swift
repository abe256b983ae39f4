import Foundation
import Testing

@testable import Simulation

/// Held against the programs of Debian 12 (conntrack 1.4.7, hping3 3.a2.ds2, iptables 1.8.9, tcpdump 4.99.3, iproute2
/// 6.1, procps 4.0.2, util-linux 2.38) on Linux 6.18.
@Suite("the host's programs answer as the real ones") struct HostTests {
  @Test("as recorded in Resources/shell/host.jsonl", arguments: HostSession.load("host"))
  func golden(_ session: HostSession) throws { try session.check() }

  @Test("the recorded sessions are there") func recorded() throws {
    let script = try String(contentsOf: try #require(HostSession.resource("host.sessions")), encoding: .utf8)
    let names = script.split(separator: "\n").filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
    #expect(HostSession.load("host").map(\.session) == names)
  }

  /// Everything that recording needs.
  private static let programs = [
    "/usr/bin/python3", "/usr/sbin/conntrack", "/usr/sbin/hping3", "/usr/sbin/xtables-legacy-multi", "/usr/bin/tcpdump",
    "/usr/sbin/ip",
  ]
  private static let canRecord =
    getuid() == 0 && programs.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  /// Sessions that take a few seconds; CHAINWALK_LIVE=1 asks for all of them, which take two minutes.
  private static let quick = ["hping3 against REJECT and DROP", "conntrack's events"]

  @Test("as they do at this moment on this machine", .enabled(if: canRecord))
  func live() throws {
    let isWhole = ProcessInfo.processInfo.environment["CHAINWALK_LIVE"] != nil
    let script = try #require(HostSession.resource("host.sessions"))
    let recorder = try #require(HostSession.resource("record_host.py"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [recorder.path] + (isWhole ? [] : Self.quick)
    process.standardInput = try FileHandle(forReadingFrom: script)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let sessions = HostSession.read(text)
    #expect(sessions.map(\.session) == (isWhole ? HostSession.load("host").map(\.session) : Self.quick))
    for session in sessions { try session.check() }
  }

  @Test("says that the programs of this machine were not asked", .enabled(if: !canRecord))
  func skipped() { print("skipped: the live comparison needs root and \(Self.programs.joined(separator: ", "))") }
}
