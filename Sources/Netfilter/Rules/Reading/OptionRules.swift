/// How often and beside which others an extension's options may stand (`libxtables/xtoptions.c`).
enum OptionRules {
  /// Before an option is taken: whether it may come again, whether `!` may stand before it.
  static func check(
    _ option: OptionDefinition, inverted: Bool, after earlier: [String], of type: any RuleExtension.Type
  ) throws(OptionError) {
    if let words = option.repetition {
      let isRepeated = type.options.contains { $0.repetition == words && earlier.contains($0.name) }
      if isRepeated { throw OptionError(words) }
    } else if earlier.contains(option.name), !option.isRepeatable {
      throw OptionError("\(type.name): option \"--\(option.spoken)\" can only be used once.")
    }
    if inverted, !option.isInvertible {
      throw OptionError(option.inversion ?? "\(type.name): option \"--\(option.spoken)\" cannot be inverted.")
    }
  }

  /// After the last option: those that must be there, that need each other or that exclude each other.
  static func check(_ given: [String], of type: any RuleExtension.Type) throws(ParseFailure) {
    let spoken = { (name: String) in type.options.first { $0.name == name }?.spoken ?? name }
    for option in type.options {
      guard given.contains(option.name) else {
        if option.isMandatory {
          throw ParseFailure("\(type.name): option \"--\(option.spoken)\" must be specified")
        }
        continue
      }
      if let missing = option.requires.first(where: { !given.contains($0) }) {
        throw ParseFailure("\(type.name): option \"--\(option.spoken)\" also requires \"--\(spoken(missing))\".")
      }
      if let clash = option.excludes.first(where: { $0 != option.name && given.contains($0) }) {
        throw ParseFailure(
          "\(type.name): option \"--\(option.spoken)\" cannot be used together with \"--\(spoken(clash))\".")
      }
    }
  }
}
