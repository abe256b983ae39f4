/// `-m bpf`: a program of the classic packet filter (`net/netfilter/xt_bpf.c`), which is not modelled.
package struct BPFMatch: Match {
  package static let name = "bpf"
  package static let options = [
    OptionDefinition("bytecode", excludes: ["object-pinned"]),
    OptionDefinition("object-pinned", excludes: ["bytecode"]),
  ]
  /// Instructions a program may have.
  private static let most: UInt64 = 64

  private var instructions: [String] = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "bytecode" else { throw OptionError("bpf: failed to get bpf object") }
    var parts = option.value.split(separator: ",", omittingEmptySubsequences: false)[...]
    guard let count = parts.popFirst().flatMap({ CNumber.parse($0, 1...Self.most) }), option.value.contains(",") else {
      throw OptionError("bpf: error parsing program length")
    }
    guard parts.count >= Int(count) else {
      throw OptionError("bpf: parsed program length is less than the encoded length parameter")
    }
    for part in parts.prefix(Int(count)) { instructions.append(try Self.instruction(part)) }
    guard parts.dropFirst(Int(count)).allSatisfy(\.isEmpty) else {
      throw OptionError("bpf: real program length exceeds the encoded length parameter")
    }
  }

  /// Operation code, two jumps and an operand.
  private static func instruction(_ text: Substring) throws(OptionError) -> String {
    let limits: [UInt64] = [0xffff, 0xff, 0xff, 0xffff_ffff]
    let words = text.split(separator: " ")
    let numbers = zip(words, limits).compactMap { CNumber.parse($0, 0...$1) }
    guard words.count == 4, numbers.count == 4 else { throw OptionError("bpf: error at instr \(text)") }
    return numbers.map { String($0) }.joined(separator: " ")
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if instructions.isEmpty { throw OptionError("bpf: one of --bytecode or --pinned is required") }
  }

  package var saved: String { " --bytecode \"\(instructions.count),\(instructions.joined(separator: ","))\"" }
  package func listed(numeric: Bool) -> String { "match bpf \(instructions.joined(separator: ","))\0" }

  package var notModelled: String? { "-m bpf" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult { .notModelled("-m bpf") }
}
