#!/usr/bin/env python3
"""`statewall replay --rules` from end to end: verdicts, trails, counters, answers, messages.

usage: replay_rules_test.py STATEWALL
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
program = None

PINGS = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT
COMMIT
"""


def one_rule(rule, policy="ACCEPT", table="filter", chain="FORWARD"):
    return f"*{table}\n:{chain} {policy} [0:0]\n-A {chain} {rule}\nCOMMIT\n"


class ReplayRules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text, name="a.rules"):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(text)
        return str(path)

    def run_with(self, text, capture, *options, code=0):
        run = subprocess.run([program, "replay", "--rules", self.file(text), *options,
                              str(EXAMPLES / capture)], capture_output=True, text=True)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def packets(self, text, capture, *options):
        lines = self.run_with(text, capture, "--json", *options).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def verdicts(self, text, capture, *options):
        return [line["verdict"] for line in self.packets(text, capture, *options)
                if line["type"] == "packet" and line["verdict"]]

    def test_rules_with_interfaces_are_told_of_where_none_is_known(self):
        rules = one_rule("-i lan -j DROP")
        run = self.run_with(rules, "ping.pcap")
        self.assertEqual(run.stderr.count("rules with -i do not match"), 1, run.stderr)
        self.assertIn("ping.pcap: frame 3: nothing tells where it came in", run.stderr)
        known = self.run_with(rules, "ping.pcap", "--route", "default=lan")
        self.assertNotIn("nothing tells", known.stderr)
        without = self.run_with(one_rule("-o lan -j DROP"), "ping.pcap")
        self.assertNotIn("nothing tells", without.stderr)

    def test_a_ping_passes_by_two_rules(self):
        packets = [p for p in self.packets(PINGS, "ping.pcap") if p["verdict"]]
        self.assertEqual([p["verdict"] for p in packets], ["ACCEPT", "ACCEPT"])
        self.assertEqual([p["rule"]["number"] for p in packets], [2, 1])
        self.assertEqual(packets[0]["rule"]["text"],
                         "-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT")
        self.assertEqual(packets[0]["rule"]["line"], 6)
        self.assertEqual(packets[0]["way"], "FORWARD")

    def test_what_is_not_ip_has_no_verdict(self):
        self.assertIsNone(self.packets(PINGS, "ping.pcap")[0]["verdict"])

    def test_the_policy_decides_what_no_rule_does(self):
        (query, *_) = [p for p in self.packets(PINGS, "timestamp.pcap") if p["verdict"]]
        self.assertEqual(query["verdict"], "DROP")
        self.assertNotIn("number", query["rule"])
        self.assertEqual(query["rule"]["text"], ":FORWARD DROP")

    def test_a_dropped_new_packet_leaves_no_entry(self):
        run = self.run_with(one_rule("-j DROP"), "founding-story.pcap", "--table", "--quiet")
        self.assertEqual(run.stdout, "")

    def test_a_dropped_reply_ends_nothing(self):
        reply = one_rule("-p icmp -m icmp --icmp-type 0 -j DROP")
        run = self.run_with(reply, "ping.pcap", "--table", "--quiet")
        self.assertIn("type=8", run.stdout)

    def test_a_rule_in_raw_drops_before_tracking(self):
        raw = one_rule("-p icmp -j DROP", table="raw", chain="PREROUTING")
        packets = [p for p in self.packets(raw, "ping.pcap") if p["verdict"]]
        self.assertEqual({p["reason"] for p in packets}, {"dropped-before"})
        self.assertEqual({p["state"] for p in packets}, {None})

    def test_notrack_makes_untracked(self):
        raw = one_rule("-p icmp -j CT --notrack", table="raw", chain="PREROUTING")
        packets = [p for p in self.packets(raw, "ping.pcap") if p["verdict"]]
        self.assertEqual({p["state"] for p in packets}, {"UNTRACKED"})

    def test_reject_answers_and_the_answer_is_related(self):
        lines = self.packets(one_rule("-p udp -j REJECT"), "port-unreachable.pcap",
                             "--local", "192.168.1.1/24=lan")
        (answer,) = [line for line in lines if line["type"] == "answer"]
        self.assertEqual(answer["state"], "RELATED")
        self.assertEqual(answer["n"], 3)
        packet = bytes.fromhex(answer["bytes"])
        self.assertEqual(packet[12:16], bytes([192, 168, 1, 1]))  # the firewall's own address
        self.assertEqual(packet[20:22], bytes([3, 3]))
        self.assertEqual(packet[28:32], bytes([0x45, 0, 0, 34]))

    def test_reject_answers_tcp_with_a_reset(self):
        lines = self.packets(one_rule("-p tcp -j REJECT --reject-with tcp-reset"),
                             "tcp-session.pcap")
        answer = next(line for line in lines if line["type"] == "answer")
        packet = bytes.fromhex(answer["bytes"])
        self.assertEqual((packet[9], packet[33], len(packet)), (6, 0x14, 40))

    def test_log_lines_are_the_kernels(self):
        run = self.run_with(one_rule('-j LOG --log-prefix "FWD: "'), "ping.pcap", "--profile", "linux",
                            "--local", "192.168.1.1/24=lan", "--route", "default=wan")
        self.assertRegex(run.stdout, r"LOG FWD: IN=lan OUT=lan MAC=([0-9a-f]{2}:){13}00 SRC=192\.168\.1\.6 "
                         r"DST=192\.168\.1\.10 LEN=84 TOS=0x00 PREC=0x00 TTL=63 ID=\d+ DF PROTO=ICMP TYPE=8 "
                         r"CODE=0 ID=33029 SEQ=1 \n")

    def test_the_way_follows_from_the_topology(self):
        ways = lambda *options: [p["way"] for p in self.packets(PINGS, "ping.pcap", *options)
                                 if p["verdict"]]
        self.assertEqual(ways(), ["FORWARD", "FORWARD"])
        self.assertEqual(ways("--local", "192.168.1.10"), ["INPUT", "OUTPUT"])
        self.assertEqual(ways("--local", "192.168.1.6"), ["OUTPUT", "INPUT"])

    def test_a_topology_comes_from_a_file(self):
        path = self.file('[topology]\nlocal = ["192.168.1.10/24=lan"]\nroute = ["default=wan"]\n',
                         "firewall.toml")
        packets = [p for p in self.packets(PINGS, "ping.pcap", "--topology", path) if p["verdict"]]
        self.assertEqual([(p["way"], p.get("in"), p.get("out")) for p in packets],
                         [("INPUT", "lan", None), ("OUTPUT", None, "lan")])

    def test_errors_in_a_topology_have_their_place(self):
        for text, error in (('[topology]\nlocal = ["1.2.3"]\n', ":2:10: '1.2.3' is neither ADDRESS"),
                            ('[topology]\nlocals = []\n', ":2:1: unknown key 'locals'"),
                            ('[topology]\nroute = "x"\n', ":2:9: expected an array"),
                            ('[topology\n', ":1:10: "), ('[other]\n', ":1:2: unknown section")):
            path = self.file(text, "firewall.toml")
            run = self.run_with(PINGS, "ping.pcap", "--topology", path, code=3)
            self.assertIn(error, run.stderr)

    def test_interfaces_come_from_routes(self):
        rules = one_rule("-i lan -o dmz -j ACCEPT", "DROP")
        route = ("--route", "192.168.1.6=lan", "--route", "192.168.1.10=dmz")
        self.assertEqual(self.verdicts(rules, "ping.pcap", *route), ["ACCEPT", "DROP"])

    def test_trail_tells_why_rules_did_not_match(self):
        run = self.run_with(PINGS, "ping.pcap", "--trail")
        self.assertIn("filter FORWARD 1         no: conntrack     -A FORWARD -m conntrack", run.stdout)
        self.assertIn("filter FORWARD 2         yes               -A FORWARD -p icmp", run.stdout)
        packets = [p for p in self.packets(PINGS, "ping.pcap", "--trail") if p["verdict"]]
        self.assertEqual([(v["matched"], v.get("unmet")) for v in packets[0]["trail"]],
                         [(False, "conntrack"), (True, None)])

    def test_counters_are_those_of_iptables_save(self):
        run = self.run_with(PINGS, "ping.pcap", "--counters", "--quiet")
        self.assertIn("[1:84] -A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT\n", run.stdout)
        self.assertIn(":FORWARD DROP [0:0]\n", run.stdout)

    def test_counters_go_on_from_capture_to_capture(self):
        run = subprocess.run([program, "replay", "--rules", self.file(PINGS), "--counters", "-q",
                              *[str(EXAMPLES / "ping.pcap")] * 3], capture_output=True, text=True)
        self.assertIn("[3:252] -A FORWARD -p icmp", run.stdout)

    def test_nat_is_told_and_makes_uncertain(self):
        nat = one_rule("-p tcp -j DNAT --to-destination 10.0.0.5:80", table="nat",
                       chain="PREROUTING")
        packets = [p for p in self.packets(nat, "tcp-session.pcap") if p["verdict"]]
        self.assertEqual(packets[0]["nat"], "DNAT to 10.0.0.5:80")
        self.assertTrue(all("uncertain" in p for p in packets))
        self.assertFalse(any("nat" in p for p in packets[1:]))

    def test_unsupported_rules_are_errors_or_passed_over(self):
        rules = one_rule('-p icmp -m string --algo bm --string x -j DROP')
        run = self.run_with(rules, "ping.pcap", code=3)
        self.assertIn("a.rules:3:23: ", run.stderr)
        packets = [p for p in self.packets(rules, "ping.pcap", "--unsupported", "skip")
                   if p["verdict"]]
        self.assertEqual([p["verdict"] for p in packets], ["ACCEPT", "ACCEPT"])
        self.assertTrue(all("uncertain" in p for p in packets))

    def test_fail_on_verdicts(self):
        for word, rule, code in (("drop", "-p icmp -j DROP", 4), ("drop", "-p tcp -j DROP", 0),
                                 ("REJECT", "-p icmp -j REJECT", 4), ("uncertain", "-j DROP", 0)):
            self.run_with(one_rule(rule), "ping.pcap", "--fail-on", word, code=code)

    def test_stats_count_verdicts(self):
        run = self.run_with(one_rule("-p icmp -j REJECT"), "ping.pcap", "-q", "--stats")
        self.assertIn("verdicts     0 ACCEPT, 0 DROP, 2 REJECT, 2 none; 0 uncertain; 2 answered\n",
                      run.stdout)

    def test_ipv6_goes_by_its_own_rules(self):
        path = self.file(one_rule("-p tcp -j DROP"), "six")
        run = subprocess.run([program, "replay", "--rules6", path, "--json",
                              str(EXAMPLES / "ping.pcap")], capture_output=True, text=True)
        verdicts = [json.loads(line)["verdict"] for line in run.stdout.splitlines()]
        self.assertEqual(verdicts, [None, None, "ACCEPT", "ACCEPT"])

    def test_all_errors_of_a_ruleset_are_told(self):
        run = self.run_with("*filter\n-A FORWARD -p tpc -j ACCEPT\n-A FORWARD -j ACEPT\nCOMMIT\n",
                            "ping.pcap", code=3)
        self.assertIn("a.rules:2:15: ", run.stderr)
        self.assertIn("a.rules:3:15: ", run.stderr)
        self.assertEqual(run.stdout, "")

    def test_wrong_usage(self):
        for options, text in ((["--trail"], "--trail: needs --rules"),
                              (["--fail-on", "drop"], "'drop' needs --rules"),
                              (["--rules", "/no/such"], "/no/such: No such file"),
                              (["--rules", "/dev/null", "--local", "x"], "--local: 'x' is neither"),
                              (["--rules", "/dev/null", "--route", "x"], "--route: 'x' is neither")):
            run = subprocess.run([program, "replay", *options, str(EXAMPLES / "ping.pcap")],
                                 capture_output=True, text=True)
            self.assertIn(run.returncode, (1, 2), options)
            self.assertIn(text, run.stderr)


if __name__ == "__main__":
    program = sys.argv.pop(1)
    unittest.main()
