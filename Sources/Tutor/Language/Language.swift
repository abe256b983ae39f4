/// A language that the tutor speaks.
package enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case japanese = "ja"

  /// Everything the tutor says in it.
  package var phrases: any Phrases {
    switch self {
    case .english: English()
    case .japanese: Japanese()
    }
  }
}
