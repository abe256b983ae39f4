iptables -I INPUT 1 -s 203.0.113.5 -j DROP
