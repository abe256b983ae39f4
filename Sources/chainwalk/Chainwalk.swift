import ArgumentParser

@main
struct Chainwalk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chainwalk",
    subcommands: [
      DecodeCommand.self,
    ])
}
