iptables -I INPUT 3 -m state --state INVALID -j DROP
