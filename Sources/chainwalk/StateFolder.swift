import Glibc

/// Where what outlives a session is kept: `$XDG_STATE_HOME/chainwalk` (XDG Base Directory Specification).
enum StateFolder {
  /// `nil` where there is no home to keep anything in.
  static let path: String? = {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let given = getenv("XDG_STATE_HOME").map { String(cString: $0) } ?? ""
    let state = given.hasPrefix("/") ? given : home.isEmpty ? "" : home + "/.local/state"
    return state.isEmpty ? nil : state + "/chainwalk"
  }()

  /// Makes the folder and those above it, readable by their owner alone.
  static func make() {
    var folder = ""
    for part in (path ?? "").split(separator: "/") {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
  }
}
