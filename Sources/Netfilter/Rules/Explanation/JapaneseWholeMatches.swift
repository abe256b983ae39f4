extension RuleSentences {
  /// Further matches whose options make sense only together, in Japanese.
  static let japaneseWholeMatches: [String: Composition] = [
    "connbytes": { options in
      let ends = (options["connbytes"] ?? "").split(separator: ":").map(String.init)
      let isInverted = options.isInverted("connbytes")
      let units = ["packets": "パケット", "bytes": "バイト"]
      let unit = units[options["connbytes-mode"] ?? ""] ?? "バイト"
      let first = ends.first ?? "0"
      let amount =
        ends.count == 2
        ? (isInverted ? "\(first) \(unit)未満か \(ends[1]) \(unit)より多い" : "\(first) から \(ends[1]) \(unit)")
        : "\(first) \(unit)\(isInverted ? "未満" : "以上")"
      let ways = ["original": "開いた向きに", "reply": "応答の向きに"]
      let way = ways[options["connbytes-dir"] ?? ""] ?? "両方の向きを合わせて"
      return options["connbytes-mode"] == "avgpkt"
        ? "接続が\(way)運んだ1パケット平均が \(amount)" : "接続が\(way)運んだ量が \(amount)"
    },
    "osf": { options in
      var text = "SYNが \(options["genre"] ?? "") の送るもの" + (options.isInverted("genre") ? "でない" : "")
      let checks = ["0": "TTLは隣からのもの", "1": "TTLはそれ以下", "2": "TTLは問わない"]
      let logs = ["0": "合うものをすべて記録", "1": "最初に合うものを記録", "2": "知っているものをすべて記録"]
      let notes = [options["ttl"].flatMap { checks[$0] }, options["log"].flatMap { logs[$0] }].compactMap { $0 }
      if !notes.isEmpty { text += " (\(notes.joined(separator: "、")))" }
      return text
    },
    "policy": { options in
      let way = options["dir"] == "out" ? "出ていくときに" : "入ってくるときに"
      guard options["pol"] != "none" else { return "\(way)IPsecがかかわっていない" }
      let names = [
        "reqid": "要求", "spi": "SPI", "proto": "プロトコル", "mode": "モード", "tunnel-src": "トンネルの始点",
        "tunnel-dst": "トンネルの終点",
      ]
      var steps: [[String]] = [[]]
      for option in options.options {
        if option.name == "next" { steps.append([]) }
        guard let name = names[option.name] else { continue }
        steps[steps.count - 1].append("\(name) \(option.values.joined(separator: " "))\(option.inverted ? " 以外" : "")")
      }
      let detail = steps.map { $0.joined(separator: "、") }.joined(separator: "。その次に ")
      let isStrict = options.has("strict") ? "ちょうど次のとおり: " : ""
      return "\(way)IPsecで守られている" + (detail.isEmpty ? "" : " (\(isStrict)\(detail))")
    },
    "rpfilter": { options in
      let isInverted = options.has("invert")
      var text = options.has("validmark") ? "マークも経路の選択に使って、" : ""
      if options.has("accept-local") { text += "このホスト自身の送信元も認めて、" }
      return text
        + (options.has("loose")
          ? "送信元へ戻る道が\(isInverted ? "ない" : "ある")"
          : "返事が、入ってきたインタフェースから出て\(isInverted ? "いかない" : "いく")")
    },
    "socket": { options in
      var text = options.has("nowildcard") ? "全アドレスで待つものも数えに入れて、" : ""
      text += "このホストの\(options.has("transparent") ? "透過" : "")ソケットが待っている"
      return text + (options.has("restore-skmark") ? " (ソケットのマークを引き継ぐ)" : "")
    },
    "time": { options in
      var parts: [String] = []
      if let start = options["timestart"], let stop = options["timestop"] {
        if start < stop {
          parts.append("時刻が \(start) から \(stop) まで")
        } else {
          let isContiguous = options.has("contiguous")
          parts.append("時刻が \(start) 以降か \(stop) まで" + (isContiguous ? " (夜中を過ぎても前の日の続きと数える)" : ""))
        }
      }
      if let days = options["weekdays"] { parts.append("曜日が \(japaneseList(days))") }
      if let days = options["monthdays"] { parts.append("日が \(japaneseList(days))") }
      if let start = options["datestart"] { parts.append("\(start) 以降") }
      if let stop = options["datestop"], stop != lastDate { parts.append("\(stop) まで") }
      guard !parts.isEmpty else { return "" }
      return parts.joined(separator: "、かつ") + (options.has("kerneltz") ? " (カーネルの時刻帯)" : " (協定世界時)")
    },
  ]

  /// Further targets whose options make sense only together, in Japanese.
  static let japaneseWholeTargets: [String: Composition] = [
    "RATEEST": { options in
      "流量の見積もり \(options["rateest-name"] ?? "") に数えます "
        + "(\(options["rateest-interval"] ?? "") ごと、\(options["rateest-ewmalog"] ?? "") の平均)"
    },
    "TCPOPTSTRIP": { options in
      options["strip-options"].map { "TCPオプション \(japaneseList($0, "と")) を消します" } ?? "そのままにします"
    },
  ]

  /// `Mon,Tue,Fri` with a word before the last.
  private static func japaneseList(_ text: String, _ last: String = "か") -> String {
    let parts = text.split(separator: ",")
    guard parts.count > 1, let end = parts.last else { return text }
    return "\(parts.dropLast().joined(separator: "、")) \(last) \(end)"
  }
}
