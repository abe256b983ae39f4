import Simulation
import Terminal
import Wire

/// What is to be told apart among a packet's fields.
struct HeaderMarks {
  var marks: Step.Marks
  /// The field being decoded.
  var current: Field?
  /// The packet is still being taken apart, so that later fields have no value yet.
  var isDecoding = false
  var changed: [Range<Int>] = []
}

/// The packet's headers as the stepping view draws them.
extension Session {
  func addHeaders(_ dissection: Dissection, _ marks: HeaderMarks, _ screen: inout StepScreen) {
    let all = dissection.layers.filter { !$0.fields.isEmpty }
    // What follows the headers is in the dump.
    let headers = all.filter { !["payload", "padding"].contains($0.protocolName) }
    let layers =
      layerAtHand(all, marks).map { hand in headers.contains { $0.offset == hand.offset } } ?? true ? headers : all
    screen.headers = layers.map { header($0, marks) }
    screen.headerAtHand = layers.firstIndex { $0.offset == layerAtHand(layers, marks)?.offset } ?? 0
  }

  private func header(_ layer: Layer, _ marks: HeaderMarks) -> StepScreen.Header {
    StepScreen.Header(
      title: phrases.headerName(layer.protocolName), offset: layer.offset,
      fields: layer.fieldGroups.map { field($0.field, parts: $0.parts, layer, marks) })
  }

  private func field(
    _ field: Field, parts: [Field], _ layer: Layer, _ marks: HeaderMarks
  ) -> StepScreen.Header.Field {
    let range = field.byteRange
    // Two fields may share a byte, hence by their bits where a field is at hand.
    let isCurrent = marks.current.map { $0.bits == field.bits } ?? marks.marks.current.contains { $0.overlaps(range) }
    let isDecoded =
      marks.current.map { field.bits.lowerBound < $0.bits.lowerBound }
      ?? marks.marks.decoded.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    let isUnknown = marks.marks.unknown.contains { $0.overlaps(range) }
    let isHidden = isUnknown || marks.marks.edited.contains { $0.overlaps(range) }
    let isUnseen = marks.isDecoding && !isCurrent && !isDecoded
    let start = layer.offset * 8
    var result = StepScreen.Header.Field(
      name: phrases.fieldName(layer.protocolName, field.name),
      bits: field.bits.lowerBound - start..<field.bits.upperBound - start,
      value: isUnseen ? nil : isUnknown ? "--" : shown(field.text))
    result.short = Self.short(field.name)
    let isRead = marks.marks.read.contains { $0.overlaps(range) }
    result.mark = isCurrent ? .current : isRead ? .read : marks.isDecoding && isDecoded ? .decoded : .none
    result.isChanged = marks.changed.contains { $0.overlaps(range) }
    if !isHidden {
      result.flags = parts.filter { $0.bits.count == 1 }.map {
        StepScreen.Header.Flag(
          letter: String($0.name.prefix(1).uppercased()), bit: $0.bits.lowerBound - start, isSet: $0.text == "set")
      }
    }
    return result
  }

  /// The header that holds what is at hand; else the transport's, which rules ask about most.
  private func layerAtHand(_ layers: [Layer], _ marks: HeaderMarks) -> Layer? {
    if let byte = (marks.marks.current.first ?? marks.marks.read.last)?.lowerBound,
      let layer = layers.last(where: { $0.offset <= byte && byte < $0.offset + $0.length })
    {
      return layer
    }
    if marks.isDecoding { return layers.first }
    return layers.first { Self.transports.contains($0.protocolName) } ?? layers.first { $0.protocolName == "ipv4" }
  }

  private static let transports: Set<String> = ["tcp", "udp", "icmp", "sctp", "gre", "igmp"]

  /// What the RFCs' diagrams write in narrow cells, in any language.
  private static func short(_ field: String) -> String? {
    if let short = abbreviations[field] { return short }
    return field.hasSuffix("_kind") ? "kind" : field.hasSuffix("_length") ? "len" : nil
  }

  private static let abbreviations = [
    "version": "ver", "ihl": "IHL", "type_of_service": "TOS", "fragment_offset": "frag offset", "flags": "flags",
    "ttl": "TTL", "data_offset": "off", "reserved": "res", "maximum_segment_size": "MSS", "window_scale": "scale",
  ]
}
