#!/usr/bin/env python3
"""`statewall explain`: all about one packet of a capture.

usage: explain_test.py STATEWALL [unittest options]
"""

import json
import sys
import unittest

import cli_test
from cli_test import ROOT, pcap, query, reply

LATE = [(0, query()), (31, reply())]


class Explain(cli_test.Case):
    def explain(self, *arguments, **how):
        return self.run_it("explain", *arguments, **how)

    def json(self, *arguments, **how):
        line, = self.explain("--json", *arguments, **how)
        return json.loads(line)

    def late(self):
        return self.write("late.pcap", pcap(LATE))

    def test_a_reply_that_comes_too_late(self):
        lines = self.explain(self.late(), "2")
        self.assertEqual(lines[2], "INVALID")
        for line in (
                "  reason    reply-without-query: the packet is an echo reply to which no query is open",
                "  tuple     icmp src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029",
                "  found     no connection",
                "  earlier   connection 1 had this tuple, and ended 1 s before",
                "            expired: its time ran out",
                "            it was opened by frame 1 and lived for 30 s",
                "  with      icmp_timeout=2147483  ESTABLISHED  replies-to-query"):
            self.assertIn(line, lines)
        all_ = self.json(self.late(), "2")
        self.assertEqual(all_["earlier"]["cause"], "expired")
        self.assertEqual([s["name"] for s in all_["switches"]], ["icmp_timeout=2147483"])

    def test_a_reply_with_another_id(self):
        path = self.write("id.pcap", pcap([(0, query()), (0.1, reply(1, 7))]))
        lines = self.explain(path, "2")
        self.assertIn("  near miss connection 1, but for the id", lines)
        self.assertIn("  earlier   no connection with this tuple, from the first frame on", lines)
        self.assertEqual(self.json(path, "2")["near"][0]["field"], "id")

    def test_the_entry_before_and_after(self):
        all_ = self.json(str(ROOT / "examples/host-unreachable.pcap"), "4")
        self.assertEqual(all_["packet"]["state"], "RELATED")
        self.assertTrue(all_["lookup"]["quoted"])
        self.assertEqual((all_["before"]["tcp_state"], all_["after"]), ("SYN_SENT", None))
        self.assertEqual(all_["events"], [{"event": "DESTROY", "conn": 1, "cause": "error"}])
        self.assertEqual(all_["history"]["opened"]["n"], 3)
        self.assertEqual([p["name"] for p in all_["profiles"]], ["tutorial", "linux-2.4", "linux", "strict"])

    def test_it_fits_a_page(self):
        for capture in sorted((ROOT / "examples").glob("*.pcap")):
            lines = self.explain(str(capture), "4")[1:]  # the first has the file's name
            self.assertLessEqual(max(map(len, lines)), 100, lines)
            self.assertLessEqual(len(lines), 45)

    def test_the_profile_and_its_settings_count(self):
        late = self.late()
        self.assertEqual(self.json("--set", "icmp_timeout=40", late, "2")["packet"]["state"],
                         "ESTABLISHED")
        self.explain("--profile", "linux-2.4", late, "2")
        self.assertIn("profile linux-2.4", self.error)

    def test_standard_input(self):
        self.assertEqual(self.json("-", "2", stdin=pcap(LATE))["packet"]["n"], 2)

    def test_a_frame_that_is_not_there(self):
        self.assertEqual(self.explain(self.late(), "3", code=3), [])
        self.assertIn("late.pcap: has only 2 frames", self.error)

    def test_what_is_behind_the_frame_does_not_matter(self):
        cut = self.write("cut.pcap", pcap(LATE)[:-5])
        self.assertEqual(self.json(cut, "1")["packet"]["state"], "NEW")
        self.explain(cut, "2", code=3)

    def test_time_that_runs_backwards(self):
        path = self.write("back.pcap", pcap([(5, query()), (3, reply())]))
        self.assertTrue(any("its time runs backwards" in line for line in self.explain(path, "2")))

    def test_what_is_refused(self):
        late = self.late()
        for arguments, says in (((late, "0"), "counted from 1"), ((late, "x"), "N"),
                                ((late,), "N is required"), ((late, "-1"), "from 1"),
                                (("--profile", "tutorail", late, "1"), "did you mean 'tutorial'")):
            self.assertEqual(self.explain(*arguments, code=2), [])
            self.assertIn(says, self.error)
        self.explain("/nonexistent", "1", code=1)

    def test_help(self):
        lines = self.explain("--help")
        self.assertLessEqual(max(map(len, lines)), 100)
        self.assertIn("Example: statewall explain", lines[-1])

    def test_the_page_shows_what_the_program_prints(self):
        page = (ROOT / "docs/explain.md").read_text()
        lines = self.explain(str(ROOT / "examples/host-unreachable.pcap"), "4")
        for line in lines[1:]:
            self.assertIn(f"    {line}\n" if line else "\n", page)


if __name__ == "__main__":
    cli_test.PROGRAM = sys.argv.pop(1)
    unittest.main()
