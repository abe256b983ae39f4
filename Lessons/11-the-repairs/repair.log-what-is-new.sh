iptables -R OUTPUT 5 -m state --state NEW -m limit -j LOG --log-prefix UNKNOWN_OUTGOING: --log-level 5
