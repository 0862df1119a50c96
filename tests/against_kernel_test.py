#!/usr/bin/env python3
"""`statewall test --against kernel`: scenarios on this machine's kernel and its iptables. What needs
the kernel is skipped where it cannot be asked; the refusals are tested everywhere.

usage: against_kernel_test.py STATEWALL [unittest options]
"""

import os
import pathlib
import re
import subprocess
import sys
import unittest

import cli_test
from cli_test import ROOT

HEAD = b"statewall-scenario 1\nprofile linux\n"
ROUTER = b"topology router lan=192.168.1.1/24 wan=10.0.0.1/24 default=wan\n"
RULES = b"""*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j LOG --log-prefix "udp "
-A FORWARD -i lan -p udp -j ACCEPT
-A FORWARD -i lan -j REJECT --reject-with icmp-host-prohibited
COMMIT
"""


class AgainstTheKernel(cli_test.Case):
    def setUp(self):
        super().setUp()
        probe = self.write("probe.scenario", HEAD + b"0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n")
        run = subprocess.run([cli_test.PROGRAM, "test", "--against", "kernel", probe],
                             capture_output=True, text=True, check=False)
        if "cannot ask this machine's kernel" in run.stderr:
            self.skipTest(run.stderr.strip())

    def against_kernel(self, *arguments, **how):
        return self.run_it("test", "--against", "kernel", *arguments, **how)

    def routed(self, packets):
        self.write("a.rules", RULES)
        return self.write("a.scenario", HEAD + ROUTER + b"rules a.rules\n" + packets)

    def test_our_scenarios_and_the_examples(self):
        folders = [str(ROOT / "tests/scenarios"), str(ROOT / "examples")]
        # All wait in real time, and a machine that is busy elsewhere may wake them late: what fails
        # is told, and must not fail again.
        first = subprocess.run([cli_test.PROGRAM, "test", "--against", "kernel", *folders],
                               capture_output=True, text=True, check=False)
        self.lines = first.stdout.splitlines()
        if first.returncode != 0:
            print(first.stdout, first.stderr, file=sys.stderr)
            self.against_kernel(*folders)
        self.assertTrue(self.lines)
        wrong = [line for line in self.lines[:-1] if not line.startswith("ok ")
                 and not re.fullmatch(r"left out .*: (profile \S+ is not what this kernel does|"
                                      r"the kernel would translate, .*)", line)]
        self.assertEqual(wrong, [])
        self.assertRegex(self.lines[-1], r"^[4-9]\d passed, 0 failed, \d+ left out$")

    def test_what_the_kernel_does_otherwise(self):
        path = self.routed(
            b"0 lan 192.168.1.6 > 1.2.3.4 udp 1 > 2 => state NEW verdict DROP rule none out lan\n"
            b"0 log none\n"
            b"0 lan 192.168.1.6 > 1.2.3.4 tcp 1 > 2 syn => verdict DROP\n"
            b"0 reject tcp-reset\n"
            b"0 table 7\n")
        self.against_kernel("--color=never", path, code=4)
        self.assertEqual(self.lines[:4], [
            f"{path}:5: packet 1, 192.168.1.6 > 1.2.3.4 udp 1 > 2",
            "    expected  verdict DROP    out lan",
            "    got       verdict ACCEPT  out wan",
            "    IP 192.168.1.6.1 > 1.2.3.4.2: UDP, length 0"])
        text = "\n".join(self.lines)
        self.assertIn(f"{path}:6: log\n    expected  no other\n    got       others\n    udp IN=lan", text)
        self.assertIn("    expected  verdict DROP\n    got       verdict REJECT\n", text)
        # OUTPUT drops what REJECT sends: that something was sent is all there is to know.
        self.assertNotIn(f"{path}:8", text)
        self.assertIn("    expected  7 entries\n    got       1 entry\n", text)
        self.assertRegex(self.error, r"\d+ expectations held against the kernel, 1 that it does not")

    def test_the_same_on_both(self):
        path = self.routed(
            b"0 lan 192.168.1.6 > 1.2.3.4 udp 1 > 2 => state NEW verdict ACCEPT out wan\n"
            b"0 log \"udp IN=lan OUT=wan SRC=192.168.1.6 DPT=2 LEN=8\"\n"
            b"0 wan 1.2.3.4 > 192.168.1.6 udp 2 > 1 => state ESTABLISHED verdict ACCEPT out lan\n"
            b"0 wan 1.2.3.4 > 192.168.1.6 udp 2 > 7 => state NEW verdict DROP out none\n"
            b"0 local 10.0.0.1 > 1.2.3.4 udp 2 > 7 ip-id 1 => state NEW verdict DROP\n"
            b"0 table 1\n")
        self.run_it("test", path)
        self.against_kernel(path)

    def test_what_the_kernel_cannot_play(self):
        self.write("a.rules", RULES)
        left_out = {
            "tutorial": (b"statewall-scenario 1\n0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n",
                         "profile tutorial is not what this kernel does"),
            "long": (HEAD + b"99 table empty\n",
                     "it waits 99 s, and here that time really passes: at most 60 s"),
            "nowhere": (HEAD + b"rules a.rules\n0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n",
                        "it has rules, but no router or host that they are on"),
        }
        for name, (text, why) in left_out.items():
            path = self.write(f"{name}.scenario", text)
            self.against_kernel(path)
            self.assertEqual(self.lines, [f"left out {path}: {why}",
                                          "0 passed, 0 failed, 1 left out"])


class Refusals(cli_test.Case):
    def test_not_root(self):
        path = self.write("a.scenario", HEAD + b"0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n")
        command = [cli_test.PROGRAM, "test", "--against", "kernel", path, path]
        if os.geteuid() == 0:
            command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stderr.count("statewall: cannot ask this machine's kernel: only root"), 1)
        self.assertIn("0 passed, 2 failed", run.stdout)

    def test_usage(self):
        self.run_it("test", "--against", "kernle", "x", code=2)
        self.assertIn("did you mean 'kernel'?", self.error)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
