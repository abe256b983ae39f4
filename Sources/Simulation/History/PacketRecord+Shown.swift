import Capture
import Wire

extension PacketRecord {
  /// Source and destination as the IP header has them; `nil` where there is none.
  package var addresses: (source: String, destination: String)? {
    guard let networkOffset, let ip = IPv4Header(captured.bytes[...].slice(at: networkOffset)) else { return nil }
    return (ip.source.description, ip.destination.description)
  }
}

extension Timestamp {
  /// The time of day in UTC, or as the capture gave it: `11:48:37.860337`.
  package var timeOfDay: String {
    let day: Int64 = 86_400_000_000_000
    let inDay = ((nanoseconds % day) + day) % day
    let seconds = inDay / 1_000_000_000
    let pad = { (value: Int64, width: Int) in String(String(value + 1_000_000_000).suffix(width)) }
    return
      "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)).\(pad(inDay % 1_000_000_000 / 1000, 6))"
  }
}
