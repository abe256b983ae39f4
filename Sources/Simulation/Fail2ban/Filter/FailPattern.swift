/// A line of `failregex`, `ignoreregex` or `prefregex`: a pattern with tags such as `<HOST>` and `<F-USER>...</F-USER>`.
struct FailPattern: Sendable {
  /// Why one cannot be used, as the programs say it.
  struct Problem: Error, Hashable { let message: String }

  /// The pattern with its tags replaced.
  let expanded: String
  private let pattern: PythonPattern

  private static let ip4 = #"(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})"#
  private static let ip6 = #"(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))"#
  private static let dns = #"(?P<dns>[\w\-.^_]*\w)"#
  private static let address = #"\[?(?:\#(ip4)|\#(ip6))\]?"#
  private static let cidr = #"(?P<cidr>\d+)"#
  private static let subnet = #"\[?(?:\#(ip4)|\#(ip6))(?:/\#(cidr))?\]?"#

  /// Tags that stand for an address, a name or a port (`jail.conf(5)`).
  private static let tags = [
    "IP4": ip4, "F-IP4/": ip4, "IP6": ip6, "F-IP6/": ip6, "ADDR": address, "F-ADDR/": address, "CIDR": cidr,
    "F-CIDR/": cidr, "SUBNET": subnet, "F-SUBNET/": subnet, "DNS": dns, "F-DNS/": dns, "F-ID/": #"(?P<fid>\S+)"#,
    "F-PORT/": #"(?P<fport>\w+)"#,
  ]

  /// Groups that say who failed, the first that matched counts.
  static let identities = ["fid", "ip4", "ip6", "dns"]

  /// - Parameters:
  ///   - usesNames: whether `<HOST>` also takes a host's name (`usedns` other than `no`).
  ///   - identity: whether the pattern must say who failed.
  init(_ text: String, usesNames: Bool = true, identity: Bool) throws(Problem) {
    let expanded = Self.localFlags(Self.expand(text, usesNames: usesNames))
    self.expanded = expanded
    guard !expanded.trimmed.isEmpty else { throw Problem(message: "Cannot add empty regex") }
    if text.contains("<SKIPLINES>") { throw Problem(message: "not modelled: <SKIPLINES>") }
    do { pattern = try PythonPattern(expanded) } catch {
      throw Problem(message: "Unable to compile regular expression '\(expanded)':\n\(error.description)")
    }
    if identity, !pattern.groupNames.contains(where: Self.identities.contains) {
      throw Problem(message: "No failure-id group in '\(expanded)'")
    }
  }

  private static func expand(_ text: String, usesNames: Bool) -> String {
    var result = ""
    var open: Set<String> = []
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "<") {
      result += rest[..<start]
      rest = rest[start...]
      guard let tag = tag(rest) else {
        result.append("<")
        rest.removeFirst()
        continue
      }
      rest.removeFirst(tag.count + 2)
      result += replacement(tag, usesNames, &open)
    }
    return result + rest
  }

  /// The inside of a tag at the beginning of a text: letters, digits, `_` and `-`, perhaps with a `/` at either end.
  private static func tag(_ text: Substring) -> String? {
    guard let end = text.firstIndex(of: ">") else { return nil }
    let inside = text[text.index(after: text.startIndex)..<end]
    let name = inside.drop { $0 == "/" }
    let plain = name.hasSuffix("/") ? name.dropLast() : name
    guard inside.count - name.count <= 1, !plain.isEmpty,
      plain.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
    else { return nil }
    return String(inside)
  }

  private static func replacement(_ tag: String, _ usesNames: Bool, _ open: inout Set<String>) -> String {
    if tag == "HOST" { return usesNames ? "(?:\(address)|\(dns))" : address }
    if let known = tags[tag] { return known }
    let isEnd = tag.hasPrefix("/")
    let name = isEnd ? tag.dropFirst() : tag[...]
    guard name.hasPrefix("F-") else { return "<\(tag)>" }
    let key = String(name.dropFirst(2))
    guard !key.isEmpty, key.allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" || $0 == "-" }) else {
      return "<\(tag)>"
    }
    if isEnd { return open.contains(key) ? ")" : "<\(tag)>" }
    open.insert(key)
    let group = key.lowercased()
    return "(?P<\(["id": "fid", "port": "fport"][group] ?? group)>"
  }

  /// `((?i)...)` and `(?:(?i)...)` as `(?i:...)`.
  private static func localFlags(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while let character = rest.first {
      let isEscaped = result.last == "\\"
      if character == "(", !isEscaped {
        let inside = rest.hasPrefix("(?:(?") ? rest.dropFirst(3) : rest.hasPrefix("((?") ? rest.dropFirst(1) : nil
        if let inside {
          let letters = inside.dropFirst(2).prefix { $0.isLetter && $0.isLowercase }
          let after = inside.dropFirst(2 + letters.count)
          if !letters.isEmpty, after.first == ")" {
            result += "(?\(letters):"
            rest = after.dropFirst()
            continue
          }
        }
      }
      result.append(character)
      rest.removeFirst()
    }
    return result
  }

  /// What the groups matched in a text, and in which order they stand in the pattern; `nil` where it does not match.
  func match(_ text: PatternText) throws(PythonPattern.TooLong) -> [(name: String, value: String?)]? {
    guard let match = try pattern.search(text) else { return nil }
    var groups = pattern.groupNames.map { (name: $0, value: pattern.text(of: $0, match, in: text)) }
    // `alt_user_1` is `user` where that took no part.
    for index in groups.indices.sorted(by: { groups[$0].name < groups[$1].name }) {
      guard groups[index].name.hasPrefix("alt_"), let value = groups[index].value, !value.isEmpty else { continue }
      var name = groups[index].name.dropFirst(4)
      if let line = name.lastIndex(of: "_"), name[name.index(after: line)...].allSatisfy(\.isNumber) {
        name = name[..<line]
      }
      let target = ["id": "fid", "port": "fport"][String(name)] ?? String(name)
      if let place = groups.firstIndex(where: { $0.name == target }) {
        if groups[place].value?.isEmpty ?? true { groups[place].value = value }
      } else {
        groups.append((target, value))
      }
    }
    return groups
  }
}
