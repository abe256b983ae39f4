iptables -t nat -A PREROUTING -i wan -p tcp -m tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22
iptables -A FORWARD -d 10.0.0.5/32 -i wan -p tcp -m tcp --dport 22 -j ACCEPT
