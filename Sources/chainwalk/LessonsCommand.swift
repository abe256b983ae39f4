import ArgumentParser
import Terminal
import Tutor
import Wire

/// `chainwalk lessons`.
struct LessonsCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "lessons",
    abstract: "List the lessons and how far you are.",
    discussion: """
      Examples:
        chainwalk lessons --language ja
        chainwalk lessons --format json | jq '.[] | {number, id}'
      """)

  @Option(help: "text or json.") var format = Format.text

  @OptionGroup var options: SpeechOptions

  func run() throws {
    let setting = try options.resolved()
    let library = try LessonFolders.library()
    let memory = ProgressFile()?.read().memory ?? LearnerMemory()
    guard format == .json else {
      var session = Session(library: library, options: setting.options, memory: memory)
      StandardOutput.write(setting.display.text(session.handle("lessons")).utf8)
      return
    }
    var json = JSONWriter()
    json.beginArray()
    for folder in library.folders {
      let lesson = try Inputs.located { () throws(LessonError) in try folder.lesson() }
      let reached = memory.reached[lesson.id] ?? []
      json.beginObject()
      json.key("number")
      json.integer(folder.number)
      json.key("id")
      json.string(lesson.id)
      json.key("title")
      json.string(lesson.prose(in: setting.options.language).title)
      json.key("minutes")
      json.integer(lesson.minutes)
      json.key("steps")
      json.integer(lesson.steps.count)
      json.key("reached")
      json.integer(lesson.steps.count { reached.contains($0.id) })
      json.key("finished")
      json.bool(memory.finished.contains(lesson.id))
      json.key("requires")
      json.beginArray()
      for id in lesson.requires { json.string(id) }
      json.endArray()
      json.endObject()
    }
    json.endArray()
    json.newline()
    StandardOutput.write(json.bytes)
  }
}
