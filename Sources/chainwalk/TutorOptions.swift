import ArgumentParser
import Glibc
import Terminal
import Tutor

extension Language: ExpressibleByArgument {
  /// The language of the locale, where the tutor speaks it.
  static var ofLocale: Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
      return Language(rawValue: String(value.prefix(2))) ?? .english
    }
    return .english
  }
}

/// Options of every command that begins a session.
struct TutorOptions: ParsableArguments {
  @OptionGroup var speech: SpeechOptions

  @Option(help: ArgumentHelp("Record the session as a transcript.", valueName: "file"), completion: .file())
  var record: String?

  @Flag(help: "Ask nothing before it is shown.")
  var watch = false

  /// What the options, the settings and the environment come to.
  func resolved() throws(CommandFailure) -> TutorSetting { try speech.resolved(watch: watch) }
}

/// Options of every command in which the tutor speaks.
struct SpeechOptions: ParsableArguments {
  @Option(help: "The tutor's language: en or ja; otherwise the settings or the locale decide.")
  var language: Language?

  @OptionGroup var display: DisplayOptions

  /// What the options, the settings and the environment come to.
  func resolved(watch: Bool = false) throws(CommandFailure) -> TutorSetting {
    let settings = try SettingsFile.read()
    let display = display.display(settings)
    var options = Session.Options()
    options.language = language ?? settings.language ?? .ofLocale
    options.watches = watch
    options.isPlain = display.isPlain
    if options.language != .english, !display.isUnicode, TerminalDevice.isInteractive {
      StandardError.write("chainwalk: this locale cannot show \(options.language.rawValue); the tutor speaks en\n")
      options.language = .english
    }
    return TutorSetting(options: options, display: display, settings: settings)
  }
}

/// How a session is to be and to look.
struct TutorSetting {
  var options: Session.Options
  var display: Display
  var settings: Settings
}
