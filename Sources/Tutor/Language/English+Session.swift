extension English {
  func say(_ message: Message) -> String {
    switch message {
    case .greeting:
      "Welcome to chainwalk. Here you walk with packets through a Linux firewall, byte by byte and rule by rule, and say what will happen before you see it."
    case .firstThing: "Type lesson 1 and press Enter."
    case .greetingHint: "(help lists the commands, Ctrl-D leaves)"
    case .welcome: "chainwalk steps a packet through decoding and through the Linux firewall, byte by byte."
    case .welcomeHint: "Type lesson to go on where you were, lesson and a number to choose, help for the commands."
    case .welcomeCapture(let packets):
      "\(packets) \(packets == 1 ? "packet" : "packets") to step. Press Enter (or type next) to go on, help for the commands."
    case .lessonsHeading: "Lessons"
    case .noLessons: "There are no lessons here. Set CHAINWALK_LESSONS to the folder that holds them."
    case .unknownLesson(let id, let nearest):
      "There is no lesson `\(id)`." + (nearest.map { " Did you mean \($0)?" } ?? " Type lessons to see them all.")
    case .lessonRequires(let ids): "It builds on what these teach: \(ids.joined(separator: "; "))".ended
    case .lessonStarts(_, let steps): "\(steps) steps. Enter goes on; hint, skip, back and help are always there."
    case .lessonEnds(let right, let wrong, let skipped, let hints):
      "That is the end of this lesson. Right: \(right), wrong at first: \(wrong), skipped: \(skipped), hints: \(hints)."
    case .nextLesson(let number, _, let title): "Next: lesson \(number), \(title)".ended
    case .unknownCommand(let given, let nearest):
      "There is no command `\(given)`." + (nearest.map { " Did you mean \($0)?" } ?? " Type help to see them all.")
    case .noArguments(let command): "\(command) takes no arguments."
    case .badArgument(let command, let given, let expected):
      "\(command): expected \(expected)" + (given.isEmpty ? "." : ", not `\(given)`.")
    case .nothingToStep: "There is nothing to step through yet. Type lesson and a number."
    case .atStart: "This is the very beginning."
    case .atEnd: "This is the end: every packet has been stepped. Type back, goto or quit."
    case .questionPending: "There is a question open: answer it, or type hint or skip."
    case .noQuestion: "There is no question open; next goes on."
    case .noHint: "There are no more hints. Answer, or skip."
    case .noSuchPacket(let number, let count):
      "There is no packet \(number); there \(count == 1 ? "is 1" : "are \(count)")."
    case .noSuchStep(let number, let count): "There is no step \(number); this packet has \(count)."
    case .noSuchPlace(let place): "This packet never comes to \(place)."
    case .notFound(let text): "Nothing to come tells of `\(text)`."
    case .noView: "The stepping view draws; this is plain text. Type next."
    case .noRuleHere: "No rule is at hand here. Go on to a rule, or type rules."
    case .ruleDidFire(let chain, let rule): "Rule \(rule) of \(chain) does fire for this packet."
    case .neverCameTo(let chain): "This packet has not come to \(chain)."
    case .noFields: "Nothing is decoded in this packet."
    case .watchOn: "Watching: nothing is asked, everything is shown. Type watch again to be asked."
    case .watchOff: "You are asked before a verdict is shown."
    case .recording(let file): "Recording to \(file)."
    case .recordingStopped: "The recording is closed."
    case .notRecording: "Nothing is being recorded. Type record and a file's name."
    case .resetAsk(let what): "This forgets your progress in \(what). Type reset yes to go ahead."
    case .resetDone(let what): "Progress in \(what) is forgotten."
    case .resetAll: "every lesson"
    case .cancelled: "Nothing was changed."
    case .rulesRestored: "The rules are as they were at the start."
    case .nothingDue: "Nothing is due for review."
    case .reviewMore: "More is due: type review to go on."
    case .nextDue(let seconds): "The next question comes back in \(duration(seconds))."
    case .reviewWaits(let count):
      "\(count) \(count == 1 ? "question you missed is" : "questions you missed are") due again: type review."
    case .reviewOf(let title): "from: \(title)"
    case .resume(let number, let title, let step, let count):
      "You were at step \(step) of \(count) of lesson \(number), \(title): type lesson \(number) to go on."
    case .standing(let right, let wrong, let skipped, let waiting, let due):
      "Answers: \(right) right, \(wrong) wrong at first, \(skipped) skipped. For review: \(waiting), due now: \(due)."
    case .keptIn(let path, let passedOver):
      "Kept in \(path)" + (passedOver == 0 ? "." : "; \(passedOver) lines there cannot be read and are let be.")
    case .tryThis: "Try it now:"
    case .oneWay(let command): "Skipped. One way: \(command)"
    case .packetNumber(let number, let count): "packet \(number) of \(count)"
    case .answerTo(let number): "what the host sends on account of packet \(number)"
    case .nothingBefore: "Nothing before it with the same far end."
    case .cameBefore: "Before it, with the same far end:"
    case .reviewStarts(let count):
      "\(count) \(count == 1 ? "question comes" : "questions come") back, on other packets."
    case .quizStarts(let count, let seed): "\(count) questions. The same ones come again with --seed \(seed)."
    case .quizEnds(let right, let wrong, let skipped): "Done. Right: \(right), wrong: \(wrong), skipped: \(skipped)."
    case .questionNumber(let number, let count): "question \(number) of \(count)"
    case .goodbye: "Goodbye."
    case .stopped: "Stopped. Everything stands as it stood before."
    case .example(let line): "Example: \(line)"
    case .assumption(let text): "Assumed: \(text)."
    case .more(let count): "... \(count) more"
    case .continuePrompt: "(Enter goes on)"
    case .choicesHint: "(hint for help, skip to see it)"
    case .truncatedDump(let count): "... \(count) more bytes; hex shows them all"
    }
  }

  /// `3 days`, `5 hours`, `a minute`: rounded up, so that it is never too early.
  private func duration(_ seconds: Int64) -> String {
    let delay = Delay(seconds: seconds)
    return "\(delay.count) \(delay.unit.rawValue)\(delay.count == 1 ? "" : "s")"
  }

  func help(_ command: String) -> CommandHelp {
    Self.commands[command] ?? Self.experimentCommands[command] ?? CommandHelp(command, "")
  }

  private static let commands: [String: CommandHelp] = [
    "next": .init(
      "next [N]", "one step on (also n, or just Enter)", "With a number, that many steps, as far as nothing is asked."),
    "back": .init(
      "back [N] | rule", "one step back (also b)",
      "Everything is recorded, so going back changes nothing. back rule goes to the rule before."),
    "find": .init(
      "find [TEXT]", "on to the step that tells of something",
      "In a field's name, a rule or a sentence. Alone, the same again."),
    "view": .init(
      "view", "step by keys on the whole screen (also v)",
      "Space goes on, left goes back, up and down go by rule, ? tells the rest, q leaves the view."),
    "goto": .init(
      "goto N | packet N | rule CHAIN N | start | end", "to a step, packet, rule, or an end",
      "goto start and goto end are the first step of the first packet and the last step of the last."),
    "until": .init("until packet | rule | verdict", "on to the next packet, rule or verdict"),
    "hex": .init("hex", "the whole packet as a hex dump"),
    "fields": .init("fields", "every field of the packet's headers"),
    "rules": .init("rules [CHAIN]", "the rules, with the place marked"),
    "why": .init(
      "why [STATE | not N]", "what this step, or the packet's state, rests on",
      "why alone: the rule, what it compared, the bytes. why NEW, ESTABLISHED, RELATED, INVALID or UNTRACKED: the entry, the TCP table, the windows in numbers, and what that state would have needed."
    ),
    "why not": .init(
      "why not [CHAIN] N", "why rule N did not fire",
      "The first condition that failed and the bytes it read; for a rule that was never asked, which one ended the walk, and what it would have said. Example: why not INPUT 3"
    ),
    "answer": .init(
      "answer X", "answer the open question (also a)",
      "X is a choice's letter or the answer itself. What cannot be read does not count."),
    "hint": .init("hint", "a hint, three in all, each telling more"),
    "skip": .init("skip", "show the answer and go on"),
    "watch": .init("watch", "turn the questions off, or on again"),
    "lessons": .init("lessons", "the lessons and how far you are"),
    "lesson": .init("lesson [ID | NUMBER]", "begin or go on with a lesson"),
    "help": .init("help [COMMAND]", "this list, or more about a command"),
    "quit": .init("quit", "leave (also q, Ctrl-D)"),
    "record": .init("record FILE | off", "write this session to a transcript"),
    "reset": .init("reset [LESSON]", "forget progress, after asking"),
    "review": .init(
      "review", "questions you missed, on other packets",
      "What you answer well comes back later and later, what you miss comes back soon."),
  ]

  func lessonLine(_ line: LessonLine) -> String {
    switch line.standing {
    case .new: "\(line.minutes) min"
    case .begun(let done, let count): "\(done) of \(count)"
    case .finished: "done"
    }
  }
}
