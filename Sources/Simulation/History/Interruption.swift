/// Whether somebody wants long work to end before it is done.
///
/// Whoever begins the work says how to find out; the loops that may run long ask now and then, and end as if there were
/// nothing more to do. What they give back then is worth nothing and is to be thrown away; what was kept on the way is
/// right as far as it goes, so that the same work can be begun again.
package enum Interruption {
  /// How to find out; `nil` where nobody can interrupt. It may be asked thousands of times a second.
  @TaskLocal package static var check: (@Sendable () -> Bool)?

  package static var isAsked: Bool { check?() ?? false }
}
