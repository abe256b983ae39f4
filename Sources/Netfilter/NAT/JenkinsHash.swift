/// Bob Jenkins' hash `lookup3` as the kernel uses it (`jhash2` in `include/linux/jhash.h`).
enum JenkinsHash {
  private static let start: UInt32 = 0xdead_beef

  /// The hash of 32-bit words.
  static func of(_ words: [UInt32], seed: UInt32) -> UInt32 {
    let initial = start &+ UInt32(truncatingIfNeeded: words.count) << 2 &+ seed
    var (a, b, c) = (initial, initial, initial)
    var rest = words[...]
    while rest.count > 3 {
      let block = Array(rest.prefix(3))
      a = a &+ block[0]
      b = b &+ block[1]
      c = c &+ block[2]
      mix(&a, &b, &c)
      rest = rest.dropFirst(3)
    }
    guard !rest.isEmpty else { return c }
    let last = Array(rest) + [0, 0]
    a = a &+ last[0]
    if rest.count > 1 { b = b &+ last[1] }
    if rest.count > 2 { c = c &+ last[2] }
    finish(&a, &b, &c)
    return c
  }

  /// A hash brought into `0 ..< size` (`reciprocal_scale`).
  static func scaled(_ hash: UInt32, to size: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(hash) * UInt64(size)) >> 32)
  }

  private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }

  private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    for (first, second) in [(4 as UInt32, 6 as UInt32), (16, 19)] {
      a = (a &- c) ^ rotated(c, first)
      c = c &+ b
      b = (b &- a) ^ rotated(a, second)
      a = a &+ c
      c = (c &- b) ^ rotated(b, first == 4 ? 8 : 4)
      b = b &+ a
    }
  }

  private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
  }
}
