iptables -I INPUT 3 -m state --state INVALID -j DROP
| iptables -I INPUT 3 -m conntrack --ctstate INVALID -j DROP
| iptables -I INPUT 1 -m state --state INVALID -j DROP
| iptables -I INPUT 4 -m state --state INVALID -j DROP
| iptables -I INPUT 2 -p tcp -m state --state INVALID -j DROP
| iptables -I INPUT 3 -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP
| iptables -R INPUT 4 -p tcp -m state --state NEW -j REJECT --reject-with tcp-reset && iptables -A INPUT -m state --state INVALID -j DROP
| iptables -I INPUT 3 -m state ! --state NEW -j DROP
| iptables -I INPUT 4 -p tcp ! --syn -j DROP
| -t raw -I PREROUTING -p tcp --sport 80 --tcp-flags SYN,ACK SYN,ACK --dport 3594 -j DROP
| iptables -N strays && iptables -A strays -m state --state INVALID -j DROP && iptables -I INPUT 3 -j strays
! iptables -A INPUT -m state --state INVALID -j DROP
! iptables -D OUTPUT 5
! iptables -D INPUT 4
! iptables -P INPUT DROP
! iptables -I INPUT 1 -p tcp -j DROP
! iptables -I OUTPUT 1 -m state --state INVALID -j DROP
! iptables -I INPUT 3 -m state --state INVALID -j REJECT
! iptables -I INPUT 3 -m state --state INVALID -j LOG
! iptables -I INPUT 3 -m state --state NEW -j DROP
! iptables -I INPUT 1 -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP
! iptables -I OUTPUT 5 -p tcp --tcp-flags RST RST -j ACCEPT
