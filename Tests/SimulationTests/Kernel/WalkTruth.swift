import Foundation

extension KernelCase {
  /// One walk as the recorder tells it, or as the recordings in `Resources/kernel` keep it, which leave out what is not
  /// compared.
  struct WalkTruth: Decodable {
    var origin: String
    var verdict: String
    /// `filter:INPUT:rule:4`, `filter:INPUT:policy`, `filter:chain:return`.
    var path: [String]
    var ct: String?
    var log: [String]
    /// The packet as it left, where it left in one piece.
    var wire: String?

    private enum Key: String, CodingKey { case origin, verdict, path, visits, ct, log, wire, out }

    private struct Visit: Decodable {
      var table: String
      var chain: String
      var kind: String
      var n: Int?

      var step: String { "\(table):\(chain):\(kind)" + (kind == "rule" ? ":\(n ?? 0)" : "") }
    }

    private struct State: Decodable { var state: String }
    private struct Line: Decodable { var text: String }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      origin = try values.decode(String.self, forKey: .origin)
      verdict = try values.decode(String.self, forKey: .verdict)
      guard let visits = try values.decodeIfPresent([Visit].self, forKey: .visits) else {
        path = try values.decode([String].self, forKey: .path)
        ct = try values.decodeIfPresent(String.self, forKey: .ct)
        log = try values.decodeIfPresent([String].self, forKey: .log) ?? []
        wire = try values.decodeIfPresent(String.self, forKey: .wire)
        return
      }
      path = visits.map(\.step)
      ct = try values.decodeIfPresent(State.self, forKey: .ct)?.state
      log = try values.decodeIfPresent([Line].self, forKey: .log)?.map(\.text) ?? []
      let frames = try values.decodeIfPresent([String].self, forKey: .wire)
      wire = ["reject", "ip", "tee"].contains(origin) ? frames.flatMap { $0.count == 1 ? $0.first : nil } : nil
      // What passed every hook and yet did not leave was dropped when its connection was to be entered; a copy of TEE,
      // which nobody tracks, did not fit the link.
      let device = try values.decodeIfPresent(String.self, forKey: .out)
      if verdict == "SENT", let device, device != "lo", frames == nil {
        verdict = origin == "tee" ? "ROUTING" : "DROP"
      }
    }
  }
}
