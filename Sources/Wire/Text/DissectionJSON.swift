extension Dissection {
  /// Writes the members `layers` and `notes` of a line of `decode --format ndjson` into an object that is open.
  public func writeMembers(to writer: inout JSONWriter) {
    writer.key("layers")
    writer.beginArray()
    for layer in layers { layer.write(to: &writer) }
    writer.endArray()
    writer.key("notes")
    writer.beginArray()
    for note in notes { writer.string(note.text) }
    writer.endArray()
  }
}

extension Layer {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("protocol")
    writer.string(protocolName)
    writer.key("offset")
    writer.integer(offset)
    writer.key("length")
    writer.integer(length)
    writer.key("fields")
    writer.beginArray()
    for field in fields { field.write(to: &writer) }
    writer.endArray()
    writer.endObject()
  }
}

extension Field {
  /// Offsets in bytes and bits from the packet's first captured byte; addresses as text, bytes as hexadecimal digits.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.string(name)
    writer.key("offset")
    writer.integer(bits.lowerBound / 8)
    writer.key("bitOffset")
    writer.integer(bits.lowerBound)
    writer.key("bitLength")
    writer.integer(bits.count)
    writer.key("value")
    switch value {
    case .unsigned(let number) where format == .ipv4Address: writer.string(format.text(number, width: 32))
    case .unsigned(let number): writer.integer(number)
    case .bytes(let bytes): writer.string(bytes.hex)
    case .text(let text): writer.string(text)
    }
    writer.key("text")
    writer.string(text)
    writer.endObject()
  }
}
