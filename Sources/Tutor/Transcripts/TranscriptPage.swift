/// A transcript as one page that needs nothing else.
package enum TranscriptPage {
  package static func html(_ transcript: Transcript) -> String {
    let title = transcript.header.subject.name.markupEscaped()
    var body = block(transcript.opening)
    for entry in transcript.entries {
      let time = Transcript.Entry.seconds(entry.time)
      body += "<p class=\"in\"><time>\(time)</time> &gt; \(entry.input.markupEscaped())</p>\n"
      body += block(entry.output)
    }
    if let closing = transcript.closing { body += "<p class=\"end\">\(closing.line.markupEscaped())</p>\n" }
    return """
      <!DOCTYPE html>
      <html lang="\(transcript.header.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(title)</title>
      <style>
      body { font: 15px/1.4 ui-monospace, monospace; max-width: 84ch; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
      pre { margin: 0 0 1em; white-space: pre-wrap; font: inherit }
      .in { margin: 1em 0 .3em; font-weight: bold; border-top: 1px solid #ccc; padding-top: .6em }
      time { color: #666; font-weight: normal }
      .end { color: #666 }
      @media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } .in { border-color: #444 } time, .end { color: #999 } }
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      \(body)</body>
      </html>

      """
  }

  private static func block(_ lines: [String]) -> String {
    lines.isEmpty ? "" : "<pre>" + lines.map { $0.markupEscaped() }.joined(separator: "\n") + "</pre>\n"
  }
}
