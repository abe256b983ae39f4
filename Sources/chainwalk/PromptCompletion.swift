import Glibc
import Netfilter
import Simulation
import Terminal
import Tutor

/// What Tab may complete at the prompt: commands, their words, lessons, chains, rule numbers, fields, files, and the words
/// of `iptables`.
struct PromptCompletion {
  /// The session as it stands; `nil` before it has begun.
  var session: Session?

  /// What may stand at the end of the line typed so far.
  func complete(_ typed: String) -> LineEditor.Completion {
    let words = typed.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let word = words.last else { return .init(start: 0, candidates: []) }
    var before = words.dropLast().filter { !$0.isEmpty }
    if before.first == "sudo" { before.removeFirst() }
    // In a list, and after `=`, what stands after the last sign is completed.
    let known = candidates(after: before, word)
    let stem = known.isList ? word.lastIndex(of: ",").map { String(word[...$0]) } ?? "" : ""
    let candidates = known.words.map { stem + $0 }.filter { $0.hasPrefix(word) }
    let start = typed.utf8.count - word.utf8.count
    if candidates.isEmpty, known.mayBeFile { return .init(start: start, candidates: Self.files(beginning: word)) }
    return .init(start: start, candidates: Array(Set(candidates)).sorted(by: Self.inOrder))
  }

  /// Numbers by their size, all else by the alphabet.
  private static func inOrder(_ a: String, _ b: String) -> Bool {
    if let first = Int(a), let second = Int(b) { return first < second }
    return a < b
  }

  private struct Known {
    var words: [String]
    var mayBeFile = false
    /// Several of them may follow each other with commas.
    var isList = false
  }

  private func candidates(after before: [String], _ word: String) -> Known {
    guard let first = before.first else { return Known(words: Commands.names + ShellCommands.names + ["sudo"]) }
    switch (first.lowercased(), before.count) {
    case ("iptables", _): return iptables(after: Array(before.dropFirst()), word)
    case ("until", 1), ("u", 1): return Known(words: ["packet", "rule", "verdict"])
    case ("back", 1), ("b", 1): return Known(words: ["rule"])
    case ("goto", 1), ("g", 1): return Known(words: ["packet", "rule", "start", "end"])
    case ("goto", 2) where before[1] == "packet": return Known(words: numbers(packetCount))
    case ("goto", 2) where before[1] == "rule": return Known(words: chains)
    case ("goto", 3) where before[1] == "rule": return Known(words: numbers(ruleCount(before[2])))
    case ("rules", 1), ("r", 1): return Known(words: chains)
    case ("why", 1), ("w", 1): return Known(words: ["not"] + Self.states)
    case ("why", 2) where before[1] == "not":
      return Known(words: chains + numbers(chains.map(ruleCount).max() ?? 0))
    case ("why", 3) where before[1] == "not": return Known(words: numbers(ruleCount(before[2])))
    case ("who", 1): return Known(words: session?.dottedFieldNames ?? [])
    case ("help", 1): return Known(words: Commands.names + ShellCommands.names)
    case ("edit", 1): return Known(words: ["rule", "packet", "byte", "bit"])
    case ("edit", 2) where before[1] == "rule": return Known(words: chains)
    case ("edit", 3) where before[1] == "rule": return Known(words: numbers(ruleCount(before[2])))
    case ("edit", 3) where before[1] == "packet": return Known(words: session?.dottedFieldNames ?? [])
    case ("insert", 1), ("delete", 1), ("move", 1): return Known(words: ["packet"])
    case ("insert", 2): return Known(words: ["after", "tcp", "udp", "icmp", "ip"])
    case ("insert", 4): return Known(words: ["tcp", "udp", "icmp", "ip"])
    case ("edit", 2), ("delete", 2), ("move", 2), ("insert", 3), ("move", 4): return Known(words: numbers(packetCount))
    case ("move", 3): return Known(words: ["to"])
    case ("diff", 1): return Known(words: ["last", "all"])
    case ("save", 2): return Known(words: ["overwrite"])
    case ("load", 1): return Known(words: ["rules"], mayBeFile: true)
    case ("load", _) where word.hasPrefix("-"): return Known(words: ["--rules", "--host"])
    case ("find", _): return Known(words: session?.fieldNames ?? [])
    case ("lesson", 1), ("l", 1), ("reset", 1): return Known(words: session?.library.folders.map(\.id) ?? [])
    case ("answer", 1), ("a", 1): return Known(words: session?.choiceLetters ?? [])
    case ("record", 1): return Known(words: ["off"], mayBeFile: true)
    default: return Known(words: [], mayBeFile: true)
    }
  }

  private static let states = ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"]

  // MARK: What the scenario has

  private var ruleset: Ruleset? { session?.scenario?.ruleset }

  private var chains: [String] {
    ruleset?.tables.flatMap { $0.chains.map(\.name) } ?? ["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING"]
  }

  private var packetCount: Int { session?.scenario?.packets.count ?? 0 }

  private func ruleCount(_ chain: String) -> Int {
    ruleset?.tables.flatMap(\.chains).filter { $0.name == chain }.map(\.rules.count).max() ?? 0
  }

  private func numbers(_ count: Int) -> [String] { (1..<max(1, min(count, 500) + 1)).map(String.init) }

  // MARK: iptables

  private static let commands = [
    "-A", "-C", "-D", "-I", "-R", "-L", "-S", "-F", "-Z", "-N", "-X", "-P", "-E", "--append", "--check", "--delete",
    "--insert", "--replace", "--list", "--list-rules", "--flush", "--zero", "--new-chain", "--delete-chain", "--policy",
    "--rename-chain",
  ]
  private static let options = [
    "-t", "-p", "-s", "-d", "-i", "-o", "-j", "-g", "-m", "-f", "-n", "-v", "-x", "-c", "--table", "--protocol",
    "--source", "--destination", "--in-interface", "--out-interface", "--jump", "--goto", "--match", "--fragment",
    "--numeric", "--verbose", "--exact", "--line-numbers",
  ]
  private static let takesChain: Set<String> = [
    "-A", "-C", "-D", "-I", "-R", "-L", "-S", "-F", "-Z", "-X", "-P", "-E", "--append", "--check", "--delete",
    "--insert", "--replace", "--list", "--list-rules", "--flush", "--zero", "--delete-chain", "--policy",
    "--rename-chain",
  ]
  private static let takesNumber: Set<String> = ["-D", "-I", "-R", "--delete", "--insert", "--replace"]

  private func iptables(after before: [String], _ word: String) -> Known {
    let last = before.last ?? ""
    switch last {
    case "-t", "--table": return Known(words: TableName.allCases.map(\.rawValue))
    case "-j", "--jump", "-g", "--goto":
      return Known(words: (last.hasSuffix("g") ? [] : ExtensionRegistry.targets.map { $0.name }) + chains)
    case "-m", "--match": return Known(words: ExtensionRegistry.matches.map { $0.name })
    case "-p", "--protocol": return Known(words: ["tcp", "udp", "icmp", "sctp", "gre", "esp", "ah", "igmp", "all"])
    case "-i", "-o", "--in-interface", "--out-interface":
      return Known(words: session?.scenario?.host.interfaces.map(\.name) ?? ["lo"])
    case "--state": return Known(words: Self.states, isList: true)
    case "--ctstate": return Known(words: Self.states + ["SNAT", "DNAT"], isList: true)
    case "--tcp-flags": return Known(words: ["SYN", "ACK", "FIN", "RST", "URG", "PSH", "ALL", "NONE"], isList: true)
    case "--reject-with": return Known(words: Self.rejections)
    case "--ctdir": return Known(words: ["ORIGINAL", "REPLY"])
    default: break
    }
    if Self.takesChain.contains(last) { return Known(words: word.hasPrefix("-") ? Self.options : chains) }
    if before.count > 1, ["-P", "--policy"].contains(before[before.count - 2]) {
      return Known(words: ["ACCEPT", "DROP"])
    }
    if before.count > 1, Self.takesNumber.contains(before[before.count - 2]), !word.hasPrefix("-") {
      return Known(words: numbers(ruleCount(last)))
    }
    return Known(
      words: Self.options + (before.contains { Self.commands.contains($0) } ? [] : Self.commands) + extras(before))
  }

  private static let rejections = [
    "icmp-net-unreachable", "icmp-host-unreachable", "icmp-port-unreachable", "icmp-proto-unreachable",
    "icmp-net-prohibited", "icmp-host-prohibited", "icmp-admin-prohibited", "tcp-reset",
  ]

  /// The options of the extensions that the line has named so far; `-p tcp` stands for its match too.
  private func extras(_ before: [String]) -> [String] {
    var names: [String] = []
    for (option, value) in zip(before, before.dropFirst()) {
      if ["-m", "--match", "-p", "--protocol"].contains(option) {
        names += ExtensionRegistry.match(value)?.options.flatMap { [$0.name] + $0.aliases } ?? []
      } else if ["-j", "--jump"].contains(option) {
        names += ExtensionRegistry.target(value)?.options.flatMap { [$0.name] + $0.aliases } ?? []
      }
    }
    return names.map { "--" + $0 }
  }

  // MARK: Files

  private static func files(beginning word: String) -> [String] {
    let slash = word.lastIndex(of: "/")
    let folder = slash.map { String(word[...$0]) } ?? ""
    let name = slash.map { String(word[word.index(after: $0)...]) } ?? word
    let names = FolderNames.names(in: folder.isEmpty ? "." : folder) ?? []
    return names.filter { $0.hasPrefix(name) && (name.hasPrefix(".") || !$0.hasPrefix(".")) }.map { name in
      var status = stat()
      let isFolder = stat(folder + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      return folder + name + (isFolder ? "/" : "")
    }
  }
}
