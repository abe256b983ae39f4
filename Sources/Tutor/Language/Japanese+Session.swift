extension Japanese {
  func say(_ message: Message) -> String {
    switch message {
    case .greeting:
      "chainwalk へようこそ。パケットといっしょにLinuxのファイアウォールを、1バイトずつ、1ルールずつ歩きます。何が起きるかは、見る前に言い当ててみてください。"
    case .firstThing: "lesson 1 と打って Enter を押してください。"
    case .greetingHint: "(help でコマンドの一覧、Ctrl-D で終わり)"
    case .welcome: "chainwalk は、パケットが読み解かれ、Linuxのファイアウォールを通る道のりを、1バイトずつ、1ルールずつ歩きます。"
    case .welcomeHint: "lesson で続きから、lesson と番号で選びます。help でコマンドの一覧。"
    case .welcomeCapture(let packets): "\(packets)個のパケットを歩けます。Enter (または next) で進みます。help でコマンドの一覧。"
    case .lessonsHeading: "レッスン"
    case .noLessons: "レッスンがありません。レッスンのあるフォルダを CHAINWALK_LESSONS で教えてください。"
    case .unknownLesson(let id, let nearest):
      "`\(id)` というレッスンはありません。" + (nearest.map { "\($0) のことですか？" } ?? "lessons で一覧が見られます。")
    case .lessonRequires(let ids): "先に「\(ids.joined(separator: "」「"))」を学んでおくとよいでしょう。"
    case .lessonStarts(_, let steps): "全\(steps)ステップ。Enter で進みます。hint、skip、back、help はいつでも使えます。"
    case .lessonEnds(let right, let wrong, let skipped, let hints):
      "このレッスンはここまでです。正解 \(right)、はじめ不正解 \(wrong)、飛ばした問い \(skipped)、ヒント \(hints)。"
    case .nextLesson(let number, _, let title): "次はレッスン \(number)「\(title)」です。"
    case .unknownCommand(let given, let nearest):
      "`\(given)` というコマンドはありません。" + (nearest.map { "\($0) のことですか？" } ?? "help で一覧が見られます。")
    case .noArguments(let command): "\(command) に引数はありません。"
    case .badArgument(let command, let given, let expected):
      "\(command): \(expected) のように打ってください" + (given.isEmpty ? "。" : " (`\(given)` は読めません)。")
    case .nothingToStep: "まだ歩くものがありません。lesson と番号を打ってください。"
    case .atStart: "ここが始まりです。"
    case .atEnd: "ここが終わりです。すべてのパケットを歩きました。back、goto、quit が使えます。"
    case .questionPending: "問いが開いています。答えるか、hint か skip を打ってください。"
    case .noQuestion: "開いている問いはありません。next で先へ進みます。"
    case .noHint: "ヒントはもうありません。答えるか、skip してください。"
    case .noSuchPacket(let number, let count): "パケット \(number) はありません。全部で\(count)個です。"
    case .noSuchStep(let number, let count): "ステップ \(number) はありません。このパケットは\(count)ステップです。"
    case .noSuchPlace(let place): "このパケットは \(place) に来ません。"
    case .notFound(let text): "この先に `\(text)` の出てくるステップはありません。"
    case .noView: "view は画面に描くものです。いまはただの文字だけなので、next で進んでください。"
    case .noRuleHere: "ここにルールはありません。ルールのところまで進むか、rules を打ってください。"
    case .ruleDidFire(let chain, let rule): "\(chain) のルール \(rule) はこのパケットで発火します。"
    case .neverCameTo(let chain): "このパケットは \(chain) に来ていません。"
    case .noFields: "このパケットで読み解けたものはありません。"
    case .watchOn: "見るだけにします。何も尋ねず、すべて見せます。もう一度 watch で戻ります。"
    case .watchOff: "判定を見せる前に尋ねます。"
    case .recording(let file): "\(file) に記録します。"
    case .recordingStopped: "記録を閉じました。"
    case .notRecording: "記録していません。record とファイル名を打ってください。"
    case .resetAsk(let what): "\(what)の進み具合を忘れます。よければ reset yes と打ってください。"
    case .resetDone(let what): "\(what)の進み具合を忘れました。"
    case .resetAll: "すべてのレッスン"
    case .cancelled: "何も変えていません。"
    case .rulesRestored: "ルールを初めの状態に戻しました。"
    case .nothingDue: "今、復習するものはありません。"
    case .reviewMore: "まだ復習するものがあります。review で続けます。"
    case .nextDue(let seconds): "次の問いは\(duration(seconds))後に戻ってきます。"
    case .reviewWaits(let count): "まちがえた問いが\(count)問、復習の時期です。review と打ってください。"
    case .reviewOf(let title): "「\(title)」から"
    case .resume(let number, let title, let step, let count):
      "レッスン \(number)「\(title)」は \(count) ステップ中 \(step) まで進んでいます。lesson \(number) で続けます。"
    case .standing(let right, let wrong, let skipped, let waiting, let due):
      "解答: 正解 \(right)、はじめ不正解 \(wrong)、飛ばした問い \(skipped)。復習待ち \(waiting)、うち今が時期 \(due)。"
    case .keptIn(let path, let passedOver):
      "保存場所: \(path)" + (passedOver == 0 ? "" : " (読めない行が\(passedOver)行あり、そのまま残しています)")
    case .tryThis: "打ってみてください:"
    case .oneWay(let command): "飛ばしました。たとえば: \(command)"
    case .packetNumber(let number, let count): "パケット \(number)/\(count)"
    case .answerTo(let number): "パケット \(number) を受けてホストが送るもの"
    case .nothingBefore: "同じ相手とのパケットは、これより前にありません。"
    case .cameBefore: "これより前の、同じ相手とのパケット:"
    case .reviewStarts(let count): "\(count)問が、別のパケットでもう一度出ます。"
    case .quizStarts(let count, let seed): "全\(count)問。--seed \(seed) で同じ問題になります。"
    case .quizEnds(let right, let wrong, let skipped): "終わりです。正解 \(right)、不正解 \(wrong)、飛ばした問い \(skipped)。"
    case .questionNumber(let number, let count): "問 \(number)/\(count)"
    case .goodbye: "ではまた。"
    case .stopped: "止めました。すべて元のままです。"
    case .example(let line): "例: \(line)"
    case .assumption(let text): "仮定: \(assumed(text))。"
    case .more(let count): "... ほか \(count)"
    case .continuePrompt: "(Enter で進みます)"
    case .choicesHint: "(hint で手がかり、skip で答え)"
    case .truncatedDump(let count): "... ほか \(count) バイト。hex で全部見られます"
    }
  }

  /// `3日`、`5時間`、`1分`。早すぎることのないように切り上げる。
  private func duration(_ seconds: Int64) -> String {
    let delay = Delay(seconds: seconds)
    let names: [Delay.Unit: String] = [.day: "日", .hour: "時間", .minute: "分"]
    return "\(delay.count)\(names[delay.unit] ?? "")"
  }

  func help(_ command: String) -> CommandHelp {
    Self.commands[command] ?? Self.experimentCommands[command] ?? CommandHelp(command, "")
  }

  private static let commands: [String: CommandHelp] = [
    "next": .init("next [N]", "1ステップ進む (n、Enter だけでも)", "数を付けると、問いが出るまでそのステップ数だけ進みます。"),
    "back": .init(
      "back [N] | rule", "1ステップ戻る (b)", "すべて記録してあるので、戻っても何も変わりません。back rule で前のルールへ戻ります。"),
    "find": .init("find [TEXT]", "言葉の出てくるステップまで進む", "フィールドの名前、ルール、文の中から。何も付けなければ、もう一度同じ言葉。"),
    "view": .init("view", "画面全体で、キーだけで歩く (v)", "スペースで進み、←で戻り、↑↓でルールを移ります。? でキーの一覧、q で終わります。"),
    "goto": .init(
      "goto N | packet N | rule CHAIN N | start | end", "ステップ、パケット、ルールへ移る",
      "goto start は最初のパケットの最初のステップへ、goto end は最後のパケットの最後のステップへ移ります。"),
    "until": .init("until packet | rule | verdict", "次のパケット、ルール、判定まで進む"),
    "hex": .init("hex", "パケット全体の16進ダンプ"),
    "fields": .init("fields", "ヘッダの全フィールド"),
    "rules": .init("rules [CHAIN]", "ルールの一覧。今の場所に印"),
    "why": .init(
      "why [STATE | not N]", "このステップや状態の根拠",
      "why だけなら、ルール、比べたもの、バイト。why NEW、ESTABLISHED、RELATED、INVALID、UNTRACKED なら、行、TCP の表、ウィンドウの数、その状態に必要だったこと。"),
    "why not": .init(
      "why not [CHAIN] N", "ルール N が発火しなかったわけ",
      "初めに成り立たなかった条件と、読んだバイト。尋ねられなかったルールなら、どのルールで終わったかと、尋ねられていたらどうだったか。例: why not INPUT 3"),
    "answer": .init("answer X", "開いている問いに答える (a)", "X は選択肢の記号か、答えそのもの。読めないものは数えません。"),
    "hint": .init("hint", "ヒント。全部で3つ、だんだん詳しく"),
    "skip": .init("skip", "答えを見て進む"),
    "watch": .init("watch", "問いを出さない、または出す"),
    "lessons": .init("lessons", "レッスンの一覧と進み具合"),
    "lesson": .init("lesson [ID | NUMBER]", "レッスンを始める、または続ける"),
    "help": .init("help [COMMAND]", "この一覧、またはコマンドの説明"),
    "quit": .init("quit", "終わる (q、Ctrl-D)"),
    "record": .init("record FILE | off", "このセッションを記録する"),
    "reset": .init("reset [LESSON]", "進み具合を忘れる。確かめてから"),
    "review": .init("review", "まちがえた問いを別のパケットで", "答えられたものは間を空けて、まちがえたものは早めに戻ってきます。"),
  ]

  func lessonLine(_ line: LessonLine) -> String {
    switch line.standing {
    case .new: "\(line.minutes)分"
    case .begun(let done, let count): "\(done)/\(count)"
    case .finished: "済"
    }
  }

  /// エンジンの英語の前提を日本語で。知らないものはそのまま。
  private func assumed(_ text: String) -> String {
    if text.hasPrefix("no table header") { return "テーブルの見出しがないので、filterテーブルで、ポリシーはACCEPTとみなします" }
    let words = text.split(separator: " ").map { $0.filter { $0 != ";" } }
    guard text.hasPrefix("this host is taken to be "), words.count > 8 else { return text }
    return "このホストは \(words[8]) の \(words[6]) とみなします (ちがえば --host FILE で)"
  }
}
