#!/usr/bin/env python3
"""The table and the JSON Lines of `statewall bench`, whose numbers fit each other, and bench/plot.

usage: bench_test.py STATEWALL [unittest options]
"""

import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import unittest
import xml.dom.minidom

import cli_test
from cli_test import ROOT, Case

WORKS = ["echo", "udp", "tcp", "new_echo", "query_and_reply", "error"]
WORDS = ["echo", "UDP", "TCP", "new echo", "query and reply", "ICMP error"]
QUICK = ("bench", "--seconds", "1", "--flows", "1000")
ROW = r"(\S.*?) +([0-9,]+) +([0-9.]+) +([0-9.]+)-([0-9.]+) +([0-9.]+)(?: +([0-9.]+))?$"


class Table(Case):
    def test_a_row_a_work_and_the_floor_first(self):
        lines = self.run_it(*QUICK)
        self.assertEqual(self.error, "")
        self.assertEqual([line.split()[0] for line in lines[:4]],
                         ["processor", "profile", "packets", "ns"])
        self.assertEqual(lines[1].split(None, 1)[1], "linux; of query and reply tutorial")
        self.assertIn("batches of 32, by one thread, in a table made for 2", lines[2])
        self.assertEqual(lines[4], "")
        self.assertEqual(re.split("  +", lines[5]), ["work", "connections", "ns",
                                                     "smallest-largest", "x floor", "bytes each"])
        rows = [re.match(ROW, line).groups() for line in lines[6:]]
        self.assertEqual([row[0] for row in rows], ["memory floor", *WORDS])
        floor = float(rows[0][2])
        for _, flows, ns, smallest, largest, times, size in rows:
            self.assertEqual(flows, "1,000")
            self.assertTrue(0 < float(smallest) <= float(ns) <= float(largest))
            # Both are printed to a tenth, of a floor of some nanoseconds.
            self.assertAlmostEqual(float(times), float(ns) / floor, delta=0.1 + float(times) * 0.1)
            self.assertTrue(size is None or float(size) >= 140)

    def test_sizes_come_in_the_order_that_they_were_named_in(self):
        lines = self.run_it(*QUICK, "--flows", "20000", "--flows", "2000")
        echoes = [line.split()[1] for line in lines if line.startswith("echo ")]
        self.assertEqual(echoes, ["1,000", "20,000", "2,000"])

    def test_progress_on_a_terminal(self):
        master, slave = pty.openpty()
        run = subprocess.Popen([cli_test.PROGRAM, *QUICK], stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        told = b""
        try:
            while chunk := os.read(master, 4096):
                told += chunk
        except OSError:  # the other side is closed
            pass
        os.close(master)
        self.assertEqual(run.wait(timeout=60), 0)
        for words in WORDS:
            self.assertIn(f"\rstatewall bench: {words} among 1,000 connections".encode(), told)
        self.assertTrue(told.endswith(b"\r\x1b[K"), told[-40:])


class Json(Case):
    def test_an_object_a_work(self):
        lines = [json.loads(line) for line in self.run_it(*QUICK, "--json")]
        self.assertEqual([line["work"] for line in lines], WORKS)
        for line in lines:
            self.assertEqual({key: line[key] for key in ("v", "type", "flows", "rounds", "batch",
                                                         "threads")},
                             {"v": 1, "type": "bench", "flows": 1000, "rounds": 5, "batch": 32,
                              "threads": 2})
            self.assertEqual(line["profile"],
                             "tutorial" if line["work"] == "query_and_reply" else "linux")
            for key in ("ns", "floor_ns"):
                self.assertTrue(
                    0 < line[f"{key}_smallest"] <= line[key] <= line[f"{key}_largest"], line)
            self.assertAlmostEqual(line["times_floor"], line["ns"] / line["floor_ns"],
                                   delta=0.02 + line["times_floor"] * 0.02)
            self.assertGreaterEqual(line["bytes_per_connection"], 140)
            self.assertGreaterEqual(line["packets"], 5 * 32)
            self.assertTrue(line["processor"])

    def test_every_field_is_documented(self):
        page = (ROOT / "docs/bench.md").read_text()
        named = set(re.findall(r"^\| `([a-z_, `]+)` \|", page, re.M))
        known = {name for names in named for name in names.split("`, `")}
        self.assertEqual(set(json.loads(self.run_it(*QUICK, "--json")[0])), known)


class Refused(Case):
    def refused(self, *arguments, says, code=2):
        self.assertEqual(self.run_it("bench", *arguments, code=code), [])
        self.assertIn(says, self.error)

    def test_wrong_options(self):
        self.refused("--flows", "999", says="--flows")
        self.refused("--flows", "many", says="--flows")
        self.refused("--flows", "1000", "2000", says="unexpected argument '2000'")
        self.refused("--flows", "1000000001", says="--flows")
        self.refused("--seconds", "0", says="--seconds")
        self.refused("--secnods", "1", says="did you mean '--seconds'?")

    def test_memory_that_is_not_there(self):
        if not pathlib.Path("/proc/meminfo").exists():
            self.skipTest("this system does not tell how much memory there is")
        available = re.search(r"MemAvailable: +(\d+)", pathlib.Path("/proc/meminfo").read_text())
        if int(available[1]) > 130_000_000:
            self.skipTest("there is memory for all that can be asked for")
        self.refused("--flows", "1000", "--flows", "1000000000", code=1,
                     says="1,000,000,000 connections take 140.0 GB, and this machine has ")

    def test_memory_that_this_user_may_not_take(self):
        run = subprocess.run(["bash", "-c", 'ulimit -v 300000; exec "$0" "$@"', cli_test.PROGRAM,
                              "bench", "--flows", "10000000"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stderr, "statewall: there is no room for the table of 10000000 "
                                     "connections\n")


class Plot(Case):
    def plot(self, name, text):
        run = subprocess.run([ROOT / "bench/plot", self.write(name, text.encode())],
                             capture_output=True, text=True, check=True)
        return run.stdout

    def test_a_line_a_work_and_the_floor(self):
        lines = [{"work": work, "flows": flows, "ns": 100 + i * 30.0, "floor_ns": 3.0}
                 for flows in (1000, 1000000) for i, work in enumerate(WORKS)]
        image = self.plot("flows.json", "\n".join(map(json.dumps, lines)))
        drawn = xml.dom.minidom.parseString(image)
        paths = [path.getAttribute("class") for path in drawn.getElementsByTagName("path")]
        self.assertEqual([name for name in paths if name.startswith("line")],
                         [f"line {work}" for work in [*WORKS, "floor"]])
        texts = [text.firstChild.data for text in drawn.getElementsByTagName("text")]
        for expected in ("1,000", "1,000,000", "echo, 100", "ICMP error, 250", "memory floor, 3"):
            self.assertIn(expected, texts)
        self.assertIn("prefers-color-scheme:dark", image)
        self.assertEqual(image, self.plot("again.json", "\n".join(map(json.dumps, lines))))

    def test_of_google_benchmark_the_median(self):
        runs = [{"name": "run_work/tcp/flows:1000", "run_type": "iteration",
                 "items_per_second": 1e9 / ns} for ns in (90, 400, 100)]
        image = self.plot("google.json", json.dumps({"benchmarks": runs}))
        self.assertIn(">TCP, 100<", image)


if __name__ == "__main__":
    cli_test.PROGRAM = sys.argv.pop(1)
    unittest.main()
