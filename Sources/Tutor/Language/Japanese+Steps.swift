import Capture
import Netfilter
import Simulation
import Wire

extension Japanese {
  func sentences(_ step: Step) -> [String] {
    switch step.content {
    case .arrival: return ["\(step.bytes.count)バイトがキャプチャされています。先頭をバイト 0 として数え、1バイトを16進数2桁で書きます。"]
    case .note(let note): return [self.note(note)]
    case .field(let layer, let field, let parts, let notes):
      return [self.field(layer, field, parts, step)] + notes.map(note)
    case .layer(let layer): return [self.layer(layer)]
    case .hook(let hook): return [self.hook(hook)]
    case .tracking(let outcome): return [tracking(outcome)] + expected(outcome)
    case .helper(let outcome): return helper(outcome)
    case .routing(let route, let destination): return [routing(route, destination)]
    case .comparison(let visit, let index): return comparison(visit, index, step)
    case .fires(let visit): return fires(visit)
    case .chainEnd(let visit): return [chainEnd(visit)]
    case .log(let line): return ["カーネルログに1行書かれます。", line.text]
    case .reassembled(let count):
      return ["フラグメントがそろいました。カーネルがつなぎ合わせ、ここからは\(count)バイトの1つのパケットです。"]
    case .changed(let change):
      return ["\(change.by) が\(fieldName("", change.what))を \(change.from) から \(change.to) に変えます。"]
    case .emission(let walk): return [emission(walk)]
    case .belated(let emission): return belated(emission)
    case .notModelled(let what): return ["再現していない機能です: \(what)。ここから先、このパケットについては何も言えません。"]
    case .verdict(let verdict, let walk): return [self.verdict(verdict, walk, isAnswer: !step.emission.isEmpty)]
    case .confirms(let origin, let walk):
      return [
        "これはパケット \(origin) を受けたホストが送ったパケットです。ここで捕まえたものと計算したものは"
          + (walk.edited.isEmpty ? "1バイトも違いません。" : "、伏せられたバイトとそれを含むチェックサムを除いて同じです。"),
        "パケット \(origin) の応答としてもう歩いたので、二度は歩きません。",
      ]
    case .unsent(let origin):
      return ["これはホストがパケット \(origin) への返事として送ったものです。今のルールではホストはこれを送らないので、ここを歩くものはありません。"]
    case .passedOver(let why): return ["このパケットは歩きません: \(Self.reasons[why] ?? why)。"]
    }
  }

  private func note(_ note: Note) -> String {
    let place = note.bytes.map { byteRange($0) + " " } ?? ""
    switch note.kind {
    case .padding:
      return "\(place)はIPパケットの終わりより後ろにあります。詰め物です。イーサネットの最短フレームはこのパケットより長く、余りは誰のものでもありません。"
    case .edited: return "\(place)は、投稿した人が誰かを守るために0で埋めたものです。元の値をここで求めることも、見せることもしません。"
    case .checksum:
      return checksum(note.text)
    case .truncated: return JapaneseNotes.text(note.text) ?? "キャプチャが途中で切れています: \(note.text)"
    case .unknown: return "\(place)の値はキャプチャからはわかりません。"
    case .malformed: return "形が壊れています。\(JapaneseNotes.text(note.text) ?? note.text)"
    case .information: return JapaneseNotes.text(note.text) ?? note.text
    }
  }

  /// `the TCP checksum is bad: 0x79bb is stored, 0x1234 is expected` を日本語で。
  private func checksum(_ text: String) -> String {
    let words = text.split(separator: " ").map(String.init)
    guard words.count > 4, words[0] == "the", let at = words.firstIndex(of: "checksum") else {
      return "チェックサムについて: \(text)"
    }
    let subject = words[1..<at].joined(separator: " ")
    let name = (subject == "IPv4 header" ? "IPv4ヘッダ" : subject) + "のチェックサム"
    if text.hasSuffix("is good") { return name + "は合っています。" }
    let values = words.filter { $0.hasPrefix("0x") }
    if text.contains(" is bad: "), values.count >= 2 {
      let left =
        text.contains("pseudo-header") ? "入っているのは疑似ヘッダの和だけです。残りの計算をネットワークカードに任せるとこうなります。" : ""
      return "\(name)は合いません。入っているのは \(values[0])、合うのは \(values[1]) です。" + left
    }
    guard text.contains("edited out"), let at = words.firstIndex(where: { $0 == "byte" || $0 == "bytes" }),
      at + 1 < words.count
    else { return JapaneseNotes.text(text) ?? "\(name)は確かめられません: \(text)" }
    let place = words[at + 1].filter { $0 != "," }
    return "\(name)は確かめられません。伏せられたバイト \(place) も足すからです。"
      + (text.hasSuffix("called it correct") ? "元のパケットを見たツールは、正しいと言っています。" : "")
  }

  private func field(_ layer: Layer, _ field: Field, _ parts: [Field], _ step: Step) -> String {
    let bytes = Array(step.bytes[...].slice(at: field.byteRange.lowerBound, length: field.byteRange.count))
    var text =
      "\(fullName(layer.protocolName, field.name))。\(reading(field.byteRange, bytes, hidden: step.hiddenBytes(in: field.byteRange)))"
    if field.bits.count % 8 != 0 { text += " (\(bitRange(field)))" }
    text += step.hiddenBytes(in: field.byteRange).isEmpty == false ? "、一部が伏せられています" : "、つまり \(said(field.text))"
    let set =
      flagNames(layer, field) ?? parts.filter { $0.text == "set" }.map { fieldName(layer.protocolName, $0.name) }
    if !parts.isEmpty, parts.contains(where: { $0.bits.count == 1 }) {
      text += set.isEmpty ? "。どれも立っていません" : "。立っているのは " + set.joined(separator: "、")
    }
    text += "。"
    if let meaning = Self.fields.meaning(layer.protocolName, field.name) {
      text += meaning + (meaning.hasSuffix("。") ? "" : "。")
    }
    return text
  }

  /// フィールドの値のうち英語で書かれた部分。
  func plain(_ text: String) -> String {
    switch text {
    case "set": "立っている"
    case "not set": "立っていない"
    case "none": "なし"
    default: Self.named(text) ?? plainBytes(text)
    }
  }

  /// `ICMP echo reply` を日本語で。ICMP でなければ `nil`。
  static func icmpName(_ packet: String) -> String? {
    guard packet.hasPrefix("ICMP "), let name = icmpNames[String(packet.dropFirst(5))] else { return nil }
    return "ICMPの" + name
  }

  /// `3 (port unreachable)` のかっこの中を日本語で。知らない名なら `nil`。
  private static func named(_ text: String) -> String? {
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
    let name = text[text.index(after: open)...].dropLast()
    return icmpNames[String(name)].map { text[...open] + $0 + ")" }
  }

  private static let reasons = [
    "not an IPv4 packet": "IPv4のパケットではありません", "the IPv4 header is cut short": "IPv4ヘッダが途中で切れています",
  ]

  private static let icmpNames = [
    "echo reply": "エコー応答", "echo": "エコー要求", "destination unreachable": "到達不能", "time exceeded": "時間切れ",
    "network unreachable": "ネットワーク到達不能", "host unreachable": "ホスト到達不能", "port unreachable": "ポート到達不能",
    "protocol unreachable": "プロトコル到達不能", "fragmentation needed and DF set": "分割が必要だが禁止されている",
    "time to live exceeded in transit": "転送中に生存時間切れ", "redirect": "経路変更",
  ]

  private func plainBytes(_ text: String) -> String {
    text.hasSuffix(" bytes)") ? String(text.dropLast(" bytes)".count)) + " バイト)" : text
  }

  /// 値を文の終わりに。
  func said(_ text: String) -> String {
    switch plain(text) {
    case "立っている": "立っています"
    case "立っていない": "立っていません"
    case let value: value + " です"
    }
  }

  private func bitRange(_ field: Field) -> String {
    let first = field.bits.lowerBound - field.byteRange.lowerBound * 8
    let last = first + field.bits.count - 1
    if field.byteRange.count == 1, field.bits.count == 4 { return first == 0 ? "上の桁" : "下の桁" }
    return first == last ? "ビット \(first)" : "ビット \(first)-\(last)"
  }

  private func layer(_ layer: Layer) -> String {
    let wanted = [
      "source_address", "destination_address", "ttl", "identification", "dont_fragment", "source_port",
      "destination_port", "flags", "sequence_number", "acknowledgment_number", "window", "type", "code",
    ]
    let parts = wanted.compactMap { name -> String? in
      guard let field = layer[name], !(layer.protocolName == "ipv4" && name == "flags") else { return nil }
      if name == "flags", case .unsigned(let value) = field.value {
        return TCPFlags(rawValue: UInt8(truncatingIfNeeded: value)).names
      }
      return "\(fieldName(layer.protocolName, name)) \(plain(field.text))"
    }
    return
      "\(headerName(layer.protocolName)) ヘッダ、\(byteRange(layer.offset..<layer.offset + layer.length)): \(parts.joined(separator: "、"))。"
  }

  private func hook(_ hook: Hook) -> String {
    switch hook {
    case .prerouting: "PREROUTING: パケットが入ってきたばかり。行き先はまだ決まっていません。"
    case .input: "INPUT: このホスト宛てです。INPUT という名のチェインに尋ねます。"
    case .forward: "FORWARD: よそ宛てで、このホストを通り抜けます。"
    case .output: "OUTPUT: このホストが送るパケットの出発です。OUTPUT という名のチェインに尋ねます。"
    case .postrouting: "POSTROUTING: 出ていく前の最後のフックです。"
    }
  }

  /// どの接続が予期していたか。
  private func expected(_ outcome: TrackingOutcome) -> [String] {
    outcome.master.map { ["この接続に予期されていた接続の始まりです: \($0)"] } ?? []
  }

  private func helper(_ outcome: HelperOutcome) -> [String] {
    let reader = "ヘルパー \(outcome.helper) が中身を読みます"
    let text = outcome.read.map { ": \($0)" } ?? "。"
    switch outcome.result {
    case .notAtLineStart: return ["ヘルパー \(outcome.helper) がコマンドを探すのは行の始まりだけです。すぐ前で行が終わるのを見ていないので、読みません。"]
    case .nothing: return ["\(reader)。接続の予告はありません。"]
    case .incomplete(let word):
      return [reader + text, "\(word) のように始まりますが、全部そろっていないか形が違います。接続を見落とさないよう、パケットを捨てます。"]
    case .otherAddress(let address, let sender):
      return [reader + text, "\(address) を名乗っていますが、送り主は \(sender) です。他人への道は開けないので、何も予期しません。"]
    case .expects(let connection):
      return [reader + text, "これからの接続を予期します: \(connection)。その最初のパケットは RELATED になります。"]
    case .refuses(let why): return [reader + text, "その接続は待てないので (\(why))、パケットを捨てます。"]
    }
  }

  func tracking(_ outcome: TrackingOutcome) -> String {
    let entry = outcome.after.map { ": \($0)" } ?? "。"
    if outcome.reason == "confirmed" { return "誰にも止められなかったので、新しいエントリが接続追跡の表に入ります" + entry }
    switch outcome.state {
    case .invalid where !outcome.saysNoConnection: return "接続追跡の答えは INVALID。カーネル自身の言葉では: \(outcome.reason)。"
    case .invalid: return "接続追跡の答えは INVALID。知っているどの接続のものでもなく、この種のパケットから接続を始めることもできません。"
    case .new: return "接続追跡の答えは NEW。合うエントリがないので新しく作ります" + entry
    case .established: return "接続追跡の答えは ESTABLISHED。両方向のパケットを見たエントリに合います" + entry
    case .related: return "接続追跡の答えは RELATED。エントリの一部ではないものの、それに付き添うパケットです" + entry
    case .untracked: return "rawテーブルのルールが追跡しないよう頼みました。UNTRACKED です。"
    }
  }

  private func routing(_ route: Route?, _ destination: IPv4Address) -> String {
    guard let route else { return "ルーティング: \(destination) への道がありません。IPが捨てます。" }
    switch route.kind {
    case .local: return "ルーティング: 宛先 \(destination) はこのホスト自身です。"
    case .broadcast: return "ルーティング: \(destination) はブロードキャスト。このホストも受け取ります。"
    case .multicast: return "ルーティング: \(destination) はマルチキャストグループです。"
    default: return "ルーティング: 宛先へは \(route.interface)\(route.gateway.map { " から \($0) 経由" } ?? " から")出ます。"
    }
  }

  private func comparison(_ visit: RuleVisit, _ index: Int, _ step: Step) -> [String] {
    guard visit.comparisons.indices.contains(index) else { return [] }
    let comparison = visit.comparisons[index]
    let shown = step.marks.current.first
    let bytes = shown.map { Array(step.bytes[...].slice(at: $0.lowerBound, length: $0.count)) } ?? []
    let sentence = self.comparison(comparison, rule: visit.step.number, bytes: bytes, shown: shown)
    return [sentence + (comparison.holds ? "。成り立ちます。" : "。成り立たないので、ルール \(visit.step.number) は発火しません。")]
  }

  private func fires(_ visit: RuleVisit) -> [String] {
    let why = visit.comparisons.isEmpty ? "は条件がないので、どのパケットでも発火します。" : "が発火します。条件がすべて成り立ちました。"
    return ["ルール \(visit.step.number) \(why)" + effect(visit)]
  }

  private func effect(_ visit: RuleVisit) -> String {
    let chain = visit.step.chain
    switch visit.result {
    case .accept?:
      return "\(visit.target.isEmpty ? "ACCEPT" : visit.target) はこのテーブルを通します。\(chain) の後のルールには尋ねません。"
    case .drop?: return "DROP はここで黙って捨てます。"
    case .reject?: return "REJECT はここで歩みを終わらせ、応答を送らせます。後のルールにもポリシーにも尋ねません。"
    case .return?: return "RETURN は前のチェインへ戻ります。戻る先がなければポリシーです。"
    case .queue?: return "プログラムに判断を渡します。"
    case .stolen?: return "カーネルの手を離れます。"
    case .notModelled(let what)?: return "再現していない機能です: \(what)。"
    case .next?: return visit.target.isEmpty ? "ターゲットがないので数えるだけ。次のルールに進みます。" : "\(visit.target) は仕事をして、次のルールへ進ませます。"
    case nil: return "チェイン \(visit.target) へ進みます。"
    }
  }

  private func chainEnd(_ visit: RuleVisit) -> String {
    guard visit.step.kind == .policy else { return "\(visit.step.chain) の終わり。呼び出したチェインへ戻ります。" }
    return "\(visit.step.chain) のどのルールも歩みを終わらせなかったので、ポリシーが決めます: \(visit.text)。"
  }

  private func emission(_ walk: Walk) -> String {
    let what = Reply(walk.initialBytes).kind
    switch walk.origin {
    case .reject(let rule):
      return "\(rule.chain) のルール \(rule.number) がホストにパケットを送らせます: \(what)。このホストのほかのパケットと同じように出発します。"
    case .stack: return "ホスト自身のTCP/IPスタックが答えます: \(what)。"
    case .ownCopy: return "ホスト自身にも届きます: \(what)。"
    case .duplicate(let rule): return "\(rule.chain) のルール \(rule.number) がパケットの写しを別の所へ送ります: \(what)。"
    case .icmpError: return "IP自身がエラーを返します: \(what)。"
    case .injected: return "ホストがパケットを送ります: \(what)。"
    }
  }

  private func belated(_ emission: BelatedEmission) -> [String] {
    let (walk, time) = (emission.walk, emission.timeOfDay)
    let cause = emission.origin.map { "パケット \($0) " } ?? "前のパケット"
    let what =
      switch emission.cause {
      case .unacknowledged: "\(cause)への返事に確認応答が来なかったので、\(time) にホストは同じものをもう一度送りました"
      case .delayedAcknowledgment: "\(cause)への確認応答は、一緒に送るものを待っていましたが、\(time) に単独で送られました"
      case .missingFragments: "残りのフラグメントが届かなかったので、\(time) にホストは\(cause)をあきらめ、送り主に知らせました"
      }
    return ["このパケットが来る前に、タイマーが切れました。\(what): \(walk.summary)。", "たどった道: \(walk.wayInShort)。"]
      + walk.log.map { "カーネルログに1行書かれました: \($0.text)" }
  }

  private func verdict(_ verdict: Verdict, _ walk: Walk, isAnswer: Bool) -> String {
    let packet = isAnswer ? "応答" : "パケット"
    switch verdict {
    case .accept:
      return walk.direction == "in"
        ? "\(packet)は届けられます: ACCEPT。" : "\(packet)は \(walk.outputInterface ?? walk.interface) から出ていきます: ACCEPT。"
    case .drop: return "\(packet)は消えました: DROP。送り主には何も知らされません。"
    case .reject: return "\(packet)は断られました: REJECT。送り主には応答が届きます。"
    case .queue: return "\(packet)はプログラムの判断を待ちます: QUEUE。"
    case .stolen: return "\(packet)は持ち去られました: STOLEN。"
    case .routing: return "IP自身が\(packet)の歩みを終わらせました。ルールの出番はありませんでした。"
    }
  }
}
