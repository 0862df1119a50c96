#!/usr/bin/env python3
"""`statewall verify`: this machine's kernel beside us. What needs the kernel is skipped where it
cannot be asked; the refusals are tested everywhere.

usage: verify_test.py STATEWALL [unittest options]
"""

import os
import pathlib
import platform
import signal
import subprocess
import sys
import time
import unittest

import cli_test
from cli_test import A, B, ROOT, icmp, ipv4, pcap, query, reply, udp

UNASKED = ipv4(1, B, A, icmp(0, 7))
TWICE = [(0, query(1)), (1, reply(1)), (2, query(2))]
KERNEL = f"kernel {platform.release()}, profile linux-2.4"


class Verify(cli_test.Case):
    def verify(self, *arguments, **how):
        return self.run_it("verify", "--profile", "linux-2.4", *arguments, **how)


class WithTheKernel(Verify):
    def setUp(self):
        super().setUp()
        probe = subprocess.run([cli_test.PROGRAM, "verify", "-q", "--profile", "linux-2.4",
                                str(ROOT / "examples/port-unreachable.pcap")],
                               capture_output=True, text=True, check=False)
        if "cannot ask this machine's kernel" in probe.stderr:
            self.skipTest(probe.stderr.strip())

    def test_the_same(self):
        same = self.write("same.pcap", pcap([(0, query()), (1, UNASKED), (2, udp())]))
        self.assertEqual(self.verify(same, same), [
            f"{same}: 3 packets: 3 compared; none differs; the tables are the same (2 entries)",
            f"{same}: 3 packets: 3 compared; none differs; the tables are the same (2 entries)",
            "2 files, 6 packets: 6 compared; none differs; in none the tables differ",
            KERNEL])

    def test_what_differs(self):
        twice = self.write("twice.pcap", pcap(TWICE))
        self.assertEqual(self.verify(twice, code=4), [
            f"{twice}:3 IP 192.168.1.6 > 192.168.1.10: ICMP echo request, id 33029, seq 2, length 64",
            "    statewall NEW original; opens connection 2 with an echo query",
            "    kernel    ESTABLISHED original",
            f"{twice}: 3 packets: 3 compared; 1 differs; the tables differ (1 entry)",
            "    only statewall: ipv4 2 icmp 1 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 "
            "id=33029 [UNREPLIED] src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 mark=0 "
            "zone=0",
            "    only kernel:    ipv4 2 icmp 1 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 "
            "id=33029 src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 mark=0 zone=0",
            "1 file, 3 packets: 3 compared; 1 differs; in 1 the tables differ",
            KERNEL])
        self.assertEqual(self.verify("-q", twice, code=4), [
            "1 file, 3 packets: 3 compared; 1 differs; in 1 the tables differ", KERNEL])
        self.assertEqual(self.verify("--limit", "0", twice, code=4)[0],
                         f"{twice}: 3 packets: 3 compared; 1 differs; the tables differ (1 entry)")

    def test_the_kernels_own_words(self):
        bad = bytearray(query())
        bad[22] ^= 1
        lines = self.verify(self.write("bad.pcap", pcap([(0, bytes(bad))])), code=4)
        self.assertEqual(lines[2], "    kernel    INVALID; nf_ct_proto_1: bad hw icmp checksum")

    def test_what_the_kernel_has_no_setting_for(self):
        self.verify("--set", "max=7", "--set", "icmp_timeout=3",
                    self.write("one.pcap", pcap([(0, query())])))
        self.assertEqual(self.error, "statewall: the kernel has no setting nf_conntrack_max: what you "
                                     "set is set here alone\n")

    def test_cut_frames_and_those_without_ip(self):
        capture = bytearray(pcap([(0, query()), (1, b"\x05"), (2, query(2))]))
        capture[24 + 12:24 + 16] = (200).to_bytes(4, "little")  # the first was longer on the wire
        self.assertEqual(self.verify(self.write("whole.pcap", bytes(capture)))[-2],
                         "1 file, 3 packets: 2 compared, 1 without IP; none differs; in none the "
                         "tables differ")
        capture[24 + 8:24 + 16] = (60).to_bytes(4, "little") + (84).to_bytes(4, "little")
        del capture[24 + 16 + 60:24 + 16 + 84]
        self.assertEqual(self.verify(self.write("cut.pcap", bytes(capture)))[-2],
                         "1 file, 3 packets: 1 compared, 1 cut, 1 without IP; none differs; in none "
                         "the tables differ")

    def test_scenarios(self):
        text = b"statewall-scenario 1\nprofile %s\n0.0 10.0.0.1 > 10.0.0.2 udp 1 > 2 => state NEW\n"
        self.write("a.scenario", text % b"linux-2.4")
        self.write("b.scenario", text % b"tutorial")
        self.write("c.scenario", text % b"linux-2.4" + b"99.0 table empty\n")
        name = f"{self.folder}/a.scenario"
        self.assertEqual(self.verify(str(self.folder)), [
            f"{name}: 1 packet; the same", "1 scenario; none differs; 1 left out; 1 of other profiles",
            KERNEL])
        self.assertIn("c.scenario is left out: it waits 99 s", self.error)
        self.write("a.scenario", (text % b"linux-2.4").replace(b"NEW", b"INVALID"))
        self.assertEqual(self.verify(name, code=4)[0],
                         f"{name}:3: packet 1 (10.0.0.1 > 10.0.0.2 udp 1 > 2): the scenario expects "
                         "state INVALID, the kernel says NEW original")

    def test_hostile_traffic(self):
        lines = self.run_it("verify", "--hostile", "3-4", "--packets", "200", "--mix", "icmp")
        self.assertRegex(lines[0], r"^2 seeds, 400 packets: 400 compared; none differs; "
                                   r"\d+ packets a second$")
        self.assertEqual(lines[1:], [f"kernel {platform.release()}, profile linux"])

    def test_hostile_traffic_that_differs_is_a_scenario(self):
        lines = self.verify("--hostile", "1-3", "--limit", "1", "--mix", "icmp", code=4)
        self.assertEqual(lines[:2], ["statewall-scenario 1", "profile linux-2.4"])
        self.assertRegex(lines[2], r"^# --hostile 1 --packets 2000 --mix icmp: packet \d+ differs, "
                                   r"shrunk to \d packets? in \d+ runs?$")
        self.assertEqual(lines.count(lines[0]), 1)
        self.assertIn("; 3 seeds differ; ", lines[-2])
        text = "\n".join(lines[:lines.index("")]) + "\n"
        shrunk = self.write("shrunk.scenario", text.encode())
        self.run_it("test", shrunk, code=4)
        again = self.verify(shrunk, code=4)
        self.assertEqual([line.strip() for line in again[1:3]],
                         [line[1:].strip() for line in lines[4:6]])
        self.assertEqual(len(self.verify("-q", "--hostile", "1", "--mix", "icmp", code=4)), 2)

    def test_bad_files_do_not_end_it(self):
        good = self.write("good.pcap", pcap([(0, query())]))
        self.assertEqual(len(self.verify(str(self.folder / "none.pcap"), good, code=1)), 3)
        self.assertIn("none.pcap: cannot be opened", self.error)
        self.write("bad.scenario", b"nothing\n")
        self.verify(str(self.folder / "bad.scenario"), good, code=3)

    def test_nothing_is_left_when_it_is_interrupted(self):
        before = namespaces()
        scenario = self.write("slow.scenario",
                              b"statewall-scenario 1\nprofile linux-2.4\n50.0 table empty\n")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with subprocess.Popen([cli_test.PROGRAM, "verify", "--profile", "linux-2.4", scenario],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                self.assertTrue(soon(lambda run=run: has_tap(run.pid)))
                run.send_signal(number)
                self.assertEqual(run.wait(), -number)
        self.assertTrue(soon(lambda: namespaces() <= before))
        self.assertEqual(links(), [])


class Refusals(Verify):
    def test_not_root(self):
        if os.geteuid() != 0:
            self.verify(str(ROOT / "examples/ping.pcap"), code=1)
            error = self.error
        else:
            # As somebody who may not, who must be able to read the program.
            command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", cli_test.PROGRAM, "verify",
                       "--profile", "linux-2.4", str(ROOT / "examples/ping.pcap")]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stdout), (1, ""))
            error = run.stderr
        self.assertEqual(error, "statewall: cannot ask this machine's kernel: only root can make a "
                                "network namespace to ask the kernel in (it takes CAP_SYS_ADMIN)\n")

    def test_usage(self):
        capture = self.write("one.pcap", pcap([(0, query())]))
        self.verify(code=2)
        self.verify("--limit", "some", capture, code=2)
        self.assertIn("'some' is neither a number of packets nor 'all'", self.error)
        self.verify("--set", "icmp_timeot=1", capture, code=2)
        self.assertIn("did you mean 'icmp_timeout'?", self.error)
        for seeds in ("0", "2-1", "x", "1-", "-1"):
            self.verify(f"--hostile={seeds}", code=2)
            self.assertIn("is neither a number from 1, nor two such as in 1-50", self.error)
        self.verify("--hostile", "1", "--packets", "0", code=2)
        self.verify("--hostile", "1", "--mix", "tpc", code=2)
        self.assertIn("did you mean 'tcp'?", self.error)
        self.verify("--mix", "tcp", capture, code=2)


def soon(condition):
    """Whether it comes true within ten seconds."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def has_tap(pid):
    """Whether a process has a TAP device open."""
    try:
        return any(os.readlink(entry) == "/dev/net/tun"
                   for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def namespaces():
    """The network namespaces that any process is in, or holds open."""
    found = set()
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        for link in [entry / "ns/net", *(entry / "fd").glob("*")]:
            try:
                target = os.readlink(link)
            except OSError:
                continue
            if target.startswith("net:["):
                found.add(target)
    return found


def links():
    """Our devices in this namespace, where none may be."""
    return [name for name in os.listdir("/sys/class/net") if name in ("in", "out", "bridge")]


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
