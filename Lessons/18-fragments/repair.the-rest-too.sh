iptables -A FORWARD -f -j ACCEPT
| iptables -I FORWARD 1 -f -j ACCEPT
| iptables -A FORWARD --fragment -j ACCEPT
| iptables -A FORWARD -p udp -f -j ACCEPT
| iptables -A FORWARD -s 198.51.100.7 -d 10.0.0.5 -f -j ACCEPT
| iptables -A FORWARD -f -i wan -j ACCEPT
| iptables -A FORWARD -f -o lan -j ACCEPT
| iptables -I FORWARD -f -p 17 -d 10.0.0.0/24 -j ACCEPT
| iptables -N pieces && iptables -A pieces -j ACCEPT && iptables -A FORWARD -f -j pieces
| iptables -P FORWARD ACCEPT && iptables -A FORWARD ! -f -j DROP
| iptables -A FORWARD -m length --length 52 -j ACCEPT
! iptables -P FORWARD ACCEPT
! iptables -A FORWARD -j ACCEPT
! iptables -A FORWARD -p udp -j ACCEPT
! iptables -A FORWARD -p udp --sport 40000 -j ACCEPT
! iptables -A FORWARD ! -f -j ACCEPT
! iptables -A INPUT -f -j ACCEPT
! iptables -A FORWARD -p tcp -f -j ACCEPT
! iptables -A FORWARD -s 198.51.100.7 -j ACCEPT
! iptables -A FORWARD -p udp --dport 0:65535 -j ACCEPT
! iptables -A FORWARD -f -j LOG
! iptables -A FORWARD -f -j DROP
