/// Something worth remembering about a learner, for the progress log; when it happened is added by whoever writes it.
package struct ProgressEvent: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable { case begun, reached, answered, finished, reset, reviewed }
  package enum Result: String, Sendable { case right, wrong, skipped }

  package var kind: Kind
  /// The lesson's id; `nil` for `reset` of everything.
  package var lesson: String?
  /// The lesson's step.
  package var step: String?
  package var result: Result?
  package var misconception: Misconception?
  /// Hints taken before the answer.
  package var hints: Int?

  package init(
    _ kind: Kind, lesson: String?, step: String? = nil, result: Result? = nil, misconception: Misconception? = nil,
    hints: Int? = nil
  ) {
    self.kind = kind
    self.lesson = lesson
    self.step = step
    self.result = result
    self.misconception = misconception
    self.hints = hints
  }
}
