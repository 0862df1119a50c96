#!/bin/bash
#
# Makes the captures of this folder: real tools on the real network stack of this kernel, in
# network namespaces that nothing leads out of. Run as root; it changes nothing but the captures,
# and takes its namespaces away again when it ends, however it ends.
#
#     examples/make-captures.sh              all captures
#     examples/make-captures.sh ping ...     these
#
# Debian 12 packages: hping3, iproute2, iptables, iputils-ping, nmap (for nping), procps, python3,
# tcpdump, traceroute.
#
# Two worlds. In both, the capture is taken once, at the firewall's port `lan`.
#
#   bridged   client 192.168.1.6 -- lan [ firewall, a bridge ] wan -- server 192.168.1.10
#
#   routed    client 192.168.1.6 -- lan 192.168.1.1 [ firewall ] wan 10.0.0.1
#                                          -- 10.0.0.2 [ router ] 10.0.1.1 -- server 10.0.1.10

set -euo pipefail

out=$(cd "$(dirname "$0")" && pwd)
readonly out
readonly hosts=(client firewall router server)
scratch=  # a folder for what is under way
recorder= # the process that records

# --- the worlds ---------------------------------------------------------------------------------

client() { ip netns exec statewall-client "$@"; }
firewall() { ip netns exec statewall-firewall "$@"; }
router() { ip netns exec statewall-router "$@"; }
server() { ip netns exec statewall-server "$@"; }

# Without IPv6, so that nobody looks for IPv6 routers. Linux sends ICMP errors at a limited rate;
# the limit is lifted, or traceroute would see gaps.
hosts_up() {
  local host
  for host in "${hosts[@]}"; do
    ip netns add "statewall-$host"
    "$host" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    "$host" sysctl -qw net.ipv4.icmp_ratelimit=0
  done
}

# Without offloading: a segment that is bigger than the link, or a checksum that is left to a card,
# would be seen by the capture but by no real wire.
no_offload() { # HOST
  "$1" ip link set eth0 gso_max_segs 1
  "$1" iptables -t mangle -A POSTROUTING -j CHECKSUM --checksum-fill
}

link() { # HOST PORT MAC  HOST PORT MAC
  ip -n "statewall-$1" link add "$2" address "02:00:00:00:00:$3" type veth \
    peer name "$5" address "02:00:00:00:00:$6" netns "statewall-$4"
  ip -n "statewall-$1" link set "$2" up
  ip -n "statewall-$4" link set "$5" up
}

bridged() {
  hosts_up
  firewall ip link add bridge type bridge mcast_snooping 0
  firewall ip link set bridge up
  link client eth0 06 firewall lan 01
  link server eth0 10 firewall wan 02
  firewall ip link set lan master bridge
  firewall ip link set wan master bridge
  client ip address add 192.168.1.6/24 dev eth0
  server ip address add 192.168.1.10/24 dev eth0
  no_offload client
  no_offload server
}

routed() {
  hosts_up
  link client eth0 06 firewall lan 01
  link firewall wan 02 router lan 03
  link router wan 04 server eth0 10
  client ip address add 192.168.1.6/24 dev eth0
  firewall ip address add 192.168.1.1/24 dev lan
  firewall ip address add 10.0.0.1/24 dev wan
  router ip address add 10.0.0.2/24 dev lan
  router ip address add 10.0.1.1/24 dev wan
  server ip address add 10.0.1.10/24 dev eth0
  client ip route add default via 192.168.1.1
  firewall ip route add default via 10.0.0.2
  router ip route add 192.168.1.0/24 via 10.0.0.1 # and no default route: nothing lies behind it
  server ip route add default via 10.0.1.1
  firewall sysctl -qw net.ipv4.ip_forward=1
  router sysctl -qw net.ipv4.ip_forward=1
  no_offload client
  no_offload server
}

tear_down() {
  local host
  for host in "${hosts[@]}"; do
    [[ -e /run/netns/statewall-$host ]] || continue
    ip netns pids "statewall-$host" | xargs -r kill || true
    ip netns del "statewall-$host"
  done
}

# --- recording ----------------------------------------------------------------------------------

record() {
  : >"$scratch/tcpdump"
  ip netns exec statewall-firewall tcpdump -i lan -s 0 -n -U --immediate-mode -Z root \
    -w "$scratch/capture" 2>>"$scratch/tcpdump" &
  recorder=$!
  until grep -q '^tcpdump: listening' "$scratch/tcpdump"; do
    kill -0 "$recorder" 2>/dev/null || { cat "$scratch/tcpdump" >&2; exit 1; }
    sleep 0.05
  done
}

save() { # NAME
  sleep 0.3 # the last frames
  kill "$recorder"
  wait "$recorder"
  mv "$scratch/capture" "$out/$1.pcap"
  printf '%-24s %3d frames\n' "$1" "$(tcpdump -n -r "$out/$1.pcap" 2>/dev/null | wc -l)"
}

# --- servers that no Debian host runs any more ---------------------------------------------------

# Starts a server on the host `server`; it prints a word when it is ready.
serve() { # PYTHON
  local ready
  exec {ready}< <(ip netns exec statewall-server python3 -c "$1")
  read -r _ <&"$ready"
  exec {ready}<&-
}

# One TCP connection on port 7: sends the first line back, reads what else comes, closes last.
readonly echo_once='
import socket
listener = socket.create_server(("", 7))
print("ready", flush=True)
peer, _ = listener.accept()
data = b""
while not data.endswith(b"\n"):
    data += peer.recv(4096)
peer.sendall(data[-16:])
while peer.recv(4096):
    pass
peer.close()
'

# Answers Information (15) and Address Mask (17) requests (RFC 792, RFC 950). Linux does not.
readonly obsolete_queries='
import socket, struct
def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff
icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
print("ready", flush=True)
while True:
    packet, peer = icmp.recvfrom(2048)
    query = packet[20:]
    if query[0] not in (15, 17):
        continue
    body = query[4:8] + (socket.inet_aton("255.255.255.0") if query[0] == 17 else query[8:])
    header = bytes([query[0] + 1, 0])
    icmp.sendto(header + struct.pack("!H", checksum(header + b"\0\0" + body)) + body, peer)
'

# --- the captures: one function each -------------------------------------------------------------

# Runs a tool whose failure is the story.
attempt() { "$@" 2>/dev/null || true; }

# One more frame, which has nothing to do with what went before: the client asks by ARP for a host
# that is not there. It lets the table at the end show that time has passed.
later_frame() { # SECONDS
  sleep "$1"
  attempt client ping -q -c 1 -W 0.3 192.168.1.99
}

# Leaves the client one port to connect from, where the connection is still in the table at the end.
one_port() { client sysctl -qw net.ipv4.ip_local_port_range='40000 40000'; }

# Runs a tool while HOST is SECONDS late to answer ARP: what is sent to it waits at the hop before.
late() { # HOST SECONDS COMMAND...
  "$1" sysctl -qw net.ipv4.conf.all.arp_ignore=8
  attempt "${@:3}" &
  sleep "$2"
  "$1" sysctl -qw net.ipv4.conf.all.arp_ignore=0
  wait $!
}

# T4, T6, T7: a ping that nobody answers. The entry has 25 seconds left when the capture ends.
capture_founding_story() {
  bridged
  server sysctl -qw net.ipv4.icmp_echo_ignore_all=1
  record
  attempt client ping -q -e 33029 -c 1 -W 1 192.168.1.10 &
  later_frame 4.5
}

# T2, T9: the same ping, answered.
capture_ping() {
  bridged
  record
  client ping -q -e 33029 -c 1 192.168.1.10
}

# T9: the second of four pings is lost.
capture_ping_lost() {
  bridged
  server iptables -A INPUT -p icmp --icmp-type echo-request \
    -m statistic --mode nth --every 100 --packet 1 -j DROP
  record
  client ping -q -e 33029 -c 4 -i 0.3 192.168.1.10
}

# T9: all pings are under way before the first is answered.
capture_pings_in_flight() {
  routed
  record
  late server 0.5 client ping -q -e 33029 -c 4 -i 0.2 10.0.1.10
}

# T8: two hosts are pinged with one identifier; one of them answers.
capture_pings_two_hosts() {
  bridged
  server ip address add 192.168.1.11/24 dev eth0
  server iptables -A INPUT -d 192.168.1.11 -p icmp -j DROP
  record
  attempt client ping -q -e 33029 -c 1 -W 1 192.168.1.11 &
  sleep 0.5
  client ping -q -e 33029 -c 1 192.168.1.10
  wait $!
}

# T1
capture_timestamp() {
  bridged
  record
  client nping -q --icmp --icmp-type timestamp --icmp-id 4660 -c 2 --delay 200ms 192.168.1.10
}

# T1
capture_information() {
  bridged
  serve "$obsolete_queries"
  record
  client nping -q --icmp --icmp-type 15 -c 1 192.168.1.10
}

# T1
capture_address_mask() {
  bridged
  serve "$obsolete_queries"
  record
  attempt client hping3 -q -1 -C 17 -c 1 192.168.1.10
}

# T15: each probe is a UDP connection of its own.
capture_traceroute_udp() {
  routed
  record
  client traceroute -n 10.0.1.10
}

# T11: the probes are pings with one identifier. Those that go beyond the firewall are all under way
# before the first is answered; 5 hops are no more than traceroute sends at a time.
capture_traceroute_icmp() {
  routed
  firewall sysctl -qw net.ipv4.neigh.wan.retrans_time_ms=200
  record
  late router 0.1 client traceroute -I -n -m 5 10.0.1.10
}

# T12: a SYN to a network that the last router has no route to.
capture_net_unreachable() {
  routed
  firewall sysctl -qw net.ipv4.neigh.wan.retrans_time_ms=200
  record
  late router 0.1 client timeout 5 bash -c '</dev/tcp/203.0.113.9/80'
}

# T12: a SYN to a host that is not there. The router looks for it by ARP, half a second.
capture_host_unreachable() {
  routed
  router sysctl -qw net.ipv4.neigh.wan.mcast_solicit=1 net.ipv4.neigh.wan.retrans_time_ms=500
  record
  attempt client timeout 5 bash -c '</dev/tcp/10.0.1.99/80'
}

# What T11 says of queries: two pings to a host that is not there.
capture_ping_host_unreachable() {
  routed
  record
  attempt client ping -q -e 33029 -c 2 -i 0.2 10.0.1.99
}

# T14
capture_net_prohibited() {
  routed
  router iptables -A FORWARD -p udp --dport 9 -j REJECT --reject-with icmp-net-prohibited
  record
  attempt client bash -c 'echo hello >/dev/udp/10.0.1.10/9'
}

# T15
capture_port_unreachable() {
  routed
  record
  attempt client bash -c 'echo hello >/dev/udp/10.0.1.10/9'
}

# E.3: a connection from its first packet to its last.
capture_tcp_session() {
  routed
  one_port
  serve "$echo_once"
  record
  client bash -c 'exec 3<>/dev/tcp/10.0.1.10/7; echo hello >&3; read -r _ <&3'
  later_frame 1.5
}

# E25: nobody listens.
capture_tcp_refused() {
  routed
  record
  attempt client timeout 5 bash -c '</dev/tcp/10.0.1.10/7'
}

# Fragmentation needed ends nothing: the last link is narrower than the others, so a segment is too
# big for it and is sent again in two.
capture_frag_needed() {
  routed
  one_port
  router ip link set wan mtu 1400
  serve "$echo_once"
  record
  client bash -c 'exec 3<>/dev/tcp/10.0.1.10/7; printf "%02000d\n" 0 >&3; read -r _ <&3'
  later_frame 1.5
}

# -------------------------------------------------------------------------------------------------

main() {
  local tool name
  for tool in hping3 ip iptables nping ping python3 sysctl tcpdump timeout traceroute; do
    [[ -n $(type -P "$tool") ]] || { echo "$0: needs $tool; see its head" >&2; exit 1; }
  done
  ((EUID == 0)) || { echo "$0: network namespaces need root" >&2; exit 1; }

  scratch=$(mktemp -d)
  trap 'tear_down; rm -rf "$scratch"' EXIT
  trap 'exit 130' INT TERM HUP
  tear_down # what a run that was killed may have left

  local names=("$@")
  if ((!$#)); then
    mapfile -t names < <(compgen -A function capture_ | sed 's/^capture_//; s/_/-/g')
  fi
  for name in "${names[@]}"; do
    declare -F "capture_${name//-/_}" >/dev/null || { echo "$0: no capture '$name'" >&2; exit 2; }
  done
  for name in "${names[@]}"; do
    "capture_${name//-/_}" >/dev/null
    save "$name"
    tear_down
  done
}

main "$@"
