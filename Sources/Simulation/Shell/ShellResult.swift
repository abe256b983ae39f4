import Netfilter

/// What a line typed at the host's shell brought about.
package struct ShellResult: Sendable, Hashable {
  /// Standard output, as the program prints it.
  package var output: String
  /// Standard error.
  package var errorOutput: String
  /// Exit status, 0 to 255.
  package var status: Int32

  package init(output: String = "", errorOutput: String = "", status: Int32 = 0) {
    self.output = output
    self.errorOutput = errorOutput
    self.status = status
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
