import Netfilter

extension English {
  func label(_ label: ViewLabel) -> String {
    switch label {
    case .bytes: "bytes"
    case .fields: "fields"
    case .step: "step"
    case .question: "question"
    case .more: "more: j and k scroll"
    case .connection(let state): "connection: \(state.rawValue)"
    case .noEntry: "no entry"
    case .help: "keys"
    case .anyKey: "any key goes back"
    case .working: "working; Ctrl-C stops it"
    }
  }

  func viewKeys(hasQuestion: Bool) -> [String] {
    guard !hasQuestion else {
      return [
        "a letter answers, or type it  h hint  : skip and more  left back  q leave", "answer  h hint  : more  q leave",
      ]
    }
    return [
      "space next  left back  up/down rule  PgUp/PgDn packet  Home/End ends  / find  : command  Tab pane  ? help  q leave",
      "space next  left back  up/down rule  / find  : command  ? help  q leave",
      "space next  left back  ? help  q leave",
      "space ? q",
    ]
  }

  var viewHelp: [(keys: String, meaning: String)] {
    [
      ("space, right, Enter", "one step on"), ("left, b", "one step back"), ("up, down", "to the rule before, after"),
      ("PgUp, PgDn", "to the packet before, after"), ("Home, End", "to the first packet, the last"),
      ("/", "find a word in what is to come; n finds it again"), (":", "a command, as at the prompt"),
      ("a letter", "answers an open question; else begins a command"), ("h", "a hint"),
      ("Tab", "gives another pane the room; j and k scroll the text"),
      ("q", "leaves the view (and a program that began in it)"),
      ("[ ]", "the bytes or the field at hand"), ("( )", "read before by the same rule"),
      ("+", "changed since the step before"), ("a joint: 45·00", "decoded already"),
      ("--", "edited out before it was posted"), ("??", "not given by the capture"),
      (">", "the rule at hand"), ("-", "a rule passed: it did not fire"), ("*", "a rule that fired"),
    ]
  }

  func plain(_ fact: PlainFact) -> String {
    switch fact {
    case .bytes(let range, let digits, let current):
      return "\(byteRange(range)): \(digits)" + (current.map { "; at hand: \(byteRange($0))" } ?? "")
    case .field(let bytes, let digits, let name, let value): return "\(byteRange(bytes)): \(digits), \(name) \(value)"
    case .ruleAtHand(let table, let chain, let number, let count, let text):
      return "\(table.rawValue) \(chain), " + (number.map { "rule \($0) of \(count)" } ?? "end of the chain")
        + ": \(text)"
    case .rule(let number, let text, let isCurrent, let fired):
      let what = number.map { "rule \($0)" } ?? "end of the chain"
      let state = isCurrent ? ", at hand" : fired.map { $0 ? ", fired" : ", passed" } ?? ""
      return "\(what)\(state): \(text)"
    }
  }
}
