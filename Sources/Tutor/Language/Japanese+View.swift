import Netfilter

extension Japanese {
  func label(_ label: ViewLabel) -> String {
    switch label {
    case .bytes: "バイト"
    case .fields: "フィールド"
    case .step: "ステップ"
    case .question: "問い"
    case .more: "続きがあります: j と k で上下"
    case .connection(let state): "接続: \(state.rawValue)"
    case .noEntry: "エントリなし"
    case .help: "キー"
    case .anyKey: "どのキーでも戻ります"
    case .working: "計算中です。Ctrl-C で止まります"
    }
  }

  func viewKeys(hasQuestion: Bool) -> [String] {
    guard !hasQuestion else {
      return ["文字で答える (または打ち込む)  h ヒント  : skip など  ← 戻る  q 終わる", "答える  h ヒント  : 命令  q 終わる"]
    }
    return [
      "スペース 次へ  ← 戻る  ↑↓ ルール  PgUp/PgDn パケット  Home/End 端へ  / 探す  : 命令  Tab 枠  ? 助け  q 終わる",
      "スペース 次へ  ← 戻る  ↑↓ ルール  / 探す  : 命令  ? 助け  q 終わる", "スペース 次へ  ← 戻る  ? 助け  q 終わる", "スペース ? q",
    ]
  }

  var viewHelp: [(keys: String, meaning: String)] {
    [
      ("スペース、→、Enter", "1ステップ進む"), ("←、b", "1ステップ戻る"), ("↑、↓", "前のルール、次のルールへ"),
      ("PgUp、PgDn", "前のパケット、次のパケットへ"), ("Home、End", "最初のパケット、最後のパケットへ"),
      ("/", "この先にある言葉を探す。n でもう一度"), (":", "プロンプトと同じコマンド"),
      ("文字", "問いが開いていれば答え、そうでなければコマンドの始まり"), ("h", "ヒント"),
      ("Tab", "別の枠を広げる。j と k で文を上下に送る"), ("q", "この画面 (ここから始めたならプログラム) を終わる"),
      ("[ ]", "いま見ているバイト、フィールド"), ("( )", "同じルールが先に読んだもの"), ("+", "前のステップから変わったもの"),
      ("45·00 のつなぎ", "読み解いたバイト"), ("--", "投稿の前に伏せられたもの"), ("??", "キャプチャにないもの"), (">", "いまのルール"),
      ("-", "通り過ぎた (発火しなかった) ルール"), ("*", "発火したルール"),
    ]
  }

  func plain(_ fact: PlainFact) -> String {
    switch fact {
    case .bytes(let range, let digits, let current):
      return "\(byteRange(range)): \(digits)" + (current.map { "。いま見ているのは\(byteRange($0))" } ?? "")
    case .field(let bytes, let digits, let name, let value): return "\(byteRange(bytes)): \(digits)、\(name) \(value)"
    case .ruleAtHand(let table, let chain, let number, let count, let text):
      return "\(table.rawValue) \(chain)、" + (number.map { "ルール \($0)/\(count)" } ?? "チェインの終わり") + ": \(text)"
    case .rule(let number, let text, let isCurrent, let fired):
      let what = number.map { "ルール \($0)" } ?? "チェインの終わり"
      let state = isCurrent ? " (いまここ)" : fired.map { $0 ? " (発火)" : " (通過)" } ?? ""
      return "\(what)\(state): \(text)"
    }
  }
}
