import Capture
import Foundation
import Netfilter
import Testing

@testable import Simulation

/// Held against Debian's fail2ban 1.0.2, recorded in `Resources/shell/fail2ban.jsonl`.
@Suite struct Fail2banTests {
  /// A recorded session, with the clock it began at.
  struct Recording: Decodable, CustomTestStringConvertible {
    let session: String
    /// Seconds since 1970.
    let clock: Double
    let commands: [RecordedSession.Command]

    var testDescription: String { session }

    static func load() -> [Recording] {
      guard let url = Bundle.module.url(forResource: "Resources/shell/fail2ban", withExtension: "jsonl"),
        let text = try? String(contentsOf: url, encoding: .utf8)
      else { return [] }
      return text.split(separator: "\n").dropFirst().compactMap {
        try? JSONDecoder().decode(Self.self, from: Data($0.utf8))
      }
    }
  }

  @Test("fail2ban answers as the real one", arguments: Recording.load())
  func golden(_ recording: Recording) {
    let host = SimulatedHost(HostDescription(), Ruleset())
    host.advance(to: Timestamp(nanoseconds: Int64(recording.clock * 1_000_000_000)))
    let shell = Shell(host)
    for command in recording.commands {
      // Real programs take their time.
      host.pass(nanoseconds: 250_000_000)
      guard let line = Self.unrolled(command.run, host) else { continue }
      let result = shell.run(line)
      let today = CalendarTime(nanoseconds: host.clock)
      let now = try? Regex("\\w{3} \(today.monthName) \(today.day) \\d\\d:\\d\\d:\\d\\d \(today.year)")
      func masked(_ text: String) -> String {
        let text = Self.masked(text)
        return now.map { text.replacing($0, with: "NOW") } ?? text
      }
      #expect(masked(result.output) == masked(command.out), "output of: \(command.run)")
      #expect(masked(result.errorOutput) == masked(command.err), "errors of: \(command.run)")
      #expect(result.status == command.status, "status of: \(command.run)")
    }
  }

  @Test("the recorded sessions are there") func recorded() {
    #expect(Recording.load().count == 14)
  }

  /// The line with the clock put in, and with the loops that our shell does not have played out.
  private static func unrolled(_ line: String, _ host: SimulatedHost) -> String? {
    var line = line
    if let match = line.wholeMatch(of: /for i in \$\(seq 1 (\d+)\); do echo "(.*)"; done > (\S+)/),
      let last = Int(match.1)
    {
      let text = (1...last).map { match.2.replacing("$i", with: "\($0)") + "\n" }.joined()
      line = "cat > \(match.3) <<'END'\n\(text)END\n"
    } else if let match = line.wholeMatch(of: /for i in ([\d ]+); do (echo '.*'); done >> (\S+)/) {
      line = match.1.split(separator: " ").map { _ in "\(match.2) >> \(match.3)" }.joined(separator: "; ")
    }
    return line.replacing(/\{now(?:-(\d+))?\}/) { match in
      let back = Int64(match.1.flatMap { Int($0) } ?? 0) * 1_000_000_000
      return CalendarTime(nanoseconds: host.clock - back).syslog
    }
  }

  /// Takes out what differs between two runs of the real one: times, processes, addresses of memory, what the log says of
  /// the way it is watched.
  private static func masked(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !["pyinotify", "poller", "'polling'", "observer ", "fail2ban.ipdns", "-------", "' started"].contains {
        line.contains($0)
      }
    }
    return lines.joined(separator: "\n")
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d{3})?/, with: "TIME")
      .replacing(/^(TIME \S+ *)\[ *\d+\]:/.anchorsMatchLineEndings()) { "\($0.1)[PROCESS]:" }
      .replacing(/7[ef][0-9a-f]{10} --/, with: "7f --")
      .replacing(/, 'fid': <function [^}]*}/, with: "}")
      .replacing(/odd timestamp: \w+ \d+ [\d:]+/, with: "odd timestamp: TIME")
      .replacing(/\w+ \d+ \d\d:\d\d:\d\d(?='\.|no date)/, with: "TIME")
      .replacing(/hash = [0-9a-f]*\)/, with: "hash)")
      .replacing(/processed in \d\.\d\d sec/, with: "processed")
      .replacing(/^# (Generated|Completed).*/.anchorsMatchLineEndings(), with: "# time")
  }
}
