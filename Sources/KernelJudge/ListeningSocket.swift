import Glibc
import Simulation

/// A socket that a service of the host listens on, so that the kernel answers as it would for one; nobody reads it.
final class ListeningSocket {
  private let descriptor: Int32

  init?(_ service: HostDescription.Service) {
    let isTCP = service.transport == .tcp
    let type = Int32((isTCP ? SOCK_STREAM : SOCK_DGRAM).rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, type, 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = service.port.bigEndian
    address.sin_addr.s_addr = (service.address?.rawValue ?? 0).bigEndian
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, !isTCP || listen(descriptor, 16) == 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
