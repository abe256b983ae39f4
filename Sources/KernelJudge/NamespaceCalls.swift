import Glibc

/// The two system calls that Swift's Glibc module leaves out, found at run time.
enum NamespaceCalls {
  private typealias Unshare = @convention(c) (Int32) -> Int32
  private typealias SetNamespace = @convention(c) (Int32, Int32) -> Int32
  /// `CLONE_NEWNET` of `<sched.h>`.
  private static let newNetwork: Int32 = 0x4000_0000

  /// Puts this thread into a new network namespace; `false` where the system refuses.
  static func unshareNetwork() -> Bool {
    guard let symbol = dlsym(nil, "unshare") else { return false }
    // The symbol is glibc's `int unshare(int)`.
    return unsafeBitCast(symbol, to: Unshare.self)(newNetwork) == 0
  }

  /// Puts this thread into the network namespace that the descriptor stands for.
  static func enterNetwork(_ descriptor: Int32) -> Bool {
    guard let symbol = dlsym(nil, "setns") else { return false }
    // The symbol is glibc's `int setns(int, int)`.
    return unsafeBitCast(symbol, to: SetNamespace.self)(descriptor, newNetwork) == 0
  }
}

/// A network namespace, held open by a descriptor; nothing names it, so it is gone with the process.
final class NetworkNamespaceHandle {
  let descriptor: Int32

  /// The namespace this thread is in.
  init?() {
    descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// As other processes may open it.
  var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

  func enter() -> Bool { NamespaceCalls.enterNetwork(descriptor) }
}

/// Settings of an interface in this thread's network namespace.
enum LinkSettings {
  /// Has the kernel finish transport checksums itself, so that what leaves can be compared
  /// (`ETHTOOL_STXCSUM` of `ethtool.h`, through `SIOCETHTOOL`).
  static func finishChecksums(of interface: String) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let name = Array(interface.utf8.prefix(15))
    var setting: [UInt32] = [0x17, 0]
    // struct ifreq: the name in 16 bytes, then a pointer in a union of 24. `setting` outlives the call.
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<name.count, with: name)
    return setting.withUnsafeMutableBytes { setting in
      request.withUnsafeMutableBytes { request in
        request.storeBytes(of: UInt(bitPattern: setting.baseAddress), toByteOffset: 16, as: UInt.self)
        guard let base = request.baseAddress else { return false }
        return ioctl(descriptor, 0x8946, base) == 0
      }
    }
  }
}
