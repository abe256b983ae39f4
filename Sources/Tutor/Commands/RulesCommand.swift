import Netfilter
import Simulation

/// `rules [CHAIN]`: all rules, or those of one chain, with the place marked.
enum RulesCommand: Command {
  static let name = "rules"
  static let example = "rules INPUT"
  static let aliases = ["r"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let ruleset = session.history?.scenario.ruleset else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    let wanted = arguments.first?.lowercased()
    var found = false
    for table in ruleset.tables {
      for chain in table.chains {
        guard wanted.map({ $0 == chain.name.lowercased() }) ?? !(chain.rules.isEmpty && chain.policy == .accept) else {
          continue
        }
        found = true
        if session.open == nil, let place = session.step?.place, place.table == table.name, place.chain == chain.name,
          let position = session.position, wanted == nil || chain.rules.count < 8
        {
          session.showChain(place, position, &output)
        } else {
          session.showRules(table.name, chain.name, rows: .max / 2, &output)
        }
      }
    }
    if !found { output.add(session.phrases.say(.noSuchPlace(arguments.first ?? "")), .error) }
  }
}
