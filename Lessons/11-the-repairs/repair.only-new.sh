iptables -P INPUT DROP
| iptables -A INPUT -m state --state INVALID -j DROP
| iptables -A INPUT -j DROP
| iptables -A INPUT -p tcp -j DROP
| iptables -I INPUT 3 -m state --state INVALID -j DROP
| iptables -A INPUT -p tcp ! --syn -j DROP
| iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
| iptables -I INPUT 4 -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP
| iptables -P INPUT DROP && iptables -A INPUT -p icmp -j ACCEPT
| iptables -A INPUT -i eth0 -j DROP
| iptables -A INPUT -m state ! --state NEW -j DROP
! iptables -P OUTPUT DROP
! iptables -A INPUT -j REJECT
! iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset
! iptables -R INPUT 4 -p tcp -j REJECT --reject-with tcp-reset
! iptables -I INPUT 1 -j DROP
! iptables -I INPUT 1 -p tcp -j DROP
! iptables -A INPUT -m state --state NEW -j DROP
! iptables -D OUTPUT 5
! iptables -P FORWARD DROP
! iptables -D INPUT 4
! iptables -A INPUT -m state --state INVALID -j LOG
