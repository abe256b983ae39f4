iptables -I INPUT 6 -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
