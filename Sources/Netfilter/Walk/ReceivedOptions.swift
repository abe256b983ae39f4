/// What the options of a received IPv4 header ask of this host (`struct ip_options`). Offsets count from the first byte
/// of the header.
package struct ReceivedOptions: Sendable, Hashable {
  package var recordRoute: Int?
  /// The last address recorded is to be that by which the packet leaves.
  package var recordRouteNeedsAddress = false
  package var timestamp: Int?
  package var timestampNeedsAddress = false
  package var timestampNeedsTime = false
  package var sourceRoute: Int?
  /// CIPSO, the label of a commercial security option.
  package var securityLabel: Int?
  /// The header was changed and its checksum not made to fit again, which is done for packets that go on alone.
  package var isChanged = false

  package init() {}
}
