/// Names of protocol numbers, as the IANA registries give them.
package enum ProtocolNumbers {
  /// Assigned Internet Protocol Numbers: the IPv4 protocol field and the IPv6 next header.
  package static let ip: [UInt64: String] = [
    0: "IPv6 Hop-by-Hop Option", 1: "ICMP", 2: "IGMP", 3: "GGP", 4: "IPv4", 5: "ST", 6: "TCP", 7: "CBT", 8: "EGP",
    9: "IGP", 10: "BBN-RCC-MON", 11: "NVP-II", 12: "PUP", 13: "ARGUS", 14: "EMCON", 15: "XNET", 16: "CHAOS", 17: "UDP",
    18: "MUX", 19: "DCN-MEAS", 20: "HMP", 21: "PRM", 22: "XNS-IDP", 23: "TRUNK-1", 24: "TRUNK-2", 25: "LEAF-1",
    26: "LEAF-2", 27: "RDP", 28: "IRTP", 29: "ISO-TP4", 30: "NETBLT", 31: "MFE-NSP", 32: "MERIT-INP", 33: "DCCP",
    34: "3PC", 35: "IDPR", 36: "XTP", 37: "DDP", 38: "IDPR-CMTP", 39: "TP++", 40: "IL", 41: "IPv6", 42: "SDRP",
    43: "IPv6 Routing", 44: "IPv6 Fragment", 45: "IDRP", 46: "RSVP", 47: "GRE", 48: "DSR", 49: "BNA", 50: "ESP",
    51: "AH", 52: "I-NLSP", 53: "SWIPE", 54: "NARP", 55: "Min-IPv4", 56: "TLSP", 57: "SKIP", 58: "ICMPv6",
    59: "IPv6 No Next Header", 60: "IPv6 Destination Options", 62: "CFTP", 64: "SAT-EXPAK", 65: "KRYPTOLAN", 66: "RVD",
    67: "IPPC", 69: "SAT-MON", 70: "VISA", 71: "IPCV", 72: "CPNX", 73: "CPHB", 74: "WSN", 75: "PVP", 76: "BR-SAT-MON",
    77: "SUN-ND", 78: "WB-MON", 79: "WB-EXPAK", 80: "ISO-IP", 81: "VMTP", 82: "SECURE-VMTP", 83: "VINES", 84: "IPTM",
    85: "NSFNET-IGP", 86: "DGP", 87: "TCF", 88: "EIGRP", 89: "OSPF", 90: "Sprite-RPC", 91: "LARP", 92: "MTP",
    93: "AX.25", 94: "IPIP", 95: "MICP", 96: "SCC-SP", 97: "ETHERIP", 98: "ENCAP", 100: "GMTP", 101: "IFMP",
    102: "PNNI", 103: "PIM", 104: "ARIS", 105: "SCPS", 106: "QNX", 107: "A/N", 108: "IPComp", 109: "SNP",
    110: "Compaq-Peer", 111: "IPX-in-IP", 112: "VRRP", 113: "PGM", 115: "L2TP", 116: "DDX", 117: "IATP", 118: "STP",
    119: "SRP", 120: "UTI", 121: "SMP", 122: "SM", 123: "PTP", 124: "ISIS over IPv4", 125: "FIRE", 126: "CRTP",
    127: "CRUDP", 128: "SSCOPMCE", 129: "IPLT", 130: "SPS", 131: "PIPE", 132: "SCTP", 133: "FC",
    134: "RSVP-E2E-IGNORE", 135: "Mobility Header", 136: "UDPLite", 137: "MPLS-in-IP", 138: "manet", 139: "HIP",
    140: "Shim6", 141: "WESP", 142: "ROHC", 143: "Ethernet", 144: "AGGFRAG", 145: "NSH", 253: "experiment 1",
    254: "experiment 2", 255: "Reserved",
  ]

  /// EtherTypes of IEEE 802 (RFC 9542 appendix B and the IEEE's list).
  package static let ether: [UInt64: String] = [
    0x0200: "PUP", 0x0600: "XNS IDP", 0x0800: "IPv4", 0x0806: "ARP", 0x0842: "Wake-on-LAN", 0x22f0: "AVTP",
    0x22f3: "TRILL", 0x6002: "DEC MOP", 0x6003: "DECnet", 0x6558: "Transparent Ethernet Bridging", 0x8035: "RARP",
    0x809b: "AppleTalk", 0x80f3: "AARP", 0x8100: "802.1Q VLAN", 0x8137: "IPX", 0x86dd: "IPv6",
    0x8808: "Ethernet flow control",
    0x8809: "Slow Protocols", 0x880b: "PPP", 0x8847: "MPLS", 0x8848: "MPLS multicast", 0x8863: "PPPoE Discovery",
    0x8864: "PPPoE Session", 0x886d: "Intel ANS", 0x888e: "EAPOL", 0x8892: "PROFINET", 0x88a2: "ATA over Ethernet",
    0x88a4: "EtherCAT", 0x88a8: "802.1ad QinQ", 0x88be: "ERSPAN", 0x88cc: "LLDP", 0x88e5: "MACsec", 0x88f7: "PTP",
    0x8902: "CFM", 0x8906: "FCoE", 0x9000: "Loopback", 0x9100: "QinQ (old)", 0x9200: "QinQ (old)",
  ]

  /// `protocol 89 (OSPF)`.
  package static func name(ip number: UInt8) -> String {
    "protocol \(number)" + (ip[UInt64(number)].map { " (\($0))" } ?? "")
  }

  /// `EtherType 0x88cc (LLDP)`.
  package static func name(ether number: UInt16) -> String {
    "EtherType " + FieldFormat.namedHexadecimal(ether).text(UInt64(number), width: 16)
  }
}
