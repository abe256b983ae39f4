iptables -I OUTPUT 5 -p tcp -m tcp --tcp-flags RST RST -j ACCEPT
| iptables -I OUTPUT 5 -p tcp --tcp-flags RST RST -j ACCEPT
| iptables -I OUTPUT 1 -p tcp --tcp-flags ALL RST -j ACCEPT
| iptables -I OUTPUT 3 -m state --state INVALID -j ACCEPT
| iptables -I OUTPUT 5 -p tcp -j ACCEPT
| iptables -R OUTPUT 5 -p udp -m limit -j LOG --log-prefix "UNKNOWN_OUTGOING: "
| iptables -R OUTPUT 5 ! -p tcp -m limit -j LOG
| iptables -R OUTPUT 5 -m state --state NEW -m limit -j LOG
| iptables -R OUTPUT 2 -m state --state RELATED,ESTABLISHED,INVALID -j ACCEPT
| iptables -I OUTPUT 5 -p tcp --sport 3594 -j ACCEPT
| iptables -N resets && iptables -A resets -p tcp --tcp-flags RST RST -j ACCEPT && iptables -I OUTPUT 5 -j resets
! iptables -D OUTPUT 5
! iptables -A OUTPUT -p tcp --tcp-flags RST RST -j ACCEPT
! iptables -I INPUT 3 -m state --state INVALID -j DROP
! iptables -I OUTPUT 1 -j ACCEPT
! iptables -I OUTPUT 5 -p tcp --tcp-flags SYN SYN -j ACCEPT
! iptables -I OUTPUT 5 -m state --state NEW -j ACCEPT
! iptables -F OUTPUT
! iptables -P OUTPUT DROP
! iptables -I INPUT 1 -p tcp --tcp-flags RST RST -j ACCEPT
! iptables -R OUTPUT 5 -m limit --limit 1/hour -j LOG
