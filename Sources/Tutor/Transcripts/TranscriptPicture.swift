/// A transcript as a moving picture (SVG 1.1 with CSS animations): a terminal that shows one input after the other, for
/// places that play no recordings.
package enum TranscriptPicture {
  private static let columns = 80
  private static let rows = 24
  /// Hundredths of the size of the letters: a monospaced letter's width, and a line.
  private static let (letter, line) = (8.4, 18.0)
  /// Seconds that each input stays in sight.
  private static let pace = 4.0

  /// The picture of the first `limit` inputs.
  package static func svg(_ transcript: Transcript, limit: Int = 12) -> String {
    var screens: [[String]] = [transcript.opening + [prompt]]
    for entry in transcript.entries.prefix(limit) {
      screens.append([prompt + entry.input] + entry.output + [prompt])
    }
    let width = Double(columns) * letter + 24
    let height = Double(rows) * line + 24
    let whole = pace * Double(screens.count)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="\(escape(transcript.header.subject.name))">
      <style>
      text { font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #ddd; white-space: pre }
      .in { fill: #8cf; font-weight: bold }
      g { visibility: hidden; animation: show \(whole)s step-end infinite }
      .still { visibility: visible }
      @media (prefers-reduced-motion: reduce) { g { animation: none } }
      @keyframes show { 0% { visibility: visible } \(100 / Double(screens.count))% { visibility: hidden } }
      </style>
      <rect width="100%" height="100%" rx="8" fill="#1b1d21"/>

      """
    for (index, screen) in screens.enumerated() {
      // What is seen where nothing moves.
      let kind = index == min(2, screens.count - 1) ? "class=\"still\" " : ""
      text += "<g \(kind)style=\"animation-delay: \(pace * Double(index))s\">\n"
      // Of a long output the end is seen, as in a terminal.
      for (row, words) in screen.suffix(rows).enumerated() where !words.isEmpty {
        let kind = words.hasPrefix(prompt) ? " class=\"in\"" : ""
        text += "<text x=\"12\" y=\"\(Int(24 + Double(row) * line))\"\(kind)>\(escape(words))</text>\n"
      }
      text += "</g>\n"
    }
    return text + "</svg>\n"
  }

  private static let prompt = "chainwalk> "

  private static func escape(_ text: String) -> String {
    text.markupEscaped { character in
      switch character {
      case "\"": "&quot;"
      // Blanks that begin a line or follow each other stay.
      case " ": "\u{a0}"
      default: nil
      }
    }
  }
}
