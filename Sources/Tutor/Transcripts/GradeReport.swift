import Wire

/// Grades as tables.
package enum GradeReport {
  /// A table for people, with a line of sums.
  package static func text(_ grades: [Grade]) -> String {
    let header = ["file", "lesson", "finished", "right", "wrong", "skipped", "hints", "minutes", "misconceptions"]
    let rows = grades.map { grade -> [String] in
      guard grade.problem == nil else {
        return [grade.file, grade.subject, "refused", "", "", "", "", "", grade.problem ?? ""]
      }
      let tally = grade.tally
      return [
        grade.file, grade.subject, grade.isFinished ? "yes" : "no", "\(tally.right)", "\(tally.wrong)",
        "\(tally.skipped)",
        "\(tally.hints)", minutes(grade.duration), ideas(tally),
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { Layout.columns($0[column]) }.max() ?? 0 }
    let lines = ([header] + rows).map { row -> String in
      let cells = row.indices.map { $0 == row.count - 1 ? row[$0] : Layout.pad(row[$0], to: widths[$0]) }
      return cells.joined(separator: "  ")
    }
    return lines.map { $0 + "\n" }.joined() + summary(grades)
  }

  /// `N graded, N refused`.
  package static func summary(_ grades: [Grade]) -> String {
    let refused = grades.count { $0.problem != nil }
    return "\(grades.count - refused) graded, \(refused) refused\n"
  }

  /// One JSON array, an object a file.
  package static func json(_ grades: [Grade]) -> String {
    var json = JSONWriter()
    json.beginArray()
    for grade in grades {
      json.beginObject()
      json.key("file")
      json.string(grade.file)
      json.key("lesson")
      json.string(grade.subject)
      json.key("accepted")
      json.bool(grade.problem == nil)
      if let problem = grade.problem {
        json.key("problem")
        json.string(problem)
      }
      json.key("finished")
      json.bool(grade.isFinished)
      let tally = grade.tally
      for (name, value) in [
        ("right", tally.right), ("wrong", tally.wrong), ("skipped", tally.skipped), ("hints", tally.hints),
        ("milliseconds", grade.duration),
      ] {
        json.key(name)
        json.integer(value)
      }
      json.key("misconceptions")
      json.beginObject()
      for (idea, count) in tally.misconceptions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        json.key(idea.rawValue)
        json.integer(count)
      }
      json.endObject()
      json.endObject()
    }
    json.endArray()
    json.newline()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// JUnit's XML: a test case a file; what is not finished or not believed is a failure.
  package static func junit(_ grades: [Grade]) -> String {
    let failures = grades.count { $0.problem != nil || !$0.isFinished }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuite name=\"chainwalk\" tests=\"\(grades.count)\" failures=\"\(failures)\">\n"
    for grade in grades {
      let seconds = Transcript.Entry.seconds(max(0, grade.duration))
      text += "  <testcase classname=\"\(escape(grade.subject))\" name=\"\(escape(grade.file))\" time=\"\(seconds)\">"
      if let problem = grade.problem {
        text += "<failure message=\"refused\">\(escape(problem))</failure>"
      } else if !grade.isFinished {
        text += "<failure message=\"not finished\"/>"
      }
      let tally = grade.tally
      text += "<system-out>right \(tally.right), wrong \(tally.wrong), skipped \(tally.skipped), hints \(tally.hints)"
      text += tally.misconceptions.isEmpty ? "" : ", " + escape(ideas(tally))
      text += "</system-out></testcase>\n"
    }
    return text + "</testsuite>\n"
  }

  private static func minutes(_ milliseconds: Int) -> String {
    let tenths = max(0, milliseconds) / 6_000
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func ideas(_ tally: Tally) -> String {
    tally.misconceptions.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { $0.value > 1 ? "\($0.key.rawValue) x\($0.value)" : $0.key.rawValue }.joined(separator: ", ")
  }

  private static func escape(_ text: String) -> String {
    text.markupEscaped { character in
      switch character {
      case "\"": "&quot;"
      default: character.unicodeScalars.allSatisfy { $0.value >= 32 } ? nil : " "
      }
    }
  }
}
