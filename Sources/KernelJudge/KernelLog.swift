import Glibc

/// The machine's kernel log as it grows (`/dev/kmsg`), where LOG writes.
///
/// It is one for all network namespaces, and shows what LOG writes in others than the first only with
/// `net.netfilter.nf_log_all_netns`.
final class KernelLog {
  private let descriptor: Int32

  /// `nil` where it cannot be read or does not show what is wanted.
  init?() {
    guard KernelFile.text("/proc/sys/net/netfilter/nf_log_all_netns").first == "1" else { return nil }
    descriptor = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0, lseek(descriptor, 0, SEEK_END) >= 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The lines since this was last asked, as LOG writes them.
  func newLines() -> [String] {
    var lines: [String] = []
    var record = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = record.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      // Records that were written over before they were read are passed over.
      if count < 0, errno == EPIPE { continue }
      guard count > 0 else { return lines }
      // `priority,sequence,time,flags;text`, then a line each of what is known besides.
      let text = record[..<count].drop { $0 != UInt8(ascii: ";") }.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
      let line = String(decoding: text, as: UTF8.self)
      if line.contains("IN="), line.contains(" OUT=") { lines.append(line) }
    }
  }
}

/// Files of `/proc`.
enum KernelFile {
  /// All of one; empty where it cannot be read.
  static func text(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }
}

/// The kernel's timer wheel rounds by how long the machine has run: where its clock stands as the simulated host's does
/// at its first packet, both round alike.
enum KernelTicks {
  /// Ticks after which the wheel's finer levels repeat.
  private static let period: UInt64 = 512

  /// Waits for such a moment, two seconds at most at 250 Hz; not at all where the ticks are not to be seen.
  static func wait(for phase: UInt64) {
    for _ in 0..<4096 {
      let start = "\njiffies: "
      let list = KernelFile.text("/proc/timer_list")
      guard let range = list.firstRange(of: start),
        let ticks = UInt64(list[range.upperBound...].prefix { $0.isNumber }), ticks % period != phase % period
      else { return }
      usleep(500)
    }
  }
}
