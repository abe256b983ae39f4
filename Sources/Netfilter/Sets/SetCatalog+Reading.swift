import Wire

extension SetCatalog {
  /// Reads sets in the form of `ipset save`: lines of `create NAME TYPE ...` and `add NAME ENTRY ...`.
  ///
  /// - Parameter firstLine: the number of the text's first line in its file, from 1.
  package init(parsing text: String, file: String, firstLine: Int = 1) throws(RulesetError) {
    self.init()
    source = text.last == "\n" || text.isEmpty ? text : text + "\n"
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      do { try read(line) } catch {
        throw RulesetError(file: file, line: firstLine + index, column: error.column, message: error.message)
      }
    }
  }

  private mutating func read(_ line: Substring) throws(ParseFailure) {
    var words = try RestoreWords.split(line.last == "\r" ? line.dropLast() : line)[...]
    guard let command = words.popFirst(), !command.text.hasPrefix("#") else { return }
    if command.text == "COMMIT" { return }
    words.removeAll { ["-exist", "-!"].contains($0.text) }
    guard let name = words.popFirst() else {
      throw ParseFailure(column: command.column, "`\(command.text)' needs the name of a set")
    }
    guard let what = words.popFirst() else {
      throw ParseFailure(column: name.column, "`\(command.text) \(name.text)' needs a type or an entry")
    }
    switch command.text {
    case "create", "-N", "--create", "n": try create(name, what, words)
    case "add", "-A", "--add": try add(name, what, words)
    default:
      throw ParseFailure(
        column: command.column, "`\(command.text)' is no line of `ipset save': expected `create' or `add'")
    }
  }

  // MARK: create

  private mutating func create(
    _ name: RestoreWord, _ type: RestoreWord, _ words: ArraySlice<RestoreWord>
  ) throws(ParseFailure) {
    guard (1...31).contains(name.text.utf8.count) else {
      throw ParseFailure(column: name.column, "setname `\(name.text)' must have 1 to 31 characters")
    }
    guard self[name.text] == nil else {
      throw ParseFailure(column: name.column, "the set \(name.text) is there already")
    }
    guard type.text.contains(":") else {
      throw ParseFailure(column: type.column, "`\(type.text)' is no type of set, such as hash:ip")
    }
    var definition = SetDefinition(name: name.text, typeName: type.text)
    var options = SetOptions(words)
    while let option = options.next() {
      switch option.text {
      case "counters": definition.hasCounters = true
      case "comment": break
      case "skbinfo": definition.hasPacketInfo = true
      case "forceadd": definition.forcesRoom = true
      case "family": definition.isIPv6 = try options.word(of: option).text == "inet6"
      case "timeout": definition.timeout = try options.number(of: option)
      case "maxelem", "size": definition.maximum = try options.number(of: option)
      case "netmask":
        let length: UInt8 = try options.number(of: option)
        definition.prefixLength = min(32, length)
      case "range": definition.range = try Self.range(try options.word(of: option), definition.kind)
      case "bitmask", "markmask":
        definition.kind = nil
        _ = try options.word(of: option)
      case "hashsize", "bucketsize", "initval", "probes", "resize", "gc": _ = try options.word(of: option)
      default: throw ParseFailure(column: option.column, "unknown option `\(option.text)' of a set")
      }
    }
    create(definition)
  }

  private static func range(
    _ word: RestoreWord, _ kind: SetDefinition.Kind?
  ) throws(ParseFailure) -> ClosedRange<UInt32> {
    let failure = ParseFailure(column: word.column, "`\(word.text)' is no range")
    if kind == .bitmapIP, let prefix = IPv4Prefix(word.text), word.text.contains("/") {
      let first = prefix.network.rawValue
      return first...(first | (prefix.length == 0 ? .max : prefix.length >= 32 ? 0 : .max >> UInt32(prefix.length)))
    }
    let ends = word.text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = ends.first, let last = ends.last else { throw failure }
    let values = [first, last].compactMap { text -> UInt32? in
      kind == .bitmapPort ? UInt16(text).map(UInt32.init) : IPv4Address(text)?.rawValue
    }
    // Of types that are not modelled the range is passed over.
    guard kind?.isBitmap == true else { return 0...UInt32.max }
    guard values.count == 2, values[0] <= values[1] else { throw failure }
    return values[0]...values[1]
  }

  // MARK: add

  private mutating func add(
    _ name: RestoreWord, _ entry: RestoreWord, _ words: ArraySlice<RestoreWord>
  ) throws(ParseFailure) {
    guard let definition = self[name.text] else {
      throw ParseFailure(column: name.column, "the set with the given name does not exist: \(name.text)")
    }
    var template = SetMember(.set(entry.text))
    var options = SetOptions(words)
    while let option = options.next() {
      switch option.text {
      case "nomatch": template.isException = true
      case "timeout": template.timeout = try options.number(of: option)
      case "packets": template.counters.packets = try options.number(of: option)
      case "bytes": template.counters.bytes = try options.number(of: option)
      case "comment", "before", "after": _ = try options.word(of: option)
      case "skbmark", "skbprio", "skbqueue":
        guard definition.hasPacketInfo else {
          throw ParseFailure(column: option.column, "`\(option.text)' needs a set that was created with skbinfo")
        }
        try options.readInfo(option, into: &template.info)
      default: throw ParseFailure(column: option.column, "unknown option `\(option.text)' of an entry")
      }
    }
    guard let kind = definition.kind, !definition.isIPv6 else { return }
    if kind == .list {
      guard self[entry.text] != nil else {
        throw ParseFailure(column: entry.column, "the set to be added does not exist: \(entry.text)")
      }
      return change(name.text) { $0.members.append(template) }
    }
    let elements: [SetElement]
    do { elements = try SetEntryText.elements(entry.text, of: definition) } catch {
      throw ParseFailure(column: entry.column, error.message)
    }
    let members = elements.map { element in
      var member = template
      member.content = .element(element)
      return member
    }
    change(name.text) { $0.members += members }
  }
}

/// Reads the options that follow a type or an entry.
private struct SetOptions {
  private var words: ArraySlice<RestoreWord>

  init(_ words: ArraySlice<RestoreWord>) { self.words = words }

  mutating func next() -> RestoreWord? { words.popFirst() }

  mutating func word(of option: RestoreWord) throws(ParseFailure) -> RestoreWord {
    guard let word = words.popFirst() else {
      throw ParseFailure(column: option.column, "`\(option.text)' needs a value")
    }
    return word
  }

  mutating func readInfo(_ option: RestoreWord, into info: inout SetPacketInfo) throws(ParseFailure) {
    if option.text == "skbqueue" {
      // Which of a card's queues a packet leaves by shows nowhere here.
      let _: UInt16 = try number(of: option)
      return
    }
    let word = try word(of: option)
    if option.text == "skbmark" {
      guard let mark = SetPacketInfo.mark(word.text) else {
        throw ParseFailure(column: word.column, "`\(word.text)' is no mark such as 0x1 or 0x1/0xff")
      }
      info.mark = mark
    } else {
      guard let priority = SetPacketInfo.priority(word.text) else {
        throw ParseFailure(column: word.column, "`\(word.text)' is no priority such as 1:10")
      }
      info.priority = priority
    }
  }

  mutating func number<Value: FixedWidthInteger & UnsignedInteger>(
    of option: RestoreWord
  ) throws(ParseFailure) -> Value {
    let word = try word(of: option)
    guard let value: Value = CNumber.parse(word.text) else {
      throw ParseFailure(column: word.column, "`\(word.text)' is no number for `\(option.text)'")
    }
    return value
  }
}
