/// `-j CHECKSUM`: fills in a checksum that was left to the network card (`net/netfilter/xt_CHECKSUM.c`). A captured
/// packet's checksums have been filled in, so nothing changes.
package struct ChecksumTarget: Target {
  package static let name = "CHECKSUM"
  package static let options = [OptionDefinition("checksum-fill", argument: .none, mandatory: true)]
  package static let tables: [TableName] = [.mangle]
  package init() {}
  package var saved: String { " --checksum-fill" }

  package func listed(numeric: Bool) -> String { " CHECKSUM fill" }
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .next }
}
