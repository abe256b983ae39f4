import Wire

extension NetworkNamespace {
  /// Asks a table's built-in chain of a hook about a packet (`ipt_do_table`).
  package func traverse(_ table: LoadedTable, _ hook: Hook, _ packet: SocketBuffer) -> HookVerdict {
    guard let base = table[hook.rawValue] else { return .accept }
    let context = PacketContext(namespace: self, packet: packet, table: table.name, hook: hook)
    inspector?(table, context)
    // Without a watcher, and with every byte known, what the header's numbers rule out need not be looked at closer.
    let mayScreen = context.comparisons == nil && packet.unknown.isEmpty
    var chain = base
    var index = 0
    // Where to go on when a chain that was jumped to ends.
    var returns: [(chain: LoadedChain, index: Int)] = []

    while true {
      if mayScreen { index = chain.firstCandidate(from: index, context.address) }
      guard index < chain.rules.count else {
        if chain === base { return applyPolicy(chain, context) }
        noteEnd(of: chain, .return, context)
        guard let back = returns.popLast() else { return applyPolicy(base, context) }
        (chain, index) = back
        continue
      }
      let rule = chain.rules[index]
      index += 1
      context.chain = chain.name
      context.ruleNumber = index
      switch matches(rule, context) {
      case .holds: break
      case .fails:
        if context.dropsAfterRule { return .drop }
        continue
      case .hotdrop: return .drop
      case .notModelled(let what):
        packet.walk.cannotModel(what)
        return .unknown
      }
      rule.counters.count(packet.length)
      packet.walk.path.append(step(.rule, context))

      switch rule.action {
      case .none:
        note(rule, context, matched: true, result: .next)
      case .jump, .goto:
        note(rule, context, matched: true, result: nil)
        guard let target = rule.targetChain else { return .drop }
        if case .jump = rule.rule.action { returns.append((chain, index)) }
        (chain, index) = (table.chains[target], 0)
      case .target(let target):
        note(rule, context, matched: true, result: nil)
        let visit = packet.walk.isRecording ? packet.walk.events.count - 1 : nil
        let result = target.run(context, rule.targetState)
        if result == .next { context.readAddress() }
        if let visit { setResult(result, ofVisit: visit, packet.walk) }
        switch result {
        case .next: break
        case .accept: return context.dropsAfterRule ? .drop : .accept
        case .drop: return .drop
        case .reject: return .reject
        case .queue: return .queue
        case .stolen: return .stolen
        case .return:
          if context.dropsAfterRule { return .drop }
          guard let back = returns.popLast() else { return applyPolicy(base, context) }
          (chain, index) = back
        case .notModelled(let what):
          packet.walk.cannotModel(what)
          return .unknown
        }
      }
      if context.dropsAfterRule { return .drop }
    }
  }

  /// Whether a rule's header and all its matches hold, asked in the kernel's order up to the first that does not.
  private func matches(_ rule: LoadedRule, _ context: PacketContext) -> MatchResult {
    if context.comparisons != nil { context.comparisons = [] }
    var result = rule.header.evaluate(context)
    var next = 0
    while result == .holds, next < rule.matches.count {
      result = rule.matches[next].evaluate(context, rule.matchStates[next])
      next += 1
    }
    if result != .holds { note(rule, context, matched: false, result: nil) }
    return result
  }

  private func applyPolicy(_ chain: LoadedChain, _ context: PacketContext) -> HookVerdict {
    chain.counters.count(context.packet.length)
    noteEnd(of: chain, .policy, context)
    return chain.policy == .drop ? .drop : .accept
  }

  private func noteEnd(of chain: LoadedChain, _ kind: PathStep.Kind, _ context: PacketContext) {
    let step = PathStep(table: context.table, chain: chain.name, kind: kind, number: chain.rules.count + 1)
    let walk = context.packet.walk
    walk.path.append(step)
    let text = chain.policy?.rawValue ?? ReturnTarget.name
    let result: TargetResult = chain.policy.map { $0 == .drop ? .drop : .accept } ?? .return
    walk.record(
      .visit(RuleVisit(hook: context.hook, step: step, comparisons: [], matched: true, text: text, result: result)))
  }

  private func step(_ kind: PathStep.Kind, _ context: PacketContext) -> PathStep {
    PathStep(table: context.table, chain: context.chain, kind: kind, number: context.ruleNumber)
  }

  private func note(_ rule: LoadedRule, _ context: PacketContext, matched: Bool, result: TargetResult?) {
    guard let comparisons = context.comparisons else { return }
    context.packet.walk.record(
      .visit(
        RuleVisit(
          hook: context.hook, step: step(.rule, context), comparisons: comparisons, matched: matched,
          text: rule.text, result: result)))
  }

  private func setResult(_ result: TargetResult, ofVisit index: Int, _ walk: Walk) {
    guard index < walk.events.count, case .visit(var visit) = walk.events[index] else { return }
    visit.result = result
    walk.events[index] = .visit(visit)
  }
}
