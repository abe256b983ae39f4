extension RuleSentences {
  /// Matches that English says as a whole.
  static let englishCompositions: [String: Composition] = [
    "limit": { options in
      "it is within a limit of \(englishRate(options["limit"] ?? "")), \(options["limit-burst"] ?? "5") at once"
    },
    "hashlimit": { options in
      let isAbove = options.has("hashlimit-above")
      let rate = englishRate(options["hashlimit-above"] ?? options["hashlimit-upto"] ?? "")
      var text = isAbove ? "more than \(rate) come" : "no more than \(rate) come"
      if let mode = options["hashlimit-mode"] {
        let names = ["srcip": "source address", "srcport": "source port", "dstip": "destination address"]
        let keys = mode.split(separator: ",").map { names[String($0)] ?? "destination port" }
        text += " for each \(keys.joined(separator: " and "))"
      }
      if let length = options["hashlimit-srcmask"] { text += ", sources of one /\(length) counting as one" }
      if let length = options["hashlimit-dstmask"] { text += ", destinations of one /\(length) counting as one" }
      if options.has("hashlimit-rate-match") {
        text += ", measured over \(options["hashlimit-rate-interval"] ?? "1") s"
      } else if options["hashlimit-burst"] != nil || !rate.contains("b/") {
        text += ", \(options["hashlimit-burst"] ?? "5") at once"
      }
      return text + " (table \(options["hashlimit-name"] ?? ""))"
    },
    "connlimit": { options in
      let isAbove = options.has("connlimit-above")
      let count = options["connlimit-above"] ?? options["connlimit-upto"] ?? ""
      let end = options.has("connlimit-daddr") ? "to its destination" : "from its source"
      let length = options["connlimit-mask"] ?? "32"
      let place = length == "32" ? "\(end) address" : length == "0" ? "in all" : "\(end)'s /\(length) network"
      return "\(isAbove ? "more" : "no more") than \(count) connections are open \(place)"
    },
    "recent": { options in
      let action = options.first(of: ["set", "rcheck", "update", "remove"]) ?? "set"
      let address = options.has("rdest") ? "destination address" : "source address"
      var place = "the list \(options["name"] ?? "")"
      if let mask = options["mask"], mask != "255.255.255.255" { place += " (compared under the mask \(mask))" }
      var seen = ""
      if let count = options["hitcount"] { seen += ", seen at least \(count) times" }
      if let seconds = options["seconds"] { seen += "\(seen.isEmpty ? ", seen" : "") within the last \(seconds) s" }
      if options.has("rttl") { seen += ", with the same TTL" }
      let isInverted = options.isInverted(action)
      switch action {
      case "set":
        let text = "its \(address) is put on \(place)"
        return isInverted ? text + " (and `!' makes that never true)" : text
      case "remove":
        return isInverted
          ? "its \(address) is not on \(place) (else it is taken off)"
          : "its \(address) is on \(place) (and is taken off)"
      default:
        let text = isInverted ? "it is not so that its \(address) is on \(place)" : "its \(address) is on \(place)"
        return text + seen + (action == "update" ? " (and is noted again)" : "")
          + (options.has("reap") ? ", older ones being forgotten" : "")
      }
    },
    "statistic": { options in
      if let probability = options["probability"] {
        return options.isInverted("probability")
          ? "chance does not pick it (probability \(probability))" : "chance picks it (probability \(probability))"
      }
      let text = "one of every \(options["every"] ?? ""), counting from number \(options["packet"] ?? "0")"
      return options.isInverted("every") ? "it is not \(text)" : "it is \(text)"
    },
    "mark mark": { options in englishBits(options, "mark", "its mark") },
    "connmark mark": { options in englishBits(options, "mark", "its connection's mark") },
    "tos tos": { options in englishBits(options, "tos", "its type of service") },
    "sctp chunk-types": { options in
      let values = options.values("chunk-types")
      let kinds = (values.last ?? "").split(separator: ",").map(String.init)
      let isInverted = options.isInverted("chunk-types")
      switch values.first {
      case "any": return "it has \(isInverted ? "no" : "a") chunk of the kind \(englishList(kinds, "or"))"
      case "all": return "it has \(isInverted ? "not all of the" : "all of the") chunks \(englishList(kinds, "and"))"
      default: return "it has \(isInverted ? "other chunks than" : "no chunks but") \(englishList(kinds, "and"))"
      }
    },
    "tcp tcp-flags": { options in
      let lists = options.values("tcp-flags").map { $0.split(separator: ",").map(String.init) }
      guard lists.count == 2 else { return "" }
      let (mask, set) = (lists[0], lists[1])
      let isInverted = options.isInverted("tcp-flags")
      if mask == ["NONE"] { return isInverted ? "its flags are not as asked" : "its flags do not matter" }
      if mask.sorted() == set.sorted() {
        let names = englishList(mask, "and")
        guard mask.count > 1 else { return "\(names) is \(isInverted ? "not " : "")set" }
        return "\(names) are \(isInverted ? "not all" : "all") set"
      }
      if set == ["NONE"] { return "\(isInverted ? "some" : "none") of \(englishList(mask, "and")) is set" }
      let text = "of \(englishList(mask, "and")) just \(englishList(set, "and")) \(set.count > 1 ? "are" : "is") set"
      return isInverted ? "it is not so that \(text)" : text
    },
  ]

  /// Targets whose values English puts into words.
  static let englishEffectCompositions: [String: Composition] = [
    "CT": { options in
      if options.has("notrack") { return "is kept from connection tracking" }
      let orders = [
        ("zone", "in the zone"), ("zone-orig", "the way it was opened in the zone"),
        ("zone-reply", "the way back in the zone"),
        ("helper", "with the helper"), ("timeout", "with the timeout policy"), ("ctevents", "telling of the events"),
        ("expevents", "telling of the expectation events"),
      ].compactMap { name, words in options[name].map { "\(words) \($0)" } }
      return "is tracked" + (orders.isEmpty ? " as usual" : " " + orders.joined(separator: ", "))
    },
    "MARK": { options in englishChange(options["set-xmark"] ?? "", of: "its mark", bits: 32) },
    "CONNMARK": { options in
      var text = "has its mark copied to its connection"
      if let change = options["set-xmark"] {
        text = englishChange(change, of: "its connection's mark", bits: 32)
      } else if options.has("restore-mark") {
        text = "takes over its connection's mark"
      }
      let masks = [options["nfmask"], options["ctmask"]].compactMap { $0 }
      if masks.contains(where: { $0 != "0xffffffff" }) {
        text += " (mask \(masks.first ?? "") of the packet's, \(masks.last ?? "") of the connection's)"
      }
      for side in ["left", "right"] {
        if let bits = options["\(side)-shift-mark"] { text += ", shifted \(side) by \(bits)" }
      }
      return text
    },
    "TOS": { options in englishChange(options["set-tos"] ?? "", of: "its type of service", bits: 8) },
  ]

  /// `its mark is 0x1`, or under a mask.
  private static func englishBits(_ options: ExtensionOptions, _ name: String, _ what: String) -> String {
    let parts = (options[name] ?? "").split(separator: "/")
    let verb = options.isInverted(name) ? "is not" : "is"
    guard parts.count == 2, parts[1] != "0xff" || name != "tos" else { return "\(what) \(verb) \(parts.first ?? "")" }
    return "\(what) under the mask \(parts[1]) \(verb) \(parts[0])"
  }

  private static func englishChange(_ text: String, of what: String, bits: Int) -> String {
    switch BitChange(text, bits: bits) {
    case .set(let value): "has \(what) set to \(value)"
    case .raise(let value): "has the bits \(value) of \(what) set"
    case .clear(let mask): "has the bits \(mask) of \(what) cleared"
    case .flip(let value): "has the bits \(value) of \(what) flipped"
    case .change(let value, let mask): "has the bits \(mask) of \(what) cleared, then the bits \(value) flipped"
    case nil: "has \(what) changed (\(text))"
    }
  }

  /// `3/hour` as `3 an hour`.
  private static func englishRate(_ text: String) -> String {
    let parts = text.split(separator: "/").map(String.init)
    let units = ["sec": "a second", "min": "a minute", "hour": "an hour", "day": "a day"]
    guard parts.count == 2, let unit = units[parts[1]] else { return text }
    return "\(parts[0]) \(unit)"
  }

  private static func englishList(_ parts: [String], _ last: String) -> String {
    guard parts.count > 1, let end = parts.last else { return parts.first ?? "" }
    return "\(parts.dropLast().joined(separator: ", ")) \(last) \(end)"
  }
}
