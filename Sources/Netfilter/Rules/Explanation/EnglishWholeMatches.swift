extension RuleSentences {
  /// Further matches whose options make sense only together, in English.
  static let englishWholeMatches: [String: Composition] = [
    "connbytes": { options in
      let ends = (options["connbytes"] ?? "").split(separator: ":").map(String.init)
      let isInverted = options.isInverted("connbytes")
      let amount =
        ends.count == 2
        ? "\(isInverted ? "less than" : "") \(ends[0]) \(isInverted ? "or more than" : "to") \(ends[1])"
        : "\(isInverted ? "less than" : "at least") \(ends.first ?? "0")"
      let ways = ["original": "the way it was opened", "reply": "the way back"]
      let way = ways[options["connbytes-dir"] ?? ""] ?? "both ways together"
      let given = amount.trimmingPrefix(while: { $0 == " " })
      switch options["connbytes-mode"] {
      case "packets": return "its connection has carried \(given) packets \(way)"
      case "avgpkt": return "packets of its connection hold \(given) bytes on average, \(way)"
      default: return "its connection has carried \(given) bytes \(way)"
      }
    },
    "osf": { options in
      let genre = options["genre"] ?? ""
      var text =
        options.isInverted("genre") ? "its SYN is not one that \(genre) sends" : "its SYN is one that \(genre) sends"
      let checks = ["0": "its TTL as from a neighbour", "1": "its TTL no more than that", "2": "whatever its TTL"]
      if let ttl = options["ttl"], let check = checks[ttl] { text += ", \(check)" }
      let logs = [
        "0": "all that fit being logged", "1": "the first that fits being logged", "2": "all known ones logged",
      ]
      if let log = options["log"], let what = logs[log] { text += ", \(what)" }
      return text
    },
    "policy": { options in
      let way = options["dir"] == "out" ? "as it goes out" : "as it came in"
      guard options["pol"] != "none" else { return "IPsec has no part in it \(way)" }
      let names = [
        "reqid": "request", "spi": "SPI", "proto": "protocol", "mode": "mode", "tunnel-src": "tunnel from",
        "tunnel-dst": "tunnel to",
      ]
      var steps: [[String]] = [[]]
      for option in options.options {
        if option.name == "next" { steps.append([]) }
        guard let name = names[option.name] else { continue }
        let value = option.values.joined(separator: " ")
        steps[steps.count - 1].append((option.inverted ? "not " : "") + "\(name) \(value)")
      }
      let detail = steps.map { $0.joined(separator: ", ") }.joined(separator: "; then ")
      let isStrict = options.has("strict") ? "exactly so: " : ""
      return "IPsec protects it \(way)" + (detail.isEmpty ? "" : " (\(isStrict)\(detail))")
    },
    "rpfilter": { options in
      let isInverted = options.has("invert")
      var text =
        options.has("loose")
        ? "there is \(isInverted ? "no" : "a") way back to its source"
        : "its answer would \(isInverted ? "not " : "")leave by the interface it came in by"
      if options.has("validmark") { text += ", its mark deciding on the way too" }
      if options.has("accept-local") { text += ", sources of this host itself being let through" }
      return text
    },
    "socket": { options in
      var text = "\(options.has("transparent") ? "a transparent" : "a") socket of this host waits for it"
      if options.has("nowildcard") { text += ", those that listen on every address counting too" }
      if options.has("restore-skmark") { text += ", and it takes over the socket's mark" }
      return text
    },
    "time": { options in
      var parts: [String] = []
      if let start = options["timestart"], let stop = options["timestop"] {
        // Fixed width: the order of the text is that of the time.
        if start < stop {
          parts.append("the time of day is from \(start) to \(stop)")
        } else {
          let isContiguous = options.has("contiguous")
          parts.append(
            "the time of day is \(start) or later, or not past \(stop)"
              + (isContiguous ? " (which still counts as the evening before)" : ""))
        }
      }
      if let days = options["weekdays"] { parts.append("the day of the week is \(englishList(days))") }
      if let days = options["monthdays"] { parts.append("the day of the month is \(englishList(days))") }
      if let start = options["datestart"] { parts.append("it is not before \(start)") }
      if let stop = options["datestop"], stop != lastDate { parts.append("it is not after \(stop)") }
      guard !parts.isEmpty else { return "" }
      return parts.joined(separator: " and ")
        + (options.has("kerneltz") ? " (by the kernel's own time zone)" : " (UTC)")
    },
  ]

  /// The last second that iptables can say: no limit.
  static let lastDate = "2038-01-19T03:14:07"

  /// Further targets whose options make sense only together, in English.
  static let englishWholeTargets: [String: Composition] = [
    "RATEEST": { options in
      "is counted by the rate estimator \(options["rateest-name"] ?? "") "
        + "(every \(options["rateest-interval"] ?? ""), averaged over \(options["rateest-ewmalog"] ?? ""))"
    },
    "TCPOPTSTRIP": { options in
      options["strip-options"].map { "has the TCP options \(englishList($0, "and")) blanked out" } ?? "is left as it is"
    },
  ]

  /// `Mon,Tue,Fri` as `Mon, Tue or Fri`.
  private static func englishList(_ text: String, _ last: String = "or") -> String {
    let parts = text.split(separator: ",")
    guard parts.count > 1, let end = parts.last else { return text }
    return "\(parts.dropLast().joined(separator: ", ")) \(last) \(end)"
  }
}
