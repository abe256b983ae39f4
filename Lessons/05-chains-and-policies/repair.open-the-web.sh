iptables -A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
