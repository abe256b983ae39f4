iptables -D INPUT 2
