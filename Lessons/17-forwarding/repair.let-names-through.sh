iptables -A from-lan -p udp -m udp --dport 53 -j ACCEPT
| iptables -A from-lan -p udp --dport 53 -j ACCEPT
| iptables -I from-lan 1 -p udp --dport domain -j ACCEPT
| iptables -A FORWARD -i lan -o wan -p udp --dport 53 -j ACCEPT
| iptables -I FORWARD 1 -p udp --dport 53 -j ACCEPT
| iptables -A from-lan -d 203.0.113.53 -j ACCEPT
| iptables -A FORWARD -p udp --dport 53 -j ACCEPT
| iptables -A from-lan -p udp -m multiport --dports 53,123 -j ACCEPT
| iptables -N names && iptables -A names -p udp --dport 53 -j ACCEPT && iptables -A from-lan -j names
| iptables -R from-lan 3 -p udp --dport 53 -j ACCEPT
| iptables -A from-lan -s 10.0.0.0/24 -p udp --dport 53 -m state --state NEW -j ACCEPT
! iptables -P FORWARD ACCEPT
! iptables -A from-lan -j ACCEPT
! iptables -A from-lan -p udp -j ACCEPT
! iptables -A mail -p udp --dport 53 -j ACCEPT
! iptables -A from-lan -p tcp --dport 53 -j ACCEPT
! iptables -A from-lan -p udp --sport 53 -j ACCEPT
! iptables -A OUTPUT -p udp --dport 53 -j ACCEPT
! iptables -A INPUT -p udp --dport 53 -j ACCEPT
! iptables -A FORWARD -i wan -o lan -p udp --dport 53 -j ACCEPT
! iptables -F from-lan
! iptables -A FORWARD -p udp -j ACCEPT
