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
    case .noConnections: "接続追跡が知っている接続はありません。"
    case .lessonPackets: "(レッスンのパケットに戻す)"
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
    case .gone: "このパケットはなくなりました"
    case .isNew: "このパケットは新しく入りました"
    case .notSentNow: "ホストはこれをもう送りません"
    case .sentAgain: "ホストはこれをまた送ります"
    }
  }

  private var labels: [DifferenceLabel: String] {
    [
      .path: "道", .verdict: "判定", .state: "状態", .log: "ログ", .sent: "送信", .bytes: "バイト", .notModelled: "未対応",
      .counters: "最後のパケットの後のカウンタ (パケット数とバイト数):", .none: "なし",
    ]
  }

  private func cannot(_ error: PacketEditError) -> String {
    switch error {
    case .pastTheEnd(let offset, let count): "バイト \(offset) はありません。このパケットは\(count)バイト、最後はバイト \(count - 1) です。"
    case .hidden(let byte): "バイト \(byte) の値は誰も知らないので、一部だけを変えることはできません。edit byte \(byte) HEX で丸ごと置き換えられます。"
    case .noSuchField(let name, let nearest):
      "このパケットに `\(name)` というフィールドはありません。" + (nearest.map { "\($0) のことですか?" } ?? "fields で一覧が見られます。")
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
    "ip": "アドレス、リンク、経路を出す", "ss": "待ち受けているサービスを出す。-lntu", "echo": "言葉を出す", "cat": "ファイルを出す",
    "printf": "形を決めて出す", "grep": "合う行を出す", "head": "初めの行を出す", "tail": "終わりの行を出す", "wc": "行、語、バイトを数える",
  ]

  static let experimentCommands: [String: CommandHelp] = [
    "iptables": .init(
      "iptables OPTIONS", "ホストのファイアウォール。-L、-S、-A、-I、-D、-R、-P など",
      "ルールを変えると、初めからそのルールだったものとして全パケットを歩き直します。iptables restore で初めのルールに戻ります。例: iptables -I INPUT 3 -m state --state INVALID -j DROP"
    ),
    "conntrack": .init("conntrack [-L ...]", "今の場所での接続追跡の表", "何も付けなければ全部の行を出します。"),
    "edit": .init(
      "edit rule | packet | byte | bit", "ルール、フィールド、バイト、ビットを変えてみる",
      "例: edit rule INPUT 4 -p tcp -j DROP、edit packet 1 tcp.flags SYN、edit byte 22 0016、edit bit 33.6。チェックサムは直します。最後に keep-checksum と書くと直しません。"
    ),
    "insert": .init(
      "insert packet [after N] ...", "パケットを入れる。tcp、udp、icmp、ip",
      "例: insert packet after 1 tcp 192.0.2.1:1024 > 89.238.65.123:22 SYN seq 1"),
    "delete": .init("delete packet N", "パケットを除く", "例: delete packet 2"),
    "move": .init("move packet N to M", "パケットを別の場所へ移す", "例: move packet 2 to 1"),
    "diff": .init(
      "diff [last | all]", "変えたことで何が変わったかを、パケットごとに",
      "初めと比べます。diff last は最後に変える前と比べます。道、判定、状態、ログ、送ったパケット、カウンタ。"),
    "undo": .init("undo", "最後に変えたことを元に戻す"),
    "redo": .init("redo", "戻したことをもう一度行う"),
    "edits": .init("edits", "変えたことの一覧"),
  ]
}
