/// What lines that belong together have told of one connection: those whose `<F-MLFID>` holds the same text
/// (`jail.conf(5)`). A user named in one line and an address in another make one failure.
struct ConnectionMemory {
  typealias Groups = [(name: String, value: String?)]

  private struct Record {
    var groups: Groups
    /// Everybody who was named.
    var users: Set<String>
    /// A failure was told of, but not yet whose.
    var isPending = false
    /// The lines that make the failure, and those that would if one came.
    var lines: [String] = []
    var harmlessLines: [String] = []
    /// When it is forgotten, in seconds since 1970.
    let end: Double
  }

  /// Connections kept at once, the oldest going first, and seconds that one is kept.
  private static let most = 100
  private static let lifetime: Double = 300

  private var records: [String: Record] = [:]
  private var order: [String] = []

  /// Adds what a line tells of the connection `id`, and gives back all that is known of it, with the lines that tell so.
  ///
  /// `nofail` of the answer says that the line is no failure: a login that went well, or a line that only goes with
  /// another. It does not count where a failure waits for its address, or where several users were tried.
  mutating func merge(_ given: Groups, of id: String, line: String, now: Double) -> (groups: Groups, lines: [String]) {
    var told = given
    var hasGained = Self.value("mlfgained", of: told) != nil
    if hasGained, Self.value("nofail", of: told) == nil {
      Self.set("nofail", Self.value("mlfgained", of: told), in: &told)
    }
    var isHarmless = Self.value("nofail", of: told) != nil
    let isLast = Self.value("mlfforget", of: told) != nil
    told.removeAll { $0.name == "mlfforget" }
    let user = Self.value("user", of: told)
    let known = record(id, now: now)
    var record = known ?? Record(groups: told, users: [], end: now + Self.lifetime)
    if let user, known != nil || !isLast { record.users.insert(user) }
    if known != nil {
      let wasHarmless = ["nofail", "mlfgained"].contains { Self.value($0, of: record.groups) != nil }
      record.groups.removeAll { $0.name == "nofail" || $0.name == "mlfgained" }
      if hasGained { record.isPending = false }
      // What was no failure's is handed on; what has been told of as one is not told again.
      if !wasHarmless, !record.isPending { record.lines = [] }
      for group in told where group.value != nil { Self.set(group.name, group.value, in: &record.groups) }
      if isLast { forget(id) }
    }
    if record.isPending || record.users.count > 1 {
      record.groups.removeAll { $0.name == "nofail" || $0.name == "mlfgained" }
      (isHarmless, hasGained) = (false, false)
    }
    record.isPending = false
    if !isHarmless {
      record.lines = record.harmlessLines + record.lines + (hasGained ? [] : [line])
      record.harmlessLines = []
    } else if !isLast {
      record.harmlessLines.append(line)
    }
    if !isLast {
      if known == nil { keep(record, id) } else { records[id] = record }
    }
    return (record.groups, record.lines)
  }

  /// The line told of a failure, but nothing has told whose.
  mutating func wait(for id: String) { records[id]?.isPending = true }

  private static func value(_ name: String, of groups: Groups) -> String? {
    groups.first { $0.name == name }?.value.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func set(_ name: String, _ value: String?, in groups: inout Groups) {
    if let place = groups.firstIndex(where: { $0.name == name }) {
      groups[place].value = value
    } else {
      groups.append((name, value))
    }
  }

  private mutating func record(_ id: String, now: Double) -> Record? {
    guard let record = records[id] else { return nil }
    if record.end > now { return record }
    forget(id)
    return nil
  }

  private mutating func keep(_ record: Record, _ id: String) {
    if records.count >= Self.most, let oldest = order.first { forget(oldest) }
    records[id] = record
    order.append(id)
  }

  private mutating func forget(_ id: String) {
    records[id] = nil
    order.removeAll { $0 == id }
  }
}
