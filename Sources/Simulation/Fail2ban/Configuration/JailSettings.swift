/// What the configuration says of one jail.
struct JailSettings {
  let name: String
  var backend = "auto"
  /// `failregex` and so on: the filter's, or the jail's own.
  var filter: [String: String] = [:]
  /// As the files give it: `10m`.
  var bantime: String?
  var findtime: String?
  var maxretry: Int?
  var maxmatches: Int?
  var ignoresSelf: Bool?
  var ignored: [String] = []
  var logEncoding = "auto"
  /// Each with whether only what is added from now on counts.
  var logs: [(path: String, isTail: Bool)] = []
  var actions: [IptablesAction.Settings] = []

  /// Something the reader has to say.
  struct Remark {
    var logger = "fail2ban.configreader"
    var level = "ERROR"
    let message: String
  }

  /// Why reading stopped.
  enum Failure: Error {
    /// This jail is left out, the others may do.
    case wrong(String)
    /// Nothing is done.
    case fatal(String)
    /// Real programs could, ours cannot.
    case notModelled(String)
  }
}

/// Reads all jails that are enabled.
struct JailsReader {
  typealias Failure = JailSettings.Failure

  private let source: any ConfigurationSource
  private(set) var jails: [JailSettings] = []
  private(set) var remarks: [JailSettings.Remark] = [
    .init(level: "WARNING", message: "'allowipv6' not defined in 'Definition'. Using default one: 'auto'")
  ]
  /// Jails that could not be read.
  private(set) var wrongJails: [(name: String, message: String)] = []
  /// Why a value of a jail was not taken.
  private static let extra = ["fail2ban_version": "1.0.2", "fail2ban_confpath": Configuration.folder]

  init(_ source: any ConfigurationSource) { self.source = source }

  /// - Parameters:
  ///   - only: a single jail; `nil` for all.
  ///   - isTest: whether wrong jails are only counted (`-t`).
  mutating func read(only: String? = nil, isTest: Bool = false) throws(Failure) {
    var configuration: Configuration
    do { configuration = try Configuration("jail", from: source, extra: Self.extra) } catch {
      remarks = []
      throw .fatal(error.message)
    }
    if let only, !configuration.has(only) { throw .fatal("No section: '\(only)'") }
    for name in configuration.sections.map(\.name) where name != "INCLUDES" && (only ?? name) == name {
      do throws(Failure) {
        if let jail = try read(name, &configuration) { jails.append(jail) }
      } catch {
        guard case .wrong(let message) = error else { throw error }
        wrongJails.append((name, message))
        remarks.append(.init(logger: "fail2ban.jailreader", message: message))
        remarks.append(
          .init(logger: "fail2ban.jailsreader", message: "Errors in jail '\(name)'.\(isTest ? "" : " Skipping...")"))
      }
    }
    // Logs are looked for when all has been read.
    for index in jails.indices { jails[index].logs = try logs(of: jails[index].name, configuration) }
  }

  private func value(_ option: String, _ section: String, _ configuration: Configuration) throws(Failure) -> String? {
    do { return try configuration.value(option, of: section) } catch { throw .fatal(error.message) }
  }

  private mutating func read(_ name: String, _ configuration: inout Configuration) throws(Failure) -> JailSettings? {
    guard Self.isTrue(try value("enabled", name, configuration) ?? "false") else { return nil }
    var jail = JailSettings(name: name)
    jail.backend = try value("backend", name, configuration) ?? "auto"
    let backend = jail.backend.split(separator: "[").first.map { $0.lowercased() } ?? "auto"
    if backend == "systemd" {
      throw .notModelled("backend = systemd in jail `\(name)': only files are read")
    }
    for option in ["bantime.increment", "ignorecommand", "ignorecache", "logtimezone"] {
      guard let text = try value(option, name, configuration), !text.isEmpty else { continue }
      guard option == "bantime.increment", !Self.isTrue(text) else {
        throw .notModelled("\(option) in jail `\(name)'")
      }
    }
    try readFilter(&jail, &configuration)
    jail.bantime = try value("bantime", name, configuration)
    jail.findtime = try value("findtime", name, configuration)
    jail.maxretry = try number("maxretry", name, configuration)
    jail.maxmatches = try number("maxmatches", name, configuration)
    jail.ignoresSelf = try value("ignoreself", name, configuration).map(Self.isTrue)
    let ignored = try value("ignoreip", name, configuration) ?? ""
    jail.ignored = ignored.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" }.map(String.init)
    jail.logEncoding = try value("logencoding", name, configuration) ?? "auto"
    for text in OptionList.split(try value("action", name, configuration) ?? "") {
      jail.actions.append(try action(text, name))
    }
    if jail.actions.isEmpty {
      remarks.append(
        .init(logger: "fail2ban.jailreader", level: "WARNING", message: "No actions were defined for \(name)"))
    }
    return jail
  }

  private mutating func readFilter(_ jail: inout JailSettings, _ configuration: inout Configuration) throws(Failure) {
    let name = jail.name
    guard let text = try value("filter", name, configuration), !text.isEmpty else {
      remarks.append(
        .init(logger: "fail2ban.jailreader", level: "WARNING", message: "No filter set for jail \(name)"))
      for option in FilterSettings.names { jail.filter[option] = try value(option, name, configuration) }
      return
    }
    let list: OptionList
    do { list = try OptionList(text) } catch {
      throw .wrong("Invalid filter definition \(PythonValue.string(text).representation): \(error.message)")
    }
    do {
      let file = try Configuration("filter.d/\(list.name)", from: source)
      guard file.isFound else {
        remarks.append(
          .init(
            message: "Found no accessible config files for 'filter.d/\(list.name)' under \(Configuration.folder)"))
        throw Failure.wrong("Unable to read the filter '\(list.name)'")
      }
      let first = try FilterSettings(file, options: list.options)
      configuration.add(
        Dictionary(uniqueKeysWithValues: first.values.map { ("known/\($0.key)", $0.value) }), to: name)
      var given: [String: String] = [:]
      for option in FilterSettings.names { given[option] = try configuration.value(option, of: name) }
      let rest = try FilterSettings(file, options: list.options, given: given)
      jail.filter = rest.values.merging(given) { _, own in own }
    } catch let error as ConfigurationFile.Problem {
      throw .fatal(error.message)
    } catch let error as Failure {
      throw error
    } catch { throw .fatal("\(error)") }
  }

  private mutating func number(
    _ option: String, _ section: String, _ configuration: Configuration
  ) throws(Failure) -> Int? {
    guard let text = try value(option, section, configuration) else { return nil }
    if let number = Int(text.trimmed) { return number }
    remarks.append(
      .init(
        level: "WARNING", message: "Wrong value for '\(option)' in '\(section)'. Using default one: 'None'"))
    return nil
  }

  private mutating func action(_ text: String, _ jail: String) throws(Failure) -> IptablesAction.Settings {
    let list: OptionList
    do { list = try OptionList(text) } catch {
      throw .wrong("Invalid action definition \(PythonValue.string(text).representation): \(error.message)")
    }
    do throws(IptablesAction.Settings.Problem) {
      return try IptablesAction.Settings(list, jail: jail)
    } catch {
      switch error {
      case .notModelled(let what): throw .notModelled(what)
      case .unknown:
        let path = "action.d/\(list.name)"
        if source.text(of: "\(Configuration.folder)/\(path).conf") != nil {
          throw .notModelled("the action of \(path).conf")
        }
        remarks.append(
          .init(message: "Found no accessible config files for '\(path)' under \(Configuration.folder)"))
        throw .wrong("Unable to read action '\(list.name)'")
      }
    }
  }

  private mutating func logs(
    of jail: String, _ configuration: Configuration
  ) throws(Failure) -> [(path: String, isTail: Bool)] {
    var logs: [(path: String, isTail: Bool)] = []
    guard let text = try value("logpath", jail, configuration) else { return logs }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let isTail = words.count > 1 && words.last == "tail"
      let pattern = words.count > 1 && ["tail", "head"].contains(words.last) ? line.dropLast(5).trimmed : String(line)
      guard HostFiles.isOwn(pattern) else {
        throw .notModelled("the log \(pattern) of jail `\(jail)': only logs in /var/log are read")
      }
      let found = Self.matching(pattern, source)
      if found.isEmpty {
        remarks.append(
          .init(
            logger: "fail2ban.jailreader", level: "NOTICE", message: "No file(s) found for glob \(pattern)"))
      }
      logs += found.map { ($0, isTail) }
    }
    if logs.isEmpty { throw .fatal("Have not found any log file for \(jail) jail") }
    return logs
  }

  /// Files whose name fits, `*` and `?` in the last part of the path.
  private static func matching(_ pattern: String, _ source: any ConfigurationSource) -> [String] {
    guard pattern.contains("*") || pattern.contains("?") else {
      return source.text(of: pattern) == nil ? [] : [pattern]
    }
    let folder = pattern.lastIndex(of: "/").map { String(pattern[..<$0]) } ?? ""
    return source.paths(in: folder, ending: "").filter { fits(Array($0)[...], Array(pattern)[...]) }
  }

  private static func fits(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return fits(name, pattern.dropFirst()) || !name.isEmpty && fits(name.dropFirst(), pattern)
    }
    guard let letter = name.first, letter == first || first == "?" else { return false }
    return fits(name.dropFirst(), pattern.dropFirst())
  }

  /// What counts as yes.
  static func isTrue(_ text: String) -> Bool { ["1", "on", "true", "yes"].contains(text.trimmed.lowercased()) }
}
