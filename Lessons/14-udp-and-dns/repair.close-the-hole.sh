iptables -D INPUT 3
