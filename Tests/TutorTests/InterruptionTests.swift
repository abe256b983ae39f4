import Capture
import Netfilter
import Simulation
import Synchronization
import Testing

@testable import Tutor

@Suite("Work that is stopped on its way")
struct InterruptionTests {
  /// Says that the work is unwanted from the `count`th question on.
  private final class Limit: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }

    var isReached: Bool {
      left.withLock { left in
        left -= 1
        return left < 0
      }
    }
  }

  /// Forty packets of the incident, one after the other.
  private static func scenario() throws -> Scenario {
    let one = try Package.incidentScenario()
    return Scenario(
      ruleset: one.ruleset, packets: (0..<20).flatMap { _ in one.packets }, host: one.host, content: one.content)
  }

  private static func session(_ scenario: Scenario) -> Session {
    var options = Session.Options()
    options.watches = true
    var session = Session(library: Package.library, options: options)
    _ = session.step(scenario)
    return session
  }

  private static let lines = [
    "goto packet 40", "until packet", "find nothing of the kind", "diff", "why", "iptables -nvL", "who ttl",
    "iptables-save -c", "conntrack -L", "back rule", "back 60", "hping3 -c 20 -S -p 22 89.238.65.123",
  ]

  @Test("leaves the session as if the line had never been typed, wherever it was stopped", arguments: lines)
  func stopped(line: String) throws {
    let scenario = try Self.scenario()
    // With other rules than at first, so that there is something to compare.
    let before = ["iptables -D INPUT 1", "goto packet 12"]
    var untouched = Self.session(scenario)
    for line in before { _ = untouched.handle(line) }
    let wanted = untouched.handle(line).text
    let after = ["diff", "next", "iptables -nvL OUTPUT"].map { untouched.handle($0).text }
    for count in [0, 1, 2, 5, 11, 12, 20, 39] {
      var session = Self.session(scenario)
      for line in before { _ = session.handle(line) }
      let limit = Limit(count)
      var abandoned = session
      _ = Interruption.whileAsking({ limit.isReached }) { abandoned.handle(line) }
      #expect(session.handle(line).text == wanted, "stopped at question \(count)")
      #expect(["diff", "next", "iptables -nvL OUTPUT"].map { session.handle($0).text } == after)
    }
  }

  @Test("ends at once, however much is left")
  func quick() throws {
    var session = Self.session(try Self.scenario())
    let limit = Limit(3)
    let output = Interruption.whileAsking({ limit.isReached }) { session.handle("goto packet 40") }
    #expect(!output.text.contains("packet 40 of 40"))
  }

  @Test("also where a quiz is being made", arguments: [0, 1, 17, 500])
  func quiz(count: Int) throws {
    let scenario = try Self.scenario()
    let limit = Limit(count)
    var abandoned = Session(library: Library())
    let output = Interruption.whileAsking({ limit.isReached }) { abandoned.quiz(scenario, count: 1000, seed: 7) }
    var session = Session(library: Library())
    #expect(output.text != session.quiz(scenario, count: 1000, seed: 7).text)
  }
}
