import Netfilter

/// How the iptables programs (1.8.9, legacy) say what is wrong, and with which exit status.
struct IptablesError {
  /// `iptables`, `iptables-restore`.
  let program: String
  /// The line of a restored file; `nil` for a command line.
  var line: Int?

  static let version = "v1.8.9 (legacy)"

  /// How messages begin that iptables ends with a line feed of their own.
  private static let longer = [
    "Couldn't load ", "Can't use -", "log level ", "The -t option ", "Port \"", "getaddrinfo: ",
    "Argument must have a minimum length of ",
    "The protocol family of set ",
  ]
  /// The same, of what follows an extension's name: what its options as such do not allow (`libxtables/xtoptions.c`).
  private static let longerOfOptions = [
    "option \"--", "bad value for option", "bad integer value", "trailing garbage", "Argument to \"--",
    "Too many components", "could not map name",
  ]

  private static func hasOwnEnd(_ message: String) -> Bool {
    if longer.contains(where: message.hasPrefix) { return true }
    if message.hasPrefix("Set "), message.hasSuffix(" doesn't exist.") { return true }
    guard let colon = message.firstIndex(of: ":"), !message[..<colon].contains(" ") else { return false }
    return longerOfOptions.contains(where: message[colon...].dropFirst(2).hasPrefix)
  }

  private var hint: String { "Try `\(program) -h' or '\(program) --help' for more information.\n" }
  private var place: String { line.map { "Error occurred at line: \($0)\n" } ?? "" }

  /// The command makes no sense (`PARAMETER_PROBLEM`).
  func usage(_ message: String) -> ShellResult {
    if message.hasPrefix("Bad argument `") {
      return ShellResult(errorOutput: "\(message)\n\(place)\(hint)", status: 2)
    }
    var text = message
    if message.hasPrefix("The \"nat\" table") { text = "\n\(message)\n\n" }
    if Self.hasOwnEnd(message) { text += "\n" }
    return ShellResult(errorOutput: "\(program) \(Self.version): \(text)\n\(place)\(hint)", status: 2)
  }

  /// A result after what iptables has warned of.
  func warned(_ warnings: [String], _ result: ShellResult) -> ShellResult {
    var result = result
    result.errorOutput = warnings.map { $0 + "\n" }.joined() + result.errorOutput
    return result
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
