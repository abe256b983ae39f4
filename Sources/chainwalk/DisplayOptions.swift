import ArgumentParser
import Glibc
import Terminal
import Tutor

extension Display.ColorChoice: ExpressibleByArgument {}

/// Options of every command that prints for people.
struct DisplayOptions: ParsableArguments {
  @Flag(help: "Linear text: one line a fact, no cursor movement, no boxes.")
  var plain = false

  @Option(help: "auto, always or never; NO_COLOR is honoured.")
  var color: Display.ColorChoice?

  /// What may be done with standard output.
  func display(_ settings: Settings) -> Display {
    Display(
      color: color ?? settings.color ?? .auto, plain: plain || settings.isAccessible, background: settings.background,
      asciiDrawing: settings.drawing == .ascii)
  }
}

/// The person's settings: `$XDG_CONFIG_HOME/chainwalk/settings.yaml` (XDG Base Directory Specification).
enum SettingsFile {
  /// The defaults where there is no such file.
  static func read() throws(CommandFailure) -> Settings {
    guard let path, access(path, F_OK) == 0 else { return Settings() }
    let text = try Inputs.text(of: path)
    return try Inputs.located { () throws(LessonError) in try Settings(yaml: text, file: path) }
  }

  private static var path: String? {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let given = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? ""
    let folder = given.hasPrefix("/") ? given : home.isEmpty ? "" : home + "/.config"
    return folder.isEmpty ? nil : folder + "/chainwalk/settings.yaml"
  }
}
