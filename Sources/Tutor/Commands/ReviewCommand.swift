/// `review`: what was missed and is due again, on fresh packets.
enum ReviewCommand: Command {
  static let name = "review"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) { session.review(&output) }
}
