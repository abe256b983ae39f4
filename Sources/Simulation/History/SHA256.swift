import CMessageDigest

/// The hash function SHA-256 (FIPS 180-4 section 6.2) by libmd, for the content line of transcripts.
package struct SHA256: ~Copyable {
  private var context = SHA2_CTX()

  package init() { SHA256Init(&context) }

  /// Adds bytes to the message.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    SHA256Update(&context, bytes, bytes.count)
  }

  /// The digest of everything added, 32 bytes.
  package consuming func finalized() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &context)
    return digest
  }

  /// The digest of `bytes`, 32 bytes.
  package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalized()
  }
}
