iptables -D INPUT 1
