import Netfilter

/// How the iptables programs (1.8.9, legacy) say what is wrong, and with which exit status.
struct IptablesError {
  /// `iptables`, `iptables-restore`.
  let program: String
  /// The line of a restored file; `nil` for a command line.
  var line: Int?

  static let version = "v1.8.9 (legacy)"

  /// Messages that iptables ends with line feeds of their own.
  private static let longer: [(start: String, end: String)] = [
    ("Couldn't load ", "\n"), ("Can't use -", "\n"), ("log level ", "\n"), ("The -t option ", "\n"),
  ]

  private var hint: String { "Try `\(program) -h' or '\(program) --help' for more information.\n" }
  private var place: String { line.map { "Error occurred at line: \($0)\n" } ?? "" }

  /// The command makes no sense (`PARAMETER_PROBLEM`).
  func usage(_ message: String) -> ShellResult {
    if message.hasPrefix("Bad argument `") {
      return ShellResult(errorOutput: "\(message)\n\(place)\(hint)", status: 2)
    }
    var text = message
    if message.hasPrefix("The \"nat\" table") { text = "\n\(message)\n\n" }
    if let end = Self.longer.first(where: { message.hasPrefix($0.start) })?.end { text += end }
    return ShellResult(errorOutput: "\(program) \(Self.version): \(text)\n\(place)\(hint)", status: 2)
  }

  /// Only the hint, as for an option that is another program's.
  var usageHint: ShellResult { ShellResult(errorOutput: place + hint, status: 2) }

  /// There is no such table (`VERSION_PROBLEM`).
  func noTable(_ name: String) -> ShellResult {
    ShellResult(
      errorOutput: """
        \(program) \(Self.version): can't initialize iptables table `\(name)': Table does not exist (do you need to insmod?)
        Perhaps \(program) or your kernel needs to be upgraded.

        """, status: 3)
  }

  /// The table refuses the change, or the kernel the table (`iptc_strerror`).
  func refused(_ message: String) -> ShellResult {
    if let line { return ShellResult(errorOutput: "\(program): line \(line) failed\n", status: 1) }
    let text = Self.systemText(message)
    let isInvalid = ["Invalid argument", "Bad policy name", "Target problem"].contains(text)
    return .failure("\(program): \(text)." + (isInvalid ? " Run `dmesg' for more information." : ""))
  }

  /// The error's own words, without what explains them.
  private static func systemText(_ message: String) -> String {
    String(message.split(separator: ".", maxSplits: 1).first ?? Substring(message))
  }
}
