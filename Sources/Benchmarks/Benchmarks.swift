import Glibc

/// `Benchmarks PROGRAM`: the time from a key to a finished screen in the stepping view of the program, on 10,000 packets
/// and 5,000 rules made here. Run by `make bench`; nothing is judged, the figures are printed.
@main
enum Benchmarks {
  /// What is measured, and the keys pressed for it.
  private static let series: [(name: String, keys: [String])] = [
    ("next", Array(repeating: "\u{1b}[C", count: 300)),
    ("back", Array(repeating: "\u{1b}[D", count: 200)),
    ("next rule", Array(repeating: "\u{1b}[B", count: 200)),
    ("rule before", Array(repeating: "\u{1b}[A", count: 100)),
    ("next packet", Array(repeating: "\u{1b}[6~", count: 100)),
    ("packet before", Array(repeating: "\u{1b}[5~", count: 50)),
    ("last packet", ["\u{1b}[F"]),
    ("packet before, at the end", Array(repeating: "\u{1b}[5~", count: 50)),
    ("next, at the end", Array(repeating: "\u{1b}[C", count: 100)),
  ]

  static func main() {
    guard CommandLine.arguments.count == 2 else { fail("give the program to measure") }
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let folder = "\(temporary)/chainwalk-bench-\(getpid())"
    mkdir(folder, 0o700)
    write(Inputs.capture(packets: 10_000), to: folder + "/capture.pcap")
    write(Array(Inputs.rules(5_000).utf8), to: folder + "/rules.v4")
    write(Array(Inputs.host.utf8), to: folder + "/host.yaml")
    for (columns, rows) in [(80, 24), (200, 60)] as [(UInt16, UInt16)] { measure(folder, columns, rows) }
    for name in ["capture.pcap", "rules.v4", "host.yaml"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  private static func measure(_ folder: String, _ columns: UInt16, _ rows: UInt16) {
    guard
      let program = PseudoTerminal(
        [
          CommandLine.arguments[1], "step", folder + "/capture.pcap", "--rules", folder + "/rules.v4", "--host",
          folder + "/host.yaml", "--watch",
        ], columns: columns, rows: rows)
    else { fail("the program cannot be started in a pseudo-terminal") }
    print("\(columns) by \(rows): first screen \(milliseconds(program.waitForFrame())) ms")
    _ = program.press(" ")
    var all: [Int64] = []
    for (name, keys) in series {
      let times = keys.map(program.press).sorted()
      all += times
      print(
        "  \(name): median \(milliseconds(times[times.count / 2])), slowest \(milliseconds(times[times.count - 1])) ms of \(times.count)"
      )
    }
    all.sort()
    print(
      "  all keys: median \(milliseconds(all[all.count / 2])) ms, 95 of 100 within \(milliseconds(all[all.count * 95 / 100])) ms"
    )
    program.end()
  }

  private static func milliseconds(_ nanoseconds: Int64) -> String {
    let hundredths = (nanoseconds + 5_000) / 10_000
    let digits = String(hundredths % 100)
    return "\(hundredths / 100)." + (digits.utf8.count < 2 ? "0" + digits : digits)
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  static func fail(_ message: String) -> Never {
    let bytes = Array("Benchmarks: \(message)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    exit(2)
  }
}
