import Wire

/// What tcpdump's command line and its own first lines tell of the dumps after them.
struct TcpdumpCommand {
  private var stated: LinkType?
  private var showsLinkHeader = false

  /// The link type of dumps; `nil` where it is not told, or where the dumps leave the link-layer header out.
  var linkType: LinkType? { showsLinkHeader || stated == .raw ? stated : nil }

  /// Looks for `link-type EN10MB (Ethernet)` and for `tcpdump ... -XX` in a line of prose.
  mutating func read(_ line: TextLine) {
    guard line.bytes.holds("link-type ") || line.bytes.holds("tcpdump ") else { return }
    let text = line.text
    if let range = text.firstRange(of: "link-type ") {
      let name = text[range.upperBound...].prefix { $0 != " " && $0 != "," }
      stated = Self.linkTypes[name]
    } else {
      let options = text.split(separator: " ").filter { $0.hasPrefix("-") && !$0.hasPrefix("--") }
      showsLinkHeader = options.contains { $0.contains("XX") || $0.contains("xx") }
    }
  }

  private static let linkTypes: [Substring: LinkType] = [
    "EN10MB": .ethernet, "LINUX_SLL": .linuxSLL, "LINUX_SLL2": .linuxSLL2, "RAW": .raw, "NULL": .null, "LOOP": .loop,
    "PPP": .ppp,
  ]
}
