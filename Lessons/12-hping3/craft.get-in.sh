hping3 -c 1 -S -p 22 192.0.2.10
! hping3 -c 1 -S -p 23 192.0.2.10
