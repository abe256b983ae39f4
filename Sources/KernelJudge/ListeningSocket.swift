import Glibc
import Simulation
import Wire

/// A socket that a service or a program of the host has, so that the kernel answers as it would for one; nobody reads it.
final class ListeningSocket {
  private let descriptor: Int32

  /// - Parameters:
  ///   - address: `nil` for all addresses of the host.
  ///   - conversations: those that the capture shows. Over TCP, what comes in them vanishes without an answer; a UDP socket
  ///     of only one belongs to that one.
  init?(
    protocolNumber: UInt8, port: UInt16, address: IPv4Address? = nil, in conversations: [Conversation] = []
  ) {
    let isTCP = protocolNumber == 6
    let type = Int32((isTCP ? SOCK_STREAM : SOCK_DGRAM).rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, type, 0)
    guard descriptor >= 0 else { return nil }
    guard Self.with(address, port, { bind(descriptor, $0, $1) == 0 }) else { return nil }
    if isTCP {
      guard Self.ignore(conversations, on: descriptor), listen(descriptor, 16) == 0 else { return nil }
    } else if let only = conversations.first, conversations.count == 1 {
      // Who speaks to one end alone has a connected socket, as the C library's resolver has.
      guard Self.with(only.remote, only.remotePort, { connect(descriptor, $0, $1) == 0 }) else { return nil }
    }
  }

  private static func with(
    _ address: IPv4Address?, _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Bool {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = (address?.rawValue ?? 0).bigEndian
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// As many conversations as the kernel takes instructions for (`BPF_MAXINSNS`).
  static let mostConversations = 800

  /// `struct sock_filter` of `linux/filter.h`.
  private struct Instruction {
    var code: UInt16
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    var operand: UInt32

    /// Loads a word of the IP header, a half-word of the segment; compares; ends with so many bytes let through.
    static let (loadWord, loadHalf, isEqual, end) = (UInt16(0x20), UInt16(0x28), UInt16(0x15), UInt16(0x06))
    /// `SKF_NET_OFF`: what is added to it counts from the IP header.
    static let networkHeader = UInt32(0xfff0_0000)
  }

  /// `struct sock_fprog`.
  private struct Program {
    var length: UInt16
    var instructions: UnsafePointer<Instruction>?
  }

  /// A filter (`SO_ATTACH_FILTER` in `socket(7)`) that drops segments by their source address and port, five instructions
  /// each.
  private static func ignore(_ conversations: [Conversation], on descriptor: Int32) -> Bool {
    guard !conversations.isEmpty else { return true }
    var instructions: [Instruction] = []
    for conversation in conversations {
      instructions.append(Instruction(code: Instruction.loadWord, operand: Instruction.networkHeader + 12))
      instructions.append(Instruction(code: Instruction.isEqual, ifFalse: 3, operand: conversation.remote.rawValue))
      instructions.append(Instruction(code: Instruction.loadHalf, operand: 0))
      instructions.append(
        Instruction(code: Instruction.isEqual, ifFalse: 1, operand: UInt32(conversation.remotePort)))
      instructions.append(Instruction(code: Instruction.end, operand: 0))
    }
    instructions.append(Instruction(code: Instruction.end, operand: .max))
    guard let length = UInt16(exactly: instructions.count) else { return false }
    return instructions.withUnsafeBufferPointer { buffer in
      var program = Program(length: length, instructions: buffer.baseAddress)
      return setsockopt(
        descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<Program>.size)) == 0
    }
  }
}
