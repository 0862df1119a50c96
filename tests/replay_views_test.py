#!/usr/bin/env python3
"""What replay shows beside its lines: events, tables at moments, sums, connections, pings; and of
which frames.

usage: replay_views_test.py STATEWALL [unittest options]
"""

import gzip
import json
import os
import pathlib
import pty
import subprocess
import sys
import time
import unittest

import cli_test
from cli_test import ETHERNET, Case, START, ipv4, icmp, pcap, pcapng, query, reply, udp, A, B


def column(lines, index):
    return [line.split()[index] for line in lines]


def pings():
    """Two queries, of which the second is lost; 40 s later something else."""
    return pcap([(0, query(1)), (0.25, reply(1)), (1, query(2)), (41, udp())])


class Views(Case):
    def test_events_stand_behind_their_packet(self):
        lines = self.replay("--events", self.write("a.pcap", pings()))
        self.assertEqual([line.split()[1] for line in lines],
                         ["00:00:00.000000", "[NEW]", "00:00:00.250000", "[UPDATE]", "[DESTROY]",
                          "00:00:01.000000", "[NEW]", "[DESTROY]", "00:00:41.000000", "[NEW]"])
        self.assertEqual(
            lines[1], f"[{START}.000000]\t    [NEW] icmp     1 30 src=192.168.1.6 dst=192.168.1.10 "
            "type=8 code=0 id=33029 [UNREPLIED] src=192.168.1.10 dst=192.168.1.6 type=0 code=0 "
            "id=33029 id=1")
        self.assertEqual(
            lines[4], f"[{START}.250000]\t[DESTROY] icmp     1 src=192.168.1.6 dst=192.168.1.10 "
            "type=8 code=0 id=33029 src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 id=1 "
            "cause=replied")
        # It ended when its time ran out, not when somebody came by.
        self.assertTrue(lines[7].startswith(f"[{START + 31}.000000]\t[DESTROY]"), lines[7])
        self.assertTrue(lines[7].endswith("id=2 cause=expired"), lines[7])

    def test_events_alone(self):
        lines = self.replay("-q", "--events", self.write("a.pcap", pings()))
        self.assertEqual(len(lines), 6)

    def test_connections(self):
        lines = self.replay("-q", "--conns", self.write("a.pcap", pings()))
        self.assertEqual(lines, [
            "#1 00:00:00.000000-00:00:00.250000 icmp     1 src=192.168.1.6 dst=192.168.1.10 type=8 "
            "code=0 id=33029 packets=1 bytes=84 src=192.168.1.10 dst=192.168.1.6 type=0 code=0 "
            "id=33029 packets=1 bytes=84 errors=0 end=replied sent=1 replied=1 lost=0 dup=0 ooo=0 "
            "rtt min/avg/max/mdev = 250.000/250.000/250.000/0.000 ms",
            "#2 00:00:01.000000-00:00:01.000000 icmp     1 src=192.168.1.6 dst=192.168.1.10 type=8 "
            "code=0 id=33029 packets=1 bytes=84 [UNREPLIED] src=192.168.1.10 dst=192.168.1.6 type=0 "
            "code=0 id=33029 packets=0 bytes=0 errors=0 end=expired sent=1 replied=0 lost=1 dup=0 "
            "ooo=0",
            "#3 00:00:41.000000-00:00:41.000000 udp      17 src=192.168.1.6 dst=192.168.1.10 "
            "sport=1025 dport=53 packets=1 bytes=28 [UNREPLIED] src=192.168.1.10 dst=192.168.1.6 "
            "sport=53 dport=1025 packets=0 bytes=0 errors=0 end=open"])

    def test_pings(self):
        lines = self.replay("-q", "--pings", self.write("a.pcap", pings()))
        self.assertEqual(lines, [
            "ping 192.168.1.6 > 192.168.1.10 type=8 code=0 id=33029 00:00:00.000000-00:00:01.000000 "
            "connections=2 errors=0 sent=2 replied=1 lost=1 dup=0 ooo=0 rtt min/avg/max/mdev = "
            "250.000/250.000/250.000/0.000 ms"])

    def test_sums(self):
        capture = self.write("a.pcap", pings())
        stats = json.loads(self.replay("-q", "--stats", "--json", capture)[0])
        self.assertEqual(stats["frames"], 4)
        self.assertEqual(stats["states"]["NEW"], 3)
        self.assertEqual(stats["reasons"], {"opens-query": 2, "opens-udp": 1, "replies-to-query": 1})
        self.assertEqual(stats["connections"]["opened"], 3)
        self.assertEqual(stats["connections"]["left"], 1)
        self.assertEqual(stats["connections"]["ended"]["replied"], 1)
        self.assertEqual(stats["connections"]["ended"]["expired"], 1)
        self.assertEqual([(p["proto"], p["packets"], p["bytes"]) for p in stats["protocols"]],
                         [("icmp", 3, 252), ("udp", 1, 28)])
        lines = self.replay("-q", "--stats", capture)
        self.assertIn("connections  3 opened, 1 replied, 1 expired, 1 left", lines)

    def test_sums_of_several_captures(self):
        captures = [self.write(name, pings()) for name in ("a.pcap", "b.pcap")]
        stats = json.loads(self.replay("-q", "--stats", "--json", *captures)[0])
        self.assertEqual(stats["frames"], 8)
        self.assertEqual(stats["connections"]["opened"], 6)

    def test_what_is_not_ip_broken_or_offloaded(self):
        broken = bytearray(query())
        broken[10] ^= 1
        capture = self.write("a.pcapng", pcapng([(101, query()), (101, bytes(broken)), (147, b"x")]))
        stats = json.loads(self.replay("-q", "--stats", "--json", capture, code=3)[0])
        self.assertEqual(stats["not_ip"], 1)
        self.assertEqual(stats["checksums"]["ip_bad"], 1)

    def test_tables_at_moments(self):
        capture = self.write("a.pcap", pings())
        lines = self.replay("-q", "--at", "+40s", "--at", "1", "--at", "00:00:02", capture)
        self.assertEqual(lines[0], "==> table at 00:00:00.000000 <==")
        self.assertTrue(lines[1].startswith("icmp 1 30 "), lines)
        self.assertEqual(lines[2], "==> table at 00:00:02.000000 <==")
        self.assertTrue(lines[3].startswith("icmp 1 29 "), lines)
        self.assertEqual(lines[4:], ["==> table at 00:00:40.000000 <=="])
        # Behind the last frame.
        lines = self.replay("-q", "--at", f"{START + 100}.0", capture)
        self.assertEqual(lines, ["==> table at 00:01:40.000000 <=="])
        [entry] = self.packets("-q", "--at", "2021-01-01T00:00:42", capture)
        self.assertEqual(entry["ts"], f"{START + 42}.000000000")
        self.assertEqual(entry["timeout"], 29)

    def test_fail_on(self):
        capture = self.write("a.pcap", pcap([(0, reply()), (1, query())]))
        self.replay("--fail-on", "invalid", capture, code=4)
        self.assertIn("1 packet of --fail-on invalid", self.error)
        self.replay("--fail-on", "reply-without-query", "-q", capture, code=4)
        self.replay("--fail-on", "RELATED", capture)
        self.replay("--fail-on", "invalid", "--from", "2", capture)
        self.replay("--fail-on", "invalid", capture, "/nowhere.pcap", code=1)
        self.replay("--fail-on", "invalit", capture, code=2)
        self.assertIn("did you mean 'INVALID'?", self.error)


class OfWhat(Case):
    def test_a_filter(self):
        capture = self.write("a.pcap", pings())
        self.assertEqual(column(self.replay("--filter", "udp", capture), 0), ["4"])
        self.assertEqual(self.replay("--filter", "udp", "-q", "--events", capture)[0].split()[1],
                         "[NEW]")
        self.assertEqual(len(self.replay("-q", "--conns", "--filter", "icmp[0] = 0", capture)), 1)

    def test_what_a_filter_hides_is_tracked(self):
        capture = self.write("a.pcap", pings())
        [packet] = self.packets("--filter", "icmp[0] = 0", capture)
        self.assertEqual(packet["state"], "ESTABLISHED")
        [packet] = self.packets("--filter", "icmp[0] = 0", "--track-matching", capture)
        self.assertEqual(packet["state"], "INVALID")

    def test_a_filter_that_does_not_compile_shows_where(self):
        self.replay("--filter", "icmp adn port 53", self.ping(), code=2)
        self.assertEqual(self.error.splitlines()[-2:], ["    icmp adn port 53", "         ^^^"])

    def test_a_filter_that_a_link_type_does_not_know(self):
        capture = self.ping()
        self.assertEqual(self.replay("--filter", "ether host 1:2:3:4:5:6", capture, code=3), [])
        self.assertIn("ping.pcap", self.error)

    def test_from_and_to(self):
        capture = self.write("a.pcap", pings())
        packets = self.packets("--from", "2", "--to", "+1s", capture)
        self.assertEqual([(p["n"], p["state"]) for p in packets], [(2, "ESTABLISHED"), (3, "NEW")])
        self.assertEqual(len(self.replay("-q", "--table", "--to", "1", capture)), 1)
        self.replay("--from", "yesterday", capture, code=2)
        self.assertIn("--from: 'yesterday' is no place in a capture", self.error)

    def test_merged_captures_are_one_world(self):
        one = self.write("one.pcap", pcap([(0, query())]))
        two = self.write("two.pcap", pcap([(0.5, reply())]))
        packets = self.packets("--merge", two, one)
        self.assertEqual([(p["file"], p["state"]) for p in packets],
                         [(one, "NEW"), (two, "ESTABLISHED")])
        lines = self.replay("--merge", one, two)
        self.assertTrue(lines[1].startswith(f"{two}:    1 "), lines)
        self.replay("--merge", "--from", "3", one, two, code=2)
        self.replay("--merge", one, "/nowhere.pcap", code=1)
        self.assertEqual(len(self.lines), 1)

    def test_tunnels(self):
        inside = query()
        capture = self.write("a.pcap", pcap([(0, ipv4(4, A, B, inside)), (1, reply())]))
        self.assertEqual([p["proto"] for p in self.packets(capture)], ["ipip", "icmp"])
        packets = self.packets("--inner", capture)
        self.assertEqual([p["state"] for p in packets], ["NEW", "ESTABLISHED"])
        self.assertEqual(packets[0]["tunnels"], [{"tunnel": "ipip", "id": 0}])
        self.assertNotIn("tunnels", packets[1])
        self.assertIn(" ipip: IP 192.168.1.6 > ", self.replay("--inner", capture)[0])

    def test_compressed(self):
        capture = self.write("a.pcap.gz", gzip.compress(pings()))
        self.assertEqual(len(self.replay(capture)), 4)
        self.assertEqual(len(self.replay("-", stdin=gzip.compress(pings()))), 4)

    def test_interfaces(self):
        packets = self.packets(self.write("a.pcapng", pcapng([(101, query()), (101, reply())])))
        self.assertEqual([p["interface"] for p in packets], [0, 1])


class Terminal(Case):
    def test_colour(self):
        capture = self.ping()
        self.assertIn("\x1b[36mNEW", self.replay("--color", "always", capture)[0])
        self.assertNotIn("\x1b", self.replay(capture)[0])
        self.replay("--color", "sometimes", capture, code=2)

    def on_a_terminal(self, environment):
        main, side = pty.openpty()
        run = subprocess.Popen([cli_test.PROGRAM, "replay", self.ping()], stdout=side, stderr=side,
                               env={**os.environ, "TERM": "xterm", **environment})
        os.close(side)
        said = b""
        try:
            while piece := os.read(main, 65536):
                said += piece
        except OSError:
            pass
        os.close(main)
        self.assertEqual(run.wait(timeout=60), 0)
        return said

    def test_long_work_shows_its_progress(self):
        main, side = pty.openpty()
        with subprocess.Popen([cli_test.PROGRAM, "replay", "-q", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=side) as run:
            os.close(side)
            frames = pcap([(0, query())] * 10000)
            run.stdin.write(frames[:len(frames) // 2])
            run.stdin.flush()
            time.sleep(1.5)
            run.stdin.write(frames[len(frames) // 2:])
            run.stdin.close()
            said = b""
            try:
                while piece := os.read(main, 65536):
                    said += piece
            except OSError:
                pass
            self.assertEqual(run.wait(timeout=60), 0)
        os.close(main)
        self.assertRegex(said, rb"statewall replay: [0-9]+ frames")
        self.assertTrue(said.endswith(b"\r\x1b[K"), said)

    def test_a_terminal_is_coloured_unless_it_is_not_to_be(self):
        self.assertIn(b"\x1b[36mNEW", self.on_a_terminal({"NO_COLOR": ""}))
        self.assertNotIn(b"\x1b", self.on_a_terminal({"NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b", self.on_a_terminal({"TERM": "dumb", "NO_COLOR": ""}))


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
