#!/usr/bin/env python3
"""`statewall compare`: which packets two ways of tracking see otherwise.

usage: compare_test.py STATEWALL [unittest options]
"""

import json
import sys
import unittest

import cli_test
from cli_test import ROOT, pcap, query, reply

LATE = [(0, query()), (6, reply()), (7, query(2, 1)), (8, reply(2, 1))]
BOTH = ("--profile", "tutorial", "--profile", "linux-2.4")
TWICE = [(0, query(1)), (1, query(2)), (2, reply(1)), (3, query(3)), (4, query(4))]


class Compare(cli_test.Case):
    def compare(self, *arguments, **how):
        return self.run_it("compare", *arguments, **how)

    def json(self, *arguments, **how):
        return [json.loads(line) for line in self.compare("--json", *arguments, **how)]

    def late(self, name="late.pcap"):
        return self.write(name, pcap(LATE))

    def test_one_setting(self):
        self.assertEqual(self.compare("--set", "icmp_timeout=5", self.late()), [
            "A: profile tutorial",
            "B: profile tutorial with icmp_timeout=5",
            "",
            "switch        A   B",
            "icmp_timeout  30  5",
            "",
            "ESTABLISHED replies-to-query -> INVALID reply-without-query: 1 packet",
            "    2 00:00:06.000000 IP 192.168.1.10 > 192.168.1.6: ICMP echo reply, id 33029, seq 1, "
            "length 64",
            "      A ESTABLISHED replies to the echo query of connection 1",
            "      B INVALID     is an echo reply to which no query is open",
            "",
            "4 packets: 1 differs, in 1 group"])

    def test_two_profiles_and_a_setting_of_the_second(self):
        twice = self.write("twice.pcap", pcap(TWICE))
        head, group, *packets = self.json(*BOTH, twice)
        self.assertEqual((head["a"], head["b"]), ("profile tutorial", "profile linux-2.4"))
        self.assertEqual((head["packets"], head["differing"], head["groups"]), (5, 2, 1))
        self.assertIn({"name": "error_to_sender", "a": "on", "b": "off"}, head["switches"])
        self.assertEqual(group["a"], {"state": "NEW", "reason": "further-query"})
        self.assertEqual(group["b"], {"state": "ESTABLISHED", "reason": "query-answered-before"})
        self.assertEqual([p["n"] for p in packets], [4, 5])
        self.assertEqual(packets[0]["b"]["text"],
                         "asks again on connection 1, which has seen a reply")
        head, = self.json(*BOTH, "--set", "icmp_further_query_new=on", twice)
        self.assertEqual((head["b"], head["differing"]),
                         ("profile linux-2.4 with icmp_further_query_new=on", 0))

    def test_one_profile_with_and_without_a_setting(self):
        head = self.json("--profile", "linux-2.4", "--set", "icmp_timeout=5", self.late())[0]
        self.assertEqual((head["a"], head["b"]),
                         ("profile linux-2.4", "profile linux-2.4 with icmp_timeout=5"))
        self.assertEqual([s["name"] for s in head["switches"]], ["icmp_timeout"])

    def test_nothing_differs(self):
        lines = self.compare("--set", "icmp_timeout=30", self.late(), "--fail-on", "difference")
        self.assertEqual(lines[-3:], ["no switch differs", "", "4 packets: no packet differs"])

    def test_limit(self):
        twice = self.write("twice.pcap", pcap(TWICE))
        lines = self.compare(*BOTH, "--limit", "1", twice)
        self.assertIn("      ... and 1 more (--limit all)", lines)
        self.assertIn("5 packets: 2 differ, in 1 group", lines)
        for limit, shown in (("0", 0), ("1", 1), ("all", 2)):
            kinds = [line["type"] for line in self.json(*BOTH, "--limit", limit, twice)]
            self.assertEqual(kinds.count("difference"), shown)
        many = self.write("many.pcap", pcap(TWICE + [(5 + i, query(i)) for i in range(20)]))
        kinds = [line["type"] for line in self.json(*BOTH, many)]
        self.assertEqual(kinds.count("difference"), 10)

    def test_exit_code_for_a_difference(self):
        self.compare("--set", "icmp_timeout=5", "--fail-on", "difference", self.late(), code=4)
        self.compare("--set", "icmp_timeout=5", self.late(), code=0)
        bad = self.write("bad.pcap", b"this is no capture at all")
        self.compare("--set", "icmp_timeout=5", "--fail-on", "difference", self.late(), bad, code=3)

    def test_several_files_are_worlds_of_their_own(self):
        opened = self.write("opened.pcap", pcap([(0, query())]))
        lines = self.compare("--set", "icmp_timeout=5", opened, self.late())
        self.assertTrue(any(l.startswith(f"{self.folder}/late.pcap:2 00:00:06") for l in lines))
        self.assertEqual(lines[-1], "5 packets: 1 differs, in 1 group")
        shown = self.json("--set", "icmp_timeout=5", self.late("1.pcap"), self.late("2.pcap"))[2:]
        self.assertEqual([d["a"]["conn"] for d in shown], [1, 3])  # no number is used twice

    def test_standard_input_is_read_once(self):
        self.assertEqual(self.json("--set", "icmp_timeout=5", "-", stdin=pcap(LATE))[0]["packets"], 4)

    def test_checksums(self):
        broken = bytearray(query())
        broken[10] ^= 1
        path = self.write("broken.pcap", pcap([(0, bytes(broken)), (6, reply())]))
        setting = ("--set", "icmp_timeout=5")
        self.assertEqual(self.json(*setting, path)[0]["differing"], 0)
        self.assertEqual(self.json(*setting, "--checksum", "ignore", path)[0]["differing"], 1)

    def test_what_is_refused(self):
        late = self.late()
        for arguments, says in (
                ((late,), "nothing to compare: give --profile twice, or --set"),
                (("--profile", "tutorial", late), "nothing to compare"),
                ((*BOTH, "--profile", "tutorial", late), "two sides"),
                (("--profile", "tutorail", "--profile", "tutorial", late), "did you mean 'tutorial'"),
                (("--set", "icmp_timeot=1", late), "did you mean 'icmp_timeout'"),
                ((*BOTH, "--limit", "-1", late), "'-1' is neither a number of packets nor 'all'"),
                ((*BOTH, "--limit", "1x", late), "neither a number"),
                ((*BOTH, "--fail-on", "diference", late), "did you mean 'difference'"),
                ((*BOTH, "--checksum", "none", late), "--checksum"),
                (BOTH, "FILE")):
            self.assertEqual(self.compare(*arguments, code=2), [])
            self.assertIn(says, self.error)
        self.compare(*BOTH, "/nonexistent", code=1)

    def test_help(self):
        lines = self.compare("--help")
        self.assertLessEqual(max(map(len, lines)), 100)
        self.assertIn("Example: statewall compare", lines[-1])

    def test_the_page_shows_what_the_program_prints(self):
        page = (ROOT / "docs/compare.md").read_text()
        capture = ROOT / "examples/ping-host-unreachable.pcap"
        for line in self.compare("--set", "icmp_timeout=1", str(capture)):
            self.assertIn(f"    {line}\n" if line else "\n", page)


if __name__ == "__main__":
    cli_test.PROGRAM = sys.argv.pop(1)
    unittest.main()
