#!/usr/bin/env python3
"""The commands that ask a firewall, against an engine that this test feeds with packets.

usage: asking_test.py STATEWALL CONTROL_SITE [unittest options]
"""

import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import time
import unittest

import cli_test
from cli_test import A, B, Case, ipv4, query, reply

SITE = ""
RULES = """*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp --dport 53 -j DROP
-A FORWARD -p icmp -j ACCEPT
COMMIT
"""


def datagram(sport=1025, dport=53, size=0, source=A, destination=B):
    payload = struct.pack(">HHHH", sport, dport, 8 + size, 0) + bytes(size)
    return ipv4(17, source, destination, payload)


class Asking(Case):
    def setUp(self):
        super().setUp()
        self.socket = str(self.folder / "statewall.sock")
        self.site = subprocess.Popen([SITE, self.socket, self.write("site.rules", RULES.encode())],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.end)
        self.assertEqual(self.site.stdout.readline(), b"ready\n")

    def end(self):
        self.site.stdin.close()
        self.site.wait(timeout=10)
        self.site.stdout.close()

    def send(self, *packets):
        """Shows the site packets; what became of the last one."""
        for packet in packets:
            self.site.stdin.write(packet.hex().encode() + b"\n")
        self.site.stdin.flush()
        return [self.site.stdout.readline().decode().strip() for _ in packets][-1]

    def ask(self, *arguments, **how):
        return self.run_it(*arguments, "--socket", self.socket, **how)

    def follow(self, *arguments):
        """A command that goes on; once this returns it tells everything."""
        run = subprocess.Popen([cli_test.PROGRAM, *arguments, "--socket", self.socket],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (run.kill(), run.wait(), run.stdout.close(), run.stderr.close()))
        return run


class Tables(Asking):
    def test_list(self):
        self.assertEqual(self.ask("list"), [])
        self.assertEqual(self.error, "statewall list: 0 connections\n")
        self.send(query(), datagram(dport=54))
        lines = self.ask("list")
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"^icmp     1 (29|30) src=192.168.1.6 dst=192.168.1.10 type=8 "
                                   r"code=0 id=33029 packets=1 bytes=84 \[UNREPLIED\] ")
        self.assertEqual(self.error, "statewall list: 2 connections\n")

    def test_conditions_as_conntrack_has_them(self):
        self.send(query(), datagram(dport=54))
        for conditions, count in ((["-p", "icmp"], 1), (["-p", "udp", "--dport", "54"], 1),
                                  (["-s", "192.168.1.0/24"], 2), (["-d", "10.0.0.1"], 0),
                                  (["--orig-src", "192.168.1.6", "--reply-dst=192.168.1.6"], 2),
                                  (["--state", "UNREPLIED"], 2), (["--icmp-id", "33029"], 1),
                                  (["-f", "ipv6"], 0), (["--conn", "1"], 1)):
            self.assertEqual(len(self.ask("list", *conditions)), count, conditions)

    def test_forms(self):
        self.send(query())
        entry = json.loads(self.ask("list", "--json")[0])
        self.assertEqual((entry["type"], entry["file"], entry["conn"]), ("connection", "live", 1))
        self.assertEqual((entry["orig"]["packets"], entry["orig"]["bytes"]), (1, 84))
        self.assertEqual(self.ask("list", "--format", "json")[0].split('"timeout"')[1],
                         self.ask("list", "--json")[0].split('"timeout"')[1])
        self.assertRegex(self.ask("list", "-o", "extended,id")[0], r"^ipv4     2 icmp .* id=1$")
        self.assertRegex(self.ask("list", "--format", "nf_conntrack")[0], " zone=0 use=2$")

    def test_delete_and_flush(self):
        self.send(query(), datagram(dport=54), datagram(dport=55))
        self.ask("delete", "-p", "icmp")
        self.assertEqual(self.error, "statewall delete: 1 connection deleted\n")
        self.ask("delete", "-p", "icmp")
        self.assertEqual(self.error, "statewall delete: 0 connections deleted\n")
        self.ask("delete", code=2)
        self.ask("flush", code=2, stdin=b"")
        self.assertIn("--yes", self.error)
        self.ask("flush", "--yes")
        self.assertEqual(self.error, "statewall flush: 2 connections deleted\n")
        self.assertEqual(self.ask("list"), [])

    def test_flush_asks_on_a_terminal(self):
        for answer, left in (("n\n", 1), ("\n", 1), ("y\n", 0)):
            self.send(query())
            ours, theirs = pty.openpty()
            run = subprocess.Popen([cli_test.PROGRAM, "flush", "--socket", self.socket],
                                   stdin=theirs, stdout=theirs, stderr=theirs)
            os.write(ours, answer.encode())
            self.assertEqual(run.wait(timeout=10), 0)
            os.close(theirs)
            self.assertIn(b"End all connections", os.read(ours, 4096))
            os.close(ours)
            self.assertEqual(len(self.ask("list")), left, answer)


class Followed(Asking):
    def told(self, run):
        """Is there something to read?"""
        return bool(select.select([run.stdout], [], [], 0.05)[0])

    def feed(self, run, packets, flush=False):
        """Sends packets until the command tells of one: before it follows, it tells of nothing."""
        for ident in range(1, 1000):
            if self.told(run):
                return
            self.send(*packets(ident))
            if flush:
                self.ask("flush", "--yes")

    def test_events(self):
        run = self.follow("events", "-p", "icmp")
        self.feed(run, lambda ident: [datagram(dport=54), query(ident=ident), reply(ident=ident)])
        self.assertRegex(run.stdout.readline(),
                         r"\t *\[(NEW|UPDATE)\] icmp     1 (29|30) src=192.168.1.6 ")

    def test_events_with_their_causes_as_json(self):
        run = self.follow("events", "--json", "--kinds", "destroy")
        self.feed(run, lambda ident: [query(ident=ident)], flush=True)
        event = json.loads(run.stdout.readline())
        self.assertEqual((event["type"], event["event"], event["cause"]),
                         ("event", "DESTROY", "flushed"))

    def test_events_until_nobody_reads_them(self):
        run = self.follow("events")
        self.feed(run, lambda ident: [query(ident=ident)])
        run.stdout.close()
        self.assertEqual(run.wait(timeout=10), 0)

    def test_refused_packets(self):
        run = self.follow("explain", "--follow")
        self.feed(run, lambda ident: [query(ident=ident), datagram()])
        self.assertRegex(run.stdout.readline(),
                         r"NEW         orig  #\d+ +DROP   IP 192.168.1.6.1025 > 192.168.1.10.53: "
                         r"UDP, length 0; opens connection \d+; filter FORWARD 1\n$")

    def test_packets_of_one_connection(self):
        self.send(query())
        run = self.follow("explain", "--follow", "--conn", "1", "--json")
        self.feed(run, lambda ident: [datagram(), reply()])
        packet = json.loads(run.stdout.readline())
        self.assertEqual((packet["conn"], packet["state"], packet["verdict"]),
                         (1, "ESTABLISHED", "ACCEPT"))

    def test_the_end_of_the_firewall_is_an_error(self):
        run = self.follow("events")
        self.feed(run, lambda ident: [query(ident=ident)])
        self.end()
        self.assertEqual(run.wait(timeout=10), 1)
        self.assertEqual(run.stderr.read(), "statewall: the firewall has ended\n")


class Top(Asking):
    def test_once(self):
        self.send(query(), datagram(dport=54, size=1000), datagram(dport=55))
        lines = self.ask("top", "--once", "--interval", "0.1", "--sort", "bytes")
        self.assertRegex(lines[0], r"^3 connections of \d+; \d+ packets/s, 0 refused/s; by bytes$")
        self.assertRegex(lines[1], r"^ +CONN +BYTES/S +PKTS/S +BYTES +PACKETS +LEFT  PROTOCOL")
        self.assertRegex(lines[2], r"^ +\d+ +0 +0 +1[.]0K +1 +\d+  udp +UNREPLIED +192.168.1.6:1025 +"
                                   r"192.168.1.10:54$")
        self.assertEqual(len(lines), 5)
        lines = self.ask("top", "--once", "--interval", "0.1", "-p", "icmp", "--sort", "age")
        self.assertIn("; 1 proto=icmp, by age", lines[0])
        self.assertRegex(lines[2], "  icmp:8/0:33029 UNREPLIED ")
        self.assertEqual(len(lines), 3)

    def test_values_that_make_no_sense(self):
        for arguments in (["--sort", "size"], ["--interval", "0"], ["--interval", "x"],
                          ["-p", "tpc", "--once"], []):
            self.ask("top", *arguments, code=2)
        self.assertIn("--once", self.error)

    def test_the_screen(self):
        """Keys, one after the other, and what the screen shows then."""
        self.send(query(), datagram(dport=54))
        pid, screen = pty.fork()
        if pid == 0:
            os.environ.update(TERM="xterm", LINES="24", COLUMNS="120")
            os.execv(cli_test.PROGRAM, [cli_test.PROGRAM, "top", "--interval", "0.2", "--sort", "age",
                                        "--socket", self.socket])
        self.shows(screen, "2 connections of", "192.168.1.10:54", "q quit")
        for keys, words in (("b", ["by bytes"]), ("p", ["by packets"]), (" ", ["paused"]), (" ", []),
                            ("/", ["conditions:"]), ("prto=icmp\n", ["did you mean 'proto'?"]),
                            ("/", []), ("proto=icmp\n", ["proto=icmp"]),
                            ("\x1bOB\n", ["packets of connection 1"])):
            os.write(screen, keys.encode())
            os.write(screen, b"\x0c")  # all of the screen, not what changed
            self.shows(screen, *words)
        for _ in range(20):
            self.send(reply())
            if self.shows(screen, "echo reply", wait=0.2, must=False):
                break
        else:
            self.fail("no packet is shown")
        os.write(screen, b"q")
        while self.shows(screen, "(never)", wait=0.1, must=False) is None:
            pass
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        os.close(screen)

    def shows(self, screen, *words, wait=5, must=True):
        """Reads until all words were written: True; None if they are not, False at the end."""
        missing, text, end = list(words), "", time.monotonic() + wait
        while missing and time.monotonic() < end:
            if not select.select([screen], [], [], 0.05)[0]:
                continue
            try:
                text += os.read(screen, 65536).decode()
            except OSError:
                return False
            missing = [word for word in missing if word not in text]
        if must:
            self.assertEqual(missing, [], text)
        return True if not missing else None


class TheWhole(Asking):
    def test_stats(self):
        self.send(query(), datagram())
        lines = [line.split() for line in self.ask("stats")]
        self.assertIn(["packets", "all", "2"], lines)
        self.assertIn(["verdict", "DROP", "1"], lines)
        self.assertIn(["table", "connections", "1"], lines)
        numbers = json.loads(self.ask("stats", "--json")[0])
        self.assertEqual((numbers["type"], numbers["packets"]["all"]), ("live_stats", 2))

    def test_rules_with_what_they_counted(self):
        self.send(query(), datagram(), datagram())
        self.assertIn("[2:56] -A FORWARD -p udp -m udp --dport 53 -j DROP",
                      self.ask("stats", "--rules"))
        rules = json.loads(self.ask("stats", "--rules", "--json")[1])
        self.assertEqual((rules["type"], rules["family"]), ("rules", 4))
        self.assertIn("[1:84] -A FORWARD -p icmp -j ACCEPT\n", rules["text"])

    def test_reload_and_save(self):
        self.assertEqual(self.ask("reload", code=3), [])
        self.assertEqual(self.error, "statewall: office.rules:12:9: unknown match 'sate'\n")
        self.ask("save")
        self.assertEqual(self.error, "")

    def test_import(self):
        path = self.write("table.txt", b"one\ntwo\n")
        self.assertEqual(self.ask("import", path), ["2 lines"])
        self.assertEqual(self.ask("import", "-", stdin=b"one\n"), ["1 lines"])
        self.assertEqual(self.ask("import", "-", stdin=b""), ["0 lines"])
        self.ask("import", code=2)
        self.ask("import", "--kernel", path, code=2)
        self.ask("import", str(self.folder / "none"), code=1)


class Errors(Asking):
    def test_where_no_firewall_runs(self):
        path = str(self.folder / "none.sock")
        for command in (["list"], ["events"], ["delete", "-p", "tcp"], ["flush", "--yes"], ["stats"],
                        ["reload"], ["save"], ["explain", "--follow"]):
            self.run_it(*command, "--socket", path, code=1)
            self.assertEqual(self.error, f"statewall: no firewall runs at {path} "
                                         "(is `statewall run` up?)\n")

    def test_who_may_not_ask(self):
        os.chmod(self.socket, 0o600)
        os.chmod(self.folder, 0o755)
        if os.geteuid() != 0:
            self.skipTest("only root can be somebody else")
        run = subprocess.run([cli_test.PROGRAM, "list", "--socket", self.socket], user=65534,
                             capture_output=True, text=True, check=False)
        if "ermission denied: " in run.stderr:
            self.skipTest("the program is where others may not read")
        self.assertEqual(run.returncode, 1)
        self.assertIn("you may not speak to this firewall", run.stderr)

    def test_values_that_the_firewall_does_not_understand(self):
        for arguments, says in ((["list", "-p", "tpc"], "did you mean 'tcp'?"),
                                (["list", "--format", "jsno"], "did you mean 'json'?"),
                                (["events", "--kinds", "nwe"], "did you mean 'new'?"),
                                (["explain", "--follow", "--conn", "x"], "'x' is not 1 to")):
            self.ask(*arguments, code=2)
            self.assertIn(says, self.error)

    def test_what_does_not_go_together(self):
        self.ask("explain", "--conn", "1", code=2)
        self.ask("explain", "--follow", "file.pcap", "1", code=2)
        self.ask("explain", code=2)
        self.assertIn("FILE is required", self.error)

    def test_a_reader_that_has_seen_enough(self):
        self.send(*(datagram(sport=1000 + i, dport=80) for i in range(5000)))
        with subprocess.Popen([cli_test.PROGRAM, "list", "--socket", self.socket],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL)) as run:
            run.stdout.read(10)
            run.stdout.close()
            self.assertEqual((run.stderr.read(), run.wait(timeout=10)), (b"", 0))


if __name__ == "__main__":
    cli_test.PROGRAM = sys.argv.pop(1)
    SITE = sys.argv.pop(1)
    unittest.main()
