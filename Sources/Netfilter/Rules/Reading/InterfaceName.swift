/// What iptables makes of an interface's name (`xtables_parse_interface`).
package enum InterfaceName {
  /// In bytes (`IFNAMSIZ`).
  private static let longest = 15

  static func problem(_ name: String) -> String? {
    name.utf8.count <= longest
      ? nil : "interface name `\(name)' must be shorter than IFNAMSIZ (\(longest))"
  }

  static func warnings(_ name: String) -> [String] {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: " ") }) else { return [] }
    return ["Warning: weird character in interface `\(name)' ('/' and ' ' are not allowed by the kernel)."]
  }
}
