import ArgumentParser
import Glibc
import Tutor

extension Language: ExpressibleByArgument {}

/// Options of every command that talks to a learner.
struct TutorOptions: ParsableArguments {
  @Option(help: "The tutor's language: en or ja; otherwise the locale decides.")
  var language: Language?

  @Flag(help: "Linear text, without cursor movement.")
  var plain = false

  @Option(help: ArgumentHelp("Record the session as a transcript.", valueName: "file"), completion: .file())
  var record: String?

  @Flag(help: "Ask nothing before it is shown.")
  var watch = false

  var session: Session.Options {
    var options = Session.Options()
    options.language = language ?? Self.localeLanguage
    options.watches = watch
    options.isPlain = plain
    return options
  }

  /// The language of the locale, where the tutor speaks it.
  private static var localeLanguage: Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
      return Language(rawValue: String(value.prefix(2))) ?? .english
    }
    return .english
  }
}
