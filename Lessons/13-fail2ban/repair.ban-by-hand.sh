iptables -I f2b-sshd 1 -s 203.0.113.66 -j REJECT --reject-with icmp-port-unreachable
| iptables -I f2b-sshd -s 203.0.113.66 -j REJECT
| iptables -I f2b-sshd 2 -s 203.0.113.66/32 -j REJECT --reject-with icmp-port-unreachable
| iptables -I f2b-sshd 1 -s 203.0.113.66 -j REJECT --reject-with tcp-reset -p tcp
| iptables -I INPUT 1 -s 203.0.113.66 -p tcp --dport 22 -j REJECT
| iptables -I INPUT 1 -s 203.0.113.66 -j REJECT
| iptables -I f2b-sshd -p tcp --dport 22 -s 203.0.113.66 -j REJECT
| iptables -R f2b-sshd 1 -s 203.0.113.0/24 -j REJECT
| iptables -N ban && iptables -A ban -j REJECT && iptables -I f2b-sshd -s 203.0.113.66 -j ban
| iptables -I INPUT 4 -s 203.0.113.66 -p tcp --dport 22 -j REJECT --reject-with tcp-reset
| iptables -I f2b-sshd 1 -m iprange --src-range 203.0.113.66-203.0.113.66 -j REJECT
! iptables -A f2b-sshd -s 203.0.113.66 -j REJECT
! iptables -A INPUT -s 203.0.113.66 -j REJECT
! iptables -I f2b-sshd -j REJECT
! iptables -I f2b-sshd -s 203.0.113.66 -j DROP
! iptables -R f2b-sshd 1 -s 203.0.113.66 -j REJECT
! iptables -D f2b-sshd 2
! iptables -I f2b-sshd -d 203.0.113.66 -j REJECT
! iptables -I f2b-sshd -s 203.0.113.66 -p udp -j REJECT
! iptables -I OUTPUT -d 203.0.113.66 -j REJECT
! iptables -I INPUT 1 -p tcp --dport 22 -j REJECT
! iptables -I f2b-sshd -s 203.0.113.66 -j LOG
