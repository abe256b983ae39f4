/// What may be the name of a chain (`assert_valid_chain_name`, `xt_parse_target`).
enum ChainName {
  /// In bytes.
  static let longest = 28

  static func problem(_ name: String) -> String? {
    if name.utf8.count > longest { return "chain name `\(name)' too long (must be under \(longest + 1) chars)" }
    if let first = name.first, first == "-" || first == "!" {
      return "chain name not allowed to start with `\(first)'"
    }
    // No name at all is the kernel's for its standard targets.
    if name.isEmpty || ExtensionRegistry.target(name) != nil { return "chain name may not clash with target name" }
    return name.utf8.contains(where: isSpace) ? "Invalid chain name `\(name)'" : nil
  }

  static func targetProblem(_ name: String) -> String? {
    if name.isEmpty { return "Invalid target name (too short)" }
    if name.utf8.count > longest { return "Invalid target name `\(name)' (\(longest) chars max)" }
    return name.utf8.contains(where: isSpace) ? "Invalid target name `\(name)'" : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
