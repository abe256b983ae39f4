import Wire

/// The fragments of one packet, as far as they came (`struct ipq`, `net/ipv4/inet_fragment.c`).
struct FragmentQueue {
  /// One fragment; `end` is past its last byte, both count from the first byte after the header of the whole.
  struct Fragment {
    let packet: SocketBuffer
    let offset: Int
    let headerLength: Int
    let isLast: Bool
    let dontFragment: Bool
    /// 1 shifted by the ECN bits of the type of service.
    let congestion: UInt8
    fileprivate(set) var end: Int

    init(_ packet: SocketBuffer, _ ip: IPv4Header) {
      self.packet = packet
      offset = ip.fragmentOffset
      headerLength = ip.headerLength
      isLast = !ip.moreFragments
      dontFragment = ip.dontFragment
      congestion = 1 << (ip.typeOfService & 3)
      end = offset + packet.bytes.count - headerLength
    }

    fileprivate var length: Int { end - offset }
    fileprivate var data: ArraySlice<UInt8> { packet.bytes[headerLength..<headerLength + length] }
  }

  enum Insertion: Hashable {
    case held, complete, duplicate
    case corrupt(String)
  }

  /// Timer tick at which it is given up.
  private(set) var deadline: Int64
  /// Fragments that its source had sent when the last of these came.
  var lastSeen = 0
  /// By offset, without overlap.
  private var fragments: [Fragment] = []
  /// Stretches without a gap, in the order of their offsets; only what came in order is joined to the last.
  private var runs: [Range<Int>] = []
  private var length = 0
  private var hasLast = false
  private var congestion: UInt8 = 0
  private var largest = 0
  private var largestWithDontFragment = 0

  init(deadline: Int64) { self.deadline = deadline }

  var isEmpty: Bool { fragments.isEmpty }
  /// The fragment that holds the header.
  var first: SocketBuffer? { fragments.first.flatMap { $0.offset == 0 ? $0.packet : nil } }

  /// Begins anew with the same identification (`ip_frag_reinit`).
  mutating func restart(deadline: Int64) {
    self.deadline = deadline
    fragments = []
    runs = []
    length = 0
    hasLast = false
    congestion = 0
  }

  /// Adds a fragment (`ip_frag_queue`).
  mutating func insert(_ given: Fragment) -> Insertion {
    var fragment = given
    if fragment.isLast {
      if fragment.end < length || (hasLast && fragment.end != length) { return .corrupt("ends before what came") }
      hasLast = true
      length = fragment.end
    } else {
      // All but the last are of whole units of eight bytes.
      fragment.end &= ~7
      if fragment.end > length {
        if hasLast { return .corrupt("goes on after the last") }
        length = fragment.end
      }
    }
    guard fragment.length > 0 else { return .corrupt("empty") }
    if let problem = place(fragment) { return problem }
    fragments.insert(fragment, at: fragments.firstIndex { $0.offset > fragment.offset } ?? fragments.endIndex)
    congestion |= fragment.congestion
    let size = fragment.length + fragment.headerLength
    largest = max(largest, size)
    if fragment.dontFragment { largestWithDontFragment = max(largestWithDontFragment, size) }
    let held = fragments.reduce(0) { $0 + $1.length }
    return fragments.first?.offset == 0 && hasLast && held == length ? .complete : .held
  }

  /// Finds the fragment's place among the runs (`inet_frag_queue_insert`): within one it is a duplicate, across an edge
  /// it is an attack (RFC 5722).
  private mutating func place(_ fragment: Fragment) -> Insertion? {
    let range = fragment.offset..<fragment.end
    if let last = fragments.last, last.end >= fragment.end {
      for run in runs where run.overlaps(range) {
        return run.lowerBound <= range.lowerBound && range.upperBound <= run.upperBound
          ? .duplicate : .corrupt("overlap")
      }
      runs.insert(range, at: runs.firstIndex { $0.lowerBound > range.lowerBound } ?? runs.endIndex)
      return nil
    }
    let end = fragments.last?.end ?? 0
    if range.lowerBound < end { return .corrupt("overlap") }
    if let run = runs.last, run.upperBound == range.lowerBound {
      runs[runs.count - 1] = run.lowerBound..<range.upperBound
    } else {
      runs.append(range)
    }
    return nil
  }

  /// Makes the buffer of the fragment that came last the whole packet (`ip_frag_reasm`); gives the reason where that
  /// cannot be.
  func reassemble(into packet: SocketBuffer) -> String? {
    guard let first = fragments.first, first.packet.bytes.count >= 20 else { return "no first fragment" }
    let notCapable: UInt8 = 1
    let experienced: UInt8 = 8
    if congestion & notCapable != 0, congestion != notCapable { return "ECN bits do not go together" }
    let total = first.headerLength + length
    guard total <= 65535 else { return "oversize" }

    var header = Array(first.packet.bytes[..<first.headerLength])
    header.store(UInt16(truncatingIfNeeded: total), at: 2)
    // Congestion met by one was met by all (RFC 3168 section 5.3).
    if congestion & experienced != 0, congestion != experienced { header[1] |= 3 }
    let keepsDontFragment = largestWithDontFragment == largest
    header.store(UInt16(keepsDontFragment ? 0x4000 : 0), at: 6)
    header.storeHeaderChecksum(length: header.count)

    var unknown = first.packet.unknown.filter { $0.lowerBound < first.headerLength }
    var edited = first.packet.edited.filter { $0.lowerBound < first.headerLength }
    for fragment in fragments {
      unknown += Self.moved(fragment.packet.unknown, fragment, header.count)
      edited += Self.moved(fragment.packet.edited, fragment, header.count)
    }
    packet.bytes = fragments.reduce(into: header) { $0 += $1.data }
    packet.unknown = unknown
    packet.edited = edited
    packet.linkHeader = first.packet.linkHeader
    packet.mark = first.packet.mark
    packet.options = first.packet.options
    packet.transportChecksumVouched = fragments.allSatisfy { $0.packet.transportChecksumVouched }
    packet.ipChecksumVouched = first.packet.ipChecksumVouched
    packet.fragmentMaximumSize = max(largest, largestWithDontFragment)
    packet.fragmentSizes = fragments.map(\.length)
    packet.fragmentsKeepDontFragment = keepsDontFragment
    return nil
  }

  /// Ranges of a fragment's data, as they lie in the whole packet.
  private static func moved(_ ranges: [Range<Int>], _ fragment: Fragment, _ header: Int) -> [Range<Int>] {
    let shift = header + fragment.offset - fragment.headerLength
    let data = fragment.headerLength..<fragment.headerLength + fragment.length
    return ranges.map { $0.clamped(to: data) }.filter { !$0.isEmpty }
      .map { $0.lowerBound + shift..<$0.upperBound + shift }
  }
}
