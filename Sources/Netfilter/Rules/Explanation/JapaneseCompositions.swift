extension RuleSentences {
  /// Matches that Japanese says as a whole.
  static let japaneseCompositions: [String: Composition] = [
    "limit": { options in
      "\(japaneseRate(options["limit"] ?? "")) (一度に \(options["limit-burst"] ?? "5") 個) の制限内"
    },
    "hashlimit": { options in
      let isAbove = options.has("hashlimit-above")
      let rate = japaneseRate(options["hashlimit-above"] ?? options["hashlimit-upto"] ?? "")
      var text = ""
      if let mode = options["hashlimit-mode"] {
        let names = ["srcip": "送信元アドレス", "srcport": "送信元ポート", "dstip": "宛先アドレス"]
        text = mode.split(separator: ",").map { names[String($0)] ?? "宛先ポート" }.joined(separator: "と") + "ごとに"
      }
      if let length = options["hashlimit-srcmask"] { text += " (送信元は /\(length) をまとめて)" }
      if let length = options["hashlimit-dstmask"] { text += " (宛先は /\(length) をまとめて)" }
      text += rate
      if options.has("hashlimit-rate-match") {
        text += " (\(options["hashlimit-rate-interval"] ?? "1") 秒間で測る)"
      } else if options["hashlimit-burst"] != nil || !rate.contains("b/") {
        text += " (一度に \(options["hashlimit-burst"] ?? "5") まで)"
      }
      return text + (isAbove ? " を超える" : " を超えない") + " (表 \(options["hashlimit-name"] ?? ""))"
    },
    "connlimit": { options in
      let isAbove = options.has("connlimit-above")
      let count = options["connlimit-above"] ?? options["connlimit-upto"] ?? ""
      let end = options.has("connlimit-daddr") ? "宛先" : "送信元"
      let length = options["connlimit-mask"] ?? "32"
      let place = length == "32" ? "\(end)アドレスの" : length == "0" ? "全体の" : "\(end)の /\(length) ネットワークの"
      return "\(place)接続が \(count) 本\(isAbove ? "より多い" : "以下")"
    },
    "recent": { options in
      let action = options.first(of: ["set", "rcheck", "update", "remove"]) ?? "set"
      let address = options.has("rdest") ? "宛先アドレス" : "送信元アドレス"
      var place = "リスト \(options["name"] ?? "") "
      if let mask = options["mask"], mask != "255.255.255.255" { place += "(マスク \(mask) で比べる) " }
      var seen = ""
      if let seconds = options["seconds"] { seen += "、この \(seconds) 秒に" }
      if let count = options["hitcount"] { seen += (seen.isEmpty ? "、" : " ") + "\(count) 回以上" }
      if options.has("rttl") { seen += "、同じTTLで" }
      let isInverted = options.isInverted(action)
      switch action {
      case "set":
        let text = "\(address)を\(place)に載せる"
        return isInverted ? text + " (「!」なので決して成り立たない)" : text
      case "remove":
        return isInverted ? "\(address)が\(place)にない (あれば外す)" : "\(address)が\(place)にある (そして外す)"
      default:
        let isOn = seen.isEmpty ? (isInverted ? "ない" : "ある") : "\(seen)載って\(isInverted ? "いない" : "いる")"
        return "\(address)が\(place)に\(isOn)"
          + (action == "update" ? " (そして載せ直す)" : "") + (options.has("reap") ? " (古いものは忘れる)" : "")
      }
    },
    "statistic": { options in
      if let probability = options["probability"] {
        return options.isInverted("probability") ? "確率 \(probability) のくじに当たらない" : "確率 \(probability) のくじに当たる"
      }
      let text = "\(options["every"] ?? "") 個に1個 (\(options["packet"] ?? "0") 番から数える) "
      return options.isInverted("every") ? text + "でない" : text + "に当たる"
    },
    "mark mark": { options in japaneseBits(options, "mark", "マーク") },
    "connmark mark": { options in japaneseBits(options, "mark", "接続のマーク") },
    "tos tos": { options in japaneseBits(options, "tos", "TOS") },
    "sctp chunk-types": { options in
      let values = options.values("chunk-types")
      let kinds = (values.last ?? "").split(separator: ",").joined(separator: "、")
      let isInverted = options.isInverted("chunk-types")
      switch values.first {
      case "any": return "\(kinds) のどれかのチャンクが\(isInverted ? "ない" : "ある")"
      case "all": return "\(kinds) のチャンクがすべて\(isInverted ? "そろってはいない" : "ある")"
      default: return "\(kinds) のほかのチャンクが\(isInverted ? "ある" : "ない")"
      }
    },
    "tcp tcp-flags": { options in
      let lists = options.values("tcp-flags").map { $0.split(separator: ",").joined(separator: "、") }
      guard lists.count == 2 else { return "" }
      let (mask, set) = (lists[0], lists[1])
      let isInverted = options.isInverted("tcp-flags")
      if mask == "NONE" { return isInverted ? "フラグが求めるとおりでない" : "フラグは何でもよい" }
      if mask == set {
        guard mask.contains("、") else { return "\(mask) が立って\(isInverted ? "いない" : "いる")" }
        return "\(mask) がすべて立って\(isInverted ? "いるのでない" : "いる")"
      }
      if set == "NONE" { return isInverted ? "\(mask) のどれかが立っている" : "\(mask) のどれも立っていない" }
      return "\(mask) のうち \(set) だけが立って\(isInverted ? "いるのでない" : "いる")"
    },
  ]

  /// Targets whose values Japanese puts into words.
  static let japaneseEffectCompositions: [String: Composition] = [
    "CT": { options in
      if options.has("notrack") { return "接続追跡にかけません" }
      let orders = [
        ("zone", "ゾーン"), ("zone-orig", "開いた向きのゾーン"), ("zone-reply", "応答のゾーン"), ("helper", "ヘルパー"),
        ("timeout", "期限の方針"), ("ctevents", "知らせる出来事"), ("expevents", "知らせる予期"),
      ].compactMap { name, words in options[name].map { "\(words) \($0)" } }
      return "接続追跡に" + (orders.isEmpty ? "ふつうどおり" : "指示を付けて") + "かけます"
        + (orders.isEmpty ? "" : " (\(orders.joined(separator: "、")))")
    },
    "MARK": { options in japaneseChange(options["set-xmark"] ?? "", of: "マーク", bits: 32) },
    "CONNMARK": { options in
      var text = "マークを接続に写します"
      if let change = options["set-xmark"] {
        text = japaneseChange(change, of: "接続のマーク", bits: 32)
      } else if options.has("restore-mark") {
        text = "接続のマークを引き継ぎます"
      }
      let masks = [options["nfmask"], options["ctmask"]].compactMap { $0 }
      if masks.contains(where: { $0 != "0xffffffff" }) {
        text += " (パケットのマスク \(masks.first ?? "")、接続のマスク \(masks.last ?? ""))"
      }
      for (side, name) in [("left", "左"), ("right", "右")] {
        if let bits = options["\(side)-shift-mark"] { text += " (\(name)へ \(bits) ビットずらします)" }
      }
      return text
    },
    "TOS": { options in japaneseChange(options["set-tos"] ?? "", of: "TOS", bits: 8) },
  ]

  /// A mark that has a value, or has it under a mask.
  private static func japaneseBits(_ options: ExtensionOptions, _ name: String, _ what: String) -> String {
    let parts = (options[name] ?? "").split(separator: "/")
    let end = options.isInverted(name) ? " でない" : ""
    guard parts.count == 2, parts[1] != "0xff" || name != "tos" else { return "\(what)が \(parts.first ?? "")\(end)" }
    return "マスク \(parts[1]) で見た\(what)が \(parts[0])\(end)"
  }

  private static func japaneseChange(_ text: String, of what: String, bits: Int) -> String {
    switch BitChange(text, bits: bits) {
    case .set(let value): "\(what)を \(value) にします"
    case .raise(let value): "\(what)のビット \(value) を1にします"
    case .clear(let mask): "\(what)のビット \(mask) を0にします"
    case .flip(let value): "\(what)のビット \(value) を反転します"
    case .change(let value, let mask): "\(what)のビット \(mask) を0にし、ビット \(value) を反転します"
    case nil: "\(what)を変えます (\(text))"
    }
  }

  /// `3/hour` as so many in an hour.
  private static func japaneseRate(_ text: String) -> String {
    let parts = text.split(separator: "/").map(String.init)
    let units = ["sec": "1秒", "min": "1分", "hour": "1時間", "day": "1日"]
    guard parts.count == 2, let unit = units[parts[1]] else { return text }
    return "\(unit)に \(parts[0]) 個"
  }
}
