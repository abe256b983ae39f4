#!/bin/sh
# Makes the dumps in this folder again from packets.pcap: ./make.sh (tcpdump 4.99, tshark 4.0, xxd, hexdump, od)
set -e
cd "$(dirname "$0")"
export TZ=UTC
dump() { name=$1; shift; { echo "# made by make.sh: $*"; "$@" 2>/dev/null; } >"$name.txt"; }
for flags in nx nvxx nvvX neXX ntX nttx ntttX nttttxx ntttttx nSvvvX enttxx; do
  dump "tcpdump-$flags" tcpdump -r packets.pcap "-$flags"
done
dump tcpdump-number tcpdump -r packets.pcap -n --number -X
dump tshark-x tshark -r packets.pcap -x
# One packet, the second, as other programs show it.
dd if=packets.pcap of=packet.bin bs=1 skip=130 count=95 2>/dev/null
one() { name=$1; shift; { echo "# made by make.sh: $*"; "$@"; } >"one-$name.txt"; }
one xxd xxd packet.bin
one xxd-plain xxd -p packet.bin
one xxd-bytes xxd -g1 packet.bin
one xxd-c xxd -i packet.bin
one hexdump-canonical hexdump -C packet.bin
one hexdump hexdump packet.bin
one od-octal od -tx1 packet.bin
one od-hex od -Ax -tx1z packet.bin
one od-bare od -An -tx1 packet.bin
one od-words od -x packet.bin
