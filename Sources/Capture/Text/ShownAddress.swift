/// An IPv4 address as a summary or a log line shows it, some of its octets perhaps edited out: `108.162.[edited]`.
struct ShownAddress {
  /// As shown, without the port.
  let text: String
  /// In order; `nil` for an octet that was left out.
  let octets: [UInt8?]

  /// Which octets were left out.
  var leftOut: [Int] { octets.indices.filter { octets[$0] == nil } }

  /// `nil` for a host name, an IPv6 address or anything else that shows no octets of an IPv4 address.
  ///
  /// - Parameter hasPort: whether a port or its name may follow after a dot.
  init?(_ shown: String, hasPort: Bool) {
    // Two asterisks at either end are a forum's bold type.
    let plain = shown.contains("**") ? shown.replacing("**", with: "") : shown
    let shown = plain.split(separator: ".").prefix(4).count { UInt8($0) != nil } == 4 ? plain : shown
    var labels = Self.labels(shown)
    var text = shown
    let wasEdited = labels.contains(where: Self.isEdited)
    if hasPort, labels.count >= 5 || (labels.count >= 2 && labels.dropLast().contains(where: Self.isEdited)) {
      let port = labels.removeLast()
      text = String(shown.dropLast(port.count + 1))
    }
    guard labels.count <= 4, labels.allSatisfy({ Self.isEdited($0) || UInt8($0) != nil }) else { return nil }
    guard labels.count == 4 || (wasEdited && labels.count { Self.isEdited($0) } == 1) else { return nil }
    let width = 4 - labels.count + 1
    octets = labels.flatMap { label -> [UInt8?] in
      guard Self.isEdited(label) else { return [UInt8(label)] }
      return Array(repeating: nil, count: labels.count == 4 ? 1 : width)
    }
    self.text = text
  }

  /// The text between dots; a dot within brackets belongs to its label.
  private static func labels(_ text: String) -> [String] {
    var labels = [""]
    var depth = 0
    for character in text {
      if "[<({".contains(character) { depth += 1 }
      if "]>)}".contains(character), depth > 0 { depth -= 1 }
      if character == ".", depth == 0 { labels.append("") } else { labels[labels.count - 1].append(character) }
    }
    return labels
  }

  private static func isEdited(_ label: String) -> Bool {
    if label.isEmpty { return true }
    if let first = label.first, "[<({".contains(first) { return true }
    return label.utf8.allSatisfy { $0.isPlaceholder || $0 == 0x2d } || ["a", "b", "c", "d", "y", "z"].contains(label)
  }
}
