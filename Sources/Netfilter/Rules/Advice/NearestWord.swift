/// The word that was probably meant.
package enum NearestWord {
  /// The word of `known` that `given` becomes by the fewest letters put in, taken out, replaced or swapped with their
  /// neighbour, capitals counting as small ones; `nil` where none is near.
  static func to(_ given: some StringProtocol, among known: some Sequence<String>) -> String? {
    let letters = Array(given.lowercased().utf8.prefix(40))
    let allowed = letters.count < 4 ? 1 : letters.count < 8 ? 2 : 3
    var best: (word: String, distance: Int)?
    for word in known where !word.isEmpty {
      let distance = distance(letters, Array(word.lowercased().utf8.prefix(40)))
      if distance <= allowed, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
  }

  /// Letters to put in, take out, change or swap with their neighbour (Damerau's distance).
  package static func distance<Letter: Equatable>(_ a: [Letter], _ b: [Letter]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(row[j], last[j + 1]) + 1
        cost = min(cost, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
