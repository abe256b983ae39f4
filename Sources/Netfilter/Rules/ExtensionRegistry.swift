/// All extensions by name: adding one is a file and a line here.
package enum ExtensionRegistry {
  package static let matches: [any Match.Type] = []

  package static let targets: [any Target.Type] = [
    AcceptTarget.self,
    DropTarget.self,
    ReturnTarget.self,
  ]
}
