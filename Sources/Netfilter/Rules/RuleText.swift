extension Rule {
  /// The rule as `iptables-save` writes it, without `-A CHAIN` and without counters: `-p tcp -m tcp --dport 22 -j ACCEPT`.
  package var savedText: String {
    var text = ""
    for match in matches { text += " -m \(type(of: match).name)\(match.saved)" }
    switch action {
    case .none: break
    case .target(let target): text += " -j \(type(of: target).name)\(target.saved)"
    case .jump(let chain): text += " -j \(chain)"
    case .goto(let chain): text += " -g \(chain)"
    }
    return String(text.dropFirst())
  }
}
