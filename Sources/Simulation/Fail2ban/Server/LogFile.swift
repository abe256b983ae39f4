/// A log that a jail reads, with how far it has read.
struct LogFile {
  let path: String
  /// What is read already: bytes, or lines of the kernel's log.
  var position = 0
  /// Whether the end has been reached once; what comes then is new.
  var isInOperation = false
  /// Added with `tail`: what stands there already does not count.
  var isTail = false
}

/// Where the server finds its files and the kernel's log.
protocol LogStore: ConfigurationSource {
  /// How much there is to read: bytes, or lines of the kernel's log; `nil` where there is no such file.
  func extent(of path: String) -> Int?
  /// Whole lines from a position on, and the position after them.
  func lines(of path: String, from position: Int) -> (lines: [String], position: Int)
}
