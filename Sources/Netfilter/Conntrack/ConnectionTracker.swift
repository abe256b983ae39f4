import Wire

/// Connection tracking of one network namespace (`net/netfilter/nf_conntrack_core.c`).
package final class ConnectionTracker {
  package unowned(safe) let namespace: NetworkNamespace

  package init(namespace: NetworkNamespace) { self.namespace = namespace }

  /// Finds or makes the packet's entry and sets its connection and info, at PREROUTING and OUTPUT, priority -200
  /// (`nf_conntrack_in`). Packets that carry an entry already or are untracked are left as they are.
  package func track(_ packet: SocketBuffer, _ hook: Hook) -> HookVerdict { .accept }

  /// Enters the packet's new entry into the table once nothing dropped it, at INPUT and POSTROUTING, last of all
  /// (`nf_conntrack_confirm`).
  package func confirm(_ packet: SocketBuffer, _ hook: Hook) -> HookVerdict { .accept }

  /// Translates addresses at a hook of the nat table; `traverse` asks the table's chain, which happens only for the
  /// first packet of a flow not yet translated in that direction (`nf_nat_inet_fn`).
  package func translate(_ packet: SocketBuffer, _ hook: Hook, traverse: () -> HookVerdict) -> HookVerdict {
    .accept
  }

  /// REJECT answered with a RST: the packet's TCP connection is as good as closed (`nf_conntrack_tcp_set_closing`).
  package func setClosing(_ packet: SocketBuffer) {}
}
