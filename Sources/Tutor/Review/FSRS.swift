import Glibc

/// When something that was missed should be asked again: the Free Spaced Repetition Scheduler, version 5, with its
/// published weights and a wanted retention of 90 percent
/// (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm). Days are reckoned from seconds, there is no
/// fuzz and there are no learning steps, so the same log always gives the same dates.
package struct FSRS: Sendable, Hashable {
  /// How an answer went.
  package enum Grade: Int, Sendable, CaseIterable { case again = 1, hard, good, easy }

  /// Days until the chance of knowing it has sunk to 90 percent; more than zero.
  package private(set) var stability: Double
  /// From 1 (easy) to 10.
  package private(set) var difficulty: Double
  /// Seconds since 1970.
  package private(set) var lastReview: Int64

  private static let weights: [Double] = [
    0.40255, 1.18385, 3.173, 15.69105, 7.1949, 0.5345, 1.4604, 0.0046, 1.54575, 0.1192, 1.01925, 1.9395, 0.11, 0.29605,
    2.2698, 0.2315, 2.9898, 0.51655, 0.6621,
  ]
  private static let decay = -0.5
  private static let factor = 19.0 / 81.0
  private static let day = 86_400.0

  /// After the first answer.
  package init(_ grade: Grade, at time: Int64) {
    stability = max(Self.weights[grade.rawValue - 1], 0.1)
    difficulty = Self.clamped(Self.firstDifficulty(grade))
    lastReview = time
  }

  /// As it stood; `nil` for numbers that the scheduler never comes to.
  package init?(stability: Double, difficulty: Double, lastReview: Int64) {
    guard stability.isFinite, stability > 0, (1...10).contains(difficulty) else { return nil }
    self.stability = stability
    self.difficulty = difficulty
    self.lastReview = lastReview
  }

  /// Takes a further answer in. A clock that went backwards counts as the same moment.
  package mutating func review(_ grade: Grade, at time: Int64) {
    let w = Self.weights
    let days = (max(0, Double(time) - Double(lastReview)) / Self.day).rounded(.down)
    let chance = pow(1 + Self.factor * days / stability, Self.decay)
    if days < 1 {
      stability *= exp(w[17] * (Double(grade.rawValue) - 3 + w[18]))
    } else if grade == .again {
      stability =
        w[11] * pow(difficulty, -w[12]) * (pow(stability + 1, w[13]) - 1) * exp(w[14] * (1 - chance))
    } else {
      let bonus = grade == .hard ? w[15] : grade == .easy ? w[16] : 1
      let growth =
        exp(w[8]) * (11 - difficulty) * pow(stability, -w[9]) * (exp(w[10] * (1 - chance)) - 1) * bonus
      stability *= 1 + growth
    }
    stability = max(stability, 0.01)
    let change = -w[6] * (Double(grade.rawValue) - 3)
    let damped = difficulty + (10 - difficulty) * change / 9
    difficulty = Self.clamped(w[7] * Self.firstDifficulty(.easy) + (1 - w[7]) * damped)
    lastReview = max(lastReview, time)
  }

  /// Whole days from the last answer to the next question, from 1 to 36,500.
  package var interval: Int {
    // At a wanted retention of 90 percent the interval is the stability itself.
    let days = stability / Self.factor * (pow(0.9, 1 / Self.decay) - 1)
    return Int(min(max(days.rounded(), 1), 36_500))
  }

  /// When it is to be asked again, in seconds since 1970.
  package var due: Int64 { lastReview &+ Int64(interval) * 86_400 }

  private static func firstDifficulty(_ grade: Grade) -> Double {
    weights[4] - exp(weights[5] * Double(grade.rawValue - 1)) + 1
  }

  private static func clamped(_ difficulty: Double) -> Double { min(max(difficulty, 1), 10) }
}
