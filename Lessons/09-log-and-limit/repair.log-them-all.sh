iptables -R INPUT 1 -p tcp -m tcp --dport 23 -j LOG --log-prefix telnet:
| iptables -R INPUT 1 -p tcp --dport 23 -j LOG --log-prefix "telnet: "
| iptables -I INPUT 2 -p tcp --dport 23 -j LOG
| iptables -I INPUT 1 -p tcp --dport 23 -j LOG
| iptables -R INPUT 1 -p tcp -m tcp --dport 23 -m limit --limit 100/second --limit-burst 100 -j LOG
| iptables -R INPUT 1 -j LOG
| iptables -I INPUT 1 -j LOG --log-level 4
| iptables -R INPUT 1 -p tcp --dport telnet -j LOG
| iptables -D INPUT 1 && iptables -I INPUT -p tcp --dport 23 --syn -j LOG
| iptables -N telnet && iptables -A telnet -j LOG && iptables -A telnet -j DROP && iptables -I INPUT 1 -p tcp --dport 23 -j telnet
| iptables -R INPUT 1 -p tcp --dport 23 -m limit --limit 6/min --limit-burst 8 -j LOG
! iptables -D INPUT 1
! iptables -D INPUT 2
! iptables -R INPUT 1 -p tcp --dport 23 -m limit --limit 6/min --limit-burst 5 -j LOG
! iptables -A INPUT -p tcp --dport 23 -j LOG
! iptables -R INPUT 2 -p tcp --dport 23 -j LOG
! iptables -R INPUT 1 -p tcp --dport 23 -j DROP
! iptables -P INPUT DROP
! iptables -I OUTPUT 1 -p tcp --dport 23 -j LOG
! iptables -R INPUT 1 -p tcp --sport 23 -j LOG
! iptables -R INPUT 1 -p udp --dport 23 -j LOG
