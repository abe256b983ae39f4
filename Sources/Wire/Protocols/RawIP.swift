extension Dissector {
  /// No link-layer header: the version of the IP header decides (LINKTYPE_RAW).
  static let raw = Dissector("raw", [.linkType(.raw)]) { draft, extent in
    guard let first = draft.layer("raw", extent).byte(0) else { return draft.payload(extent) }
    switch first >> 4 {
    case 4: draft.dissect(.etherType(0x0800), extent, otherwise: nil)
    case 6: draft.dissect(.etherType(0x86dd), extent, otherwise: "IP version 6")
    default:
      draft.note(
        .malformed, bytes: extent.start..<extent.start + 1, "raw: the IP version is \(first >> 4), neither 4 nor 6")
      draft.payload(extent)
    }
  }
}
