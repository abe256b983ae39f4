import Netfilter
import Simulation
import Wire

/// `edit rule CHAIN N RULE`, `edit packet N FIELD VALUE`, `edit byte OFFSET HEX`, `edit bit OFFSET.BIT`: what if it were
/// another?
enum EditCommand: Command {
  static let name = "edit"
  static let example = "edit packet 1 tcp.flags SYN"
  private static let usage = "edit rule INPUT 4 ..., edit packet 1 ttl 5, edit byte 22 0016 or edit bit 33.6"
  private static let keeping = ["keep-checksum", "keep-checksums"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard session.experiment != nil else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    if session.open != nil, session.open?.question.spec.kind != RepairQuestion.name {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    var words = arguments
    let keeps = words.last.map { keeping.contains($0.lowercased()) } ?? false
    if keeps { words.removeLast() }
    switch words.first?.lowercased() {
    case "rule" where arguments.count > 3: editRule(&session, &output)
    case "packet" where words.count > 3:
      guard let number = Int(words[1]) else { return refuse(arguments, session, &output) }
      editPacket(number, keeps, &session, &output) { (edit: inout PacketEdit) throws(PacketEditError) in
        try setField(Array(words.dropFirst(2)), &edit)
      }
    case "byte" where words.count > 2, "bytes" where words.count > 2:
      guard let offset = Int(words[1]) else { return refuse(arguments, session, &output) }
      let digits = words.dropFirst(2).joined(separator: " ")
      editAtHand(keeps, &session, &output) { (edit: inout PacketEdit) throws(PacketEditError) in
        guard let bytes = [UInt8](hex: digits), !bytes.isEmpty else { throw .badHex(digits) }
        try edit.set(bytes, at: offset)
      }
    case "bit" where words.count == 2 || words.count == 3:
      let place = words[1].split(separator: ".").map { Int($0) }
      guard place.count == 2, let offset = place[0], let bit = place[1] else {
        return refuse(arguments, session, &output)
      }
      let value: Bool? = words.count == 3 ? words[2] == "1" : nil
      guard words.count == 2 || ["0", "1"].contains(words[2]) else { return refuse(arguments, session, &output) }
      editAtHand(keeps, &session, &output) { (edit: inout PacketEdit) throws(PacketEditError) in
        try edit.setBit(bit, ofByte: offset, to: value)
      }
    default: refuse(arguments, session, &output)
    }
  }

  private static func refuse(_ arguments: [String], _ session: Session, _ output: inout Output) {
    let given = arguments.joined(separator: " ")
    output.add(session.phrases.say(.badArgument(command: name, given: given, expected: usage)), .error)
  }

  /// As `iptables -R` does it, with its errors.
  private static func editRule(_ session: inout Session, _ output: inout Output) {
    // The rest as typed, so that quotes stay.
    var rest = session.line.dropWords(2)
    var table = ""
    if let word = rest.split(separator: " ").first, TableName(rawValue: String(word)) != nil {
      table = "-t \(word) "
      rest = rest.dropWords(1)
    }
    session.line = "iptables \(table)-R \(rest)"
    session.runProgram(&output)
  }

  /// The field's name may have several words; the value is the last.
  private static func setField(_ words: [String], _ edit: inout PacketEdit) throws(PacketEditError) {
    let words = words.filter { $0 != "=" }
    guard let value = words.last else { return }
    try edit.set(field: words.dropLast().joined(separator: " "), to: value)
  }

  private static func editAtHand(
    _ keeps: Bool, _ session: inout Session, _ output: inout Output,
    _ change: (inout PacketEdit) throws(PacketEditError) -> Void
  ) {
    guard let step = session.step else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard step.emission.isEmpty else {
      output.add(session.phrases.say(.cannotEditAnswer), .note)
      return
    }
    editPacket(step.packet + 1, keeps, &session, &output, change)
  }

  private static func editPacket(
    _ number: Int, _ keeps: Bool, _ session: inout Session, _ output: inout Output,
    _ change: (inout PacketEdit) throws(PacketEditError) -> Void
  ) {
    guard var scenario = session.scenario else { return }
    guard scenario.packets.indices.contains(number - 1) else {
      output.add(session.phrases.say(.noSuchPacket(number, count: scenario.packets.count)), .error)
      return
    }
    var edit = PacketEdit(scenario.packets[number - 1])
    do throws(PacketEditError) { try change(&edit) } catch {
      output.add(session.phrases.say(.cannotEdit(error)), .error)
      return
    }
    let (packet, checksums) = edit.finished(keepsChecksums: keeps)
    scenario.replace(number - 1, with: packet)
    let text = session.line
    _ = session.change { experiment -> Void? in experiment.apply(text, scenario, sharing: number - 1) }
    for checksum in checksums { output.add(session.phrases.say(.checksum(checksum)), .note) }
    output.add(session.phrases.say(.edited(packet: number)), .note)
  }
}

extension Session {
  /// The scenario for a command that changes its packets; `nil`, and why is said, where there is none or a question
  /// about it is open.
  func scenarioToEdit(_ output: inout Output) -> Scenario? {
    guard let scenario else {
      output.add(phrases.say(.nothingToStep), .note)
      return nil
    }
    guard open == nil else {
      output.add(phrases.say(.questionPending), .note)
      return nil
    }
    return scenario
  }
}

extension String {
  /// What follows the first words, as it stands.
  func dropWords(_ count: Int) -> String {
    var rest = self[...].drop { $0 == " " || $0 == "\t" }
    for _ in 0..<count { rest = rest.drop { $0 != " " && $0 != "\t" }.drop { $0 == " " || $0 == "\t" } }
    return String(rest)
  }
}
