iptables -I INPUT 6 -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
| iptables -I INPUT 6 -p tcp --dport 80 -j ACCEPT
| iptables -I INPUT 5 -p tcp --dport 80 -m state --state NEW -j ACCEPT
| iptables -I INPUT 4 -p tcp --dport http -j ACCEPT
| iptables -R INPUT 5 -p tcp -m multiport --dports 22,80 -m conntrack --ctstate NEW -j ACCEPT
| iptables -I INPUT 1 -p tcp --dport 80 -j ACCEPT
| iptables -I INPUT 6 -p tcp -m multiport --dports 80,443 -j ACCEPT
| iptables -I INPUT 6 -i eth0 -p tcp --syn --dport 80 -j ACCEPT
| iptables -N web && iptables -A web -p tcp --dport 80 -j ACCEPT && iptables -I INPUT 6 -p tcp -j web
| iptables -D INPUT 6 && iptables -A INPUT -p tcp --dport 80 -j ACCEPT
| iptables -I INPUT 3 -m conntrack --ctstate NEW -p tcp --dport 80 -j ACCEPT
! iptables -A INPUT -p tcp --dport 80 -j ACCEPT
! iptables -P INPUT ACCEPT
! iptables -D INPUT 6
! iptables -F INPUT
! iptables -I INPUT 1 -p tcp -j ACCEPT
! iptables -I INPUT 6 -p udp --dport 80 -j ACCEPT
! iptables -R INPUT 5 -p tcp --dport 80 -j ACCEPT
! iptables -I INPUT 6 -p tcp --sport 80 -j ACCEPT
! iptables -I INPUT 6 -p tcp --dport 80 -j LOG
! iptables -I INPUT 1 -j ACCEPT
! iptables -D INPUT 6 && iptables -P INPUT ACCEPT
