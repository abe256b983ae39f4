iptables -A from-lan -p udp -m udp --dport 53 -j ACCEPT
