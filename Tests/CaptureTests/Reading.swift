import Testing
import Wire

@testable import Capture

/// All packets of a reader.
func allPackets(_ reader: any CaptureReader) throws(CaptureError) -> [CapturedPacket] {
  var reader = reader
  var packets: [CapturedPacket] = []
  while let packet = try reader.next() { packets.append(packet) }
  return packets
}

func packets(_ text: String) throws(CaptureError) -> [CapturedPacket] {
  try allPackets(openCapture(text: text))
}

/// The error that `body` throws, or `nil`.
func captureError(_ body: () throws(CaptureError) -> Void) -> CaptureError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The error that a text is refused with.
func refusal(_ text: String) throws -> CaptureError {
  try #require(captureError { () throws(CaptureError) in _ = try packets(text) })
}
