import Netfilter
import Simulation

extension Japanese {
  func say(_ message: ExperimentMessage) -> String {
    switch message {
    case .walkedAgain(let packets): "ルールが変わりました。\(packets)個のパケットをすべて歩き直します。何が変わったかは diff で。"
    case .cameIn(let numbers):
      numbers.count == 1
        ? "パケット \(numbers.lowerBound) が来ました。goto packet \(numbers.lowerBound) で歩けます。"
        : "パケット \(numbers.lowerBound) から \(numbers.upperBound) が来ました。goto packet \(numbers.lowerBound) で歩けます。"
    case .playedToEnd(let packet): "先にパケット \(packet) を終わりまで歩かせました。"
    case .exitStatus(let status): "(終了ステータス \(status))"
    case .programs(let names):
      "ホストのプログラム (パイプやリダイレクトも): \(names.joined(separator: "、"))。help と名前で説明。"
    case .lessonPackets: "(レッスンのパケットとルールに戻しました)"
    case .edited(let packet): "パケット \(packet) を書き換え、すべて歩き直します。何が変わったかは diff で。"
    case .checksum(.fixed(let name, let from, let to)):
      "\(headerName(name)) のチェックサムを直しました。\(from.hexText) から \(to.hexText) へ。"
    case .checksum(.kept(let name, let value)):
      "\(headerName(name)) のチェックサムは、言われたとおり \(value.hexText) のままです。もう合いません。"
    case .checksum(.unknowable(let name)): "\(headerName(name)) のチェックサムはそのままです。誰も知らないバイトを含むので、計算できません。"
    case .cannotEdit(let error): cannot(error)
    case .cannotEditAnswer: "ホストが送るものは、ルールと来たパケットから決まります。そちらを変えてください (edit rule、または来たパケット)。"
    case .inserted(let number): "パケット \(number) を入れました。goto packet \(number) で歩けます。何が変わったかは diff で。"
    case .deleted(let number): "パケット \(number) を除き、すべて歩き直します。何が変わったかは diff で。"
    case .moved(let number, let place): "パケット \(number) はパケット \(place) になりました。何が変わったかは diff で。"
    case .refused(let why): why
    case .noEdits: "まだ何も変えていません。"
    case .undone(let text): "元に戻しました: \(text)"
    case .redone(let text): "もう一度行いました: \(text)"
    case .nothingToUndo: "元に戻すものはありません。"
    case .nothingToRedo: "もう一度行うものはありません。"
    case .notDone: "取り消し済み"
    case .noDifference(let packets): "違いはありません。\(packets)個のパケットの行方も、カウンタも、前と同じです。"
    case .differences(let count, let packets): "\(packets)個のパケットのうち\(count)個が違います。"
    case .moreDifferences(let count): "... ほか \(count)。diff all で全部見られます"
    case .label(let label): labels[label] ?? ""
    case .saved(let files, let folder):
      "保存しました: \(files.joined(separator: "、"))。load \(folder) でまた開けます。chainwalk step \(folder)/capture.pcapng --rules \(folder)/rules.v4 --host \(folder)/host.yaml でも。"
    case .notSaved(let texts): "パケットの間に行ったことはファイルに書けないので、保存していません: \(texts.joined(separator: "、"))"
    case .alreadyThere(let files, let folder):
      "\(files.joined(separator: "、")) がもうあります。save \(folder) overwrite で置き換えます。"
    case .noRules: "ルールがないので、どのパケットも通ります。load rules FILE で読み込めます。"
    case .rulesKept: "ルールは今のままです。load CAPTURE --rules FILE で別のルールを読み込めます。"
    case .bytesRead(let range, let hex): "\(byteRange(range)): \(hex)"
    case .nobodyReads: "このパケットが通るチェインに、これを読むルールはありません。"
    case .notComparedAfter(let condition): "カーネルはここまで比べていません。先に \(condition) が成り立たなかったからです。"
    case .notReached(let rule): (rule.map { "\($0) で終わったので、" } ?? "") + "このルールは尋ねられていません。"
    case .wouldHaveFired: "もし尋ねられていたら、発火したでしょう。求めることはすべて成り立ちます。"
    case .wouldNotHaveFired: "もし尋ねられていても、発火しなかったでしょう。"
    case .stateUnknown: "ここを歩くパケットはないので、状態もありません。"
    case .stateIs(let state, let asked): stateIs(state, asked)
    case .stateNotSeen: "接続追跡が見る前に終わりました。"
    case .nothingTracks: "何も追跡していません。求めるルールがないので追跡は止まっているか、その前に終わりました。"
    case .stateAttached: "ホストが、ある行に属するパケットへの返事として送ったものです。調べることなく初めからその行に付き、RELATED になります。"
    case .stateUntracked: "raw テーブルのルールが、追跡しないよう求めました (CT --notrack)。"
    case .tupleLookedUp(let tuple): "接続追跡は \(tuple) で調べます。"
    case .entryFound(let direction, let hasSeenReply):
      "行が見つかりました。このパケットは\(direction == .original ? "元の向き" : "返事の向き")です。"
        + (hasSeenReply ? "それまでに返事が見えていました。" : "それまでに返事は見えていませんでした。")
    case .quotationLookedUp(let tuple): "\(tuple) のパケットを引用しています。接続追跡はそれを調べます。"
    case .noEntryFound: "どちらの向きにも、合う行はありません。"
    case .expectedBy: "ただし、このような接続が予期されていました。予期していたのは:"
    case .tableSays(let tcp, let hasEntry): tableSays(tcp, hasEntry)
    case .windowHeading: "これまでに見えたウィンドウを数で:"
    case .windowCondition(let condition): windowCondition(condition)
    case .kernelWords(let words): "カーネル自身の言葉: \(words)"
    case .entryAfter: "パケットの後の行:"
    case .stateNeeds(let state, let needs): stateNeeds(state, needs)
    case .gone: "このパケットはなくなりました"
    case .isNew: "このパケットは新しく入りました"
    case .notSentNow: "ホストはこれをもう送りません"
    case .sentAgain: "ホストはこれをまた送ります"
    }
  }

  func origin(_ origin: Walk.Origin) -> String {
    switch origin {
    case .reject(let step): "\(step.chain) のルール \(step.number) から"
    case .stack: "ホスト自身の TCP/IP スタックから"
    case .icmpError: "IP そのものから"
    case .ownCopy: "ホスト自身にも聞こえる写し"
    case .duplicate(let step): "\(step.chain) のルール \(step.number) が別の所へ送る写し"
    case .injected: "プログラムから"
    }
  }

  private var labels: [DifferenceLabel: String] {
    [
      .path: "道", .verdict: "判定", .state: "状態", .log: "ログ", .sent: "送信", .by: "送り手", .bytes: "バイト", .notModelled: "未対応",
      .counters: "最後のパケットの後のカウンタ (パケット数とバイト数):", .none: "なし",
      .gone: "なくなった", .new: "加わった", .now: "、いまは ",
    ]
  }

  private func stateIs(_ state: ConnectionState?, _ asked: ConnectionState) -> String {
    guard let state else { return "このパケットに状態はありません。" }
    return state == asked ? "このパケットは \(state.rawValue) です。" : "このパケットは \(asked.rawValue) ではなく \(state.rawValue) です。"
  }

  private func tableSays(_ tcp: TCPEvidence, _ hasEntry: Bool) -> String {
    guard tcp.hasValidFlags else { return "このような制御ビットのセグメントを送る TCP はないので、表を引くまでもありません。" }
    let kind = tcp.kind == "none" ? "SYN も ACK も FIN も RST もないセグメント" : tcp.kind
    let place =
      hasEntry
      ? "状態 \(tcp.state) で\(tcp.direction == .original ? "元の向き" : "返事の向き")の \(kind)" : "行を作ることになる \(kind)"
    switch tcp.cell {
    case .to(let state): return "TCP の表では、\(place) は \(state) へ移ります。"
    case .ignored: return "TCP の表では、\(place) は通すだけで何も変えず、返事を待ちます。"
    case .invalid: return "TCP の表では、\(place) は invalid です。"
    }
  }

  private func windowCondition(_ condition: TCPEvidence.Condition) -> String {
    let outcome = condition.holds ? "成り立ちます" : "成り立ちません"
    switch condition.kind {
    case .sequenceBelow: return "シーケンス番号 \(condition.value) < \(condition.bound): \(outcome)"
    case .endAbove: return "終わりの番号 \(condition.value) > \(condition.bound): \(outcome)"
    case .acknowledgmentBelow: return "確認応答番号 \(condition.value) < \(condition.bound): \(outcome)"
    case .acknowledgmentAbove: return "確認応答番号 \(condition.value) > \(condition.bound): \(outcome)"
    }
  }

  private func stateNeeds(_ state: ConnectionState, _ needs: StateNeeds) -> String {
    switch state {
    case .new:
      let opener =
        switch needs.protocolNumber {
        case 6:
          "\(needs.packet) ではなく SYN" + (needs.isLoose ? " (nf_conntrack_tcp_loose が 1 なので、ACK だけでも)" : "")
        case 1: "\(needs.packet) ではなく問い合わせ (echo、timestamp、information、address mask)"
        default: "その流れの最初のパケット"
        }
      return needs.hasEntry
        ? "NEW になるには、合う行がないか、まだ返事の来ていない行に合う必要があります。" : "NEW になるには、\(opener)である必要があります。"
    case .established:
      return "ESTABLISHED になるには、自分が最初の返事となる行"
        + (needs.answerTo.map { " (\($0) のパケットが作る)" } ?? "") + "か、両向きのパケットが見えた行に合う必要があります。"
    case .related:
      return needs.isAnswer
        ? "RELATED になるには、もとのパケットが行に属している必要があります。"
        : "RELATED になるには、知られた接続のパケットを引用する ICMP エラーか、別の接続が予告した接続である必要があります。"
    case .invalid:
      return "INVALID になるのは、合う行がなく行を作ることもできないときか、合う行と食い違うとき (チェックサムの誤り、表が禁じる制御ビット、ウィンドウの外の番号) です。"
    case .untracked: return "UNTRACKED になるには、raw テーブルのルールが CT --notrack と言う必要があります。"
    }
  }

  private func cannot(_ error: PacketEditError) -> String {
    switch error {
    case .pastTheEnd(let offset, let count): "バイト \(offset) はありません。このパケットは\(count)バイト、最後はバイト \(count - 1) です。"
    case .hidden(let byte): "バイト \(byte) の値は誰も知らないので、一部だけを変えることはできません。edit byte \(byte) HEX で丸ごと置き換えられます。"
    case .noSuchField(let name, let nearest):
      "このパケットに `\(name)` というフィールドはありません。" + (nearest.map { "\($0) のことですか？" } ?? "fields で一覧が見られます。")
    case .severalFields(let names): "どれですか: \(names.joined(separator: "、"))"
    case .badValue(let field, let given, let expected): "\(field) に `\(given)` は入りません (\(expected))。"
    case .badHex(let text): "バイトは 0a0b のように16進数2桁ずつで書いてください (`\(text)` は読めません)。"
    }
  }

  func help(_ program: any ShellCommand.Type) -> CommandHelp {
    CommandHelp(program.name, Self.programs[program.name] ?? program.summary, "例: \(program.example)")
  }

  /// What each program of the host does.
  static let programs = [
    "iptables": "ファイアウォールのルールを見る、変える", "iptables-save": "全ルールを出す。-c でカウンタも",
    "iptables-restore": "iptables-save の出力を読み込む", "ip6tables": "IPv6 のルール (未対応)",
    "conntrack": "接続追跡の表を見る、消す", "dmesg": "カーネルのログを出す。LOG はここに書く", "journalctl": "ジャーナルを出す。-k でカーネルの行",
    "tcpdump": "インターフェースを通ったパケットを出す", "hping3": "外のホストからパケットを送り、返事を出す",
    "fail2ban-client": "fail2ban の様子を見る、動かす", "fail2ban-regex": "ログに正規表現を試す", "fail2ban-server": "fail2ban のサーバ",
    "date": "ホストの時計を出す", "sleep": "ホストの時間を進める", "sysctl": "カーネルの設定を見る。-w で変える",
    "ip": "アドレス、リンク、経路を出す", "ss": "待ち受けているサービスを出す。-lntu", "echo": "言葉を出す", "cat": "ファイルを出す", "ls": "ホストのファイルを並べる",
    "rm": "ホストのファイルを消す", "tee": "入ってきたものをファイルにも書く",
    "printf": "形を決めて出す", "grep": "合う行を出す", "head": "初めの行を出す", "tail": "終わりの行を出す", "wc": "行、語、バイトを数える",
  ]

  static let experimentCommands: [String: CommandHelp] = [
    "iptables": .init(
      "iptables OPTIONS", "ホストのファイアウォール。-L、-S、-A、-I、-D、-R、-P など",
      "ルールを変えると、初めからそのルールだったものとして全パケットを歩き直します。fail2banが途中で変えた後なら、そこから先だけです。iptables restore で初めのルールに戻ります。"
    ),
    "conntrack": .init("conntrack [-L ...]", "今の場所での接続追跡の表", "何も付けなければ全部の行を出します。"),
    "edit": .init(
      "edit rule | packet | byte | bit", "ルール、フィールド、バイト、ビットを変えてみる",
      "edit rule INPUT 4 -p tcp -j DROP、edit packet 1 tcp.flags SYN、edit byte 22 0016、edit bit 33.6。チェックサムは直します。最後に keep-checksum と書くと直しません。"
    ),
    "who": .init("who BYTE | FIELD", "そのバイトやフィールドを読むルールと、その結果", "このパケットが通るすべてのチェインから。who 22 のようにバイトでも尋ねられます。"),
    "insert": .init("insert packet [after N] ...", "パケットを入れる。tcp、udp、icmp、ip"),
    "delete": .init("delete packet N", "パケットを除く"),
    "move": .init("move packet N to M", "パケットを別の場所へ移す"),
    "diff": .init(
      "diff [last | all]", "変えたことで何が変わったかを、パケットごとに",
      "初めと比べます。diff last は最後に変える前と比べます。道、判定、状態、ログ、送ったパケット、カウンタ。"),
    "save": .init(
      "save FOLDER [overwrite]", "今のルール、キャプチャ、ホストを書き出す",
      "rules.v4、capture.pcapng、host.yaml。伏せられたバイトは伏せられたままです。"),
    "load": .init(
      "load FOLDER | CAPTURE | rules FILE", "別のファイルを歩く、別のルールにする",
      "load my-server、load capture.pcap --rules rules.v4 --host host.yaml、load rules rules.v4。ルールやダンプをプロンプトに貼り付けてもかまいません。"
    ),
    "undo": .init("undo", "最後に変えたことを元に戻す"),
    "redo": .init("redo", "戻したことをもう一度行う"),
    "edits": .init("edits", "変えたことの一覧"),
  ]
}
