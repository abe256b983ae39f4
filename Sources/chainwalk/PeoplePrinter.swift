import Terminal
import Wire

/// Writes lines for people to standard output, in the colours that were asked for and in what the locale can show.
struct PeoplePrinter {
  private let display: Display
  /// Work under way, whose line must make room for what is written.
  let progress: ProgressBar

  init(_ options: DisplayOptions, counting label: String = "packets") throws(CommandFailure) {
    display = options.display(try SettingsFile.read())
    let progress = ProgressBar(label, plain: display.isPlain)
    self.progress = progress
    StandardOutput.beforeWriting = { progress.finish() }
  }

  /// Writes a text of whole lines; `style` tells what each is.
  func write(_ text: String, _ style: (Substring) -> Style = { _ in .plain }) {
    guard !display.isTransparent else { return StandardOutput.write(text.utf8) }
    var result = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      result += StyledLine(String(line), style(line)).rendered(display.theme) + "\n"
    }
    // The split gives one empty line after the last end of line.
    if text.hasSuffix("\n") { result.removeLast() }
    StandardOutput.write(display.shown(result).utf8)
  }

  /// What a line of a report about packets is: a packet's first line, a verdict, or the rest.
  static func report(_ line: Substring) -> Style {
    let text = line.drop { $0 == " " }
    if line.hasPrefix("packet ") { return .heading }
    switch text {
    case "ACCEPT": return .right
    case "DROP", "REJECT", "ROUTING": return .wrong
    default: return text.hasPrefix("not modelled") ? .hint : .plain
    }
  }

  /// The lines of a unified diff.
  static func difference(_ line: Substring) -> Style {
    line.first == "-" ? .wrong : line.first == "+" ? .right : .plain
  }

  /// A packet's first line, and the headers under it.
  static func tree(_ line: Substring) -> Style {
    if line.hasPrefix("packet ") { return .heading }
    return line.hasPrefix("  ") && !line.hasPrefix("   ") ? .title : .plain
  }
}
