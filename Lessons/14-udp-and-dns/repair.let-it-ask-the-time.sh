iptables -A OUTPUT -p udp -m udp --dport 123 -j ACCEPT
