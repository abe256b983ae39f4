iptables -I OUTPUT 5 -p tcp -m tcp --tcp-flags RST RST -j ACCEPT
