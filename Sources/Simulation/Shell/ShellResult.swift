import Netfilter

/// What a line typed at the host's shell brought about.
package struct ShellResult: Sendable, Hashable {
  /// Standard output, as the program prints it.
  package var output: String
  /// Standard error.
  package var errorOutput: String
  /// Exit status, 0 to 255.
  package var status: Int32
  /// How many bytes at the beginning of `errorOutput` a terminal shows before anything of `output`: what a program said
  /// of itself before it began.
  package var errorLead = 0

  package init(output: String = "", errorOutput: String = "", status: Int32 = 0) {
    self.output = output
    self.errorOutput = errorOutput
    self.status = status
  }

  /// Standard error as a terminal shows it: what comes before the output, and what comes after.
  package var errorParts: (before: String, after: String) {
    let before = String(decoding: errorOutput.utf8.prefix(errorLead), as: UTF8.self)
    return (before, String(decoding: errorOutput.utf8.dropFirst(errorLead), as: UTF8.self))
  }

  /// What a further program printed comes after this.
  package mutating func append(_ next: ShellResult) {
    if output.isEmpty, errorOutput.utf8.count == errorLead { errorLead += next.errorLead }
    output += next.output
    errorOutput += next.errorOutput
    status = next.status
  }

  /// A failure with its message, which a line feed ends.
  package static func failure(_ message: String, status: Int32 = 1) -> ShellResult {
    ShellResult(errorOutput: message + "\n", status: status)
  }

  /// What our shell cannot do though the real program can: said by name, never faked.
  package static func notModelled(_ what: String) -> ShellResult {
    ShellResult(errorOutput: "not modelled: \(what)\n", status: 2)
  }
}
