/// `-j ACCEPT`: the packet passes this table at this hook.
package struct AcceptTarget: Target {
  package static let name = "ACCEPT"
  package static let isStandard = true
  package init() {}
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .accept }
}

/// `-j DROP`: the packet ends here, without a word to anybody.
package struct DropTarget: Target {
  package static let name = "DROP"
  package static let isStandard = true
  package init() {}
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .drop }
}

/// `-j RETURN`: on with the rule after the one that jumped here; in a built-in chain, the policy.
package struct ReturnTarget: Target {
  package static let name = "RETURN"
  package static let isStandard = true
  package init() {}
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .return }
}

/// `-j QUEUE`: handed to a program; without one listening, dropped.
package struct QueueTarget: Target {
  package static let name = "QUEUE"
  package static let isStandard = true
  package init() {}
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .queue }
}
