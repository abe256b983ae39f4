import Wire

/// A program of the classic packet filter (`struct sock_filter`, McCanne and Jacobson 1993): an accumulator, an index
/// register and sixteen words of memory.
struct BPFProgram: Sendable, Hashable {
  struct Instruction: Sendable, Hashable {
    /// What to do: class in the lower three bits.
    var code: UInt16
    /// How many instructions to pass over when a test holds, and when it fails.
    var jumpTrue: UInt8
    var jumpFalse: UInt8
    var operand: UInt32

    var text: String { "\(code) \(jumpTrue) \(jumpFalse) \(operand)" }
  }

  enum Outcome {
    /// What the program returns: 0 for no.
    case returned(UInt32)
    /// It read bytes that the capture does not give.
    case unknown
    /// It asked for something beside the packet's bytes, or for bytes before the IP header.
    case beside(UInt32)
    /// It read bytes that the kernel picks by a secret.
    case chosen
  }

  /// Words of memory (`BPF_MEMWORDS`).
  private static let memory = 16
  /// Places from here on are no bytes of the packet (`SKF_LL_OFF`, `SKF_NET_OFF`, `SKF_AD_OFF`).
  private static let firstSpecial: UInt32 = 0xffe0_0000
  private static let network: UInt32 = 0xfff0_0000
  private static let beside: UInt32 = 0xffff_f000
  /// What may be asked for beside the packet's bytes (`enum` of `SKF_AD_*`).
  private static let lastQuestion: UInt32 = 64

  var instructions: [Instruction]

  // MARK: what the kernel refuses

  /// Codes of each class (`chk_code_allowed`).
  private static let legal: Set<UInt16> = {
    var codes: Set<UInt16> = [
      0x00, 0x01, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x61, 0x80, 0x81, 0xb1, 0x02, 0x03, 0x84, 0x05, 0x06, 0x16,
      0x07, 0x87,
    ]
    for operation in stride(from: UInt16(0), through: 0xa0, by: 0x10) where operation != 0x80 {
      codes.formUnion([0x04 | operation, 0x0c | operation])
    }
    for test in stride(from: UInt16(0x10), through: 0x40, by: 0x10) { codes.formUnion([0x05 | test, 0x0d | test]) }
    return codes
  }()

  /// Whether the kernel takes the program (`bpf_check_classic` in `net/core/filter.c`): known codes, jumps that stay
  /// within, no division by 0, memory written before it is read, and an end.
  var isValid: Bool {
    guard let last = instructions.last, last.code == 0x06 || last.code == 0x16 else { return false }
    return instructions.indices.allSatisfy(isValid(at:)) && readsWhatItWrote
  }

  private func isValid(at index: Int) -> Bool {
    let instruction = instructions[index]
    let left = instructions.count - index - 1
    guard Self.legal.contains(instruction.code) else { return false }
    switch instruction.code {
    case 0x34, 0x94: return instruction.operand != 0
    case 0x64, 0x74: return instruction.operand < 32
    case 0x60, 0x61, 0x02, 0x03: return instruction.operand < Self.memory
    case 0x05: return instruction.operand < left
    case 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d:
      return Int(instruction.jumpTrue) < left && Int(instruction.jumpFalse) < left
    case 0x20, 0x28, 0x30:
      return instruction.operand < Self.beside || Self.isQuestion(instruction.operand)
    default: return true
    }
  }

  /// Every fourth number.
  private static func isQuestion(_ place: UInt32) -> Bool {
    let question = place &- beside
    return question % 4 == 0 && question < lastQuestion
  }

  /// Whether each word of memory is written on every way to where it is read (`check_load_and_stores`).
  private var readsWhatItWrote: Bool {
    var written = Array(repeating: UInt16.max, count: instructions.count + 1)
    var now: UInt16 = 0
    for (index, instruction) in instructions.enumerated() {
      now &= written[index]
      let bit = UInt16(1) << UInt16(instruction.operand & 15)
      switch instruction.code {
      case 0x02, 0x03: now |= bit
      case 0x60, 0x61: if now & bit == 0 { return false }
      case 0x05:
        written[index + 1 + Int(instruction.operand)] &= now
        now = .max
      case 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d:
        written[index + 1 + Int(instruction.jumpTrue)] &= now
        written[index + 1 + Int(instruction.jumpFalse)] &= now
        now = .max
      default: break
      }
    }
    return true
  }

  // MARK: running it

  /// Runs the program on a packet, whose first byte is that of the IP header. A place outside ends it with 0.
  func run(_ packet: SocketBuffer) -> Outcome {
    var machine = Machine(packet: packet)
    var index = 0
    while instructions.indices.contains(index) {
      let instruction = instructions[index]
      index += 1
      switch instruction.code & 7 {
      case 0, 1: if let end = machine.load(instruction) { return end }
      case 2: machine.words[Int(instruction.operand & 15)] = machine.a
      case 3: machine.words[Int(instruction.operand & 15)] = machine.x
      case 4: if !machine.calculate(instruction) { return .returned(0) }
      case 5: index += machine.jump(instruction)
      case 6: return .returned(instruction.code == 0x16 ? machine.a : instruction.operand)
      default: if instruction.code == 0x07 { machine.x = machine.a } else { machine.a = machine.x }
      }
    }
    return .returned(0)
  }

  private struct Machine {
    let packet: SocketBuffer
    var a: UInt32 = 0
    var x: UInt32 = 0
    var words = Array(repeating: UInt32(0), count: BPFProgram.memory)

    /// Fills a register; what ends the program, if anything does.
    mutating func load(_ instruction: Instruction) -> Outcome? {
      let k = instruction.operand
      switch instruction.code {
      case 0x00: a = k
      case 0x01: x = k
      case 0x60: a = words[Int(k & 15)]
      case 0x61: x = words[Int(k & 15)]
      case 0x80: a = UInt32(truncatingIfNeeded: packet.length)
      case 0x81: x = UInt32(truncatingIfNeeded: packet.length)
      default: return read(instruction)
      }
      return nil
    }

    private mutating func read(_ instruction: Instruction) -> Outcome? {
      let isIndirect = instruction.code & 0xe0 == 0x40
      var place = isIndirect ? x &+ instruction.operand : instruction.operand
      if place >= BPFProgram.firstSpecial {
        guard place >= BPFProgram.network, place < BPFProgram.beside else { return .beside(place) }
        place -= BPFProgram.network
      }
      let size = instruction.code == 0xb1 ? 1 : [4, 2, 1, 1][Int(instruction.code >> 3 & 3)]
      let bytes = Int(place)..<Int(place) + size
      guard bytes.upperBound <= packet.length else { return .returned(0) }
      if packet.isUnknown(bytes) { return .unknown }
      if packet.isChosen(bytes) { return .chosen }
      let value = packet.bytes[bytes].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      // The length of an IP header: four times the lower half of its first byte.
      if instruction.code == 0xb1 { x = (value & 15) * 4 } else { a = value }
      return nil
    }

    /// `false` for a division by 0.
    mutating func calculate(_ instruction: Instruction) -> Bool {
      let value = instruction.code & 8 == 0 ? instruction.operand : x
      switch instruction.code & 0xf0 {
      case 0x00: a = a &+ value
      case 0x10: a = a &- value
      case 0x20: a = a &* value
      case 0x30:
        guard value != 0 else { return false }
        a /= value
      case 0x40: a |= value
      case 0x50: a &= value
      case 0x60: a &<<= value
      case 0x70: a &>>= value
      case 0x80: a = 0 &- a
      case 0x90:
        guard value != 0 else { return false }
        a %= value
      default: a ^= value
      }
      return true
    }

    /// How many instructions to pass over.
    func jump(_ instruction: Instruction) -> Int {
      let value = instruction.code & 8 == 0 ? instruction.operand : x
      let holds: Bool
      switch instruction.code & 0xf0 {
      case 0x00: return Int(instruction.operand)
      case 0x10: holds = a == value
      case 0x20: holds = a > value
      case 0x30: holds = a >= value
      default: holds = a & value != 0
      }
      return Int(holds ? instruction.jumpTrue : instruction.jumpFalse)
    }
  }
}
