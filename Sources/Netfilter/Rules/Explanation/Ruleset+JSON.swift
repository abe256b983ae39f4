import Wire

extension Ruleset {
  /// Writes the ruleset for programs: tables, chains, rules with their conditions and what they do.
  package func write(to json: inout JSONWriter, _ sentences: RuleSentences) {
    json.beginObject()
    json.key("assumptions")
    json.beginArray()
    for assumption in assumptions { json.string(assumption) }
    json.endArray()
    json.key("tables")
    json.beginArray()
    for table in tables { table.write(to: &json, sentences) }
    json.endArray()
    json.endObject()
  }
}

extension Table {
  fileprivate func write(to json: inout JSONWriter, _ sentences: RuleSentences) {
    json.beginObject()
    json.key("name")
    json.string(name.rawValue)
    json.key("chains")
    json.beginArray()
    for chain in chains { chain.write(to: &json, sentences) }
    json.endArray()
    json.endObject()
  }
}

extension Chain {
  fileprivate func write(to json: inout JSONWriter, _ sentences: RuleSentences) {
    json.beginObject()
    json.key("name")
    json.string(name)
    json.key("policy")
    if let policy { json.string(policy.rawValue) } else { json.null() }
    json.key("end")
    json.string(sentences.sentence(policyOf: self))
    json.key("rules")
    json.beginArray()
    for (index, rule) in rules.enumerated() { rule.write(to: &json, number: index + 1, sentences) }
    json.endArray()
    json.endObject()
  }
}

extension Rule {
  fileprivate func write(to json: inout JSONWriter, number: Int, _ sentences: RuleSentences) {
    json.beginObject()
    json.key("number")
    json.integer(number)
    json.key("line")
    if let source { json.integer(source.line) } else { json.null() }
    json.key("text")
    json.string(savedText)
    json.key("conditions")
    Self.write(conditions, to: &json)
    let (kind, target): (String, String?) =
      switch action {
      case .none: ("none", nil)
      case .target(let target): ("target", target.savedName)
      case .jump(let chain): ("jump", chain)
      case .goto(let chain): ("goto", chain)
      }
    json.key("action")
    json.string(kind)
    json.key("target")
    if let target { json.string(target) } else { json.null() }
    json.key("options")
    Self.write(effects, to: &json)
    json.key("explanation")
    json.string(sentences.sentence(self))
    json.key("notModelled")
    json.beginArray()
    for what in notModelled { json.string(what) }
    json.endArray()
    json.endObject()
  }

  private static func write(_ options: [RuleOption], to json: inout JSONWriter) {
    json.beginArray()
    for option in options {
      json.beginObject()
      json.key("of")
      json.string(option.owner)
      json.key("option")
      if option.name.isEmpty { json.null() } else { json.string(option.name) }
      json.key("inverted")
      json.bool(option.inverted)
      json.key("values")
      json.beginArray()
      for value in option.values { json.string(value) }
      json.endArray()
      json.endObject()
    }
    json.endArray()
  }
}
