import Netfilter

extension SimulatedHost {
  /// With tracking on, fragments are put together before any table sees them (`nf_defrag_ipv4`); `false` while the
  /// packet is held.
  func reassembleForTracking(_ packet: SocketBuffer) -> Bool { true }

  /// What is delivered is whole (`ip_local_deliver`); `false` while the packet is held.
  func reassembleForDelivery(_ packet: SocketBuffer) -> Bool { true }
}
