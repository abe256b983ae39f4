iptables -R OUTPUT 5 -m state --state NEW -m limit -j LOG --log-prefix UNKNOWN_OUTGOING: --log-level 5
| iptables -R OUTPUT 5 -m conntrack --ctstate NEW -m limit -j LOG --log-prefix "UNKNOWN_OUTGOING: " --log-level 5
| iptables -R OUTPUT 5 -m state --state NEW -j LOG
| iptables -R OUTPUT 5 -m state ! --state INVALID -m limit -j LOG
| iptables -R OUTPUT 5 -m limit -m state --state NEW -j LOG
| iptables -I OUTPUT 5 -m state --state NEW -j LOG && iptables -D OUTPUT 6
| iptables -I OUTPUT 5 -m state --state INVALID -j ACCEPT
| iptables -R OUTPUT 5 -p udp -m limit -j LOG
| iptables -I OUTPUT 5 -p tcp --tcp-flags RST RST -j RETURN
| iptables -D OUTPUT 5 && iptables -A OUTPUT -m state --state NEW -m limit -j LOG
| iptables -R OUTPUT 5 -p tcp --syn -j LOG && iptables -A OUTPUT -p udp -j LOG
! iptables -D OUTPUT 5
! iptables -R OUTPUT 5 -m state --state INVALID -j LOG
! iptables -R OUTPUT 5 -m state --state ESTABLISHED -j LOG
! iptables -R OUTPUT 5 -p tcp --syn -j LOG
! iptables -R OUTPUT 5 -p tcp -j LOG
! iptables -I INPUT 3 -m state --state INVALID -j DROP
! iptables -I OUTPUT 5 -m state --state NEW -j LOG
! iptables -R OUTPUT 4 -m state --state NEW -j LOG
! iptables -F OUTPUT
! iptables -P OUTPUT DROP
