import Glibc

/// A raw socket bound to one interface: frames in and out (`packet(7)`).
final class PacketSocket {
  private let descriptor: Int32
  /// All protocols, in network byte order (`ETH_P_ALL`).
  private static let allProtocols = UInt16(0x0003).bigEndian

  init?(interface: String) {
    let index = if_nametoindex(interface)
    descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(Self.allProtocols))
    guard index > 0, descriptor >= 0 else { return nil }
    // struct sockaddr_ll: family, protocol, interface index, hardware type, packet type, address length, address.
    var address = [UInt8](repeating: 0, count: 20)
    address.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: UInt16(AF_PACKET), toByteOffset: 0, as: UInt16.self)
      bytes.storeBytes(of: Self.allProtocols, toByteOffset: 2, as: UInt16.self)
      bytes.storeBytes(of: Int32(bitPattern: index), toByteOffset: 4, as: Int32.self)
    }
    let bound = address.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
    }
    guard bound == 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func send(_ frame: [UInt8]) -> Bool {
    frame.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) } == frame.count
  }

  /// The next frame that came in, waiting at most `milliseconds`; frames this socket sent are passed over.
  func receive(within milliseconds: Int32) -> [UInt8]? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, milliseconds) > 0 {
      var frame = [UInt8](repeating: 0, count: 70_000)
      var sender = [UInt8](repeating: 0, count: 20)
      var length = socklen_t(sender.count)
      let count = frame.withUnsafeMutableBytes { frame in
        sender.withUnsafeMutableBytes { sender in
          sender.withMemoryRebound(to: sockaddr.self) {
            recvfrom(descriptor, frame.baseAddress, frame.count, 0, $0.baseAddress, &length)
          }
        }
      }
      guard count > 0 else { return nil }
      // PACKET_OUTGOING is 4 (`if_packet.h`).
      if sender[10] != 4 { return Array(frame[..<count]) }
    }
    return nil
  }
}

/// A raw IP socket: what a program of the host sends with its own header (`raw(7)`, IP_HDRINCL).
final class RawSender {
  private let descriptor: Int32

  init?() {
    descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(IPPROTO_RAW))
    if descriptor < 0 { return nil }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_BROADCAST, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// Sends an IP packet to its destination address, bytes 16 to 19.
  func send(_ packet: [UInt8]) {
    guard packet.count >= 20 else { return }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: packet[16..<20]) }
    _ = packet.withUnsafeBytes { bytes in
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }
}
