#!/usr/bin/env python3
"""Drives the program as its users do: every command, every exit code, every bad input.

usage: cli_test.py STATEWALL [unittest options]
"""

import json
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom
from xml.etree import ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ""
START = 1609459200  # 2021-01-01 00:00:00 UTC

A, B = bytes([192, 168, 1, 6]), bytes([192, 168, 1, 10])
RECORD = ("icmp 1 25 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=33029 [UNREPLIED] "
          "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 use=1")


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, source, destination, payload):
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                         source, destination)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def icmp(kind, ident=33029, sequence=1, size=56):
    message = struct.pack(">BBHHH", kind, 0, 0, ident, sequence) + bytes(size)
    return message[:2] + struct.pack(">H", checksum(message)) + message[4:]


def query(sequence=1, ident=33029):
    return ipv4(1, A, B, icmp(8, ident, sequence))


def reply(sequence=1, ident=33029):
    return ipv4(1, B, A, icmp(0, ident, sequence))


def udp():
    return ipv4(17, A, B, struct.pack(">HHHH", 1025, 53, 8, 0))


RAW, ETHERNET = 101, 1


def pcap(frames, link=RAW):
    """A capture of (seconds since the start, bytes)."""
    records = b"".join(
        struct.pack("<IIII", START + int(at), round(at % 1 * 1e6), len(data), len(data)) + data
        for at, data in frames)
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link) + records


def block(kind, body):
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def pcapng(frames):
    """A capture of (link type, bytes): an interface for each, a microsecond after the other."""
    section = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    interfaces = b"".join(block(1, struct.pack("<HHI", link, 0, 0)) for link, _ in frames)
    packets = b"".join(
        block(6, struct.pack("<IIIII", i, 0, i + 1, len(data), len(data)) + data)
        for i, (_, data) in enumerate(frames))
    return section + interfaces + packets


PROFILES = ["tutorial", "linux-2.4", "linux", "strict"]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def ping(self, name="ping.pcap"):
        return self.write(name, pcap([(0, query()), (0.5, reply())]))

    def run_it(self, *arguments, code=0, stdin=None, stdout=subprocess.PIPE):
        run = subprocess.run([PROGRAM, *arguments], input=stdin, stdout=stdout,
                             stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(run.returncode, code, run.stderr.decode())
        self.error = run.stderr.decode()
        self.lines = (run.stdout or b"").decode().splitlines()
        return self.lines

    def replay(self, *arguments, **how):
        return self.run_it("replay", *arguments, **how)

    def packets(self, *arguments, **how):
        return [json.loads(line) for line in self.replay("--json", *arguments, **how)]


class Replay(Case):
    def test_a_ping(self):
        lines = self.replay(self.ping())
        self.assertEqual(lines, [
            "    1 00:00:00.000000 NEW         orig  #1    IP 192.168.1.6 > 192.168.1.10: ICMP echo "
            "request, id 33029, seq 1, length 64; opens connection 1 with an echo query",
            "    2 00:00:00.500000 ESTABLISHED reply #1    IP 192.168.1.10 > 192.168.1.6: ICMP echo "
            "reply, id 33029, seq 1, length 64; replies to the echo query of connection 1"])
        self.assertEqual(self.error.splitlines(), [
            "statewall replay: profile tutorial, checksums auto",
            "statewall replay: 2 frames: 1 NEW, 1 ESTABLISHED; 1 connection opened, 0 left",
            "statewall replay: profile linux would have seen the same"])

    def test_what_profile_linux_would_have_seen(self):
        capture = self.write("again.pcap", pcap([(0, query()), (1, reply()), (2, query()), (3, reply()),
                                                 (4, reply())]))
        otherwise = "profile linux would have seen 2 of 5 packets otherwise"
        self.replay(capture)
        self.assertIn(otherwise, self.error)
        self.replay(capture, "--json")
        self.assertIn(otherwise, self.error)
        self.replay(capture, capture)
        self.assertIn("4 of 10 packets", self.error)
        for arguments in (["--no-compare"], ["--quiet"], ["--profile", "linux-2.4"]):
            self.replay(capture, *arguments)
            self.assertNotIn("would have seen", self.error)

    def test_the_record_of_the_tutorial(self):
        capture = self.write("story.pcap", pcap([(0, query()), (4.2, b"\0")]))
        self.assertEqual(self.replay("--quiet", "--table", capture), [RECORD])
        self.assertEqual(self.error, "statewall replay: profile tutorial, checksums auto\n")
        padded = RECORD.replace("icmp 1", "icmp     1") + " "
        for option in (["--format", "ip_conntrack"], ["--set", "table_format=ip_conntrack"],
                       ["--profile", "linux-2.4"]):
            self.assertEqual(self.replay("-q", "--table", *option, capture), [padded])

    def test_the_table_stands_behind_an_empty_line(self):
        capture = self.write("story.pcap", pcap([(0, query()), (4.2, b"\0")]))
        self.assertEqual(self.replay("--table", capture)[2:], ["", RECORD])
        self.assertEqual(len(self.replay("--table", self.ping())), 2)  # an empty table: none

    def test_the_table_as_json(self):
        capture = self.write("story.pcap", pcap([(0, query()), (4.2, b"\0")]))
        by_format = self.replay("-q", "--table", "--format", "json", capture)
        self.assertEqual(by_format, self.replay("-q", "--table", "--json", capture))
        entry = json.loads(by_format[0])
        self.assertEqual((entry["type"], entry["timeout"], entry["unreplied"]),
                         ("connection", 25, True))

    def test_the_table_is_in_the_order_of_numbers(self):
        queries = [(i / 1000, query(ident=i)) for i in range(2000)]
        capture = self.write("many.pcap", pcap(queries))
        numbers = [json.loads(line)["conn"] for line in
                   self.replay("-q", "--table", "--json", "--seed", "7", capture)]
        self.assertEqual(numbers, list(range(1, 2001)))

    def test_switches(self):
        late = self.write("late.pcap", pcap([(0, query()), (12, reply())]))
        states = lambda *options: [p["state"] for p in self.packets(*options, late)]
        self.assertEqual(states(), ["NEW", "ESTABLISHED"])
        self.assertEqual(states("--set", "ip_ct_icmp_timeout=10"), ["NEW", "INVALID"])
        self.assertIn("profile tutorial with ip_ct_icmp_timeout=10, checksums", self.error)
        self.assertEqual(states("--set", "icmp_timeout=10", "--set", "icmp_timeout=13"),
                         ["NEW", "ESTABLISHED"])

    def test_profiles_differ(self):
        twice = self.write("twice.pcap", pcap([(0, query(1)), (1, query(2)), (2, reply(1)),
                                               (3, query(3))]))
        self.assertEqual(self.packets(twice)[3]["state"], "NEW")
        self.assertEqual(self.packets("--profile", "linux-2.4", twice)[3]["state"], "ESTABLISHED")

    def test_checksums(self):
        broken = bytearray(query())
        broken[10] ^= 1
        capture = self.write("broken.pcap", pcap([(0, bytes(broken))]))
        for mode, state in (("auto", None), ("verify", None), ("ignore", "NEW")):
            packet, = self.packets("--checksum", mode, capture)
            self.assertEqual(packet["state"], state)
            self.assertEqual(packet.get("wire"), None if state else "ipv4-checksum")

    def test_the_seed_changes_nothing(self):
        capture = self.write("many.pcap", pcap([(i, query(i)) for i in range(50)]))
        first = self.replay("--json", "--table", capture)
        self.assertEqual(first, self.replay("--json", "--table", "--seed", "12345", capture))

    def test_time_and_number_in_json(self):
        packet = self.packets(self.ping())[1]
        self.assertEqual((packet["n"], packet["ts"]), (2, "1609459200.500000000"))

    def test_a_capture_without_frames(self):
        self.assertEqual(self.replay(self.write("none.pcap", pcap([]))), [])
        self.assertIn("0 frames; 0 connections opened, 0 left", self.error)

    def test_file_names_of_any_kind(self):
        path = self.ping('a "b"\n.pcap')
        self.assertEqual(self.packets(path)[0]["file"], path)
        raw = bytes(self.folder) + b"/\xff.pcap"
        with open(raw, "wb") as file:
            file.write(pcap([(0, query())]))
        run = subprocess.run([PROGRAM, "replay", "--json", raw], capture_output=True, check=True)
        self.assertTrue(json.loads(run.stdout)["file"].endswith("/\ufffd.pcap"))


class Diagram(Case):
    def diagram(self, *arguments, **how):
        return self.run_it("diagram", *arguments, **how)

    def test_text_to_standard_output(self):
        lines = self.diagram(self.ping())
        self.assertEqual(lines[0], "ping.pcap (profile tutorial, checksums auto)")
        self.assertRegex(lines[4], "^0[.]000000 │ ICMP echo request, id 33029, seq 1 .*○ NEW #1 ")
        self.assertRegex(lines[7], "^0[.]500000 │ .*● ESTABLISHED #1 .* ICMP echo reply")
        self.assertRegex(lines[9], "destroys entry #1: replied")
        self.assertEqual(self.error, "")

    def test_the_ending_of_the_file_or_the_option_says_the_format(self):
        begins = {"svg": "<svg ", "html": "<!DOCTYPE html>", "mmd": "sequenceDiagram",
                  "txt": "ping.pcap ("}
        for name, begin in begins.items():
            path = self.folder / f"out.{name}"
            self.assertEqual(self.diagram(self.ping(), "-o", str(path)), [])
            text = path.read_text()
            self.assertTrue(text.startswith(begin), text[:80])
            self.assertEqual(self.diagram(self.ping(), "--format", name), text.splitlines())
            plain = self.folder / f"{name}-without-ending"
            self.diagram(self.ping(), "--format", name, "-o", str(plain))
            self.assertEqual(plain.read_text(), text)

    def test_the_image_is_xml(self):
        capture = self.write("<&'.pcap", pcap([(0, query()), (1, udp()), (2, reply())]))
        text = "\n".join(self.diagram("--format", "svg", capture))
        image = xml.dom.minidom.parseString(text).documentElement
        self.assertEqual(image.tagName, "svg")
        self.assertEqual(image.getElementsByTagName("title")[0].firstChild.data,
                         "Message chart of <&'.pcap")

    def test_the_same_bytes_whatever_the_key_of_the_table(self):
        capture = self.write("many.pcap", pcap([(i / 100, query(ident=i)) for i in range(300)]))
        for name in ("svg", "html", "mmd", "txt"):
            one = self.diagram("--format", name, capture)
            self.assertEqual(one, self.diagram("--format", name, "--seed", "77", capture))

    def test_one_connection(self):
        capture = self.write("two.pcap", pcap([(0, query(ident=1)), (0, query(ident=2)),
                                               (1, reply(ident=2))]))
        text = "\n".join(self.diagram("--conn", "2", capture))
        self.assertIn("two.pcap, connection 2 (", text)
        self.assertEqual(text.count("#1"), 0)
        self.assertIn("ESTABLISHED #2", text)
        self.assertEqual(self.diagram("--conn", "3", capture, code=3), [])
        self.assertEqual(self.error, f"statewall: {capture}: there is no connection 3: "
                                     "the capture opens 2\n")
        self.diagram("--conn", "0", capture, code=2)

    def test_the_limit(self):
        capture = self.write("many.pcap", pcap([(0, query(ident=i)) for i in range(250)]))
        self.assertIn("… 50 more packets (--limit)", self.diagram(capture))
        self.assertIn("… 249 more packets (--limit)", self.diagram("--limit", "1", capture))

    def test_the_profile_decides(self):
        text = "\n".join(self.diagram("--profile", "linux-2.4", "--set", "icmp_timeout=7",
                                      self.ping()))
        self.assertIn("profile linux-2.4 with icmp_timeout=7", text)
        self.assertIn("creates entry #1 (7 s)", text)

    def test_an_unknown_format_is_a_usage_error(self):
        for name in ("out.png", "out", ".svg"):
            self.diagram(self.ping(), "-o", str(self.folder / name), code=2)
            self.assertRegex(self.error, "svg.*html.*mmd.*txt")
            self.assertFalse((self.folder / name).exists())
        self.diagram(self.ping(), "--format", "svgz", code=2)
        self.assertIn("did you mean 'svg'?", self.error)

    def test_a_file_that_exists_is_kept(self):
        path = self.folder / "out.svg"
        path.write_text("mine")
        self.diagram(self.ping(), "-o", str(path), code=1)
        self.assertEqual(path.read_text(), "mine")
        self.diagram(self.ping(), "--force", "-o", str(path))
        self.assertTrue(path.read_text().startswith("<svg "))

    def test_bad_input(self):
        whole = pcap([(0, query()), (1, reply())])
        cut = self.write("cut.pcap", whole[:-5])
        self.assertRegex("\n".join(self.diagram(cut, code=3)), "NEW #1")
        self.assertIn("cut.pcap", self.error)
        out = self.folder / "out.svg"
        for data in (b"", b"not a capture, and long enough to tell"):
            self.diagram(self.write("bad.pcap", data), "-o", str(out), code=3)
            self.assertFalse(out.exists())
        self.diagram(str(self.folder / "none.pcap"), code=1)

    def test_nothing_to_draw(self):
        capture = self.write("arp.pcap", pcap([(0, bytes(12) + b"\x08\x06" + bytes(28))],
                                              ETHERNET))
        self.assertEqual(self.diagram(capture)[2:], [
            "There is no packet to draw.", "1 frame without IP addresses is not drawn."])


class SeveralFiles(Case):
    def test_each_is_a_world_of_its_own(self):
        opened = self.write("opened.pcap", pcap([(0, query())]))
        answered = self.write("answered.pcap", pcap([(1, reply())]))
        self.assertEqual([p["state"] for p in self.packets(opened, answered)], ["NEW", "INVALID"])

    def test_no_number_is_used_twice(self):
        first, second = self.ping("1.pcap"), self.ping("2.pcap")
        self.assertEqual([p["conn"] for p in self.packets(first, second)], [1, 1, 2, 2])
        texts = [p["text"] for p in self.packets(first, second)]
        self.assertEqual(texts[2], "opens connection 2 with an echo query")
        open_twice = self.write("open.pcap", pcap([(0, query())]))
        entries = [json.loads(line)["conn"] for line in
                   self.replay("-q", "--json", "--table", open_twice, open_twice)]
        self.assertEqual(entries, [1, 2])

    def test_each_has_a_heading(self):
        path = self.ping()
        lines = self.replay(path, path)
        self.assertEqual(lines[0], f"==> {path} <==")
        self.assertEqual(lines[3:5], ["", f"==> {path} <=="])
        self.assertFalse(any("==>" in line for line in self.replay("--json", path, path)))

    def test_a_bad_one_stops_no_other(self):
        good, bad = self.ping(), self.write("bad.pcap", b"this is no capture")
        self.assertEqual(len(self.packets(bad, good, code=3)), 2)
        self.assertEqual(len(self.packets("/nonexistent", good, code=1)), 2)
        self.assertEqual(len(self.packets("/nonexistent", good, bad, code=1)), 2)


class BadInput(Case):
    def fails(self, data, *words, frames=0, code=3):
        path = self.write("input.pcap", data)
        self.assertEqual(len(self.packets(path, code=code)), frames)
        complaint = [line for line in self.error.splitlines() if path in line]
        self.assertEqual(len(complaint), 1, self.error)
        for word in words:
            self.assertIn(word, complaint[0])

    def test_not_a_capture(self):
        self.fails(b"#!/bin/sh\necho this is a script, not a capture\n", "not a")

    def test_empty(self):
        self.fails(b"", "empty")

    def test_cut_in_the_file_header(self):
        self.fails(pcap([])[:17])

    def test_cut_in_a_record(self):
        whole = pcap([(0, query()), (1, reply())])
        self.fails(whole[:-10], "frame 2", "byte", frames=1)
        self.fails(whole[:24 + 16 + 84 + 7], "frame 2", "byte", frames=1)

    def test_a_record_that_lies(self):
        lie = struct.pack("<IIII", START, 0, 0x7FFFFFFF, 0x7FFFFFFF)
        self.fails(pcap([(0, query())]) + lie, "frame 2", "2147483647", frames=1)

    def test_no_such_file(self):
        self.replay("/nonexistent.pcap", code=1)
        self.assertIn("/nonexistent.pcap", self.error)

    def test_a_folder(self):
        self.replay(str(self.folder), code=1)
        self.assertIn(str(self.folder), self.error)

    def test_an_unknown_link_type_is_told_once(self):
        path = self.write("radio.pcap", pcap([(0, b"\1\2\3"), (1, b"\1")], link=147))
        packets = self.packets(path, code=3)
        self.assertEqual([(p["state"], p["reason"], p["wire"]) for p in packets],
                         [(None, "link-unreadable", "link-unsupported")] * 2)
        self.assertEqual(self.error.count("link type"), 1)
        self.assertIn(f"{path}: frame 1: link type 147 is not supported", self.error)

    def test_each_unknown_link_type_is_told(self):
        frames = [(RAW, query()), (147, b"\1"), (148, b"\1"), (147, b"\2"), (RAW, reply())]
        path = self.write("mixed.pcapng", pcapng(frames))
        packets = self.packets(path, code=3)
        self.assertEqual([p["state"] for p in packets], ["NEW", None, None, None, "ESTABLISHED"])
        self.assertEqual(re.findall(r"frame (\d+): link type (\d+)", self.error),
                         [("2", "147"), ("3", "148")])

    def test_time_that_runs_backwards_is_told_once(self):
        path = self.write("back.pcap", pcap([(10, query(1)), (9.75, query(2)), (5, query(3)),
                                             (11, query(4)), (1, query(5))]))
        packets = self.packets(path)
        self.assertEqual(packets[1]["ts"], f"{START + 9}.750000000")  # as it was captured
        self.assertEqual(self.error.count("backwards"), 1)
        self.assertIn(f"{path}: frame 2: time runs backwards by 0.250000000 s", self.error)
        self.replay(path, path)
        self.assertEqual(self.error.count("backwards"), 2)  # once a file

    def test_times_at_both_ends_of_time(self):
        def interface(offset):  # if_tsresol 9: nanoseconds; if_tsoffset: seconds
            return block(1, struct.pack("<HHI", RAW, 0, 0) + struct.pack("<HHBxxx", 9, 1, 9) +
                         struct.pack("<HHq", 14, 8, offset) + bytes(4))

        def packet(on, ticks, data):
            return block(6, struct.pack("<IIIII", on, ticks >> 32, ticks & 0xFFFFFFFF, len(data),
                                        len(data)) + data)

        section = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        path = self.write("ends.pcapng", section + interface(0) + interface(-9223372036) +
                          packet(0, 2**63 - 1, query()) + packet(1, 0, reply()))
        packets = self.packets(path)
        self.assertEqual([p["ts"] for p in packets],
                         ["9223372036.854775807", "-9223372036.000000000"])
        self.assertIn("time runs backwards by 18446744072.854775807 s", self.error)
        self.replay("-q", "--table", path)

    def test_a_block_without_a_time(self):
        simple = block(3, struct.pack("<I", len(reply())) + reply())
        path = self.write("simple.pcapng", pcapng([(RAW, query())]) + simple)
        packets = self.packets(path)
        self.assertEqual([p["state"] for p in packets], ["NEW", "ESTABLISHED"])
        self.assertIn(f"{path}: frame 2: has no time", self.error)

    def test_nothing_expires_while_time_runs_backwards(self):
        path = self.write("back.pcap", pcap([(40, query()), (0, query(2)), (39, reply(2))]))
        self.assertEqual([p["state"] for p in self.packets(path)], ["NEW", "NEW", "ESTABLISHED"])


class Scenarios(Case):
    SCENARIO = (b"statewall-scenario 1\nprofile %s\n"
                b"0.0 10.0.0.1 > 10.0.0.2 icmp echo-request id 1 seq 1 => state NEW\n"
                b"0.1 10.0.0.2 > 10.0.0.1 icmp echo-reply id 1 seq 1 => state ESTABLISHED\n"
                b"0.2 10.0.0.2 > 10.0.0.1 icmp echo-reply id 1 seq 1\n")

    def test_what_profile_linux_would_have_seen(self):
        scenario = self.write("ping.scenario", self.SCENARIO % b"tutorial")
        self.run_it("test", scenario)
        self.assertIn("profile linux would have seen 1 of 3 packets otherwise", self.error)
        self.run_it("test", "--no-compare", scenario)
        self.assertNotIn("would have seen", self.error)
        self.run_it("test", self.write("other.scenario", self.SCENARIO % b"linux"))
        self.assertNotIn("would have seen", self.error)

    def test_what_parts_from_the_expectation_is_a_diff(self):
        wrong = self.SCENARIO.replace(b"state ESTABLISHED", b"state NEW conn 1 verdict DROP")
        scenario = self.write("ping.scenario", wrong % b"tutorial")
        self.run_it("test", "--color=never", scenario, code=4)
        self.assertEqual(self.lines, [
            f"{scenario}:4: packet 2, 10.0.0.2 > 10.0.0.1 icmp echo-reply",
            "    expected  state NEW          verdict DROP",
            "    got       state ESTABLISHED  verdict ACCEPT",
            "    IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 1, seq 1, length 64",
            "    it replies to the echo query of connection 1",
            f"FAILED {scenario}",
            "0 passed, 1 failed"])
        self.run_it("test", "--color=always", scenario, code=4)
        self.assertEqual(self.lines[1],
                         "    \x1b[32mexpected  state NEW          verdict DROP\x1b[0m")

    def test_folders_in_folders(self):
        (self.folder / "all/some/deep").mkdir(parents=True)
        self.write("all/z.scenario", self.SCENARIO % b"linux")
        self.write("all/some/deep/a.scenario", self.SCENARIO % b"linux")
        self.run_it("test", f"{self.folder}/all")
        self.assertEqual(self.lines, [f"ok {self.folder}/all/some/deep/a.scenario",
                                      f"ok {self.folder}/all/z.scenario", "2 passed, 0 failed"])

    def test_junit(self):
        good = self.write("good.scenario", self.SCENARIO % b"linux")
        bad = self.write("bad.scenario", (self.SCENARIO % b"linux").replace(b"NEW", b"RELATED")
                         + b"0.3 entry \"<&'>\"\n")
        worse = self.write("worse.scenario", b"\xff\x01<scenario>\n")
        xml = self.write("results.xml", b"something old")
        self.run_it("test", "--junit", xml, good, bad, worse, f"{self.folder}/none", code=1)
        suite = ElementTree.parse(xml).getroot().find("testsuite")
        self.assertEqual([suite.get(key) for key in ("tests", "failures", "errors")],
                         ["4", "1", "2"])
        tests = {test.get("name"): test for test in suite}
        self.assertEqual(list(tests["good"]), [])
        self.assertEqual(tests["good"].get("classname"), str(self.folder))
        failure = tests["bad"].find("failure")
        self.assertIn(f"{bad}:3: packet 1", failure.get("message"))
        self.assertIn("expected  state RELATED\n", failure.text)
        self.assertIn("entry \"<&'>\"", failure.text)
        self.assertIn("begins with 'statewall-scenario 1'", tests["worse"].find("error").text)
        self.assertIn("no such file", tests[f"{self.folder}/none"].find("error").text)


class Usage(Case):
    def refused(self, *arguments, says):
        self.run_it(*arguments, code=2)
        self.assertEqual(self.lines, [])
        self.assertEqual(len(self.error.splitlines()), 1, self.error)
        self.assertIn(says, self.error)

    def test_unknown_names_get_a_suggestion(self):
        ping = self.ping()
        self.refused("repaly", ping, says="unknown command 'repaly'; did you mean 'replay'?")
        self.refused("--verison", says="unknown option '--verison'; did you mean '--version'?")
        self.refused("replay", "--tabel", ping,
                     says="unknown option '--tabel'; did you mean '--table'?")
        self.refused("replay", "--tabel=3", ping, says="unknown option '--tabel'")
        self.refused("replay", "--tabel", says="unknown option '--tabel'")
        self.refused("replay", "--profile", "tutorail", ping,
                     says="unknown profile 'tutorail'; did you mean 'tutorial'? "
                          "(profiles: tutorial, linux-2.4, linux, strict)")
        self.refused("replay", "--set", "icmp_timeot=3", ping,
                     says="unknown switch 'icmp_timeot'; did you mean 'icmp_timeout'?")
        self.refused("replay", "--checksum", "verfy", ping,
                     says="unknown value 'verfy'; did you mean 'verify'? "
                          "(values: auto, verify, ignore)")
        self.refused("replay", "--table", "--format", "jsno", ping, says="did you mean 'json'?")
        self.refused("icmp", "ehco-request", says="did you mean 'echo-request'?")

    def test_values_that_do_not_fit(self):
        ping = self.ping()
        for setting, says in (
                ("icmp_timeout", "write NAME=VALUE"),
                ("icmp_timeout=", "'' is not 0 to 2147483 seconds"),
                ("icmp_timeout=abc", "'abc' is not 0 to 2147483 seconds"),
                ("icmp_timeout=-1", "'-1' is not 0 to 2147483 seconds"),
                ("icmp_timeout=2147484", "'2147484' is not 0 to 2147483 seconds"),
                ("icmp_answered_ends=maybe", "'maybe' is not on or off"),
                ("error_ends=8", "'8' is not some of the ICMP types"),
                ("table_format=json", "'json' is not tutorial, ip_conntrack, nf_conntrack or conntrack"),
                ("max=0", "'0' is not 1 to")):
            self.refused("replay", "--set", setting, ping, says=f"--set {setting}: {says}")
        self.refused("replay", "--seed", "x", ping, says="--seed")
        self.refused("icmp", "256", says="0 to 255")

    def test_too_few_and_too_many(self):
        self.refused("replay", says="FILE")
        self.refused("replay", "--format", "json", self.ping(), says="--table")
        self.refused("icmp", "3", "4", says="unexpected argument '4'")
        self.refused("profiles", "tutorial", says="unexpected argument 'tutorial'")
        self.run_it(code=2)
        self.assertIn("Usage: statewall", self.error)
        self.assertEqual(self.lines, [])

    def test_help_fits_a_screen_and_ends_with_an_example(self):
        commands = ("annotate", "bench", "compare", "completion", "delete", "diagram", "events", "explain",
                    "flush", "icmp", "import", "list", "profiles", "reload", "replay", "rules", "run",
                    "save", "stats", "test", "top", "verify")
        longer = {"replay": 50, "run": 62}
        for command in ([], *([name] for name in commands)):
            lines = self.run_it(*command, "--help")
            self.assertLessEqual(len(lines), longer.get("".join(command), 24))
            self.assertLessEqual(max(map(len, lines)), 100)
            self.assertRegex("\n".join(lines[-3:]), r"Example: .*statewall")

    def test_version(self):
        version = re.search(r"project\(statewall VERSION ([0-9.]+)",
                            (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertEqual(self.run_it("--version"), [f"statewall {version}"])


class Streams(Case):
    def test_standard_input(self):
        capture = pathlib.Path(self.ping()).read_bytes()
        packets = self.packets("-", stdin=capture)
        self.assertEqual([p["file"] for p in packets], ["-", "-"])
        self.packets("-", stdin=b"", code=3)

    def test_a_reader_that_goes_away(self):
        capture = self.write("many.pcap", pcap([(i, query(i)) for i in range(5000)]))
        for quietly in (signal.SIG_DFL, signal.SIG_IGN):
            with subprocess.Popen([PROGRAM, "replay", capture], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE,
                                  preexec_fn=lambda: signal.signal(signal.SIGPIPE, quietly)) as run:
                run.stdout.read(10)
                run.stdout.close()
                self.assertEqual(run.stderr.read(),
                                 b"statewall replay: profile tutorial, checksums auto\n")
                self.assertEqual(run.wait(timeout=60), 0)

    def test_a_full_disk(self):
        if not pathlib.Path("/dev/full").exists():
            self.skipTest("no /dev/full here")
        commands = (["replay", self.ping()], ["profiles"], ["icmp"])
        for command in commands:
            with open("/dev/full", "wb") as full:
                self.run_it(*command, stdout=full, code=1)
            self.assertIn("statewall: standard output: No space left on device", self.error)

    def test_data_and_talk_are_apart(self):
        path = self.write("radio.pcap", pcap([(0, b"\1")], link=147))
        for line in self.replay("--json", path, code=3):
            json.loads(line)
        for line in self.error.splitlines():
            self.assertTrue(line.startswith("statewall"), line)


class Lists(Case):
    def test_profiles(self):
        lines = self.run_it("profiles")
        self.assertEqual(lines[0].split(), ["switch", "tutorial", "linux-2.4", "linux", "strict",
                                            "source", "meaning"])
        self.assertEqual([line.split()[:3] for line in lines if line.startswith("error_ends ")],
                         [["error_ends", "3,11,12", "none"]])
        switches = [json.loads(line) for line in self.run_it("profiles", "--json")]
        self.assertEqual([s["name"] for s in switches], [line.split()[0] for line in lines[1:]])
        timeout = next(s for s in switches if s["name"] == "icmp_timeout")
        self.assertEqual(timeout["values"], {profile: "30" for profile in PROFILES})

    def test_the_page_about_profiles_tells_every_switch_and_value(self):
        rows = {}
        for line in (ROOT / "docs/profiles.md").read_text().splitlines():
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            if line.startswith("| `") and len(cells) == 7:
                rows[cells[0]] = cells[1:5]
        switches = [json.loads(line) for line in self.run_it("profiles", "--json")]
        self.assertEqual(rows, {s["name"]: [s["values"][profile] for profile in PROFILES]
                                for s in switches})

    def test_icmp(self):
        everything = self.run_it("icmp")
        self.assertIn("echo-request (ping)", "\n".join(everything))
        one = self.run_it("icmp", "8")
        self.assertEqual(one, [everything[0], *[l for l in everything if l.startswith("   8 ")]])
        self.assertEqual(one, self.run_it("icmp", "ping"))
        self.assertEqual(len(self.run_it("icmp", "host-unreachable")), 1 + 1 + 16)
        self.assertIn("Unassigned", self.run_it("icmp", "100")[1])

    def test_icmp_as_json(self):
        rows = [json.loads(line) for line in self.run_it("icmp", "--json")]
        roles = {row["icmp_type"]: row["role"] for row in rows}
        kinds = lambda role: [kind for kind, its in roles.items() if its == role]
        self.assertEqual(kinds("query"), [8, 13, 15, 17])
        self.assertEqual(kinds("reply"), [0, 14, 16, 18])
        self.assertEqual(kinds("error"), [3, 4, 5, 11, 12])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
