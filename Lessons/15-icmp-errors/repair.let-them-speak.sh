iptables -D INPUT 2
| iptables -D INPUT -p icmp -j DROP
| iptables -I INPUT 2 -m conntrack --ctstate RELATED -j ACCEPT
| iptables -I INPUT 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
| iptables -I INPUT 2 -m state --state RELATED,ESTABLISHED -j ACCEPT
| iptables -R INPUT 2 -p icmp -m conntrack --ctstate INVALID -j DROP
| iptables -R INPUT 2 -p icmp --icmp-type 8 -j DROP
| iptables -I INPUT 2 -p icmp -m conntrack --ctstate RELATED -j ACCEPT
| iptables -R INPUT 2 -p icmp -m conntrack ! --ctstate RELATED -j DROP
| iptables -R INPUT 2 -m conntrack --ctstate INVALID -j DROP
| iptables -D INPUT 2 && iptables -A INPUT -p icmp -j DROP
! iptables -F INPUT
! iptables -I INPUT 2 -p icmp --icmp-type 3 -j ACCEPT
! iptables -I INPUT 2 -p icmp -j ACCEPT
! iptables -P INPUT ACCEPT && iptables -D INPUT 2
! iptables -D INPUT 3
! iptables -A INPUT -m conntrack --ctstate RELATED -j ACCEPT
! iptables -I INPUT 2 -p icmp --icmp-type fragmentation-needed -j ACCEPT
! iptables -R INPUT 2 -p icmp --icmp-type 3 -j DROP
! iptables -I INPUT 2 -m conntrack --ctstate INVALID -j ACCEPT
! iptables -P INPUT ACCEPT
