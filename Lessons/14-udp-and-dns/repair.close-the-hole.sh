iptables -D INPUT 3
| iptables -D INPUT -p udp -m udp --sport 53 -j ACCEPT
| iptables -R INPUT 3 -p udp --sport 53 -m conntrack --ctstate ESTABLISHED -j ACCEPT
| iptables -I INPUT 3 -m conntrack --ctstate NEW -j DROP
| iptables -R INPUT 3 -p udp -m udp --sport 53 -j DROP
| iptables -R INPUT 3 -s 203.0.113.53 -p udp --sport 53 -j ACCEPT
| iptables -I INPUT 3 -p udp -j DROP
| iptables -I INPUT 3 -j DROP
| iptables -I INPUT 1 -p udp ! -s 203.0.113.53 -j DROP
| iptables -R INPUT 3 -i lo -j ACCEPT
| -t raw -A PREROUTING -p udp --sport 53 ! -s 203.0.113.53 -j DROP
! iptables -I INPUT 3 -s 198.51.100.99 -j DROP
! iptables -P INPUT DROP
! iptables -D INPUT 2
! iptables -F INPUT
! iptables -A INPUT -p udp --sport 53 -j DROP
! iptables -D OUTPUT 2
! iptables -I INPUT 1 -p udp -j DROP
! iptables -R INPUT 3 -p udp --sport 53 --dport 1024:65535 -j ACCEPT
! iptables -I INPUT 3 -p udp --sport 53 -j LOG
! iptables -I INPUT 3 -m conntrack --ctstate INVALID -j DROP
