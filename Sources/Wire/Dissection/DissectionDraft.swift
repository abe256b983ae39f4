/// A dissection being made: the packet, and the layers and notes so far.
package struct DissectionDraft {
  package let bytes: [UInt8]
  package let knowledge: ByteKnowledge
  private(set) var layers: [Layer] = []
  private(set) var notes: [Note] = []
  /// What the innermost IP header says; the pseudo-header of transport checksums comes from it.
  var network: NetworkLayer?
  /// True within the packet that an ICMP error quotes: that it is cut short is no fault of the capture.
  var isQuoted = false
  /// Where the bytes that may be read end: the capture's end, an enclosing packet's or a quotation's.
  var limit: Int
  private var depth = 0
  /// Deeper nesting than this is shown as bytes.
  private static let deepest = 24

  init(_ bytes: [UInt8], knowledge: ByteKnowledge) {
    self.bytes = bytes
    self.knowledge = knowledge
    limit = bytes.count
    layers.reserveCapacity(6)
    notes.reserveCapacity(4)
  }

  mutating func note(_ kind: Note.Kind, bytes: Range<Int>? = nil, _ text: String) {
    notes.append(Note(kind, bytes: bytes, text))
  }

  func layer(_ name: String, _ extent: Extent) -> LayerBuilder {
    LayerBuilder(name, extent, bytes: bytes, limit: limit, knowledge: knowledge)
  }

  /// Ends a layer whose header is `length` bytes long, and notes which of its fields are absent.
  mutating func add(_ layer: LayerBuilder, length: Int) {
    let extent = layer.extent
    let captured = max(0, min(length, layer.captured))
    let end = extent.start + captured
    layers.append(Layer(protocolName: layer.name, offset: extent.start, length: captured, fields: layer.fields))
    if !layer.cut.isEmpty {
      let what = isQuoted ? "quotation" : limit < bytes.count ? "enclosing packet" : "capture"
      let reason = "the \(what) ends at byte \(limit)"
      note(.truncated, bytes: extent.start..<end, "\(layer.name) is cut short: \(reason); absent: \(layer.cut.listed)")
    }
    if !layer.beyond.isEmpty {
      note(
        isQuoted ? .truncated : .malformed, bytes: extent.start..<end,
        "\(layer.name) has too few bytes: \(extent.length) are left for it; absent: \(layer.beyond.listed)")
    }
    if !layer.hidden.isEmpty {
      note(
        .unknown, bytes: extent.start..<end,
        "\(layer.name): the source does not give all bytes of \(layer.hidden.listed)")
    }
  }

  /// Hands `extent` to the dissector of `key`; where there is none, or the nesting is too deep, its bytes are shown as
  /// payload, with a note that names `otherwise`.
  mutating func dissect(_ key: ProtocolKey, _ extent: Extent, otherwise: String?) {
    guard depth < Self.deepest, let dissector = Dissector.byKey[key] else {
      payload(extent, named: otherwise)
      return
    }
    depth += 1
    dissector.dissect(&self, extent)
    depth -= 1
  }

  /// Bytes that no decoder takes apart; `name` says whose they are, where that is known.
  mutating func payload(_ extent: Extent, named name: String? = nil) {
    guard extent.length > 0 else { return }
    var layer = layer("payload", extent)
    layer.addBytes("data", 0..<extent.length, "")
    if let name { note(.information, "\(name) is not taken apart: \(extent.length.counted("byte")) shown as they are") }
    add(layer, length: extent.length)
  }

  /// Captured bytes from `start` to the extent's end that lie after the packet called `owner`.
  mutating func padding(from start: Int, in extent: Extent, after owner: String) {
    let end = min(extent.end, limit)
    guard start < end else { return }
    var layer = layer("padding", Extent(start: start, end: end))
    layer.addBytes("padding", 0..<end - start, "")
    add(layer, length: end - start)
    let verb = end - start == 1 ? "belongs" : "belong"
    note(
      .padding, bytes: start..<end, "\((end - start).counted("byte")) after the \(owner) \(verb) to nobody")
  }

  /// For each stretch that was edited out: which fields it is in. What the bytes were is never asked.
  mutating func noteEdits() {
    for edit in knowledge.edited {
      let names = layers.flatMap(\.fields).filter { $0.byteRange.overlaps(edit) }.map { $0.name }
      let what = names.first.map { "the " + $0.split(separator: "_").joined(separator: " ") } ?? "something"
      let place =
        edit.count == 1 ? "byte \(edit.lowerBound) was" : "bytes \(edit.lowerBound)-\(edit.upperBound - 1) were"
      note(
        .edited, bytes: edit,
        "\(what) was edited out of the capture: \(place) zeroed; a checksum over them no longer fits the bytes")
    }
  }
}

/// What transport dissectors need from the IP header around them.
struct NetworkLayer {
  /// Where the addresses of the pseudo-header stand.
  var source: Range<Int>
  var destination: Range<Int>
  /// Part of a fragmented packet: checksums over the whole cannot be verified.
  var isFragment: Bool
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`; a long list ends in a count.
  var listed: String {
    let shown = count > 24 ? Array(prefix(20)) + ["\(count - 20) more"] : self
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Int {
  /// `1 byte`, `2 bytes`.
  func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
