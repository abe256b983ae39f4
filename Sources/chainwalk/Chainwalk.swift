import ArgumentParser
import Glibc

/// The program: one subcommand a file; wiring, nothing else.
struct Chainwalk: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "chainwalk",
    abstract: "Understand why a firewall did what it did to a packet.",
    discussion: """
      Steps packets byte by byte through decoding and rule by rule through the Linux firewall, from a real \
      iptables ruleset and a real capture.

      Examples:
        chainwalk trace capture.pcap --rules /etc/iptables/rules.v4
        chainwalk lesson the-stray-reset
        chainwalk step capture.pcap --rules /etc/iptables/rules.v4
        tcpdump -nvvX -r capture.pcap | chainwalk trace - --rules rules.v4
      """,
    version: version,
    subcommands: [
      TraceCommand.self,
      DecodeCommand.self,
      RulesCommand.self,
      VerifyCommand.self,
      PromptCommand.self,
      LessonCommand.self,
      LessonsCommand.self,
      StepCommand.self,
      QuizCommand.self,
      ReviewCommand.self,
      ProgressCommand.self,
      ReplayCommand.self,
      GradeCommand.self,
      LintCommand.self,
    ],
    defaultSubcommand: PromptCommand.self)
}

/// Why a command gives up: one line on standard error, and the exit status.
struct CommandFailure: Error, CustomStringConvertible {
  /// Bad usage or bad input.
  static let badInput: Int32 = 2
  /// The answer is no: a check, verify or lint found a difference.
  static let differs: Int32 = 1

  var status: Int32
  /// Without the program's name; empty where everything has been said.
  var description: String

  init(_ description: some CustomStringConvertible, status: Int32 = badInput) {
    self.status = status
    self.description = description.description
  }
}

@main
enum Program {
  static func main() {
    do {
      var command = try Chainwalk.parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      StandardOutput.flush()
      if !failure.description.isEmpty { StandardError.write("chainwalk: \(failure)\n") }
      exit(failure.status)
    } catch {
      guard Chainwalk.exitCode(for: error) == .validationFailure else { Chainwalk.exit(withError: error) }
      let reason = Chainwalk.message(for: error).split(separator: "\n").joined(separator: " ")
      StandardError.write("chainwalk: \(reason); see chainwalk --help\n")
      exit(CommandFailure.badInput)
    }
    StandardOutput.flush()
  }
}
