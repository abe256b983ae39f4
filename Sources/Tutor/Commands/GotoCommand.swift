import Netfilter
import Simulation

/// `goto N`, `goto packet N`, `goto rule CHAIN N`, `goto start`, `goto end`.
enum GotoCommand: Command {
  static let name = "goto"
  static let example = "goto rule INPUT 4"
  static let aliases = ["g"]
  private static let usage = "goto 12, goto packet 2, goto rule INPUT 4, goto start or goto end"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let history = session.history else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    switch target(arguments, in: history, packet: session.position?.packet ?? 0) {
    case .found(let position):
      session.position = position
      session.showStep(&output)
    case .missing(let message): output.add(session.phrases.say(message), .error)
    case nil:
      let given = arguments.joined(separator: " ")
      output.add(session.phrases.say(.badArgument(command: name, given: given, expected: usage)), .error)
    }
  }

  private enum Target {
    case found(Position)
    case missing(Message)
  }

  /// Where the words lead; `nil` where they make no sense.
  private static func target(_ words: [String], in history: History, packet: Int) -> Target? {
    if words.count == 1, ["start", "end"].contains(words[0].lowercased()), history.packetCount > 0 {
      guard words[0].lowercased() == "end" else { return .found(Position(packet: 0, step: 0)) }
      let packet = history.packetCount - 1
      return .found(Position(packet: packet, step: max(0, history.steps(packet).count - 1)))
    }
    guard let last = words.last, let number = Int(last) else { return nil }
    switch (words[0].lowercased(), words.count) {
    case (_, 1):
      let count = history.steps(packet).count
      guard (1...max(1, count)).contains(number), count > 0 else { return .missing(.noSuchStep(number, count: count)) }
      return .found(Position(packet: packet, step: number - 1))
    case ("packet", 2):
      guard (1...max(1, history.packetCount)).contains(number), history.packetCount > 0 else {
        return .missing(.noSuchPacket(number, count: history.packetCount))
      }
      return .found(Position(packet: number - 1, step: 0))
    case ("rule", 3), ("rule", 4):
      guard let table = words.count == 4 ? TableName(rawValue: words[1].lowercased()) : .filter else { return nil }
      let chain = words[words.count - 2]
      guard let index = history.steps(packet).firstIndex(where: { $0.stands(in: chain, table, number) }) else {
        return .missing(.noSuchPlace("\(chain) \(number)"))
      }
      return .found(Position(packet: packet, step: index))
    default: return nil
    }
  }
}

extension Step {
  fileprivate func stands(in chain: String, _ table: TableName, _ rule: Int) -> Bool {
    guard let place else { return false }
    return place.table == table && place.rule == rule && place.chain.lowercased() == chain.lowercased()
  }
}
