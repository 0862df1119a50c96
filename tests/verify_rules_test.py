#!/usr/bin/env python3
"""`statewall verify --rules` and `--random-rules`: rulesets beside this machine's own iptables. What
needs the kernel is skipped where it cannot be asked; the refusals are tested everywhere.

usage: verify_rules_test.py STATEWALL [unittest options]
"""

import pathlib
import re
import subprocess
import sys
import unittest

import cli_test
from cli_test import A, B, ROOT, icmp, ipv4, pcap, query, reply

RULES = b"""*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p icmp -m icmp --icmp-type 8 -j LOG --log-prefix "ping "
-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT
COMMIT
"""


class WithTheKernel(cli_test.Case):
    def setUp(self):
        super().setUp()
        probe = subprocess.run([cli_test.PROGRAM, "verify", "-q", "--random-rules", "1", "--packets",
                                "1"], capture_output=True, text=True, check=False)
        if "cannot ask this machine's kernel" in probe.stderr:
            self.skipTest(probe.stderr.strip())

    def verify(self, *arguments, **how):
        return self.run_it("verify", *arguments, **how)

    def test_captures_are_moved_to_the_router(self):
        rules = self.write("some.rules", RULES)
        unasked = ipv4(1, B, A, icmp(0, 7))
        capture = self.write("ping.pcap", pcap([(0, query()), (1, reply()), (2, unasked),
                                                (3, b"\x05")]))
        # Between the first two hosts, one of which is the router, then between the next two.
        lines = self.verify("--rules", rules, capture, capture, capture)
        self.assertRegex(lines[0], f"^{rules}, captures: 9 packets: 9 compared ")
        self.assertIn("(8 passed, 1 dropped, 0 seen by no rule); none differs; 0 answers, 1 log line, "
                      "0 NFLOG messages; 4 counters: none differs", lines[0])
        self.assertIn("  of the captures neither saw: 0 cut, 3 without IP", lines)
        self.assertRegex(lines[-1], "^0 of 1 play differ; kernel .*, profile linux$")

    def test_generated_traffic(self):
        rules = self.write("some.rules", RULES)
        lines = self.verify("--rules", rules, "--hostile", "3-4", "--packets", "300")
        for seed in (3, 4):
            self.assertRegex(lines[seed - 3], f"^{rules}, traffic {seed}: 300 packets: ")
        self.assertRegex(lines[2], r"^1 ruleset, 600 packets: \d+ compared .*; none differs; ")
        self.assertRegex(lines[3], "^  left out [0-9]+: ")
        self.assertRegex(self.verify("-q", "--rules6", self.write("none.rules6", b""))[0],
                         "^1 ruleset, 2000 packets: ")

    def test_random_rules(self):
        lines = self.verify("--random-rules", "101-103", "--packets", "400")
        self.assertEqual([line.split(":")[0] for line in lines[:3]],
                         [f"random rules {seed}, traffic {seed}" for seed in (101, 102, 103)])
        self.assertRegex(lines[3], "^3 rulesets, 1200 packets: .*; none differs; ")
        self.assertGreater(int(re.search(r"(\d+) compared", lines[3]).group(1)), 600)

    def test_what_differs_is_shrunk(self):
        # A17: before windows were checked, any ACK was as good as another.
        rules = self.write("some.rules", RULES.replace(b"RELATED,", b""))
        arguments = ("--profile", "linux-2.4", "--rules", rules, "--hostile", "1", "--mix", "tcp")
        lines = self.verify(*arguments, code=4)
        self.assertIn("1 differs (", lines[0])
        self.assertRegex(lines[1], r"^  packet \d+ differs, shrunk to \d+ packets? in \d+ runs?:$")
        self.assertTrue(lines[2].startswith("  1 IP"), lines[2])
        self.assertTrue(any(line.startswith("    bytes 45") or line.startswith("    bytes 6")
                            for line in lines))
        self.assertTrue(any(re.match("    [a-z]+: kernel ", line) for line in lines))
        self.assertTrue(lines[-1].startswith("1 of 1 play differs; "))
        # With no difference shown, all are counted.
        counted = self.verify(*arguments, "--limit", "0", code=4)
        self.assertRegex(counted[0], r": 2000 packets: .*; \d\d+ differ \(")
        self.assertFalse(any(line.startswith("    bytes") for line in counted))


class Refusals(cli_test.Case):
    def refused(self, *arguments, says, code=2):
        self.run_it("verify", *arguments, code=code)
        self.assertIn(says, self.error)

    def test_usage(self):
        rules = self.write("some.rules", RULES)
        self.refused("--rules", rules, "--random-rules", "1", says="stands without --rules")
        self.refused("--random-rules", "3-1", says="--random-rules: '3-1' is neither a number")
        self.refused("--rules", rules, str(ROOT / "tests/scenarios"),
                     says="statewall test --against kernel")
        self.refused("--packets", "7", says="--packets and --mix are about --hostile")

    def test_rulesets_with_errors(self):
        bad = self.write("bad.rules", RULES.replace(b"icmp-type 8", b"icmp-type ehco-request", 1))
        self.refused("--rules", bad, says="did you mean 'echo-request'?", code=3)
        nat = self.write("nat.rules", b"*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n")
        self.refused("--rules", nat, says="has a table nat", code=3)
        self.refused("--rules", str(self.folder / "none.rules"), says="No such file", code=1)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
