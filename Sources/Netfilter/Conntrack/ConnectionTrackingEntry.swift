import Wire

/// One flow that connection tracking knows (`struct nf_conn`).
package final class ConnectionTrackingEntry {
  /// `ct->mark`, set by CONNMARK.
  package var mark: UInt32 = 0

  package init() {}
}
