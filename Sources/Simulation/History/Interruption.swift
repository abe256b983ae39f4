import Glibc

/// Whether somebody wants long work to end before it is done.
///
/// Whoever begins the work says how to find out; the loops that may run long ask now and then, and end as if there were
/// nothing more to do. What they give back then is worth nothing and is to be thrown away; what was kept on the way is
/// right as far as it goes, so that the same work can be begun again.
package enum Interruption {
  private final class Check {
    let isAsked: () -> Bool
    init(_ isAsked: @escaping () -> Bool) { self.isAsked = isAsked }
  }

  /// The check of each thread. (A task-local value would do, but crashes where the standard library is linked
  /// statically, Swift 6.3 on Linux.)
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Does `work`, during which `isAsked` tells on this thread whether it is still wanted; it may be asked thousands of
  /// times a second.
  package static func whileAsking<Value>(_ isAsked: @escaping () -> Bool, _ work: () -> Value) -> Value {
    let check = Check(isAsked)
    let before = pthread_getspecific(key)
    // Safe: the check outlives the time in which the thread's slot holds it.
    pthread_setspecific(key, Unmanaged.passUnretained(check).toOpaque())
    defer {
      pthread_setspecific(key, before)
      withExtendedLifetime(check) {}
    }
    return work()
  }

  /// `false` where nobody can interrupt.
  package static var isAsked: Bool {
    guard let check = pthread_getspecific(key) else { return false }
    return Unmanaged<Check>.fromOpaque(check).takeUnretainedValue().isAsked()
  }
}
