iptables -A OUTPUT -p udp -m udp --dport 123 -j ACCEPT
| iptables -A OUTPUT -p udp --dport 123 -j ACCEPT
| iptables -I OUTPUT 1 -p udp -m udp --dport ntp -j ACCEPT
| iptables -A OUTPUT -d 203.0.113.123 -j ACCEPT
| iptables -A OUTPUT -p udp -m multiport --dports 53,123 -j ACCEPT
| iptables -R OUTPUT 2 -p udp -m multiport --dports 53,123 -j ACCEPT
| iptables -A OUTPUT -o eth0 -p udp --dport 123 -m conntrack --ctstate NEW -j ACCEPT
| iptables -A OUTPUT -p udp --dport 100:200 -j ACCEPT
| iptables -R OUTPUT 2 -p udp --dport 53:123 -j ACCEPT
| iptables -N ask && iptables -A ask -p udp --dport 123 -j ACCEPT && iptables -A OUTPUT -j ask
| iptables -A OUTPUT -p 17 -m udp --dport 123 -j ACCEPT
! iptables -P OUTPUT ACCEPT
! iptables -A OUTPUT -p udp -j ACCEPT
! iptables -A INPUT -p udp --dport 123 -j ACCEPT
! iptables -A INPUT -p udp --sport 123 -j ACCEPT
! iptables -A OUTPUT -p tcp --dport 123 -j ACCEPT
! iptables -A OUTPUT -p udp --sport 123 -j ACCEPT
! iptables -A OUTPUT -j ACCEPT
! iptables -R OUTPUT 2 -p udp --dport 123 -j ACCEPT
! iptables -A OUTPUT -p udp --dport 123 -j LOG
! iptables -A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
! iptables -F OUTPUT
