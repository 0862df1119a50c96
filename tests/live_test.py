#!/usr/bin/env python3
"""`statewall run` between real hosts, in each way of meeting their traffic: what got through, what
did not, and what the firewall says of it. Skipped where no such hosts can be made.

usage: live_test.py STATEWALL [unittest options]
"""

import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import live_network
from live_network import Network, stop, wait_for

ROOT = pathlib.Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "examples/tutorial.rules"
ROUTER = ROOT / "examples/router-dmz.rules"

# Accepts what belongs to a connection, echo, UDP 53 and TCP 80; refuses the rest.
OFFICE = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -p {icmp} -j ACCEPT
-A FORWARD -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 80 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT
-A FORWARD -p tcp -j REJECT --reject-with tcp-reset
-A FORWARD -p udp -j REJECT
COMMIT
"""

UDP_CLIENT = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as s:
    s.settimeout(float(sys.argv[4]))
    s.connect((sys.argv[1], int(sys.argv[2])))
    s.send(sys.argv[3].encode() * int(sys.argv[5]))
    try:
        print(len(s.recv(65536)))
    except OSError as error:
        print(type(error).__name__)
"""

# One TCP connection, a request for each line.
TALK = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], 80, timeout=10)
connection.auto_open = False
connection.connect()
while True:
    try:
        connection.request("GET", "/1000")
        answer = connection.getresponse()
        answer.read()
        print(answer.status, flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
    if not sys.stdin.readline():
        break
"""

# One ICMP query of a type; prints the type of the answer, or nothing.
ICMP_CLIENT = """
import socket, struct, sys
def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
body = struct.pack("!BBHHH", int(sys.argv[2]), 0, 0, 4711, 1) + bytes(12)
body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
    s.settimeout(1)
    s.sendto(body, (sys.argv[1], 0))
    try:
        while True:
            data, peer = s.recvfrom(2048)
            if data[20] != int(sys.argv[2]):
                print(data[20])
                break
    except TimeoutError:
        pass
"""

# An echo request in VLAN 7, priority 3, to nobody.
TAGGED_FRAME = ("02000000000b02000000000a81006007080045000020000100004001"
                "66760a0100020a010063080009f612340001" + "74616773")
TAGGED = f"""
import socket
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(("eth0", 0))
    s.send(bytes.fromhex("{TAGGED_FRAME}"))
"""
WATCH = """
import socket
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as s:
    s.bind(("eth0", 3))
    s.setsockopt(263, 8, 1)
    s.settimeout(5)
    print("ready", flush=True)
    try:
        while True:
            data, ancillary, _, _ = s.recvmsg(2048, 256)
            if data[:6] == bytes.fromhex("02000000000b"):
                for level, kind, value in ancillary:
                    tci, tpid = int.from_bytes(value[16:18], "little"), value[18:20][::-1]
                    if int.from_bytes(value[:4], "little") & 16:
                        data = data[:12] + tpid + tci.to_bytes(2, "big") + data[12:]
                print(data.hex())
                break
    except TimeoutError:
        pass
"""

V4, V6 = "10.3.0.2", "fd00:3::2"


class Live:
    """What holds in each mode."""

    mode = None

    @classmethod
    def setUpClass(cls):
        why = live_network.available()
        if why:
            raise unittest.SkipTest(why)
        cls.network = Network(cls.mode)
        cls.addClassCleanup(cls.network.close)
        cls.network.divert()
        server = cls.network.server.start(sys.executable, ROOT / "tests/live_server.py",
                                          stdout=subprocess.PIPE)
        assert server.stdout.readline() == "ready\n"
        cls.addClassCleanup(server.stdout.close)
        cls.client = cls.network.client

    def start(self, *options):
        process = self.network.start(*options)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        """Whatever it went through, it ends well; under a sanitizer, without leaks."""
        if process.poll() is None:
            self.assertEqual(stop(process), 0, self.network.log())

    def office(self, *options):
        rules = self.network.write("office.rules", OFFICE.format(icmp="icmp"))
        rules6 = self.network.write("office.rules6", OFFICE.format(icmp="ipv6-icmp"))
        return self.start("--profile", "linux", "--rules", rules, "--rules6", rules6, *options)

    def ping(self, *words, code=0):
        """(sent, received) as ping says."""
        text = self.client.run("ping", *words, code=code)
        self.assertNotIn("duplicates", text)
        return tuple(map(int, re.search(r"(\d+) packets transmitted, (\d+) received",
                                        text).groups()))

    def udp(self, address, port, text="name", seconds=2, times=1):
        return self.client.run(sys.executable, "-c", UDP_CLIENT, address, port, text, seconds,
                               times).strip()

    def icmp(self, kind):
        return self.client.run(sys.executable, "-c", ICMP_CLIENT, V4, kind).strip()

    def get(self, address, size, port=80, code=0, *options):
        host = f"[{address}]" if ":" in address else address
        return self.client.run("curl", "-sS", "-m", 20, *options, f"http://{host}:{port}/{size}",
                               code=code)

    # The tutorial's rules

    def test_pings_are_answered(self):
        self.start("--profile", "tutorial", "--rules", TUTORIAL)
        self.assertEqual(self.ping("-c", 5, "-i", 0.05, V4), (5, 5))
        self.assertEqual(self.ping("-c", 50, "-i", 0.002, V4), (50, 50))

    def test_pings_in_flight_at_once(self):
        self.start("--profile", "tutorial", "--rules", TUTORIAL)
        both = [self.client.start("ping", "-q", "-c", 20, "-i", 0.01, V4, stdout=subprocess.PIPE)
                for _ in range(3)]
        for ping in both:
            self.assertIn("20 received", ping.communicate(timeout=20)[0])

    def test_errors_come_back(self):
        self.start("--profile", "tutorial", "--rules", TUTORIAL)
        text = self.client.run("ping", "-c", 1, "-W", 4, "10.3.0.99", code=1)
        self.assertIn("Destination Host Unreachable", text)
        self.assertEqual(self.udp(V4, 9), "ConnectionRefusedError")
        hops = self.client.run("traceroute", "-n", "-q", 1, "-w", 2, V4)
        self.assertIn("10.3.0.2", hops.splitlines()[-1])
        hops = self.client.run("traceroute", "-n", "-I", "-q", 1, "-w", 2, V4)
        self.assertIn("10.3.0.2", hops.splitlines()[-1])

    def test_obsolete_queries_are_dropped(self):
        process = self.start("--profile", "tutorial", "--rules", TUTORIAL)
        self.assertEqual(self.icmp(13), "")
        stop(process)
        self.start("--profile", "tutorial")
        self.assertEqual(self.icmp(13), "14")
        # Nobody answers for an address mask any more; the query passes all the same.
        self.assertEqual(self.icmp(17), "")
        listed = self.network.statewall("list", "-p", "icmp", "--icmp-type", 17)
        self.assertEqual(len(listed), 1, listed)

    # A ruleset of today, IPv4 and IPv6

    def test_a_download(self):
        self.office()
        for address in (V4, V6):
            text = self.get(address, 3_000_000, 80, 0, "-o", self.network.path / "got", "-w",
                            "%{http_code}")
            self.assertEqual(text, "200")
            got = (self.network.path / "got").read_bytes()
            self.assertEqual(len(got), 3_000_000)

    def test_an_upload_finds_the_narrow_link(self):
        self.office()
        sent = self.network.path / "sent"
        sent.write_bytes(b"statewall" * 200_000)
        digest = hashlib.sha256(sent.read_bytes()).hexdigest()
        for address in (V4, V6):
            self.client.run("ip", "route", "flush", "cache", code=None)
            text = self.get(address, "", 80, 0, "-T", sent)
            self.assertEqual(text.strip(), f"1800000 {digest}")
            route = self.client.run("ip", "route", "get", address)
            self.assertIn(f"mtu {live_network.NARROW}", route)

    def test_datagrams(self):
        self.office()
        for address in (V4, V6):
            self.assertEqual(self.udp(address, 53), "4")

    def test_fragments(self):
        self.office()
        for address in (V4, V6):
            self.assertEqual(self.ping("-c", 3, "-i", 0.05, "-s", 6000, address), (3, 3))
            self.assertEqual(self.udp(address, 53, "x", 2, 9000), "9000")

    def test_refusals(self):
        self.office()
        for address in (V4, V6):
            begin = time.monotonic()
            self.get(address, 1, 8080, 7)  # curl: could not connect
            self.assertLess(time.monotonic() - begin, 5)
            self.assertEqual(self.udp(address, 123), "ConnectionRefusedError")

    def test_a_new_neighbour_is_found(self):
        self.office()
        for family in ("-4", "-6"):
            self.client.run("ip", family, "neigh", "flush", "all")
        self.assertEqual(self.ping("-c", 2, "-i", 0.1, V6), (2, 2))
        self.assertEqual(self.ping("-c", 2, "-i", 0.1, V4), (2, 2))

    def test_a_flood(self):
        self.office()
        sent, received = self.ping("-q", "-f", "-c", 20000, V4, code=None)
        self.assertGreaterEqual(received, sent * 0.99)
        self.assertEqual(self.ping("-c", 3, "-i", 0.05, V4), (3, 3))

    def test_a_flood_from_everywhere(self):
        """SYNs from sources that nobody has, more than the table holds: some are of no host that
        may send, and go no further than the kernel."""
        self.office("--set", "max=2000")
        self.client.run("hping3", "-q", "-S", "-p", 80, "--rand-source", "-c", 5000, "-i", "u100", V4,
                        code=None)
        told = dict(re.findall(r"^table +(\w+) +(\d+)$", "\n".join(self.network.statewall("stats")),
                               re.M))
        self.assertGreater(int(told["opened"]), 4000)
        self.assertGreater(int(told["evicted"]), 2000)
        self.assertEqual(int(told["refused"]), 0)
        self.assertLessEqual(len(self.network.statewall("list")), 2000)
        self.assertEqual(self.ping("-c", 3, "-i", 0.05, V4), (3, 3))
        self.assertEqual(self.get(V4, 1000, 80, 0, "-o", "/dev/null"), "")

    def test_reload(self):
        process = self.office()
        self.assertEqual(self.udp(V4, 53), "4")
        rules = self.network.path / "office.rules"
        rules.write_text(rules.read_text().replace("--dport 53 -j ACCEPT", "--dport 53 -j DROP"))
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: "statewall: reloaded" in self.network.log(), "the reload")
        self.assertEqual(self.udp(V4, 53, "name", 0.5), "TimeoutError")
        rules.write_text(rules.read_text().replace("-j REJECT", "-j REJEKT"))
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: "not reloaded" in self.network.log(), "the refusal")
        self.assertIn("office.rules:11:", self.network.log())
        self.assertEqual(self.ping("-c", 2, "-i", 0.05, V4), (2, 2))

    # The example of a router, with these hosts' addresses

    def router(self, sides, networks):
        """`sides`: the device behind which each of its networks is here."""
        text = re.sub(r"(-[io]) (lan|wan|dmz)\b", lambda side: f"{side[1]} {sides[side[2]]}",
                      ROUTER.read_text(encoding="utf-8"))
        for theirs, ours in networks.items():
            text = text.replace(theirs, ours)
        self.start("--profile", "linux", "--rules", self.network.write("router.rules", text))

    def test_a_router_and_its_office(self):
        self.router({"lan": "lan", "wan": "wan", "dmz": "dmz"},
                    {"203.0.113.64/26": "10.1.0.2/32", "10.0.0.0/8": "10.128.0.0/9"})
        self.assertEqual(self.ping("-c", 3, "-i", 0.05, V4), (3, 3))
        self.get(V4, 100_000, 80, 0, "-o", "/dev/null")
        sent = self.network.path / "sent"
        sent.write_bytes(b"statewall" * 20_000)
        self.client.run("ip", "route", "flush", "cache", code=None)
        self.assertEqual(self.get(V4, "", 80, 0, "-T", sent).split()[0], "180000")
        self.assertEqual(self.udp(V4, 9), "ConnectionRefusedError")
        hops = self.client.run("traceroute", "-n", "-q", 1, "-w", 2, V4)
        self.assertIn("10.3.0.2", hops.splitlines()[-1])
        # No mail but by the office's own server; nothing from outside; no false names.
        begin = time.monotonic()
        self.get(V4, 1, 25, 7)
        self.assertLess(time.monotonic() - begin, 5)
        self.network.server.run("ping", "-c", 2, "-i", 0.05, "-W", 0.5, "10.1.0.2", code=1)
        self.client.run("hping3", "-q", "-S", "-p", 80, "-a", "192.0.2.1", "-c", 3, "-i", "u1000", V4,
                        code=None)
        self.assertEqual(self.counted("-A forged -j DROP")[0], 3)
        self.assertRegex(self.network.log(), r"forged: IN=lan .*SRC=192\.0\.2\.1 DST=10\.3\.0\.2")

    def test_a_router_and_its_servers(self):
        self.router({"wan": "lan", "dmz": "wan", "lan": "office"},
                    {"203.0.113.128/26": "10.3.0.0/24", "203.0.113.130/32": "10.3.0.2/32",
                     "203.0.113.131/32": "10.3.0.2/32", "10.0.0.0/8": "10.128.0.0/9"})
        self.get(V4, 100_000, 80, 0, "-o", "/dev/null")
        self.assertEqual(self.udp(V4, 53), "4")
        self.assertEqual(self.udp(V4, 123, "name", 0.5), "TimeoutError")
        self.get(V4, 1, 8080, 28, "-m", 1)
        begin = time.monotonic()
        self.get(V4, 1, 113, 7)  # a reset
        self.assertLess(time.monotonic() - begin, 5)
        # Each ping process opens a connection: of a burst some are answered.
        self.client.run("sh", "-c", f"for i in $(seq 30); do ping -q -c 1 -W 1 {V4} & done; wait",
                        code=None)
        answered = self.counted("-A to-dmz -p icmp")[0]
        self.assertGreaterEqual(answered, 5)
        self.assertLess(answered, 30)
        # A server begins nothing but what servers must.
        begin = time.monotonic()
        self.network.server.run("curl", "-sS", "-m", 5, "http://10.1.0.2:8080/", code=7)
        self.assertLess(time.monotonic() - begin, 3)

    # What the firewall says of it

    def follow(self, *command):
        """A command that follows what happens; a function that ends it and returns its lines."""
        process = subprocess.Popen([live_network.PROGRAM, *command, "--socket", self.network.socket],
                                   stdout=subprocess.PIPE, text=True)
        time.sleep(0.3)

        def lines():
            time.sleep(0.4)
            process.terminate()
            return process.communicate(timeout=10)[0].splitlines()
        return lines

    def counted(self, rule):
        """(packets, bytes) of the rule that begins so."""
        lines = self.network.statewall("stats", "--rules")
        found = [line for line in lines if f"] {rule}" in line]
        self.assertEqual(len(found), 1, f"{rule} in {lines}")
        return tuple(map(int, re.search(r"\[(\d+):(\d+)\]", found[0]).groups()))

    def test_list_and_events_of_the_tutorial(self):
        self.start("--profile", "tutorial", "--rules", TUTORIAL)
        events = self.follow("events", "-p", "icmp")
        self.ping("-c", 1, V4)
        self.assertEqual(self.network.statewall("list", "-p", "icmp"), [])
        told = events()
        self.assertEqual([re.search(r"\[(\w+)\]", line)[1] for line in told],
                         ["NEW", "UPDATE", "DESTROY"])
        self.assertIn("cause=replied", told[-1])
        events = self.follow("events", "-p", "udp")
        self.assertEqual(self.udp(V4, 53), "4")
        self.assertEqual(self.udp(V4, 9), "ConnectionRefusedError")
        listed = self.network.statewall("list", "-p", "udp")
        self.assertEqual(len(listed), 1, listed)
        self.assertIn("dport=53", listed[0])
        self.assertIn("cause=error", events()[-1])

    def test_list_delete_and_flush(self):
        self.office()
        self.get(V4, 1000, 80, 0, "-o", "/dev/null")
        self.udp(V6, 53)
        listed = self.network.statewall("list", "-p", "tcp", "--dport", 80)
        self.assertEqual(len(listed), 1, listed)
        self.assertRegex(listed[0], r"^tcp +6 \d+ (TIME_WAIT|LAST_ACK|CLOSE_WAIT) src=10\.1\.0\.2 "
                                    r"dst=10\.3\.0\.2 .*\[ASSURED\]")
        self.assertEqual(len(self.network.statewall("list", "-f", "ipv6", "-p", "udp")), 1)
        self.network.statewall("delete", "-p", "udp")
        self.assertEqual(self.network.statewall("list", "-p", "udp"), [])
        self.network.statewall("flush", "--yes")
        self.assertEqual(self.network.statewall("list"), [])

    def test_why_packets_are_refused(self):
        self.office()
        refused = self.follow("explain", "--follow")
        self.udp(V4, 123)
        lines = [line for line in refused() if "dport" in line or ".123" in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("NEW", lines[0])
        self.assertIn("REJECT", lines[0])

    def test_reload_save_and_stats_on_demand(self):
        state = self.network.path / "demanded"
        self.office("--state-file", state)
        self.ping("-c", 1, V4)
        self.network.statewall("save")
        self.assertTrue(state.exists())
        self.network.statewall("reload")
        (self.network.path / "office.rules").write_text("*filter\n-A NOWHERE -j ACCEPT\n")
        self.network.statewall("reload", code=3)
        text = "\n".join(self.network.statewall("stats"))
        self.assertRegex(text, r"reloads +1\b")
        self.assertRegex(text, r"reloads-failed +1\b")
        self.assertEqual(self.ping("-c", 1, V4), (1, 1))

    def test_related_errors_are_counted_as_the_kernel_does(self):
        """What netfilter's selftest conntrack_icmp_related.sh asserts."""
        counting = "\n".join(["*filter", ":FORWARD ACCEPT"] + [
            f"-A FORWARD -p {{icmp}} -m conntrack --ctstate {state}"
            for state in ("NEW", "RELATED", "ESTABLISHED", "INVALID")] + ["COMMIT", ""])
        self.start("--profile", "linux",
                   "--rules", self.network.write("count", counting.format(icmp="icmp")),
                   "--rules6", self.network.write("count6", counting.format(icmp="ipv6-icmp")))
        rule, rule6 = ("-A FORWARD -p icmp -m conntrack --ctstate",
                       "-A FORWARD -p ipv6-icmp -m conntrack --ctstate")
        for address in (V4, V6):
            self.client.run("ip", "route", "flush", "cache", code=None)
            self.client.run("ip", "-6", "route", "flush", "cache", code=None)
            self.assertEqual(self.ping("-c", 1, "-s", 1000, address), (1, 1))
        new, new6 = self.counted(f"{rule} NEW"), self.counted(f"{rule6} NEW")
        self.assertEqual((new[0] + new6[0], new[1] + new6[1]), (2, 2076))
        for address in (V4, V6):
            self.ping("-c", 1, "-W", 1, "-M", "do", "-s", 1392, address, code=1)
        self.assertEqual(self.counted(f"{rule} RELATED"), (1, 576))
        self.assertEqual(self.counted(f"{rule6} RELATED"), (1, 1280))
        for each in (rule, rule6):
            self.assertEqual(self.counted(f"{each} INVALID"), (0, 0))

    def test_a_download_survives_a_crash(self):
        """Killed in the middle, and started again from the latest saved table."""
        state = self.network.path / "state"
        state.unlink(missing_ok=True)
        options = ("--state-file", state, "--state-every", 1)
        first = self.office(*options)
        size = 16_000_000
        got = self.network.path / "download"
        curl = self.client.start("curl", "-sS", "-m", 40, "--limit-rate", "4M", "-o", got,
                                 f"http://{V4}:80/{size}")
        wait_for(lambda: got.exists() and got.stat().st_size > 500_000 and state.exists(),
                 "half a download", 15)
        stop(first, signal.SIGKILL)
        self.assertIsNone(curl.poll())
        time.sleep(0.3)
        self.office(*options)
        self.assertIn("state: ", self.network.log())
        self.assertEqual(curl.wait(40), 0)
        self.assertEqual(got.stat().st_size, size)

    def test_a_restart_keeps_connections(self):
        state = self.network.path / "table-kept"
        process = self.office("--state-file", state)
        with subprocess.Popen(self.client.command(sys.executable, "-c", TALK, V4), text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as talk:
            self.assertEqual(talk.stdout.readline(), "200\n")
            self.assertEqual(stop(process), 0)
            process = self.office("--state-file", state)
            talk.stdin.write("again\n")
            talk.stdin.flush()
            self.assertEqual(talk.stdout.readline(), "200\n")
            # Without the table it is a packet out of the blue, and refused.
            self.assertEqual(stop(process), 0)
            state.write_bytes(b"no table")
            self.office("--state-file", state)
            self.assertIn("table-kept", self.network.log())
            self.assertIn("starting with an empty table", self.network.log())
            talk.stdin.write("again\n")
            talk.stdin.flush()
            self.assertEqual(talk.stdout.readline(), "ConnectionResetError\n")

    def several_workers(self):
        self.office("--workers", 2)
        self.get(V4, 1_000_000, 80, 0, "-o", "/dev/null")
        self.assertEqual(self.ping("-c", 5, "-i", 0.02, "-s", 3000, V4), (5, 5))
        # Queues are chosen by addresses: there must be some.
        self.client.run("sh", "-c", "for i in $(seq 100 120); do ping -q -c 1 -W 1 10.3.0.$i & done; "
                                    "wait", code=None)
        text = "\n".join(self.network.statewall("stats"))
        counts = [int(count) for count in re.findall(r"^worker +\d +(\d+)$", text, re.M)]
        self.assertEqual(len(counts), 2)
        self.assertGreater(min(counts), 0)

    def test_lines_of_log(self):
        rules = self.network.write("log.rules", OFFICE.format(icmp="icmp").replace(
            "-A FORWARD -p icmp", '-A FORWARD -p icmp -j LOG --log-prefix "seen "\n'
            "-A FORWARD -p icmp"))
        self.start("--profile", "linux", "--rules", rules)
        self.ping("-c", 1, V4)
        line = re.compile(r"^seen IN=lan OUT=wan .*SRC=10\.1\.0\.2 DST=10\.3\.0\.2 .*PROTO=ICMP "
                          r"TYPE=8 CODE=0 ID=\d+ SEQ=1 $", re.M)
        wait_for(lambda: line.search(self.network.log()), f"a line of LOG: {self.network.log()}")

    def metrics(self, path="/metrics"):
        """{metric: value} as the firewall tells it to its own machine."""
        text = self.network.firewall.run("curl", "-sSf", f"http://127.0.0.1:9632{path}")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def test_metrics(self):
        """Told by a user who is nobody, confined as ever."""
        self.office("--user", "nobody", "--metrics-listen", "127.0.0.1:9632")
        self.assertEqual(self.ping("-c", 3, "-i", 0.05, V4), (3, 3))
        self.get(V4, 1, 8080, 7)
        told = self.metrics()
        self.assertEqual(told["statewall_healthy"], 1)
        self.assertGreaterEqual(told['statewall_packets_total{state="ESTABLISHED"}'], 3)
        self.assertGreaterEqual(told['statewall_verdicts_total{verdict="REJECT"}'], 1)
        self.assertGreaterEqual(told["statewall_answers_total"], 1)
        self.assertGreaterEqual(told["statewall_connections"], 1)
        self.assertGreaterEqual(told['statewall_source_received_frames_total{worker="0"}'], 7)
        self.assertEqual(told.get('statewall_queue_full_packets_total{queue="0"}'),
                         0 if self.mode == "queue" else None)
        self.assertFalse(any(name.startswith("statewall_rule_") for name in told))
        hits = self.metrics("/metrics?rules=1")
        echo = [value for name, value in hits.items()
                if name.startswith("statewall_rule_packets_total") and "-p icmp -j" in name]
        self.assertEqual(echo, [1])
        self.assertEqual(self.network.firewall.run("curl", "-sSf", "http://127.0.0.1:9632/healthz"),
                         "ok\n")

    def test_a_port_of_metrics_that_another_holds(self):
        holder = self.network.firewall.start(
            sys.executable, "-c", "import socket; s = socket.create_server(('127.0.0.1', 9633)); "
            "print('ready', flush=True); import sys; sys.stdin.read()", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(lambda: holder.communicate(""))
        self.assertEqual(holder.stdout.readline(), "ready\n")
        second = subprocess.run(
            self.network.firewall.command(
                *live_network.run(), *self.network.options(), "--metrics-listen",
                "127.0.0.1:9633", "--control-socket", self.network.path / "other"),
            capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn("metrics.listen: cannot listen at 127.0.0.1:9633: Address already in use",
                      second.stderr)

    @unittest.skipIf("--sandbox" in live_network.MORE_OPTIONS, "not confined")
    def test_no_more_privileges_than_needed(self):
        process = self.office("--user", "nobody")
        tasks = list(pathlib.Path(f"/proc/{process.pid}/task").glob("*/status"))
        self.assertGreater(len(tasks), 1)
        for task in tasks:
            self.unprivileged(task.read_text(encoding="utf-8"))
        self.assertEqual(self.ping("-c", 2, "-i", 0.05, V4), (2, 2))

    def unprivileged(self, status):
        told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        # CAP_NET_ADMIN, CAP_NET_RAW; for AF_XDP also CAP_IPC_LOCK.
        kept = f"{1 << 12 | 1 << 13 | (1 << 14 if self.mode == 'xdp' else 0):016x}"
        self.assertEqual({key: told[key] for key in ("CapEff", "CapPrm", "CapBnd", "CapAmb")},
                         {"CapEff": kept, "CapPrm": kept,
                          "CapBnd": "0" * 16, "CapAmb": "0" * 16})
        self.assertEqual((told["NoNewPrivs"], told["Seccomp"]), ("1", "2"))
        self.assertNotIn("0", told["Uid"].split())


class ThroughTheQueue(Live, unittest.TestCase):
    mode = "queue"

    def test_the_firewall_itself(self):
        rules = self.network.write("input.rules", """*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -j REJECT --reject-with tcp-reset
COMMIT
""")
        self.start("--profile", "linux", "--rules", rules)
        self.assertEqual(self.ping("-c", 1, "-W", 1, "10.1.0.1", code=1), (1, 0))
        self.get("10.1.0.1", 1, 80, 7)
        text = self.network.firewall.run("ping", "-c", 2, "-i", 0.05, "10.1.0.2")
        self.assertIn("2 received", text)

    def test_a_dead_firewall_lets_pass(self):
        process = self.office()
        stop(process, signal.SIGKILL)
        self.assertEqual(self.ping("-c", 2, "-i", 0.05, V4), (2, 2))

    def test_several_workers(self):
        self.network.divert_back()
        self.network.divert("--workers", "2")
        self.addCleanup(self.network.divert)
        self.addCleanup(self.network.divert_back, "--workers", "2")
        self.several_workers()

    def test_rewritten_packets_are_whole(self):
        """TOS and TTL written anew, in packets whose checksum a card was to compute, too."""
        self.start("--profile", "linux", "--rules", self.network.write(
            "mangle.rules", "*mangle\n-A FORWARD -j TOS --set-tos 0x10\n-A FORWARD -j TTL --ttl-set 33\n"
            "COMMIT\n"))
        self.assertEqual(self.ping("-c", 2, "-i", 0.05, V4), (2, 2))
        self.assertEqual(self.udp(V4, 53), "4")
        self.get(V4, 2_000_000, 80, 0, "-o", "/dev/null")
        sent = self.network.path / "rewritten"
        sent.write_bytes(b"statewall" * 100_000)
        self.assertTrue(self.get(V4, "", 80, 0, "-T", sent).startswith("900000 "))

    def test_the_longest_packets(self):
        self.office()
        self.assertEqual(self.ping("-c", 1, "-s", 65507, V4), (1, 1))

    def test_a_full_queue(self):
        """While nobody reads, a queue takes as many as it is long; of the rest it was said what
        becomes."""
        for what, received in (("pass", 4), ("drop", 0)):
            process = self.start("--queue-length", 1, "--queue-full", what)
            self.assertEqual(self.ping("-c", 1, V4), (1, 1))
            process.send_signal(signal.SIGSTOP)
            os.waitpid(process.pid, os.WUNTRACED)  # till it has stopped
            sent = self.ping("-c", 5, "-i", 0.05, "-W", 1, V4, code=None)
            process.send_signal(signal.SIGCONT)
            stop(process)
            # The first waits in the queue, and is late.
            self.assertEqual(sent, (5, received))

    def test_the_change_from_netfilter_breaks_no_connection(self):
        kernel = ["iptables", "-A", "FORWARD", "-m", "conntrack", "--ctstate", "NEW,ESTABLISHED",
                  "-j", "ACCEPT"]
        self.network.divert_back()
        self.addCleanup(self.network.divert)
        self.network.firewall.run(*kernel)
        with subprocess.Popen(self.client.command(sys.executable, "-c", TALK, V4), text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as talk:
            def again():
                talk.stdin.write("again\n")
                talk.stdin.flush()
                return talk.stdout.readline()
            self.assertEqual(talk.stdout.readline(), "200\n")
            self.office()
            self.network.firewall.run(live_network.PROGRAM, "import", "--kernel", "--socket",
                                      self.network.socket)
            listed = self.network.statewall("list", "-p", "tcp")
            self.assertEqual(len(listed), 1, listed)
            self.assertIn("ESTABLISHED src=10.1.0.2 dst=10.3.0.2", listed[0])
            self.network.divert()
            self.addCleanup(self.network.divert_back)
            self.network.firewall.run(*["-D" if word == "-A" else word for word in kernel])
            self.assertEqual(again(), "200\n")
            # What was not taken over is a packet out of the blue, and refused.
            self.network.statewall("flush", "--yes")
            self.assertEqual(again(), "ConnectionResetError\n")

    def test_the_setup_for_nft(self):
        """As far as this kernel has it: one without nft's queue says so, and nothing else."""
        setup = subprocess.run([live_network.PROGRAM, "run", "--print-setup", "nft", "--workers",
                                "2"], capture_output=True, text=True, check=True).stdout
        self.assertIn("queue flags bypass to 0-1", setup)
        checked = setup.replace("nft -f -", "nft -c -f -")
        done = subprocess.run(self.network.firewall.command("sh", "-c", checked),
                              capture_output=True, text=True, check=False)
        self.assertNotIn("syntax error", done.stderr)
        for line in done.stderr.splitlines():
            self.assertRegex(line, r"No such file or directory|queue|^ *\^+|^$")

    def test_watching(self):
        """Looking only: what the rules would drop passes, and is told."""
        watching = self.network.firewall.start(
            *live_network.run(), "--mode", "watch", "--watch-interface", "lan",
            "--watch-format", "json", "--rules", self.network.write(
                "nothing.rules", "*filter\n:FORWARD DROP\nCOMMIT\n"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(watching.stderr.close)
        self.assertEqual(watching.stderr.readline(), "statewall: ready\n")
        self.assertEqual(self.ping("-c", 2, "-i", 0.3, V4), (2, 2))
        time.sleep(0.3)
        self.assertEqual(stop(watching), 0)
        packets = [json.loads(line) for line in watching.stdout]
        watching.stdout.close()
        self.assertEqual([(p["state"], p["verdict"], p["icmp"]["type"]) for p in packets
                          if p.get("proto") == "icmp" and p["icmp"]["type"] in (0, 8)],
                         [("NEW", "DROP", 8), ("INVALID", "DROP", 0)] * 2)

    def test_drops_of_the_queue(self):
        """A firewall that does not keep up is told of by what the kernel dropped meanwhile."""
        process = self.office("--queue-length", 4, "--metrics-listen", "127.0.0.1:9632")
        process.send_signal(signal.SIGSTOP)
        self.ping("-c", 20, "-i", 0.002, "-W", 1, V4, code=None)
        process.send_signal(signal.SIGCONT)
        told = self.metrics()
        self.assertGreaterEqual(told['statewall_queue_full_packets_total{queue="0"}'], 10)
        lines = [line.split() for line in self.network.statewall("stats")]
        self.assertIn(["queue", "0", "full"], [line[:3] for line in lines])

    def test_a_queue_that_another_holds(self):
        self.office()
        said = self.network.firewall.refused(
            *live_network.run(), *self.network.options(), "--control-socket",
            self.network.path / "other", code=1)
        self.assertIn("cannot take packets from queue 0", said)


class Bridged(Live):
    """What holds of bridges, however they meet their frames."""

    def test_tags_stay(self):
        """A tagged frame arrives as it was sent, from a device that has its tag beside it, too."""
        self.office()
        watch = self.network.far.start(sys.executable, "-c", WATCH, stdout=subprocess.PIPE)
        self.addCleanup(watch.stdout.close)
        self.assertEqual(watch.stdout.readline(), "ready\n")
        self.client.run(sys.executable, "-c", TAGGED)
        self.assertEqual(watch.communicate(timeout=10)[0].split(), [TAGGED_FRAME])

    def test_an_interface_that_vanishes_and_is_back(self):
        self.office()
        self.ping("-c", 1, V4)
        firewall = self.network.firewall
        firewall.run("ip", "link", "set", "wan", "down")
        firewall.run("ip", "link", "set", "wan", "name", "gone")
        wait_for(lambda: "interface wan vanished" in self.network.log(), "the remark")
        self.assertEqual(self.ping("-c", 1, "-W", 1, V4, code=1), (1, 0))
        firewall.run("ip", "link", "set", "gone", "name", "wan")
        firewall.run("ip", "link", "set", "wan", "up")
        wait_for(lambda: "interface wan is back" in self.network.log(), "the remark")
        self.assertEqual(self.ping("-c", 2, "-i", 0.1, V4), (2, 2))

    def test_redirects_are_related(self):
        """The other half of conntrack_icmp_related.sh."""
        far = self.network.far
        # Of the IPv6 neighbour nothing is known, or the redirect would tell its address first.
        far.run("ip", "neigh", "replace", "10.1.0.77", "lladdr", "02:00:00:00:00:77", "dev", "eth0")
        far.run("ip", "route", "replace", "10.9.0.0/24", "via", "10.1.0.77")
        far.run("ip", "-6", "route", "replace", "fd00:9::/64", "via", "fe80::77", "dev", "eth0")
        wait_for(lambda: not far.run("ip", "-6", "address", "show", "dev", "eth0", "tentative"),
                 "the router's own address")
        counting = "*filter\n:FORWARD ACCEPT\n-A FORWARD -m conntrack --ctstate RELATED\nCOMMIT\n"
        rules = self.network.write("redirects", counting)
        # The error that the IPv6 neighbour is not there comes three seconds later.
        for option, address, patience, expected in (("--rules", "10.9.0.1", 1, (1, 112)),
                                                    ("--rules6", "fd00:9::1", 5, (1, 192))):
            process = self.start("--profile", "linux", option, rules)
            self.ping("-c", 1, "-W", patience, address, code=1)
            counted = self.counted("-A FORWARD -m conntrack --ctstate RELATED")
            self.assertIn(counted, (expected, (expected[0] + 1, expected[1] + 152)))
            stop(process)

    def test_frames_without_ip(self):
        self.start("--bridge-other", "drop")
        self.client.run("ip", "neigh", "flush", "all")
        self.ping("-c", 1, "-W", 1, "10.1.0.1", code=1)


class ThroughABridge(Bridged, unittest.TestCase):
    mode = "bridge"


    def test_several_workers(self):
        self.several_workers()


class ThroughABridgeByXdp(Bridged, unittest.TestCase):
    mode = "xdp"

    def test_a_worker_for_each_queue(self):
        said = self.network.firewall.refused(*live_network.run(), *self.network.options(),
                                             "--control-socket", "", "--workers", 2, code=2)
        self.assertIn("lan receives in 1 queue, and each needs a worker", said)

    def test_offloads_in_the_way_are_named(self):
        self.network.firewall.run("ethtool", "-K", "lan", "rxvlan", "on", code=None)
        self.office()
        self.assertIn("which AF_XDP cannot see: ethtool -K lan ", self.network.log())


class Refused(unittest.TestCase):
    """What cannot be: a clear word, and the exit code for it."""

    def refused(self, *options, code):
        done = subprocess.run([*live_network.run(), *map(str, options)],
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_an_interface_that_is_not_there(self):
        said = self.refused("--mode", "bridge", "--bridge-interfaces", "nosuch1",
                            "--bridge-interfaces", "nosuch2", "--control-socket", "", code=1)
        self.assertRegex(said, "nosuch1: No such device|cannot open a packet socket")

    def test_an_interface_without_ethernet(self):
        if live_network.available():
            self.skipTest(live_network.available())
        name = f"swtun{os.getpid()}"[:15]
        subprocess.run(["ip", "tuntap", "add", name, "mode", "tun"], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "delete", name], check=True)
        said = self.refused("--mode", "bridge", "--bridge-interfaces", name,
                            "--bridge-interfaces", "lo", "--control-socket", "", code=2)
        self.assertIn(f"{name} has no Ethernet frames", said)

    def test_without_privileges(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give up being root")
        done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", live_network.PROGRAM,
                               "run", "--control-socket", ""], capture_output=True, text=True,
                              timeout=20, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("Operation not permitted", done.stderr)

    def test_a_log_that_nobody_can_write(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen([*live_network.run(), "--mode", "watch",
                                        "--watch-interface", "lo"], stderr=full,
                                       stdout=subprocess.DEVNULL)
            time.sleep(1)
            process.terminate()
            self.assertEqual(process.wait(10), 0)

    def test_options(self):
        self.assertIn("a file is needed", self.refused("--rules", "-", code=2))
        self.assertIn("two different interfaces",
                      self.refused("--mode", "bridge", "--bridge-interfaces", "a",
                                   "--bridge-interfaces", "a", code=2))
        with tempfile.NamedTemporaryFile() as empty:
            self.assertIn("there is no table in it",
                          self.refused("--rules", empty.name, "--check-config", code=3))
        self.assertIn("a bridge is between two interfaces",
                      self.refused("--mode", "bridge", code=2))
        self.assertIn("'x' is none of: queue bridge watch", self.refused("--mode", "x", code=2))
        self.assertIn("workers: 33 is not from 1 to 32", self.refused("--workers", 33, code=2))

    def test_a_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "statewall.toml")
            for text, said in (("workerz = 2\n", "statewall.toml:1:1: unknown key 'workerz'; did you "
                                                 "mean 'workers'?"),
                               ("[queue]\nfull = 'perhaps'\n", "statewall.toml:2:8: 'perhaps' is "
                                                               "none of: drop pass"),
                               ("workers = 99\n", "statewall.toml:1:11: expected a number from 1 to"),
                               ("local = 'x'\n", "statewall.toml:1:9: expected an array"),
                               ("[queue\n", "statewall.toml:1:")):
                file.write_text(text, encoding="utf-8")
                self.assertIn(said, self.refused("--config", file, "--check-config", code=3))
            file.write_text("mode = 'bridge'\n[bridge]\ninterfaces = ['a', 'b']\n", encoding="utf-8")
            self.assertIn("the configuration is good: mode bridge, profile linux",
                          self.refused("--config", file, "--check-config", code=0))
            # The command line has precedence.
            self.assertIn("mode queue", self.refused("--config", file, "--mode", "queue",
                                                     "--check-config", code=0))


if __name__ == "__main__":
    live_network.PROGRAM = pathlib.Path(sys.argv[1]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
