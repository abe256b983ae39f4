iptables -t nat -A PREROUTING -i wan -p tcp -m tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22
iptables -A FORWARD -d 10.0.0.5/32 -i wan -p tcp -m tcp --dport 22 -j ACCEPT
| -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to 10.0.0.5:22 && iptables -A FORWARD -i wan -d 10.0.0.5 -p tcp --dport 22 -j ACCEPT
| -t nat -I PREROUTING -p tcp --dport 2222 -d 192.0.2.10 -j DNAT --to-destination 10.0.0.5:22 && iptables -I FORWARD 1 -p tcp --dport 22 -j ACCEPT
| -t nat -A PREROUTING -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
| -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -R FORWARD 3 -d 10.0.0.5 -i wan -p tcp -m multiport --dports 22,80 -j ACCEPT
| -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -P FORWARD ACCEPT
| -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -i wan -o lan -j ACCEPT
| -t nat -A PREROUTING ! -i lan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -d 10.0.0.5 -j ACCEPT
| -t nat -A PREROUTING -p tcp -m tcp --dport 2222:2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -p tcp --dport ssh -d 10.0.0.5 -m state --state NEW -j ACCEPT
| -t nat -N ssh-in && iptables -t nat -A ssh-in -p tcp -j DNAT --to-destination 10.0.0.5:22 && iptables -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j ssh-in && iptables -A FORWARD -d 10.0.0.5/32 -p tcp --dport 22 -j ACCEPT
| -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -m conntrack --ctorigdstport 2222 -j ACCEPT
! -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22
! iptables -A FORWARD -i wan -d 10.0.0.5 -p tcp --dport 22 -j ACCEPT
! iptables -A INPUT -p tcp --dport 2222 -j ACCEPT
! iptables -A INPUT -i wan -p tcp -j ACCEPT
! -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5 && iptables -A FORWARD -d 10.0.0.5 -j ACCEPT
! -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -i wan -d 10.0.0.5 -p tcp --dport 2222 -j ACCEPT
! -t nat -A PREROUTING -i lan -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22 && iptables -P FORWARD ACCEPT
! -t nat -A PREROUTING -i wan -p tcp --dport 22 -j DNAT --to-destination 10.0.0.5:22 && iptables -P FORWARD ACCEPT
! -t nat -A PREROUTING -i wan -p tcp --dport 2222 -j REDIRECT --to-ports 22 && iptables -P INPUT ACCEPT
! -t nat -I PREROUTING 1 -i wan -p tcp -j DNAT --to-destination 10.0.0.5:22 && iptables -A FORWARD -d 10.0.0.5 -j ACCEPT
! -t nat -A POSTROUTING -p tcp --dport 2222 -j SNAT --to-source 10.0.0.5:22 && iptables -P FORWARD ACCEPT
