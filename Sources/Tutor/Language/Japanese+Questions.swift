import Netfilter
import Simulation
import Wire

extension Japanese {
  func ask(_ prompt: Prompt) -> [String] {
    switch prompt {
    case .fieldValue(let protocolName, let field, let shown, let bits):
      let part =
        bits.map {
          $0.count == 1 ? " (左から数えてビット \($0.lowerBound))" : " (左から数えてビット \($0.lowerBound)-\($0.upperBound - 1))"
        } ?? ""
      let name =
        bits?.count == 1
        ? "\(headerName(protocolName)) のフラグ「\(fieldName(protocolName, field))」" : fullName(protocolName, field)
      return ["\(name)\(name.hasSuffix(")") ? " " : "")は\(byteRange(shown))\(part) にあります。値は何でしょう？"]
    case .fieldBytes(let protocolName, let field, let count):
      return ["\(fullName(protocolName, field)) (\(count)バイト) はどのバイトにあるでしょう？"]
    case .fires(let chain, let table, let isAnswer):
      let which = table == .filter ? chain : "\(table.rawValue) の \(chain)"
      return ["\(this(isAnswer))に対して、\(which) で最初に発火するルールはどれでしょう？"]
    case .whyNot(let chain, let rule, let text):
      return ["\(chain) のルール \(rule) は発火しません。成り立たない条件はどれでしょう？", text]
    case .verdict(let isAnswer): return ["\(this(isAnswer))はどうなるでしょう？"]
    case .state(let isAnswer): return ["接続追跡は\(this(isAnswer))を何と呼ぶでしょう？"]
    case .logs(let isAnswer): return ["\(this(isAnswer))はカーネルログに何を残すでしょう？"]
    case .emits: return ["ホストは何を送り返すでしょう？"]
    case .order(let hooks): return ["パケットは \(hooks.joined(separator: "、")) を通ります。テーブル、追跡、ルーティングにはどの順で出会うでしょう？"]
    case .counts(let chain, let table, let isAnswer):
      let which = table == .filter ? chain : "\(table.rawValue) の \(chain)"
      return ["\(this(isAnswer))によって、\(which) のどのカウンタが増えるでしょう？"]
    case .repair(let goals, let keeps):
      return ["次のことが成り立つまで iptables でルールを変え、answer と打ってください:"] + list(goals)
        + (keeps.isEmpty ? [] : ["そして、これは今のままに:"] + list(keeps))
    case .craft(let goals, let host):
      return ["次のことが成り立つパケットを1つ、hping3 で \(host) へ送ってください:"] + list(goals)
    }
  }

  private func this(_ isAnswer: Bool) -> String { isAnswer ? "ホストの応答" : "このパケット" }

  func choice(_ answer: Answer, in question: Question, rules: [String]) -> String {
    switch answer {
    case .value(_, let text): return plain(text)
    case .bytes(let range): return byteRange(range)
    case .rule(let number):
      return "ルール \(number)" + (rules.indices.contains(number - 1) ? "  " + rules[number - 1] : "")
    case .policy:
      return Hook(rawValue: question.spec.chain ?? "") == nil
        ? "どのルールでもなく、チェインの終わりから元へ戻る" : "どのルールでもなく、ポリシーが決める"
    case .condition(let condition): return condition
    case .neverAsked: return "どれでもない。先のルールで歩みが終わり、尋ねられていない"
    case .verdict(let verdict): return self.verdict(verdict)
    case .state(let state): return state.rawValue
    case .logs(let line): return line.map { $0 + " ..." } ?? "何も残さない"
    case .sends(let reply): return reply.map(self.reply) ?? "何も送らない"
    case .order(let names): return names.joined(separator: "、")
    case .counters(let numbers): return counters(numbers)
    case .repaired: return "このルールで成り立ちます"
    case .sent(let command, _): return command.isEmpty ? "そうなるパケットなら何でも" : command
    }
  }

  /// `ルール 3 と 5`、`ルール 3 とポリシー`、`ポリシーだけ`。
  private func counters(_ numbers: [Int]) -> String {
    let rules = numbers.filter { $0 != 0 }.map(String.init)
    guard !rules.isEmpty else { return "ポリシーだけ" }
    return "ルール " + rules.joined(separator: " と ") + (numbers.contains(0) ? " とポリシー" : "")
  }

  private func verdict(_ verdict: Verdict) -> String {
    switch verdict {
    case .accept: "ACCEPT: 先へ進む"
    case .drop: "DROP: 応答なしに消える"
    case .reject: "REJECT: 断られ、応答が返る"
    case .queue: "QUEUE: プログラムが判断する"
    case .stolen: "STOLEN: 持ち去られる"
    case .routing: "ルールではなく、IP自身が終わらせる"
    }
  }

  func reply(_ reply: Reply) -> String {
    var text = reply.kind
    if let name = icmp[reply.kind] { text += " (\(name))" }
    if let sequence = reply.sequence { text += "、seq \(sequence)" }
    if let acknowledgment = reply.acknowledgment { text += "、ack \(acknowledgment)" }
    return text
  }

  private var icmp: [String: String] {
    [
      "ICMP type 3 code 3": "ポート到達不能", "ICMP type 3 code 13": "管理上の禁止", "ICMP type 3 code 1": "ホスト到達不能",
      "ICMP type 3 code 0": "ネットワーク到達不能", "ICMP type 11 code 0": "時間切れ", "ICMP type 0 code 0": "エコー応答",
      "ICMP type 3 code 4": "フラグメント化が必要",
    ]
  }

  func evidence(_ evidence: Evidence) -> String {
    switch evidence {
    case .comparison(_, let rule, let comparison, let bytes, let shown):
      return self.comparison(comparison, rule: rule, bytes: bytes, shown: shown) + (comparison.holds ? "。成り立ちます。" : "。")
    case .allHold(_, let rule, let text):
      return text.hasPrefix("-j") || text.isEmpty
        ? "ルール \(rule) には条件がないので、どのパケットでも発火します。" : "ルール \(rule) の条件はすべて成り立ちます: \(text)"
    case .endedBy(let chain, let rule, let target): return "先に \(chain) のルール \(rule) が発火し、\(target) がそこで歩みを終わらせます。"
    case .jumps(let chain, let rule, let target):
      return "先に \(chain) のルール \(rule) が発火して \(target) へ移り、そこから戻ってきません。"
    case .wouldNotFire(let rule): return "ルール \(rule) は、尋ねられたとしても発火しません。"
    case .endNotReached(let chain, let rule, let target):
      return "ルール \(rule) が発火し、ターゲットは \(target) です。\(chain) の終わりには来ません。"
    case .goesOn(_, let rule, let target):
      return "ルール \(rule) は発火しますが、\(target.isEmpty ? "ターゲットがないので" : "\(target) は")次のルールへ進ませます。"
    case .policyDecides(let chain, _, let rules) where Hook(rawValue: chain) == nil:
      return "\(chain) の\(rules)個のルールはどれも歩みを終わらせず、呼び出したチェインへ戻ります。"
    case .policyDecides(let chain, let policy, let rules):
      return rules == 0
        ? "\(chain) にルールはなく、ポリシーが決めます: \(policy)。" : "\(chain) の\(rules)個のルールはどれも発火せず、ポリシーが決めます: \(policy)。"
    case .policyNotAsked(let chain, let rule, let target):
      return "ルール \(rule) が発火し、\(target) が歩みを終わらせます。\(chain) のポリシーに出番はありません。"
    case .noSuchRule(let chain, let rule, let count): return "\(chain) にルール \(rule) はありません。全部で\(count)個です。"
    case .ruleDoesNotAsk(_, let rule, let option): return "ルール \(rule) に \(option) という条件はありません。"
    case .field(let protocolName, let name, let shown, let bytes, let text):
      return
        "\(fullName(protocolName, name)): \(reading(shown, bytes))、つまり \(said(text))。"
    case .belongsTo(let shown, let fields):
      return "\(byteRange(shown)) は \(fields.map { fullName($0.protocolName, $0.name) }.joined(separator: " と "))です。"
    case .pastTheEnd(let shown, let count): return "\(byteRange(shown)) は終わりより先です。最後のバイトは \(count - 1) です。"
    case .tracking(let outcome, let packet, let isAnswer): return tracking(outcome, packet, isAnswer)
    case .entryForgotten(let packet, let seconds):
      return "この流れの最後のパケットは\(seconds)秒前のパケット \(packet) で、そのエントリはもう忘れられています。"
    case .entryNotKept(let packet, let verdict):
      return "同じ流れのパケット \(packet) は \(verdict.rawValue) になったので、エントリを残していません。"
    case .notTracked: return "接続追跡はこのパケットを見ていません。"
    case .verdictBy(let step, let text, let verdict):
      return step.kind == .policy
        ? "\(step.chain) のどのルールも歩みを終わらせず、ポリシーが決めました: \(text)。"
        : "\(step.chain) のルール \(step.number) が決めました: \(text)。判定は \(verdict.rawValue) です。"
    case .verdictOfRouting: return "ルールではなく、IP自身が終わらせました。"
    case .badChecksum(let stored, let expected):
      return "入っているのは \(stored.hexText) ですが、ヘッダに合うのは \(expected.hexText) です。"
    case .reckoning(let bytes, let value, let way): return reckoning(bytes, value, way)
    case .units(let count, let size): return "\(count) × \(size)バイト = \(count &* UInt64(size))バイトです。"
    case .flagBits(let set, let taken): return flagBits(set, taken)
    case .bit(let byte, let position):
      return "\([byte].hex) は2進で \(byte.bitText)。左端を0として数えたビット \(position) は \(byte.bit(position)) です。"
    case .logged(let chain, let rule, let line): return "\(chain) のルール \(rule) が発火して書きます: \(line) ..."
    case .notLogged: return "ログに書くのは LOG だけで、このパケットで発火した LOG のルールはありません。"
    case .sent(let reply, let by): return "ホストが送るのは \(self.reply(reply))。送らせたのは\(origin(by))です。"
    case .nothingSent(let verdict):
      switch verdict {
      case .drop?: return "DROP は黙って捨てます。ホストは何も送りません。"
      case .reject?: return "それでもホストは、こういうパケットには何も送りません。"
      default: return "ここでホストに何かを送らせるものはありません。"
      }
    case .order(let names): return "このパケットが出会った順: \(names.joined(separator: "、"))。"
    case .goalMissed(let goal, _): return "まだです: \(self.goal(goal))。"
    case .counted(let chain, let raised, let asked):
      let only = asked.isEmpty ? "" : "尋ねられても発火しなければ数えません: \(asked.map(String.init).joined(separator: "、"))。"
      return "\(chain) で発火したものが数えます: \(counters(raised))。" + only
    case .goalReached: return "すべてのパケットを今のルールで歩かせました。目標はすべて成り立っています。"
    }
  }

  /// `00 は 0、26 は 38。0 × 256 + 38 = 38 です。`
  private func reckoning(_ bytes: [UInt8], _ value: String, _ way: Reckoning) -> String {
    let parts = bytes.map { "\([$0].hex) は \($0)" }.joined(separator: "、")
    switch (way, bytes.count) {
    case (.digits, _): return "\(spacedHex(bytes)) を続けて書くと \(value) です。"
    case (.address, _): return "左から順に \(parts)。だから \(value) です。"
    case (.firstDigit, _): return "バイトは \(bytes.hex) で、その上の桁がこのフィールドです: \(value)。"
    case (.secondDigit, _): return "バイトは \(bytes.hex) で、その下の桁がこのフィールドです: \(value)。"
    case (.number, 1): return "\(bytes.hex) は \(bytes[0] / 16) × 16 + \(bytes[0] % 16) = \(value) です。"
    case (.number, 2): return "\(parts)。前のバイトは256倍なので \(bytes[0]) × 256 + \(bytes[1]) = \(value) です。"
    case (.number, _): return "\(parts)。どのバイトも次のバイトの256倍で、合わせて \(value) です。"
    }
  }

  /// フラグのバイトを1ビットずつ。
  private func flagBits(_ set: TCPFlags, _ taken: TCPFlags) -> String {
    let bits = "\([set.rawValue].hex) は2進で \(set.rawValue.bitText)。左から CWR ECE URG ACK PSH RST SYN FIN です。"
    let wrong = TCPFlags.singles.filter { set.contains($0) != taken.contains($0) }.map {
      "\($0.names) は \([$0.rawValue].hex) で、そのビットは \(set.contains($0) ? 1 : 0) です。"
    }
    return bits + wrong.joined()
  }

  private func origin(_ by: String) -> String {
    switch by {
    case "stack": return "ホスト自身のTCP/IPスタック"
    case "ip": return "IP自身"
    default:
      let parts = by.split(separator: ":").map(String.init)
      return parts.count == 4 ? " \(parts[1]) のルール \(parts[3]) " : by
    }
  }

  private func tracking(_ outcome: TrackingOutcome, _ packet: String, _ isAnswer: Bool) -> String {
    let packet = packet == "UDP" ? "UDPデータグラム" : Self.icmpName(packet) ?? packet.joinedFlags
    let looked = packet.hasPrefix("ICMP") ? "アドレスと識別子" : "アドレスとポート"
    switch outcome.state {
    case .invalid where !outcome.saysNoConnection:
      return "パケットそのものに合わないところがあります。カーネル自身の言葉では: \(outcome.reason)。だから INVALID です。"
    case .invalid where outcome.reason.hasPrefix("quoted"): return "引用しているパケットが、知っているどの接続のものでもありません。だから INVALID です。"
    case .invalid where isAnswer: return "応答のもとになったパケットにエントリがないので、応答が付き添う相手もありません。\(packet) から接続は始まりません。だから INVALID です。"
    case .invalid: return "\(looked)の合うエントリがなく、\(packet) から接続は始まりません。だから INVALID です。"
    case .new: return "合うエントリがなく、\(packet) からは接続が始まりえます。エントリは新しく、パケットは NEW です。"
    case .established: return "エントリに合い、両方向のパケットが見られています (あるいはこれ自身が最初の返事です)。だから ESTABLISHED です。"
    case .related where outcome.master != nil: return "別の接続が予告し、ヘルパーが読み取った接続の始まりです。だから RELATED です。"
    case .related:
      return isAnswer
        ? "応答のもとになったパケットにはエントリがあります。そのためにホストが送るものは、そのエントリに付き添う RELATED です。"
        : "それ自身は接続の一部ではありませんが、知られた接続に付き添っています。だから RELATED です。"
    case .untracked: return "rawテーブルが追跡しないよう頼みました。だから UNTRACKED です。"
    }
  }

  func clue(_ clue: Clue) -> String {
    switch clue {
    case .lookAtBytes(let range): return "\(byteRange(range)) を見てください。"
    case .lookAtHeader(let protocolName, let shown): return "\(headerName(protocolName)) ヘッダの中です: \(byteRange(shown))。"
    case .fieldIs(let protocolName, let name, let offset, let count):
      return "\(fieldName(protocolName, name))は、そのヘッダの先頭から\(offset)バイト目に始まり、長さは\(count)バイトです。"
    case .bytesAre(let range, let bytes): return reading(range, bytes) + "。"
    case .hexDigits(let bytes):
      let parts = bytes.prefix(4).map { "\([$0].hex) は \($0)" }
      return "2桁の上は16の位、下は1の位です。\(parts.joined(separator: "、"))。"
        + (bytes.count > 1 && bytes.count <= 4 ? "前のバイトは次のバイトの256倍です。" : "")
    case .lookAtChain(let chain): return "\(chain) のルールを上から順に。どれかが歩みを終わらせるまで、1つずつ尋ねられます。"
    case .lookAtRule(_, let rule, let text): return "ルール \(rule) を見てください: \(text)"
    case .comparison(_, let rule, let comparison): return "ルール \(rule) の条件は \(comparison.condition)。このパケットではどうでしょう？"
    case .rulesBeforeFail(let chain, let count):
      return count == 0 ? "\(chain) のルール 1 から。成り立たない条件はありますか？" : "\(chain) の最初の\(count)個のルールは成り立ちません。"
    case .lookAtFlags(let packet): return "どんなパケットかを見てください: \(packet)。"
    case .entryExists(let exists): return exists ? "このパケットに合うエントリが接続追跡にあります。" : "このパケットに合うエントリは接続追跡にありません。"
    case .targetOf(_, let rule, let target): return "決めるのは \(target)。チェインの \(rule) 番目です。"
    case .logRuleFires(let fires):
      return fires ? "LOG のルールが発火します。パケットの向きは IN= と OUT= のどちらでしょう？" : "このパケットはどの LOG のルールまでたどり着くでしょうか。"
    case .insertBefore(let chain):
      return "iptables -I \(chain) N は今のルール N の前に新しいルールを入れ、-D \(chain) N はルール N を消します。iptables restore で初めに戻ります。"
    case .lookAtGoal(let goal, let packet):
      return "パケット \(packet + 1) をルールの中で歩かせて (until verdict)、何が妨げているか見てください: \(self.goal(goal))。"
    case .orderRule(let key):
      if key.hasPrefix("first-") { return "最初に出会うのは \(key.dropFirst(6)) です。" }
      return orderRules[key] ?? "順番はカーネルが決めています: raw、追跡、mangle、nat、filter。"
    }
  }

  private var orderRules: [String: String] {
    [
      "hooks": "まず PREROUTING、次にルーティング。このホスト宛てなら INPUT、よそ宛てなら FORWARD。ホストが送るものは OUTPUT から始まります。",
      "priorities": "1つのフックの中の順番はいつも raw、接続追跡、mangle、nat、filter。ないテーブルは飛ばします。",
      "state-invalid": "エントリがなければ、接続を始められるパケットだけがエントリを得ます。これはどうでしょう？",
      "state-new": "合うエントリはなく、このパケットは接続を始められます。",
      "state-established": "合うエントリがあり、その最初のパケットではありません。",
      "state-related": "エントリの一部ではないものの、それに付き添っています。",
      "state-untracked": "rawのルールがそう決めました。",
      "stack": "断るルールはありません。ホスト自身のスタックはこういうパケットに何と答えるでしょう？",
      "reset-with-ack": "RFC 9293: ACK付きのセグメントへのリセットは、その確認応答番号を自分のシーケンス番号にし、ACKは立てません。",
      "reset-without-ack": "RFC 9293: ACKのないセグメントへのリセットはシーケンス番号が0で、届いたものを確認応答します。",
      "routing": "ここで決めるのはルールではなくIPです。",
      "before-rules": "IPは自分でヘッダを確かめます。チェックサム、生存時間、宛先への経路です。",
      "stack-answers": "待ち受けているサービスはSYNに SYN/ACK で答えます。閉じたTCPポートはリセット、閉じたUDPポートはポート到達不能、エコー要求にはエコー応答です。",
      "log-only": "書くのは LOG をターゲットに持つルールだけです。ありますか？",
      "drop-is-silent": "決めるのは DROP です。DROP は誰に知らせるでしょう？",
      "no-answer": "断るものはなく、ホスト自身のスタックもこのパケットには何も言いません。",
      "icmp-answer": "どのICMPエラーかは --reject-with が決めます。指定がなければポート到達不能です。",
      "counters": "発火したルールはどれもパケットを数えます。尋ねられただけのルールは数えません。",
      "counters-policy": "ポリシーが数えるのは、どのルールも終わらせなかったパケットだけです。",
      "hping3-flags": "hping3 のフラグ: -S SYN、-A ACK、-F FIN、-R RST、-P PSH。組み合わせもできます。-1 は ICMP、-2 は UDP です。",
      "hping3-ports": "hping3 -c 1 で1個だけ送ります。-p は宛先ポート、-s は送信元ポート、-a は別の送り主のアドレスです。",
    ]
  }

  func howToAnswer(_ kind: String) -> String {
    switch kind {
    case "field_value": "記号か値で。10進でも 0x... でも"
    case "field_value:address": "記号か、192.0.2.1 のようにアドレスで"
    case "field_value:flags": "記号か、SYN, ACK のようにフラグの名で"
    case "field_value:flag": "記号か、1 か 0 で"
    case "field_bytes": "記号か、22-23 のようにバイトの範囲で"
    case "fires": "記号、ルールの番号、または policy で"
    case "why_not": "記号か条件そのもので"
    case "state": "記号か状態の名で"
    case "verdict": "記号か判定の名で"
    case "emits", "logs": "記号で。何もなければ nothing でも"
    case "table_order": "記号か、名前を順に並べて"
    case "counts": "記号か、3 5 や 3 policy のように番号で"
    case "repair": "iptables でルールを変えてから answer"
    case "craft": "hping3 -c 1 から始めて、コマンド全体で"
    default: "記号で"
    }
  }

  func right(_ choice: String) -> String { "正解: \(choice)" }
  func wrong(_ choice: String) -> String { "ちがいます: \(choice)" }
  func skipped(_ choice: String) -> String { "飛ばしました。答えは: \(choice)" }
  var unreadable: String { "答えとして読めないので、数えません。" }
  func hintHeading(_ rung: Int, of count: Int) -> String { "ヒント \(rung)/\(count)" }
}
