import Wire

/// Names and numbers of IP protocols as iptables reads and prints them: its own list first, then what Debian's
/// `/etc/protocols` says (IANA Assigned Internet Protocol Numbers).
package enum ProtocolNames {
  /// `xtables_chain_protos`: the first name of a number is the one printed.
  private static let own: [(name: String, number: UInt8)] = [
    ("tcp", 6), ("sctp", 132), ("udp", 17), ("udplite", 136), ("icmp", 1), ("ipv6-icmp", 58), ("icmpv6", 58),
    ("esp", 50),
    ("ah", 51), ("mobility-header", 135), ("ipv6-mh", 135), ("mh", 135), ("all", 0),
  ]

  private static let assigned: [(name: String, number: UInt8)] = """
    ip=0 hopopt=0 icmp=1 igmp=2 ggp=3 ipencap=4 st=5 tcp=6 egp=8 igp=9 pup=12 udp=17 hmp=20 xns-idp=22 rdp=27
    iso-tp4=29 dccp=33 xtp=36 ddp=37 idpr-cmtp=38 ipv6=41 ipv6-route=43 ipv6-frag=44 idrp=45 rsvp=46 gre=47 esp=50
    ah=51 skip=57 ipv6-icmp=58 ipv6-nonxt=59 ipv6-opts=60 rspf=73 vmtp=81 eigrp=88 ospf=89 ax.25=93 ipip=94
    etherip=97 encap=98 pim=103 ipcomp=108 vrrp=112 l2tp=115 isis=124 sctp=132 fc=133 mobility-header=135
    udplite=136 mpls-in-ip=137 manet=138 hip=139 shim6=140 wesp=141 rohc=142 ethernet=143 mptcp=262
    """.split { $0 == " " || $0 == "\n" }.compactMap { pair in
      let parts = pair.split(separator: "=")
      guard parts.count == 2, let number = UInt8(parts[1]) else { return nil }
      return (String(parts[0]), number)
    }

  /// By number, the name that is printed.
  private static let names: [String?] = (0...255).map { number in
    own.first { $0.number == number }?.name ?? assigned.first { $0.number == number }?.name
  }

  /// The second names in `/etc/protocols` that are not the first one in capitals.
  private static let aliases: [String: UInt8] = [
    "IP-ENCAP": 4, "IPv6": 41, "IPv6-Route": 43, "IPv6-Frag": 44, "IPSEC-ESP": 50, "IPSEC-AH": 51, "IPv6-ICMP": 58,
    "IPv6-NoNxt": 59, "IPv6-Opts": 60, "CPHB": 73, "OSPFIGP": 89, "Mobility-Header": 135, "UDPLite": 136,
    "MPLS-in-IP": 137, "Shim6": 140, "Ethernet": 143,
  ]
  /// Those whose second name is none of that kind.
  private static let withoutCapitals: Set<UInt8> = [
    4, 41, 43, 44, 50, 51, 58, 59, 60, 89, 135, 136, 137, 138, 140, 143,
  ]

  /// The number of a protocol given by number or by a name, case and all (`-p` takes it in lower case).
  package static func number(_ text: String) -> UInt8? {
    if let number: UInt8 = CNumber.parse(text) { return number }
    if let number = own.first(where: { $0.name == text })?.number { return number }
    return assigned.first { name, number in
      name == text || (name.uppercased() == text && !withoutCapitals.contains(number))
    }?.number ?? aliases[text]
  }

  /// The name of a protocol; `nil` for one without.
  package static func name(_ number: UInt8) -> String? { names[Int(number)] }

  /// The name in iptables' own list, which needs no look-up.
  package static func ownName(_ number: UInt8) -> String? { own.first { $0.number == number }?.name }

  /// The name, or the number where iptables prints that.
  package static func text(_ number: UInt8) -> String { name(number) ?? String(number) }
}
