#!/usr/bin/env python3
"""Rulesets as `statewall rules` reads and prints them: against iptables-restore and iptables-save
1.8.9 (nft), rule by rule, and the command by itself.

Each file of tests/rules/syntax has sections, `@FAMILY TABLE`, of rules:

    + RULE   accepted by both, and printed alike, byte for byte
    - RULE   refused by both
    ~ RULE   seen otherwise on purpose; the comment above says why

Chain `web` is declared. The comparison needs root, for a network namespace of its own, and is
skipped with a word where there is none or no iptables.

usage: rules_test.py STATEWALL [unittest options]
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import cli_test
from cli_test import ROOT, Case

VERSION = "iptables v1.8.9 (nf_tables)"
NAMES = {"ipv4": "iptables", "ipv6": "ip6tables"}
# What a kernel says that lacks a module, which iptables itself knows.
NO_MODULE = re.compile(r"RULE_APPEND failed \(No such file or directory\)")


class Section:
    def __init__(self, file, family, table):
        self.file, self.family, self.table = file, family, table
        self.rules = {"+": [], "-": [], "~": []}

    def text(self, rules):
        return "\n".join([f"*{self.table}", ":web - [0:0]", *rules, "COMMIT", ""])

    def name(self, rule):
        return f"{self.file.name}: @{self.family} {self.table}: {rule}"


def sections():
    found = []
    for file in sorted((ROOT / "tests/rules/syntax").glob("*.rules")):
        comment = False
        for line in file.read_text().splitlines():
            if line.startswith("@"):
                found.append(Section(file, *line[1:].split()))
            elif line[:2] in ("+ ", "- ", "~ "):
                assert line[0] != "~" or comment, f"{file}: no reason: {line}"
                found[-1].rules[line[0]].append(line[2:])
            else:
                assert not line or line.startswith("#"), f"{file}: {line}"
            comment = line.startswith("#") or (comment and line.startswith("~ "))
    return found


def run(words, text):
    done = subprocess.run(words, input=text.encode(), capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def without_comments(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


class Kernel:
    """iptables in the network namespace of this process."""

    def restore(self, family, text, *options):
        return run([f"{NAMES[family]}-restore", *options], text)

    def save(self, family, table, *options):
        return without_comments(run([f"{NAMES[family]}-save", *options, "-t", table], "")[1])

    def forget(self, family, table):
        """Leaves no rule and no chain of the table."""
        run([f"{NAMES[family]}-restore"], f"*{table}\nCOMMIT\n")
        run([NAMES[family], "-t", table, "-X"], "")


class Ours:
    def __init__(self, program):
        self.program = program

    def rules(self, family, text, *options):
        words = [self.program, "rules", *options, "-"]
        return run(words + (["-6"] if family == "ipv6" else []), text)


def why_no_kernel():
    if not shutil.which("iptables-restore"):
        return "iptables is not installed"
    if run(["iptables", "-V"], "")[1].strip() != VERSION:
        return f"another iptables than {VERSION}"
    if os.geteuid() != 0:
        return "not root: no network namespace"
    return None


class AgainstIptables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        why = why_no_kernel()
        if not why:
            try:
                os.unshare(0x40000000)  # CLONE_NEWNET
            except AttributeError:  # before Python 3.12
                import ctypes
                if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
                    why = f"no network namespace: {os.strerror(ctypes.get_errno())}"
        if why:
            print(f"rules_test: {why}", file=sys.stderr)
            raise unittest.SkipTest(why)
        cls.kernel, cls.ours = Kernel(), Ours(cli_test.PROGRAM)
        cls.sections = sections()

    def test_there_are_enough_rules(self):
        counts = [sum(len(each.rules[mark]) for each in self.sections) for mark in "+-~"]
        self.assertGreater(sum(counts), 2000)
        self.assertGreater(counts[1], 500)

    def test_accepted_rules_are_printed_alike(self):
        for each in self.sections:
            with self.subTest(each.name("")):
                self.check_accepted(each, each.rules["+"])

    def check_accepted(self, section, rules):
        code, ours, error = self.ours.rules(section.family, section.text(rules))
        self.assertEqual(code, 0, error)
        code, _, error = self.kernel.restore(section.family, section.text(rules))
        if code != 0 and NO_MODULE.search(error) and len(rules) > 1:
            # A kernel without some module: then by halves.
            half = len(rules) // 2
            self.check_accepted(section, rules[:half])
            self.check_accepted(section, rules[half:])
            return
        if code != 0 and NO_MODULE.search(error):
            return
        self.assertEqual(code, 0, error)
        theirs = self.kernel.save(section.family, section.table)
        self.kernel.forget(section.family, section.table)
        self.assertEqual(ours.splitlines(), theirs)

    def test_refused_rules_are_refused(self):
        """Ours tells of every line; iptables-restore ends at the first."""
        for each in self.sections:
            rules = each.rules["-"]
            for first in range(0, len(rules), 90):
                part = rules[first:first + 90]
                code, _, error = self.ours.rules(each.family, each.text(part))
                wrong = {int(line) for line in re.findall(r"standard input:(\d+):", error)}
                accepted = [rule for line, rule in enumerate(part, 3) if line not in wrong]
                with self.subTest(each.name("")):
                    self.assertEqual((code, accepted), (3, []))
        every = [(each, rule) for each in self.sections for rule in each.rules["-"]]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            codes = pool.map(lambda pair: self.kernel.restore(
                pair[0].family, pair[0].text([pair[1]]))[0], every)
            for (each, rule), code in zip(every, codes):
                with self.subTest(each.name(rule)):
                    self.assertNotEqual(code, 0)

    def test_differences_are_still_there(self):
        for each in self.sections:
            for rule in each.rules["~"]:
                with self.subTest(each.name(rule)):
                    code, _, error = self.kernel.restore(each.family, each.text([rule]))
                    theirs = self.kernel.save(each.family, each.table) if code == 0 else None
                    if code == 0:
                        self.kernel.forget(each.family, each.table)
                    elif NO_MODULE.search(error):
                        continue
                    code, printed, _ = self.ours.rules(each.family, each.text([rule]))
                    ours = printed.splitlines() if code == 0 else None
                    self.assertNotEqual(ours, theirs)

    def test_whole_files(self):
        """Tables, chains, counters: what is not one rule."""
        for mark, text in whole_files():
            with self.subTest(text):
                self.check_whole(mark, text)

    def check_whole(self, mark, text):
        tables = re.findall(r"^\*\s*(\w+)", text, re.M)
        theirs = []
        code, _, error = self.kernel.restore("ipv4", text, "-c")
        accepted = code == 0
        for table in ("mangle", "raw", "filter", "nat"):
            if accepted and table in tables:
                theirs += self.kernel.save("ipv4", table, "-c")
            self.kernel.forget("ipv4", table)
        code, ours, ours_error = self.ours.rules("ipv4", text, "--counters")
        if mark == "-":
            self.assertEqual((accepted, code), (False, 3), error + ours_error)
        elif mark == "+":
            self.assertEqual((accepted, code), (True, 0), error + ours_error)
            self.assertEqual(ours.splitlines(), theirs)
        else:
            self.assertNotEqual((code == 0, ours.splitlines()), (accepted, theirs))


def nested(chains):
    lines = [f":c{i} - [0:0]" for i in range(chains)] + ["-A INPUT -j c0"]
    lines += [f"-A c{i} -j c{i + 1}" for i in range(chains - 1)]
    return lines


def whole_files():
    """(mark, text) as in the files of rules; iptables-restore is called with -c."""
    counted = [":INPUT DROP [1:2]", ":FORWARD ACCEPT [3:4]", ":OUTPUT ACCEPT [0:0]"]
    for mark, lines in [
        ("+", [":zz - [0:0]", *counted, ":aa - [0:0]", "-A zz", "-A aa -j zz", "-A INPUT -g aa"]),
        ("+", [*counted, "[5:6] -A INPUT -j ACCEPT", "-A INPUT -j DROP", "[7:8] -A OUTPUT"]),
        ("+", ["-A INPUT -c 5 6 -j ACCEPT", "-A INPUT -c 7,8 -j ACCEPT", "-A INPUT --set-counters 9 1"]),
        ("+", ["[1:2]-A INPUT -j ACCEPT"]),
        ("+", ["# a comment", "", "-A INPUT", "\t-A OUTPUT", "  -A FORWARD  -j\tACCEPT  "]),
        ("+", [": INPUT DROP [0:0]", ":a ACCEPT [0:0]", ":b - [5:6]", ":PREROUTING - [0:0]"]),
        ("+", [":OUTPUT - [0:0]"]),
        ("+", ["-A INPUT -p 1", "-I INPUT -p 2", "-I INPUT 2 -p 3", "-I INPUT 4 -p 4", "-A INPUT -p 5"]),
        ("+", ["-A INPUT -p 1", "-I INPUT -s 1.1.1.1,2.2.2.2 -d 3.3.3.3,4.4.4.4"]),
        ("+", ["-N web", "-A web -j RETURN", "-P INPUT DROP"]),
        ("+", ["-j ACCEPT -A INPUT", "-p tcp --append INPUT --dport 22"]),
        ("+", [":a - [0:0]", "-A a -j a"]),
        ("+", [":a - [0:0]", ":b - [0:0]", "-A a -j b", "-A b -g a"]),
        ("+", nested(15)),
        ("-", nested(16)),
        ("-", [":a - [0:0]", "-A a -j a", "-A INPUT -j a"]),
        ("-", [":a - [0:0]", ":b - [0:0]", "-A a -j b", "-A b -g a", "-A INPUT -j a"]),
        ("-", ["-A INPUT -j OUTPUT"]),
        ("-", [":a - [0:0]", "-A a -j INPUT"]),
        ("-", ["-A INPUT -j a", ":a - [0:0]"]),
        ("-", ["-A a", ":a - [0:0]"]),
        ("-", ["-A INPUT -j a"]),
        ("-", [":INPUT REJECT [0:0]"]),
        ("-", [":INPUT drop [0:0]"]),
        ("-", [":INPUT"]),
        ("-", [":"]),
        ("-", [":INPUT DROP [x]"]),
        ("-", ["[3:4 -A INPUT -j ACCEPT"]),
        ("-", ["[3] -A INPUT -j ACCEPT"]),
        ("-", ["[a:b] -A INPUT -j ACCEPT"]),
        ("-", ["-A INPUT -c 5 -j ACCEPT"]),
        ("-", [":ACCEPT - [0:0]"]),
        ("-", [":RETURN - [0:0]"]),
        ("-", [":-a - [0:0]"]),
        ("-", [":!a - [0:0]"]),
        ("+", [":" + "a" * 28 + " - [0:0]"]),
        ("-", [":" + "a" * 29 + " - [0:0]"]),
        ("-", ["  # no comment"]),
        ("-", ["   "]),
        ("-", ["COMMIT "]),
        ("-", ["-P INPUT DROP 5 6"]),
        ("-", ["-P web DROP"]),
        ("-", ["-N INPUT"]),
        ("-", ["-A INPUT -A OUTPUT -j ACCEPT"]),
        ("-", ["-j ACCEPT"]),
        ("-", ["-I INPUT 2"]),
        ("-", ["-A INPUT " + "-m comment --comment x " * 300]),
        # Declared twice: more likely a slip of the pen.
        ("~", [":a - [0:0]", ":a - [0:0]"]),
        ("~", [":INPUT DROP [0:0]", ":INPUT ACCEPT [0:0]"]),
        # A chain and a target of the same name.
        ("~", [":LOG - [0:0]"]),
        # Commands that make no ruleset.
        ("~", ["-A INPUT", "-D INPUT 1"]),
        ("~", ["-F INPUT"]),
    ]:
        yield mark, "\n".join(["*filter", *lines, "COMMIT", ""])
    tables = ["nat", "filter", "raw", "mangle"]
    yield "+", "".join(f"*{table}\n-A OUTPUT -j ACCEPT\nCOMMIT\n" for table in tables)
    yield "+", "* filter\n-A INPUT\nCOMMIT\n"
    yield "+", "*filter words\n-A INPUT\nCOMMIT"
    yield "+", "# nothing\n\n"
    yield "+", ""
    yield "-", "*filtre\nCOMMIT\n"
    yield "-", "*\nCOMMIT\n"
    yield "-", "*filter\n:INPUT DROP [0:0]\n"
    yield "-", "*filter\n-A INPUT\n*nat\nCOMMIT\n"
    yield "-", "-A INPUT\n"
    yield "-", " \n*filter\nCOMMIT\n"
    yield "-", "*filter\r\n-A INPUT\r\nCOMMIT\r\n"
    yield "-", "*nat\n-A FORWARD\nCOMMIT\n"
    yield "-", "*raw\n-A INPUT\nCOMMIT\n"
    yield "-", "*filter\n-A PREROUTING\nCOMMIT\n"
    for target, hooks in [("DNAT --to 1.2.3.4", ("INPUT", "POSTROUTING")),
                          ("MASQUERADE", ("PREROUTING", "INPUT", "OUTPUT"))]:
        for hook in hooks:
            yield "-", f"*nat\n:a - [0:0]\n:b - [0:0]\n-A {hook} -j a\n-A a -j b\n-A b -j {target}\nCOMMIT\n"
    yield "+", "*nat\n:a - [0:0]\n-A OUTPUT -j a\n-A a -j DNAT --to 1.2.3.4\nCOMMIT\n"
    yield "+", "*nat\n:a - [0:0]\n-A a -j DNAT --to 1.2.3.4\n-A a -j MASQUERADE\nCOMMIT\n"
    # The same table twice: iptables-restore forgets the first.
    yield "~", "*filter\n-A INPUT\nCOMMIT\n*filter\n-A OUTPUT\nCOMMIT\n"
    # No table of ours.
    yield "~", "*security\n:INPUT ACCEPT [0:0]\nCOMMIT\n*filter\n-A INPUT\nCOMMIT\n"


OFFICE = b"""*filter
:INPUT DROP [5:6]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:web - [0:0]
:old - [0:0]
-A INPUT -i lo -j ACCEPT
[7:8] -A INPUT -p tcp --dport ssh -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp --dport 22 -j DROP
-A INPUT -p tcp --dport 80 -j web
-A INPUT -j DROP
-A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
"""


# What is to be said of the project's own rulesets, all of it true: file and line, and the beginning.
FORWARD_DROPS = "chain 'FORWARD' drops ICMP errors"
NO_NEIGHBOURS = "chain 'INPUT' drops neighbour"
WARNINGS = {
    "examples/cloud-instance.rules": [(7, FORWARD_DROPS)],
    "examples/cloud-instance.rules6": [(12, FORWARD_DROPS)],
    "examples/host.rules": [(5, FORWARD_DROPS)],
    "tests/rules/verdicts/chains.rules": [(11, "this rule never matches: line 10 takes every packet"),
                                          (29, "chain 'empty' has no rules")],
    "tests/rules/verdicts/cloud.rules6": [(2, NO_NEIGHBOURS), (2, NO_NEIGHBOURS)],
    "tests/rules/verdicts/host.rules": [(4, FORWARD_DROPS)],
    "tests/rules/verdicts/host.rules6": [(3, FORWARD_DROPS)],
    "tests/scenarios/rules-ipv6.rules6": [(2, "chain 'INPUT' drops ICMP errors"), (2, NO_NEIGHBOURS)],
}


class Command(Case):
    def test_it_prints_the_normal_form(self):
        file = self.write("office.rules", OFFICE)
        lines = self.run_it("rules", file)
        self.assertEqual(lines[:6], ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]",
                                     ":OUTPUT ACCEPT [0:0]", ":old - [0:0]", ":web - [0:0]"])
        self.assertIn("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", lines)
        self.assertEqual(self.run_it("rules", "-", stdin=OFFICE), lines)
        again = "\n".join(lines).encode() + b"\n"
        self.assertEqual(self.run_it("rules", "-", stdin=again), lines)
        counted = self.run_it("rules", "--counters", file)
        self.assertIn(":INPUT DROP [5:6]", counted)
        self.assertIn("[7:8] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", counted)

    def test_nothing_is_printed_of_an_empty_file(self):
        self.assertEqual(self.run_it("rules", "-", stdin=b""), [])

    def test_check_warns(self):
        file = self.write("office.rules", OFFICE)
        self.assertEqual(self.run_it("rules", "--check", file, code=4), [
            f"{file}:2: chain 'INPUT' drops ICMP errors about connections (RELATED); "
            "path-MTU discovery fails without them",
            f"{file}:6: no packet ever comes to chain 'old'",
            f"{file}:9: this rule never matches: line 8 takes all of it",
            f"{file}:10: chain 'web' has no rules: the jump does nothing",
            f"{file}:12: packets of known connections never come to this rule: "
            "line 11 takes every packet",
        ])
        self.assertIn("5 warnings", self.error)

    def test_check_is_content(self):
        good = b"*filter\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\nCOMMIT\n"
        self.assertEqual(self.run_it("rules", "--check", "-", stdin=good), [])
        self.assertIn("0 warnings", self.error)

    def test_check_warns_of_nothing_that_is_right(self):
        seen = 0
        for folder in ("examples", "tests/rules", "tests/rules/verdicts", "tests/scenarios"):
            for file in sorted((ROOT / folder).glob("*.rules*")):
                name = str(file.relative_to(ROOT))
                expected = WARNINGS.get(name, [])
                options = ["-6"] if name.endswith("6") else []
                lines = self.run_it("rules", "--check", "--unsupported", "skip", *options, file,
                                    code=4 if expected else 0)
                said = [line.removeprefix(f"{file}:").split(": ", 1) for line in lines]
                with self.subTest(name):
                    self.assertEqual(len(said), len(expected), lines)
                    for (line, message), (at, begins) in zip(said, expected):
                        self.assertEqual((int(line), message[:len(begins)]), (at, begins))
                seen += 1
        self.assertGreater(seen, 30)

    def test_errors_have_their_place(self):
        file = self.write("office.rules", OFFICE.replace(b"--ctstate", b"--ctsate"))
        self.assertEqual(self.run_it("rules", file, code=3), [])
        self.assertEqual(self.error.splitlines(), [
            f"statewall: {file}:13:25: unknown option '--ctsate'; did you mean '--ctstate'?",
            "  -A FORWARD -m conntrack --ctsate RELATED,ESTABLISHED -j ACCEPT",
            "                          ^~~~~~~~",
        ])

    def test_other_exit_codes(self):
        self.run_it("rules", str(self.folder / "none"), code=1)
        self.run_it("rules", code=2)
        self.run_it("rules", "-", "--check", "--counters", code=2, stdin=OFFICE)
        self.run_it("rules", "-", "--unsupported", "maybe", code=2, stdin=OFFICE)

    def test_families(self):
        both = b"*filter\n-A INPUT -4 -s 1.2.3.4\n-A INPUT -6 -s fe80::1\nCOMMIT\n"
        self.assertIn("-A INPUT -s 1.2.3.4/32", self.run_it("rules", "-", stdin=both))
        self.assertIn("-A INPUT -s fe80::1/128", self.run_it("rules", "-6", "-", stdin=both))

    def test_what_is_not_supported(self):
        rule = b'-A INPUT -p tcp -m string --string "a b" --algo bm -m tcp --dport 80 -j TARPIT --x y'
        text = b"*filter\n" + rule + b"\nCOMMIT\n"
        self.run_it("rules", "-", code=3, stdin=text)
        self.assertIn("the match 'string' is not supported", self.error)
        self.assertIn(rule.decode(), self.run_it("rules", "--unsupported", "skip", "-", stdin=text))
        self.assertIn("1 of the rules", self.error)

    def test_neighbour_discovery(self):
        text = (b"*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED "
                b"-j ACCEPT\nCOMMIT\n")
        lines = self.run_it("rules", "-6", "--check", "-", code=4, stdin=text)
        self.assertEqual(len(lines), 2)
        self.assertIn("neighbour solicitations", lines[0])
        open_text = text.replace(b"COMMIT", b"-A INPUT -p ipv6-icmp -j ACCEPT\nCOMMIT")
        self.run_it("rules", "-6", "--check", "-", stdin=open_text)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
