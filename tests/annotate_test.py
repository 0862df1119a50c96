#!/usr/bin/env python3
"""`statewall annotate` as its users run it: the new capture, and what happens to files.

usage: annotate_test.py STATEWALL [unittest options]

What tshark says of the comments is asked where it is installed.
"""

import os
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

import cli_test
from cli_test import RAW, Case, pcap, pcapng, query, reply

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.pcap"))
FIRST_LINE = "statewall annotate: profile tutorial, checksums auto"

# A ping, a reply that nobody asked for, and what is not IP.
STATES = pcap([(0, query()), (0.5, reply()), (1, reply(7)), (2, b"\0")])
COMMENTS = [
    "ct=NEW dir=original conn=1 reason=opens-query: opens connection 1 with an echo query",
    "ct=ESTABLISHED dir=reply conn=1 reason=replies-to-query: replies to the echo query of "
    "connection 1",
    "ct=INVALID dir=- conn=- reason=reply-without-query: is an echo reply to which no query is open",
    "ct=- dir=- conn=- reason=not-ip: is not an IPv4 or IPv6 packet",
]


def blocks(data):
    """(type, body) of a little-endian pcapng file."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert struct.unpack_from("<I", data, at + length - 4)[0] == length
        yield kind, data[at + 8:at + length - 4]
        at += length
    assert at == len(data)


def comments(data):
    """Those of each enhanced packet block."""
    for kind, body in blocks(data):
        if kind != 6:
            continue
        at = 20 + (struct.unpack_from("<I", body, 12)[0] + 3) // 4 * 4
        found = []
        while at < len(body):
            code, length = struct.unpack_from("<HH", body, at)
            if code == 0:
                break
            if code == 1:
                found.append(body[at + 4:at + 4 + length].decode())
            at += 4 + (length + 3) // 4 * 4
        yield found


class AnnotateCase(Case):
    def setUp(self):
        super().setUp()
        self.capture = self.write("in.pcap", STATES)
        self.out = self.folder / "out.pcapng"

    def annotate(self, *arguments, **how):
        return self.run_it("annotate", *arguments, **how)

    def comments(self):
        return list(comments(self.out.read_bytes()))

    def files(self):
        return sorted(os.listdir(self.folder))

    def start(self):
        """A run that has begun to write and waits for more of its input."""
        run = subprocess.Popen([cli_test.PROGRAM, "annotate", "-", self.out],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(run.stderr.close)
        run.stdin.write(STATES)
        run.stdin.flush()
        for _ in range(500):
            if len(self.files()) == 2:
                return run
            time.sleep(0.02)
        run.kill()
        self.fail(f"no temporary file: {self.files()}")

    def end(self, run):
        run.stdin.close()
        self.error = run.stderr.read().decode()
        return run.wait(timeout=60)


class Comments(AnnotateCase):
    def test_of_pcap(self):
        self.annotate(self.capture, str(self.out))
        self.assertEqual(self.comments(), [[comment] for comment in COMMENTS])
        self.assertEqual(self.error.splitlines(), [
            FIRST_LINE, f"statewall annotate: {self.out}: 4 frames, 4 comments"])

    def test_stand_behind_those_that_were_there(self):
        self.annotate(self.capture, str(self.out))
        again = str(self.folder / "again.pcapng")
        self.annotate("--set", "icmp_timeout=0", str(self.out), again)
        found = list(comments(pathlib.Path(again).read_bytes()))
        self.assertEqual([c[0] for c in found], COMMENTS)
        self.assertEqual([c[1].split()[0] for c in found],
                         ["ct=NEW", "ct=INVALID", "ct=INVALID", "ct=-"])

    def test_follow_the_profile(self):
        twice = self.write("twice.pcap", pcap([(0, query(1)), (1, query(2)), (2, reply(1)),
                                               (3, query(3))]))
        for profile, state in (("tutorial", "ct=NEW"), ("linux-2.4", "ct=ESTABLISHED")):
            self.annotate("--force", "--profile", profile, twice, str(self.out))
            self.assertEqual(self.comments()[3][0].split()[0], state)
            self.assertIn(f"profile {profile}", self.error)

    def test_say_what_replay_says(self):
        for capture in EXAMPLES:
            self.annotate("--force", str(capture), str(self.out))
            packets = self.packets(str(capture))
            expected = ["ct={} dir={} conn={} reason={}: {}".format(
                *(p[key] or "-" for key in ("state", "direction", "conn", "reason", "text")))
                for p in packets]
            self.assertEqual([c[-1] for c in self.comments()], expected)
            self.assertEqual([p["ts"] for p in packets],
                             [p["ts"] for p in self.packets(str(self.out))])

    def test_a_summary_unless_quiet(self):
        self.annotate("-q", self.write("one.pcap", pcap([(0, query())])), str(self.out))
        self.assertEqual(self.error.splitlines(), [FIRST_LINE])
        self.annotate("--force", self.folder / "one.pcap", str(self.out))
        self.assertIn("1 frame, 1 comment\n", self.error)

    def test_an_unknown_link_type(self):
        path = self.write("radio.pcapng", pcapng([(147, b"\1"), (RAW, query()), (147, b"\2")]))
        self.annotate(path, str(self.out), code=3)
        self.assertEqual([c[0].split()[0] for c in self.comments()], ["ct=-", "ct=NEW", "ct=-"])
        self.assertEqual(self.error.count("link type 147 is not supported"), 1)


class Files(AnnotateCase):
    def test_one_that_exists_stays(self):
        self.out.write_text("precious")
        self.annotate(self.capture, str(self.out), code=1)
        self.assertIn(f"statewall: {self.out}: exists; --force overwrites it", self.error)
        self.assertEqual(self.out.read_text(), "precious")
        self.assertEqual(self.files(), ["in.pcap", "out.pcapng"])

    def test_force(self):
        self.out.write_text("precious")
        self.out.chmod(0o600)
        self.annotate("--force", self.capture, str(self.out))
        self.assertEqual(len(self.comments()), 4)
        self.assertEqual(self.out.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.files(), ["in.pcap", "out.pcapng"])

    def test_one_that_appears_meanwhile_stays(self):
        run = self.start()
        self.out.write_text("precious")
        self.assertEqual(self.end(run), 1)
        self.assertIn("exists; --force overwrites it", self.error)
        self.assertEqual(self.out.read_text(), "precious")
        self.assertEqual(self.files(), ["in.pcap", "out.pcapng"])

    def test_the_input_itself(self):
        before = pathlib.Path(self.capture).read_bytes()
        self.annotate(self.capture, self.capture, code=1)
        self.assertEqual(pathlib.Path(self.capture).read_bytes(), before)
        self.annotate("--force", self.capture, self.capture)
        self.assertEqual(len(self.packets(self.capture)), 4)
        self.assertEqual(self.files(), ["in.pcap"])

    def test_behind_a_link(self):
        self.out.write_text("precious")
        link = self.folder / "link"
        link.symlink_to(self.out)
        self.annotate(self.capture, str(link), code=1)
        self.annotate("--force", self.capture, str(link))
        self.assertTrue(link.is_symlink())
        self.assertEqual(len(self.comments()), 4)

    def test_a_link_to_nothing_stays(self):
        link = self.folder / "link"
        link.symlink_to(self.folder / "nothing")
        self.annotate(self.capture, str(link), code=1)
        self.assertTrue(link.is_symlink())
        self.assertEqual(self.files(), ["in.pcap", "link"])

    def test_folders(self):
        self.annotate(self.capture, str(self.folder), code=1)
        self.assertIn("cannot be written: Is a directory", self.error)
        self.annotate(self.capture, "/nonexistent/out", code=1)
        self.assertIn("/nonexistent/out: cannot be written: No such file or directory", self.error)
        run = subprocess.run([cli_test.PROGRAM, "annotate", self.capture, "here.pcapng"],
                             cwd=self.folder, capture_output=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.files(), ["here.pcapng", "in.pcap"])

    def test_signals_leave_nothing(self):
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            run = self.start()
            run.send_signal(ending)
            self.assertEqual(run.wait(timeout=60), -ending)
            run.stdin.close()
            self.assertEqual(self.files(), ["in.pcap"])

    def test_input_that_cannot_be_opened_leaves_nothing(self):
        for data, code in ((b"", 3), (b"this is no capture", 3), (None, 1)):
            path = "/nonexistent" if data is None else self.write("bad", data)
            self.annotate(path, str(self.out), code=code)
            self.assertFalse(self.out.exists())

    def test_what_was_read_before_the_damage_is_kept(self):
        path = self.write("cut.pcap", STATES[:-16 - 1 - 7])  # in the third of four frames
        self.annotate(path, str(self.out), code=3)
        self.assertEqual([c[0] for c in self.comments()], COMMENTS[:2])
        self.assertIn(f"{path}: frame 3 at byte ", self.error)
        self.assertIn(f"{self.out}: holds what was read before that, 2 frames\n", self.error)
        self.assertIn("2 frames, 2 comments", self.error)


class FullDisk(AnnotateCase):
    def big(self):
        return self.write("big.pcap", pcap([(i, query(i)) for i in range(5000)]))

    def test_a_limit_of_size(self):
        run = subprocess.run([cli_test.PROGRAM, "annotate", self.big(), self.out],
                             capture_output=True, check=False, preexec_fn=lambda:
                             resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000)))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn(f"{self.out}: cannot be written: File too large", run.stderr.decode())
        self.assertEqual(self.files(), ["big.pcap", "in.pcap"])

    def test_a_device_that_is_full(self):
        if not pathlib.Path("/dev/full").exists():
            self.skipTest("no /dev/full here")
        self.annotate(self.big(), "/dev/full", code=1)
        self.assertIn("/dev/full: cannot be written: No space left on device", self.error)
        with open("/dev/full", "wb") as full:
            self.annotate(self.capture, "-", stdout=full, code=1)
        self.assertIn("standard output: cannot be written: No space left on device", self.error)

    def test_a_disk_that_is_full(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(disk)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            self.skipTest("needs root, to mount a small file system")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        inside = disk / "in.pcap"
        inside.write_bytes(STATES)
        self.annotate(self.big(), str(disk / "out.pcapng"), code=1)
        self.assertIn("out.pcapng: cannot be written: No space left on device", self.error)
        self.assertEqual(os.listdir(disk), ["in.pcap"])
        self.assertEqual(inside.read_bytes(), STATES)


class Streams(AnnotateCase):
    def test_standard_input_and_output(self):
        run = subprocess.run([cli_test.PROGRAM, "annotate", "-", "-"], input=STATES,
                             capture_output=True, check=True)
        self.assertEqual(list(comments(run.stdout)), [[comment] for comment in COMMENTS])
        self.assertIn("standard output: 4 frames, 4 comments", run.stderr.decode())

    def test_a_device_is_written_as_it_is(self):
        before = os.stat("/dev/null").st_rdev
        self.annotate(self.capture, "/dev/null")
        self.annotate("--force", self.capture, "/dev/null")
        self.assertEqual(os.stat("/dev/null").st_rdev, before)

    def test_a_reader_that_goes_away(self):
        capture = self.write("many.pcap", pcap([(i, query(i)) for i in range(5000)]))
        with subprocess.Popen([cli_test.PROGRAM, "annotate", capture, "-"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            run.stdout.read(10)
            run.stdout.close()
            self.assertEqual(run.stderr.read().decode(), FIRST_LINE + "\n")
            self.assertEqual(run.wait(timeout=60), 0)


@unittest.skipUnless(shutil.which("tshark") and shutil.which("capinfos"), "tshark is not installed")
class Tshark(AnnotateCase):
    def tshark(self, *arguments):
        run = subprocess.run(["tshark", "-n", "-r", self.out, *arguments], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.splitlines()

    def matches(self, state):
        return len(self.tshark("-Y", f'frame.comment contains "ct={state}"'))

    def test_finds_each_state(self):
        self.annotate(self.capture, str(self.out))
        self.assertEqual([self.matches(state) for state in ("NEW", "ESTABLISHED", "INVALID", "-")],
                         [1, 1, 1, 1])

    def test_counts_as_many_comments_as_frames(self):
        for capture in EXAMPLES:
            self.annotate("--force", str(capture), str(self.out))
            frames = len(self.packets(str(capture)))
            run = subprocess.run(["capinfos", "-T", "-r", "-c", self.out],
                                 capture_output=True, text=True, check=True)
            self.assertEqual(run.stdout.split("\t")[1].strip(), str(frames))
            self.assertEqual(len(self.tshark("-Y", 'frame.comment contains "ct="')), frames)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
