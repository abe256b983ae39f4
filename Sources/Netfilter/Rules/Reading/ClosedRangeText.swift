/// A number or two with a colon between, either of which may be missing (`XTTYPE_UINT32RC` and its kin).
package struct ClosedRangeText: Sendable, Hashable {
  package var low: UInt64
  /// May lie below `low`: then nothing is in the range.
  package var high: UInt64

  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// A missing first number is 0, a missing second one the `most` there may be.
  /// - Parameters:
  ///   - owner: the extension whose option it is, for messages.
  package init(_ text: String, option: String, of owner: String, most: UInt32) throws(OptionError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw OptionError("\(owner): Too many components for option \"--\(option)\" (max: 2)")
    }
    var numbers: [UInt64] = []
    for (index, part) in parts.enumerated() {
      guard !part.isEmpty else {
        numbers.append(index == 1 ? UInt64(most) : 0)
        continue
      }
      // What follows is looked at only once the number before it has been read.
      let all = text[part.startIndex...]
      guard let (number, rest) = CNumber.prefix(part), number <= UInt64(most) else {
        throw OptionError(
          "\(owner): bad value for option \"--\(option)\" near \"\(all)\", or out of range (0-\(most)).")
      }
      guard rest.isEmpty else {
        throw OptionError(
          "\(owner): Argument to \"--\(option)\" has unexpected characters near \"\(text[rest.startIndex...])\".")
      }
      numbers.append(number)
    }
    low = numbers[0]
    high = numbers.count == 2 ? numbers[1] : numbers[0]
  }

  package func contains(_ value: UInt64) -> Bool { low <= value && value <= high }

  package var text: String { low == high ? String(low) : "\(low):\(high)" }
}
