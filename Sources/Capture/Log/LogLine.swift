/// A line that the kernel's LOG target wrote (`net/netfilter/nf_log_syslog.c`), taken apart into its fields in their order.
struct LogLine {
  /// One word after `IN=`: `SRC=10.0.0.1` has key `SRC` and a value, `DF` has only a key.
  struct Field {
    let key: Substring
    let value: Substring?
  }

  /// What stands before `IN=`: time, host, `kernel:`, uptime, the rule's prefix.
  let lead: Substring
  let fields: [Field]
  /// The packet that an ICMP error quotes, between `[` and `]`.
  let quoted: [Field]

  /// `nil` where the text has no `IN=` and `OUT=` with addresses or ARP after them: it is no such line at all.
  init?(_ text: String) {
    guard let start = Self.start(of: text) else { return nil }
    lead = text[..<start]
    var outer: [Field] = []
    var inner: [Field] = []
    var isQuoting = false
    for word in text[start...].split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      var word = word
      if word.hasPrefix("[SRC=") {
        isQuoting = true
        word.removeFirst()
      }
      if word == "]" {
        isQuoting = false
        continue
      }
      let field = Field(word)
      if isQuoting { inner.append(field) } else { outer.append(field) }
    }
    fields = outer
    quoted = inner
    let keys = Set(outer.map(\.key))
    guard keys.contains("OUT"), keys.contains("SRC") || keys.contains("DST") || keys.contains("ARP") else { return nil }
  }

  /// Where `IN=` stands as a word of its own, or directly after the rule's prefix.
  static func start(of text: String) -> String.Index? {
    text.ranges(of: "IN=").map(\.lowerBound).first { !text[..<$0].hasSuffix("PHYS") }
  }

  /// The rule's `--log-prefix`, as far as it can be told from what syslog writes before it; `nil` where there is none.
  var rulePrefix: String? {
    var rest = lead
    if let range = rest.ranges(of: "kernel:").last { rest = rest[range.upperBound...].drop { $0 == " " } }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]"), rest[..<end].contains(".") {
      rest = rest[rest.index(after: end)...].drop { $0 == " " }
    } else if rest.startIndex == lead.startIndex {
      return nil
    }
    return rest.isEmpty ? nil : String(rest)
  }

  /// The value of the first field called `key`, or `nil`.
  subscript(key: String) -> Substring? { fields.first { $0.key == key && $0.value != nil }?.value }
}

extension LogLine.Field {
  fileprivate init(_ word: Substring) {
    var word = word
    while let last = word.last, "\"',;\\".contains(last) { word.removeLast() }
    if let equals = word.firstIndex(of: "=") {
      (key, value) = (word[..<equals], word[word.index(after: equals)...])
    } else if word.hasPrefix("FRAG:") {
      (key, value) = ("FRAG", word.dropFirst(5))
    } else if word.hasPrefix("ID:") {
      (key, value) = ("FRAGID", word.dropFirst(3))
    } else {
      (key, value) = (word, nil)
    }
  }
}

/// The fields of one header, read in their order: each search goes on where the last one ended.
struct LogCursor {
  private let fields: [LogLine.Field]
  private var position = 0

  init(_ fields: [LogLine.Field]) { self.fields = fields }

  /// The value of the next field called `key`; `nil` where there is none, and then the position stays.
  mutating func value(_ key: String) -> Substring? {
    guard let index = fields[position...].firstIndex(where: { $0.key == key && $0.value != nil }) else { return nil }
    position = index + 1
    return fields[index].value
  }

  mutating func number(_ key: String) -> Int? {
    value(key).flatMap { $0.hasPrefix("0x") || $0.hasPrefix("0X") ? Int($0.dropFirst(2), radix: 16) : Int($0) }
  }

  /// Whether the word stands between here and the next field called `end`, or anywhere after where that is `nil`.
  func has(_ word: String, before end: String? = nil) -> Bool {
    let rest = fields[position...]
    let stop = end.flatMap { end in rest.firstIndex { $0.key == end && $0.value != nil } } ?? rest.endIndex
    return rest[..<stop].contains { $0.key == word && $0.value == nil }
  }

  /// The bytes of `OPT (0204...)` between here and the next field called `end`.
  func options(before end: String? = nil) -> [UInt8]? {
    let rest = fields[position...]
    let stop = end.flatMap { end in rest.firstIndex { $0.key == end && $0.value != nil } } ?? rest.endIndex
    guard let index = rest[..<stop].firstIndex(where: { $0.key == "OPT" }), index + 1 < stop else { return nil }
    let digits = rest[index + 1].key.drop { $0 == "(" }.prefix { $0 != ")" }
    return digits.isEmpty ? nil : [UInt8](hex: digits)
  }
}
