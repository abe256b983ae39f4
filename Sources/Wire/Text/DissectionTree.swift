extension Dissection {
  /// The dissection as lines for people: a line a layer, under it a line a field with its place, name, value in words
  /// and source, then the notes.
  public var treeLines: [String] {
    let width = layers.flatMap(\.fields).map(\.name.utf8.count).max() ?? 0
    return layers.flatMap { $0.treeLines(nameWidth: min(width, 40)) } + notes.map { "  note: \($0.text)" }
  }
}

extension Layer {
  fileprivate func treeLines(nameWidth: Int) -> [String] {
    let place = length == 0 ? "no bytes" : (offset..<offset + length).inWords
    return ["  \(protocolName)  \(place)"] + fields.map { $0.treeLine(nameWidth: nameWidth) }
  }
}

extension Field {
  fileprivate func treeLine(nameWidth: Int) -> String {
    let isWhole = bits.lowerBound % 8 == 0 && bits.upperBound % 8 == 0
    var place = String(bits.lowerBound / 8)
    if !isWhole {
      let last = bits.lowerBound % 8 + bits.count - 1
      place += "." + String(bits.lowerBound % 8) + (bits.count > 1 ? "-\(last)" : "")
    } else if byteRange.count > 1 {
      place += "-\(byteRange.upperBound - 1)"
    }
    let line = "    \(place.padded(to: 9)) \(name.padded(to: nameWidth))  \(text.visible)"
    return reference.isEmpty ? line : "\(line)  [\(reference)]"
  }
}

extension Range<Int> {
  /// `byte 9` or `bytes 12-15`.
  package var inWords: String {
    count == 1 ? "byte \(lowerBound)" : "bytes \(lowerBound)-\(upperBound - 1)"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    utf8.count >= width ? self : self + String(repeating: " ", count: width - utf8.count)
  }

  /// Without control characters, which captured text may hold and a terminal would obey.
  package var visible: String {
    guard utf8.contains(where: { $0 < 0x20 || $0 >= 0x7f }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069:
        let digits = String(scalar.value, radix: 16)
        text += "\\u{\(digits)}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
