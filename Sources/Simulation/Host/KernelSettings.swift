import Netfilter

/// The kernel's settings that the simulation reads, with the values a fresh Linux 6.18 namespace has.
enum KernelSettings {
  private static let defaults: [String: Int] = [
    "net.ipv4.fwmark_reflect": 0, "net.ipv4.icmp_echo_ignore_all": 0, "net.ipv4.icmp_echo_ignore_broadcasts": 1,
    "net.ipv4.icmp_errors_use_inbound_ifaddr": 0, "net.ipv4.icmp_ratelimit": 1000, "net.ipv4.icmp_ratemask": 6168,
    "net.ipv4.ip_default_ttl": 64, "net.ipv4.ip_forward": 0, "net.ipv4.ipfrag_max_dist": 64,
    "net.ipv4.ipfrag_time": 30, "net.ipv4.tcp_fwmark_accept": 0, "net.ipv4.tcp_synack_retries": 5,
    "net.netfilter.nf_conntrack_acct": 0, "net.netfilter.nf_conntrack_checksum": 1,
    "net.netfilter.nf_conntrack_expect_max": 4096, "net.netfilter.nf_conntrack_generic_timeout": 600,
    "net.netfilter.nf_conntrack_gre_timeout": 30,
    "net.netfilter.nf_conntrack_gre_timeout_stream": 180, "net.netfilter.nf_conntrack_icmp_timeout": 30,
    "net.netfilter.nf_conntrack_max": 262_144, "net.netfilter.nf_conntrack_sctp_timeout_closed": 10,
    "net.netfilter.nf_conntrack_sctp_timeout_cookie_echoed": 3,
    "net.netfilter.nf_conntrack_sctp_timeout_cookie_wait": 3,
    "net.netfilter.nf_conntrack_sctp_timeout_established": 210,
    "net.netfilter.nf_conntrack_sctp_timeout_heartbeat_sent": 30,
    "net.netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent": 3,
    "net.netfilter.nf_conntrack_sctp_timeout_shutdown_recd": 3,
    "net.netfilter.nf_conntrack_sctp_timeout_shutdown_sent": 3, "net.netfilter.nf_conntrack_tcp_be_liberal": 0,
    "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst": 0, "net.netfilter.nf_conntrack_tcp_loose": 1,
    "net.netfilter.nf_conntrack_tcp_max_retrans": 3, "net.netfilter.nf_conntrack_tcp_timeout_close": 10,
    "net.netfilter.nf_conntrack_tcp_timeout_close_wait": 60,
    "net.netfilter.nf_conntrack_tcp_timeout_established": 432_000,
    "net.netfilter.nf_conntrack_tcp_timeout_fin_wait": 120, "net.netfilter.nf_conntrack_tcp_timeout_last_ack": 30,
    "net.netfilter.nf_conntrack_tcp_timeout_max_retrans": 300, "net.netfilter.nf_conntrack_tcp_timeout_syn_recv": 60,
    "net.netfilter.nf_conntrack_tcp_timeout_syn_sent": 120, "net.netfilter.nf_conntrack_tcp_timeout_time_wait": 120,
    "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged": 300, "net.netfilter.nf_conntrack_udp_timeout": 30,
    "net.netfilter.nf_conntrack_udp_timeout_stream": 120,
  ]
  /// Settings that each interface has, and `all`.
  private static let perInterface = [
    "accept_local": 0, "accept_source_route": 0, "forwarding": 0, "route_localnet": 0, "rp_filter": 0,
    // A fresh namespace has 1; here redirects are sent where host.yaml asks for them.
    "send_redirects": 0,
  ]

  /// Whether the simulation heeds a setting of this name.
  static func isModelled(_ name: String) -> Bool {
    defaults[name] != nil || interfaceSetting(name) != nil
  }

  /// A setting of one interface (`net.ipv4.conf.eth0.rp_filter`), taken apart, with its default.
  private static func interfaceSetting(_ name: String) -> (interface: String, setting: String, value: Int)? {
    let parts = name.split(separator: ".").map(String.init)
    guard name.hasPrefix("net.ipv4.conf."), parts.count == 5, let value = perInterface[parts[4]] else { return nil }
    return (parts[3], parts[4], value)
  }

  /// The value in force; `nil` for a setting that the simulation does not know.
  static func value(_ name: String, _ host: SimulatedHost) -> Int? {
    if name == count { return (host.namespace.tracker ?? host.idleTracker)?.entries.count ?? 0 }
    if let value = host.namespace.sysctls[name] { return value }
    if let value = defaults[name] { return value }
    guard let (interface, setting, value) = interfaceSetting(name) else { return nil }
    let isThere = ["all", "default"].contains(interface) || host.description[interface: interface] != nil
    if setting == "forwarding", isThere { return host.namespace.sysctl("net.ipv4.ip_forward", default: 0) }
    return isThere ? value : nil
  }

  /// How many connections there are: to be read only.
  static let count = "net.netfilter.nf_conntrack_count"

  static func set(_ name: String, _ number: Int, _ host: SimulatedHost) {
    host.namespace.sysctls[name] = number
    if name == "net.ipv4.ip_forward" { host.namespace.sysctls["net.ipv4.conf.all.forwarding"] = number }
    host.namespace.settingsChanged()
  }

  /// The setting that a file under /proc/sys stands for; `nil` for any other path.
  static func name(ofFile path: String) -> String? {
    let start = "/proc/sys/"
    guard path.hasPrefix(start) else { return nil }
    return String(path.dropFirst(start.count).replacing("/", with: "."))
  }

  static func names(_ host: SimulatedHost) -> [String] {
    let interfaces = ["all", "default"] + host.description.interfaces.map(\.name)
    let all = interfaces.flatMap { interface in perInterface.keys.map { "net.ipv4.conf.\(interface).\($0)" } }
    return Set([count] + Array(defaults.keys) + all + Array(host.namespace.sysctls.keys)).sorted()
  }
}
