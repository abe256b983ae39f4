iptables -I f2b-sshd 1 -s 203.0.113.66 -j REJECT --reject-with icmp-port-unreachable
