/// `-m bpf`: a program of the classic packet filter that says yes or no (`net/netfilter/xt_bpf.c`). What it may ask for
/// beside the packet's bytes is not modelled.
package struct BPFMatch: Match {
  package static let name = "bpf"
  package static let options = [
    OptionDefinition("bytecode", excludes: ["object-pinned"]),
    OptionDefinition("object-pinned", excludes: ["bytecode"]),
  ]
  /// Instructions a program may have (`XT_BPF_MAX_NUM_INSTR`).
  private static let most = 64

  private var program = BPFProgram(instructions: [])

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "bytecode" else { throw OptionError("bpf: failed to get bpf object") }
    guard let (count, rest) = CounterText.scan(option.value[...]), rest.first == "," else {
      throw OptionError("bpf: error parsing program length")
    }
    let length = Int(UInt16(truncatingIfNeeded: count))
    guard length > 0 else { throw OptionError("bpf: illegal zero length program") }
    guard length <= Self.most else { throw OptionError("bpf: number of instructions exceeds maximum") }
    // Each comma begins an instruction, but for one that ends the text.
    var text = rest.dropFirst()
    while !text.isEmpty {
      let index = program.instructions.count
      guard index < length else { throw OptionError("bpf: real program length exceeds the encoded length parameter") }
      guard let instruction = Self.instruction(text) else { throw OptionError("bpf: error at instr \(index)") }
      program.instructions.append(instruction)
      text = text.drop { $0 != "," }.dropFirst()
    }
    guard program.instructions.count == length else {
      throw OptionError("bpf: parsed program length is less than the encoded length parameter")
    }
  }

  /// Operation code, two jumps and an operand, as `scanf(3)` reads them: what is too large loses its upper bits.
  private static func instruction(_ text: Substring) -> BPFProgram.Instruction? {
    var numbers: [UInt64] = []
    var rest = text
    while numbers.count < 4 {
      guard let (number, after) = CounterText.scan(rest) else { return nil }
      numbers.append(number)
      rest = after
    }
    return BPFProgram.Instruction(
      code: UInt16(truncatingIfNeeded: numbers[0]), jumpTrue: UInt8(truncatingIfNeeded: numbers[1]),
      jumpFalse: UInt8(truncatingIfNeeded: numbers[2]), operand: UInt32(truncatingIfNeeded: numbers[3]))
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if program.instructions.isEmpty { throw OptionError("bpf: one of --bytecode or --pinned is required") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if !program.isValid {
      throw OptionError("bpf: a program that may never end, jumps out of itself or is no such code")
    }
  }

  private var text: String { program.instructions.map(\.text).joined(separator: ",") }

  package var saved: String { " --bytecode \"\(program.instructions.count),\(text)\"" }
  package func listed(numeric: Bool) -> String { "match bpf \(text)\0" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    switch program.run(context.packet) {
    case .unknown: return context.unknown("bytes that -m bpf reads")
    case .chosen: return .notModelled("-m bpf on bytes that the kernel picks by a secret")
    case .beside(let place):
      return .notModelled("-m bpf with the place \(place.hexadecimal), beside the packet's bytes")
    case .returned(let value):
      return context.judge(
        value != 0, "--bytecode", .property("program's answer"), read: String(value), .above, "0")
    }
  }
}
