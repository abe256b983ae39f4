iptables -A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
| iptables -A INPUT -p tcp --dport 80 -j ACCEPT
| iptables -I INPUT 1 -p tcp -m tcp --dport 80 -j ACCEPT
| iptables -I INPUT -p tcp --dport http -j ACCEPT
| iptables -A INPUT -p 6 -m tcp --dport 80:80 -j ACCEPT
| iptables -A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
| iptables -A INPUT -i eth0 -p tcp --dport 80 --syn -j ACCEPT
| iptables -A INPUT -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
| iptables -R INPUT 2 -p tcp -m multiport --dports 22,80 -j ACCEPT
| iptables -N web && iptables -A web -p tcp --dport 80 -j ACCEPT && iptables -A INPUT -p tcp -j web
| iptables -P INPUT ACCEPT && iptables -A INPUT -p tcp ! --dport 80 -j DROP && iptables -A INPUT -p udp -j DROP
! iptables -P INPUT ACCEPT
! iptables -A INPUT -p tcp -j ACCEPT
! iptables -A INPUT -p tcp --sport 80 -j ACCEPT
! iptables -A INPUT -p udp --dport 80 -j ACCEPT
! iptables -A OUTPUT -p tcp --dport 80 -j ACCEPT
! iptables -A INPUT -p tcp --dport 80 -j LOG
! iptables -A INPUT -p tcp --dport 80 -j REJECT
! iptables -A INPUT -j ACCEPT
! iptables -F INPUT
! iptables -A INPUT -i lo -p tcp --dport 80 -j ACCEPT
! iptables -A INPUT -m conntrack --ctstate ESTABLISHED -p tcp --dport 80 -j ACCEPT
