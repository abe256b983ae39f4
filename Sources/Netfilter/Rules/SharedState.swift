extension NetworkNamespace {
  /// What rules share under a name for as long as any of them stands; made where none does.
  ///
  /// A table that replaces another is loaded before that one goes, so what both name lives on, as in the kernel, where
  /// each rule holds a reference.
  func sharedState<State: ExtensionState>(_ name: String, make: () -> State) -> State {
    if let held = (shared[name] as? HeldState)?.state as? State { return held }
    let state = make()
    shared[name] = HeldState(state)
    return state
  }
}

/// Remembers a state without keeping it.
private final class HeldState: ExtensionState {
  weak var state: (any ExtensionState)?
  init(_ state: any ExtensionState) { self.state = state }
  var summary: String { state?.summary ?? "" }
}
