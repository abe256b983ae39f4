/// All extensions by name: adding one is a file and a line here.
package enum ExtensionRegistry {
  package static let matches: [any Match.Type] = [
    AddrtypeMatch.self,
    AHMatch.self,
    CommentMatch.self,
    ConnbytesMatch.self,
    ConnlimitMatch.self,
    ConnmarkMatch.self,
    ConntrackMatch.self,
    DSCPMatch.self,
    ECNMatch.self,
    ESPMatch.self,
    HashlimitMatch.self,
    ICMPMatch.self,
    IprangeMatch.self,
    LengthMatch.self,
    LimitMatch.self,
    MACMatch.self,
    MarkMatch.self,
    MultiportMatch.self,
    PkttypeMatch.self,
    QuotaMatch.self,
    RecentMatch.self,
    SCTPMatch.self,
    StateMatch.self,
    StatisticMatch.self,
    StringMatch.self,
    TCPMatch.self,
    TCPMSSMatch.self,
    TimeMatch.self,
    TOSMatch.self,
    TTLMatch.self,
    U32Match.self,
    UDPMatch.self,
  ]

  package static let targets: [any Target.Type] = [
    AcceptTarget.self,
    AuditTarget.self,
    ChecksumTarget.self,
    ClassifyTarget.self,
    ConnmarkTarget.self,
    CTTarget.self,
    DNATTarget.self,
    DropTarget.self,
    DSCPTarget.self,
    ECNTarget.self,
    LogTarget.self,
    MarkTarget.self,
    MasqueradeTarget.self,
    NetmapTarget.self,
    NFLOGTarget.self,
    NFQUEUETarget.self,
    NotrackTarget.self,
    QueueTarget.self,
    RedirectTarget.self,
    RejectTarget.self,
    ReturnTarget.self,
    SNATTarget.self,
    SynproxyTarget.self,
    TCPMSSTarget.self,
    TCPOptstripTarget.self,
    TeeTarget.self,
    TOSTarget.self,
    TproxyTarget.self,
    TraceTarget.self,
    TTLTarget.self,
    ULOGTarget.self,
  ]

  /// The match called `name`.
  package static func match(_ name: String) -> (any Match.Type)? { matchesByName[name] }
  /// The target called `name`.
  package static func target(_ name: String) -> (any Target.Type)? { targetsByName[name] }

  private static let matchesByName = Dictionary(matches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  private static let targetsByName = Dictionary(targets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
