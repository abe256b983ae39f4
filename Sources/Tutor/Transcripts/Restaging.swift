/// What a transcript shows, with what each line is: its inputs are given to a session like the one it was made with, as
/// they are asked for. Where that session says something else today, or cannot be begun, the recorded lines stand plain.
package struct Restaging {
  private let transcript: Transcript
  private var session: Session?
  /// What is known so far, by the number of inputs before it.
  private var outputs: [Output]

  /// - Parameter sources: `nil` for plain lines alone.
  package init(_ transcript: Transcript, _ sources: Rerun.Sources?) {
    self.transcript = transcript
    let begun = sources.flatMap { try? Rerun.begin(transcript, $0) }
    session = begun?.session
    outputs = [Self.recorded(transcript.opening, begun?.opening)]
  }

  /// What was shown before the first input.
  package var opening: Output { outputs[0] }

  /// What was shown for input `index` (from 0); nothing past the last.
  ///
  /// Complexity: runs the inputs up to this one the first time.
  package mutating func output(_ index: Int) -> Output {
    guard transcript.entries.indices.contains(index) else { return Output() }
    while outputs.count <= index + 1 {
      let entry = transcript.entries[outputs.count - 1]
      let time = transcript.clock(entry.time)
      session?.now = time
      outputs.append(Self.recorded(entry.output, session?.handle(entry.input)))
    }
    return outputs[index + 1]
  }

  private static func recorded(_ lines: [String], _ output: Output?) -> Output {
    if let output, output.lines.map(\.text) == lines { return output }
    var plain = Output()
    plain.add(lines: lines, .plain)
    return plain
  }
}
