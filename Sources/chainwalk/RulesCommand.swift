import ArgumentParser
import Netfilter
import Tutor
import Wire

/// `chainwalk rules`: what a file of rules says.
struct RulesCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case save, explain, json }

  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Read a file of rules; print it as iptables-save does, or each rule in words.",
    discussion: """
      Examples:
        chainwalk rules /etc/iptables/rules.v4
        iptables-save | chainwalk rules - --format explain
      """)

  @Argument(
    help: "The rules, as iptables-save prints them or as people post them; - reads standard input.", completion: .file()
  )
  var file: String

  @Option(help: "save: as iptables-legacy-save prints it; explain: a sentence a rule; json: for programs.")
  var format = Format.save

  @Option(help: "The sets that rules name, as ipset save prints them.", completion: .file())
  var sets: String?

  @Option(help: "The language of the sentences: en or ja; otherwise the settings or the locale decide.")
  var language: Language?

  /// What rules are told in.
  private func sentences() throws(CommandFailure) -> RuleSentences {
    let settings = try SettingsFile.read()
    return switch language ?? settings.language ?? .ofLocale {
    case .english: .english
    case .japanese: .japanese
    }
  }

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let printer = try PeoplePrinter(display)
    let ruleset = try Inputs.ruleset(file, Inputs.sets(sets, of: nil, nil))
    for line in ruleset.assumptions { StandardError.write("chainwalk: \(line)\n") }
    for warning in ruleset.warnings {
      StandardError.write("chainwalk: \(warning.file):\(warning.line): \(warning.message)\n")
    }
    switch format {
    case .save: StandardOutput.write(ruleset.savedText().utf8)
    case .explain: explain(ruleset, try sentences(), printer)
    case .json:
      var json = JSONWriter()
      ruleset.write(to: &json, try sentences())
      json.newline()
      StandardOutput.write(json.bytes)
    }
  }

  private func explain(_ ruleset: Ruleset, _ sentences: RuleSentences, _ printer: PeoplePrinter) {
    for table in ruleset.tables {
      for chain in table.chains where !chain.rules.isEmpty || chain.policy == .drop {
        printer.write("\(table.name.rawValue) \(chain.name)\n") { _ in .heading }
        for (index, rule) in chain.rules.enumerated() {
          printer.write("  \(index + 1). \(rule.savedText)\n     \(sentences.sentence(rule))\n")
        }
        printer.write("  \(chain.rules.count + 1). \(sentences.sentence(policyOf: chain))\n")
      }
    }
  }
}
