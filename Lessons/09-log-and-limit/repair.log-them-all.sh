iptables -R INPUT 1 -p tcp -m tcp --dport 23 -j LOG --log-prefix telnet:
