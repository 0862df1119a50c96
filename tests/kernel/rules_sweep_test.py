#!/usr/bin/env python3
"""Rulesets against this machine's own iptables: random ones on generated traffic, and those of
tests/rules/verdicts on every capture of the corpus. Nothing may differ. Skipped where there is no
kernel to ask.

usage: rules_sweep_test.py STATEWALL PACKETS [unittest options]
"""

import re
import sys
import unittest

import sweep
from sweep import CORPUS, NO_KERNEL, ROOT, verify

WRITTEN = ROOT / "tests/rules/verdicts"
ENOUGH = 5000  # to find again what was found; with so many the corpus meets every written ruleset

SEEDS = "101-160"
# Each of these found something, on traffic that is made of one thing: seed of the rules, mix, seed
# of the traffic.
OF_A_MIX = (
    (1007, "icmp", 1001),  # a reset's TTL, by recent --rttl
    (1023, "icmp", 1001),  # raw has no say on what answers an untracked packet
    (1138, "udp", 1120),  # a list of recent that IPv4 names first
    (1240, "fragments", 1241),  # CT --zone mark, and another mark behind it
    (2168, "headers", 2160),  # a reset that is refused in its turn
)


class RulesSweep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, _, error = verify("-q", "--random-rules", "1", "--packets", "1")
        if NO_KERNEL in error:
            raise unittest.SkipTest(error.strip())

    def nothing_differs(self, *arguments):
        """The packets that were compared."""
        _, output, error = verify("--limit", "3", *arguments)
        sums = re.search(r"^\d+ rulesets?, .*?(\d+) compared .*$", output, re.M)
        self.assertIsNotNone(sums, output[-4000:] + error)
        print(sums.group(0), file=sys.stderr)
        # What is wrong with some captures makes an exit code of its own.
        self.assertRegex(output, r"\n0 of \d+ plays? differ[,;] ", differing(output))
        sweep.allow_few_only_once(self, output)
        return int(sums.group(1))

    def test_random_rulesets(self):
        compared = self.nothing_differs("--random-rules", SEEDS, "--packets", str(sweep.packets))
        self.assertGreater(compared, 60 * sweep.packets * 6 // 10)

    def test_what_was_found_on_traffic_of_one_kind(self):
        for rules, mix, seed in OF_A_MIX:
            with self.subTest(rules=rules, mix=mix, seed=seed):
                self.nothing_differs("--random-rules", str(rules), "--hostile", str(seed), "--mix",
                                     mix, "--packets", str(ENOUGH))

    def test_the_corpus(self):
        captures = sorted(str(path) for path in CORPUS.glob("*/*.*"))
        if not captures:
            self.skipTest(f"no corpus at {CORPUS}")
        names = sorted({path.stem for path in WRITTEN.iterdir()})
        for name in names if sweep.packets >= ENOUGH else names[:2]:
            files = [(f"--{kind}", WRITTEN / f"{name}.{kind}") for kind in ("rules", "rules6")]
            options = [str(word) for pair in files if pair[1].exists() for word in pair]
            with self.subTest(ruleset=name):
                self.assertGreater(self.nothing_differs(*options, *captures), 50000)


def differing(output):
    """Of what was said, the plays that differ."""
    same = re.compile(r"^[^ ].*: none differs; .*: none differs; tables: none differs\n", re.M)
    return same.sub("", output)[:8000]


if __name__ == "__main__":
    sweep.main()
