import Wire

extension ConnectionTracker {
  /// Translates addresses at a hook of the nat table; `traverse` asks the table's chain, which happens only for the
  /// first packet of a flow not yet translated in that direction (`nf_nat_inet_fn`).
  package func translate(_ packet: SocketBuffer, _ hook: Hook, traverse: () -> HookVerdict) -> HookVerdict {
    .accept
  }
}
