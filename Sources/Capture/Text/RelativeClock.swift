/// The times of `-ttt` and `-ttttt`, which begin at zero: since the packet before, or since the first. The text does not tell
/// which; a time smaller than the one before shows that it is the former.
struct RelativeClock {
  private(set) var isRunning = false
  private var last: Int64 = 0
  private var sum: Int64 = 0
  private var isSinceLast = false

  /// What is said of it once.
  static let note =
    "the times begin at zero: they count from the first packet (tcpdump -ttttt) or each from the one before (-ttt); they are"
    + " read as from the first until one is smaller than the one before"

  /// The time of a packet whose summary shows `time`, the first of which is zero.
  mutating func time(_ time: Timestamp) -> Timestamp {
    isRunning = true
    sum &+= time.nanoseconds
    if time.nanoseconds < last { isSinceLast = true }
    last = time.nanoseconds
    return Timestamp(nanoseconds: isSinceLast ? sum : time.nanoseconds, isAbsolute: false)
  }
}
