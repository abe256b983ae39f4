iptables -D INPUT 1
| iptables -D INPUT -p tcp -m tcp --dport 25 -j DROP
| iptables -R INPUT 1 -p tcp --dport 25 -j REJECT --reject-with tcp-reset
| iptables -R INPUT 1 -p tcp --dport 25 -j REJECT
| iptables -I INPUT 1 -p tcp -j REJECT --reject-with tcp-reset
| iptables -I INPUT -p tcp --dport smtp -j REJECT --reject-with icmp-host-prohibited
| iptables -R INPUT 1 -p tcp --dport 25 -j LOG
| iptables -R INPUT 1 -p tcp -s 192.0.2.99 --dport 25 -j DROP
| iptables -R INPUT 1 -p tcp --dport 25 -j ACCEPT
| iptables -R INPUT 1 -p tcp --sport 25 -j DROP
| iptables -I INPUT 1 -p tcp --syn --dport 25 -j REJECT --reject-with tcp-reset
! iptables -D INPUT 2
! iptables -P INPUT DROP
! iptables -F INPUT
! iptables -A INPUT -p tcp --dport 25 -j REJECT
! iptables -R INPUT 1 -p tcp --dport 26 -j REJECT && iptables -P INPUT DROP && iptables -D INPUT 2
! iptables -I INPUT 1 -p tcp --dport 25 -j LOG
! iptables -R INPUT 1 -j DROP
! iptables -I OUTPUT 1 -p tcp --sport 25 -j ACCEPT
! iptables -I INPUT 1 -j ACCEPT
! iptables -I INPUT 2 -p tcp --dport 25 -j REJECT --reject-with tcp-reset
