extension DissectionDraft {
  /// Judges the Internet checksum that stands `field` bytes after the start of `covered`, and notes the outcome.
  ///
  /// Where a byte that it covers was edited out or is unknown, or was not captured, nothing is computed: the expected
  /// value would give the missing bytes away.
  ///
  /// - Parameters:
  ///   - name: as in `the TCP checksum is good`.
  ///   - covered: the bytes under the checksum, as the header says.
  ///   - pseudoHeader: protocol number where RFC 768's or RFC 8200's pseudo-header is added.
  ///   - isPart: the whole was cut into fragments, and this is the first.
  ///   - vouched: the source's own tool saw the bytes whole and called the checksum correct.
  @discardableResult
  mutating func verify(
    _ name: String, over covered: Extent, field: Int, pseudoHeader: UInt8? = nil, whenFragment isPart: Bool = false,
    vouched: Bool = false
  ) -> ChecksumState? {
    let place = covered.start + field..<covered.start + field + 2
    guard place.upperBound <= limit, place.upperBound <= covered.end, !knowledge.hides(place) else { return nil }
    let state = isPart ? .unverifiable(Self.partial) : state(over: covered, place, pseudoHeader, vouched)
    switch state {
    case .good: note(.checksum, bytes: place, "the \(name) checksum is good")
    case .bad(let expected):
      let stored = (UInt64(bytes[place.lowerBound]) << 8) | UInt64(bytes[place.lowerBound + 1])
      let values = [stored, UInt64(expected)].map { FieldFormat.hexadecimal.text($0, width: 16) }
      let isLeft = pseudoHeader.map { UInt64(pseudoSum(covered.length, $0).folded) == stored } ?? false
      let left =
        isLeft ? "; what is stored is the pseudo-header's sum, as where the rest is left to the network card" : ""
      note(
        .checksum, bytes: place,
        "the \(name) checksum is bad: \(values[0]) is stored, \(values[1]) is expected\(left)")
    case .unverifiable(let why): note(.checksum, bytes: place, "the \(name) checksum cannot be verified: \(why)")
    }
    return state
  }

  private static let partial = "this fragment holds only a part of what it covers"

  private func state(
    over covered: Extent, _ place: Range<Int>, _ pseudoHeader: UInt8?, _ vouched: Bool
  ) -> ChecksumState {
    var ranges = [covered.start..<min(covered.end, limit)]
    if pseudoHeader != nil {
      guard let network else { return .unverifiable("there is no IP header around it") }
      guard !network.isFragment else { return .unverifiable(Self.partial) }
      ranges += [network.source, network.destination]
    }
    for range in ranges {
      if let edit = knowledge.edit(in: range) {
        let words = edit.count == 1 ? "byte \(edit.lowerBound)" : "bytes \(edit.lowerBound)-\(edit.upperBound - 1)"
        let witness = vouched ? "; the tool that saw them called it correct" : ""
        return .unverifiable("it covers \(words), edited out of the capture\(witness)")
      }
      if knowledge.hides(range) { return .unverifiable("it covers bytes that the source does not give") }
    }
    guard covered.end <= limit else {
      let missing = "\(covered.end - limit) of the \(covered.length) bytes that it covers"
      return .unverifiable(
        missing + (isQuoted ? " are not quoted" : limit < bytes.count ? " are not there" : " were not captured"))
    }
    var sum = pseudoHeader.map { pseudoSum(covered.length, $0) } ?? InternetChecksum()
    var whole = sum
    whole.add(bytes[covered.start..<covered.end])
    if whole.folded == 0xffff { return .good }
    sum.add(bytes[covered.start..<place.lowerBound])
    sum.add([0, 0])
    sum.add(bytes[place.upperBound..<covered.end])
    return .bad(expected: sum.value)
  }

  /// The sum of the pseudo-header alone: addresses, length and protocol; nothing where there is no IP header around.
  private func pseudoSum(_ length: Int, _ protocolNumber: UInt8) -> InternetChecksum {
    var sum = InternetChecksum()
    guard let network else { return sum }
    sum.add(bytes[network.source])
    sum.add(bytes[network.destination])
    let length = UInt32(truncatingIfNeeded: length)
    sum.add(UInt16(truncatingIfNeeded: length >> 16))
    sum.add(UInt16(truncatingIfNeeded: length))
    sum.add(UInt16(protocolNumber))
    return sum
  }
}
