iptables -I OUTPUT 5 -p tcp --tcp-flags RST RST -j ACCEPT
