iptables -I INPUT 1 -s 203.0.113.5 -j DROP
| iptables -I INPUT -s 203.0.113.5/32 -j DROP
| iptables -I INPUT 2 -s 203.0.113.5 -j DROP
| iptables -I INPUT 5 -s 203.0.113.5 -j DROP
| iptables -I INPUT 5 -p tcp -s 203.0.113.5 -j DROP
| -t raw -A PREROUTING -s 203.0.113.5 -j DROP
| -t mangle -A PREROUTING -s 203.0.113.5 -j DROP
| iptables -D INPUT 5
| iptables -R INPUT 5 -p tcp ! -s 203.0.113.5 -j REJECT --reject-with tcp-reset
| iptables -N never && iptables -A never -j DROP && iptables -I INPUT -s 203.0.113.5 -j never
| iptables -R INPUT 5 -p tcp -j DROP
! iptables -A INPUT -s 203.0.113.5 -j DROP
! iptables -I INPUT 1 -s 203.0.113.5 -j REJECT
! iptables -I f2b-sshd 1 -s 203.0.113.5 -j DROP
! iptables -I INPUT 1 -d 203.0.113.5 -j DROP
! iptables -I INPUT 1 -s 203.0.113.5 -p tcp --dport 80 -j DROP
! iptables -I INPUT 1 -m conntrack --ctstate INVALID -j DROP
! iptables -I INPUT 1 -j DROP
! iptables -P OUTPUT DROP && iptables -P OUTPUT ACCEPT
! iptables -I INPUT 1 -s 203.0.113.5 -j ACCEPT
! iptables -I INPUT 1 -s 203.0.113.5 -j LOG
