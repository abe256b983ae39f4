/// The stretch of a packet that an enclosing header gives to a protocol, in bytes from the packet's first captured byte.
package struct Extent: Sendable, Hashable {
  package var start: Int
  /// Where the enclosing header says that it ends; past the captured bytes where the capture was snapped.
  package var end: Int

  package init(start: Int, end: Int) {
    self.start = start
    self.end = max(start, end)
  }

  /// As many bytes as the enclosing header says.
  package var length: Int { end - start }

  /// The rest of the stretch from `offset` bytes after its start, cut to `length` bytes.
  package func dropping(_ offset: Int, length: Int? = nil) -> Extent {
    let lower = min(start + max(0, offset), end)
    return Extent(start: lower, end: length.map { min(end, lower + max(0, $0)) } ?? end)
  }
}
