/// Protocols whose entries may clash without loss: two packets may well begin one flow at once (`allow_clash`).
enum ClashRule {
  /// ICMP, TCP and SCTP; all others allow it.
  private static let refusing: Set<UInt8> = [1, 6, 132]

  static func allows(_ protocolNumber: UInt8) -> Bool { !refusing.contains(protocolNumber) }
}
