/// What `conntrack -h` answers: what of conntrack(8) works on this host.
enum ConntrackHelp {
  static let text = """
    \(Conntrack.version)

    conntrack -L [table] [filter] [-z] [-o ...]  list the table of connections
    conntrack -E [-e NEW,UPDATES,DESTROY] [filter] [-o ...]
                                                 what has happened to connections since the first packet
    conntrack -D [filter]                        delete the entries that the filter holds for
    conntrack -G -p protocol -s address -d address ...
                                                 one entry, by the tuple of its first packet
    conntrack -C                                 how many entries there are
    conntrack -F                                 delete all
    conntrack -V, -h

    filter: -s, -d address[/mask]    source, destination of the first packet
            -r, -q address           source, destination of the answers
            -p protocol              and then, by protocol:
              --sport, --dport, --reply-port-src, --reply-port-dst port
              --state state          of TCP and SCTP
              --icmp-type, --icmp-code, --icmp-id number
            -u ASSURED|SEEN_REPLY|UNREPLIED
            -m mark[/mask]           -n, -g, -j [address]: source, destination, either translated
    -o extended|id|timestamp (with commas between), xml, save
    table:  conntrack; expect (-L, -E, -F, -C), the connections that helpers wait for;
            dying, unconfirmed, which are empty here

    Not modelled: -I, -A, -U, -R, -S, labels, secmarks, zones other than 0, IPv6.

    """
}
