import Wire

extension [UInt8] {
  /// Takes the difference of two words into a checksum (RFC 1624): a wrong checksum stays wrong.
  mutating func updateChecksum(at offset: Int, from old: UInt32, to new: UInt32) {
    guard let checksum = self[...].uint16(at: offset) else { return }
    func add(_ a: UInt32, _ b: UInt32) -> UInt32 {
      let (sum, carry) = a.addingReportingOverflow(b)
      return carry ? sum &+ 1 : sum
    }
    var sum = add(add(~UInt32(checksum), ~old), new)
    sum = (sum & 0xffff) + (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16)
    store(~UInt16(truncatingIfNeeded: sum), at: offset)
  }
}
