/// How the client prints the server's answers.
struct Fail2banAnswer {
  private let words: [String]

  /// - Parameter words: the request.
  init(_ words: [String]) { self.words = words }

  func text(_ answer: PythonValue) -> String {
    switch words.first {
    case "ping": return "Server replied: \(answer.printed)"
    case "start": return "Jail started"
    case "stop": return words.count == 1 ? "Shutdown successful" : "Jail stopped"
    case "add": return "Added jail \(answer.printed)"
    case "flushlogs": return "logs: \(answer.printed)"
    case "echo": return strings(answer).joined(separator: " ")
    case "status": return status(answer)
    default: return setting(answer)
    }
  }

  private func strings(_ value: PythonValue) -> [String] {
    guard case .list(let values) = value else { return [] }
    return values.map(\.printed)
  }

  private func entries(_ value: PythonValue) -> [(name: String, value: PythonValue)] {
    guard case .list(let values) = value else { return [] }
    return values.compactMap { entry in
      guard case .list(let parts) = entry, parts.count == 2 else { return nil }
      return (parts[0].printed, parts[1])
    }
  }

  /// The tree of `status` and `status JAIL`.
  private func status(_ answer: PythonValue) -> String {
    var lines = [words.count > 1 ? "Status for the jail: \(words[1])" : "Status"]
    let branches = entries(answer)
    for (index, branch) in branches.enumerated() {
      let isLast = index == branches.count - 1
      let mark = isLast ? "`-" : "|-"
      guard words.count > 1 else {
        lines.append("\(mark) \(branch.name):\t\(branch.value.printed)")
        continue
      }
      lines.append("\(mark) \(branch.name)")
      let leaves = entries(branch.value)
      for (place, leaf) in leaves.enumerated() {
        let leafMark = place == leaves.count - 1 ? "`-" : "|-"
        var value = leaf.value.printed
        if case .list = leaf.value { value = strings(leaf.value).joined(separator: " ") }
        lines.append("\(isLast ? "   " : "|  ")\(leafMark) \(leaf.name):\t\(value)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func setting(_ answer: PythonValue) -> String {
    switch words.count > 1 ? words[1] : "" {
    case "logtarget": return "Current logging target is:\n`- \(answer.printed)"
    case "syslogsocket": return "Current syslog socket is:\n`- \(answer.printed)"
    case "loglevel": return "Current logging level is \(answer.representation)"
    case "dbfile": return "Current database file is:\n`- \(answer.printed)"
    case "dbpurgeage": return "Current database purge age is:\n`- \(answer.printed)seconds"
    default: break
    }
    switch words.count > 2 ? words[2] : "" {
    case "logpath", "addlogpath", "dellogpath":
      return tree(answer, "Current monitored log file(s):", empty: "No file is currently monitored")
    case "ignoreip", "addignoreip", "delignoreip":
      return tree(answer, "These IP addresses/networks are ignored:", empty: "No IP address/network is ignored")
    case "failregex", "addfailregex", "delfailregex", "ignoreregex", "addignoreregex", "delignoreregex":
      return tree(
        answer, "The following regular expression are defined:", empty: "No regular expression is defined",
        isNumbered: true)
    case "logencoding": return "Current log encoding is set to:\n\(answer.printed)"
    case "journalmatch": return "No journal match filter set"
    case "datepattern":
      guard case .list(let parts) = answer, parts.count == 2 else {
        return "Current date pattern set to: Not set/required"
      }
      return "Current date pattern set to: "
        + (parts[0] == .none ? parts[1].printed : "\(parts[0].printed) (\(parts[1].printed))")
    case "actions":
      let names = strings(answer)
      return names.isEmpty
        ? "No actions for jail \(words[1])"
        : "The jail \(words[1]) has the following actions:\n\(names.joined(separator: ", "))"
    case "banip" where words[0] == "get":
      let separator = words.count <= 3 ? " " : words[3] == "--with-time" ? "\n" : words[3]
      return strings(answer).joined(separator: separator)
    default: return answer.printed
    }
  }

  private func tree(_ answer: PythonValue, _ title: String, empty: String, isNumbered: Bool = false) -> String {
    let lines = strings(answer)
    guard !lines.isEmpty else { return empty }
    return title + "\n"
      + lines.enumerated().map { index, line in
        "\(index == lines.count - 1 ? "`-" : "|-") \(isNumbered ? "[\(index)]: " : "")\(line)"
      }.joined(separator: "\n")
  }
}
