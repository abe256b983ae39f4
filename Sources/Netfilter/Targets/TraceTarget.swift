/// `-j TRACE`: the kernel logs every rule the packet matches from here on; a walk's path is that log.
package struct TraceTarget: Target {
  package static let name = "TRACE"
  package static let tables: [TableName] = [.raw]
  package init() {}
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .next }
}
