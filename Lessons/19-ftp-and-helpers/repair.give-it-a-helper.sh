iptables -t raw -A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp
| iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp
| iptables -t raw -I PREROUTING -p tcp --dport ftp -j CT --helper ftp
| iptables -t raw -A PREROUTING -i eth0 -p tcp --dport 21 -j CT --helper ftp
| iptables -t raw -A PREROUTING -p tcp --dport 21 --syn -j CT --helper ftp
| iptables -t raw -A PREROUTING -p tcp -j CT --helper ftp
| iptables -t raw -A PREROUTING -p tcp -d 192.0.2.10 --dport 21 -j CT --helper ftp
| iptables -t raw -N ftp && iptables -t raw -A ftp -p tcp -j CT --helper ftp && iptables -t raw -A PREROUTING -p tcp --dport 21 -j ftp
| iptables -A INPUT -s 198.51.100.7 -p tcp --dport 50000 -j ACCEPT
! iptables -A INPUT -p tcp --dport 50000 -j ACCEPT
! iptables -A INPUT -p tcp --dport 50000:51000 -j ACCEPT
! iptables -A INPUT -s 198.51.100.7 -j ACCEPT
! iptables -A INPUT -m state --state NEW -j ACCEPT
! iptables -A INPUT -m helper --helper ftp -j ACCEPT
! iptables -P INPUT ACCEPT
! iptables -t raw -A PREROUTING -p tcp --dport 50000 -j CT --helper ftp
! iptables -t raw -A PREROUTING -p tcp --sport 21 -j CT --helper ftp
! iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --notrack
! iptables -t raw -A OUTPUT -p tcp --sport 21 -j CT --helper ftp
! iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper irc
