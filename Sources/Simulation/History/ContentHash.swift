import Wire

/// What a transcript was made over: the hash of some named files.
package struct ContentHash: Sendable, Hashable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  package let hexadecimal: String

  /// Hashes each file's name and content with their lengths, in the order of the names, so that neither a file
  /// renamed nor bytes moved from one to the next go unseen.
  package init(files: [String: [UInt8]]) {
    var hash = SHA256()
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      hash.update("\(name.utf8.count) \(name) \(bytes.count)\n".utf8)
      hash.update(bytes)
    }
    hexadecimal = hash.finalized().hex
  }

  /// As a transcript's header writes it: `sha256:` and the digits.
  package init?(_ text: some StringProtocol) {
    guard text.hasPrefix("sha256:") else { return nil }
    let digits = text.dropFirst("sha256:".count)
    guard digits.utf8.count == 64, let bytes = [UInt8](hex: digits), bytes.hex == digits else { return nil }
    hexadecimal = String(digits)
  }

  package var description: String { "sha256:" + hexadecimal }
}
