#!/usr/bin/env python3
"""What is installed beside the program: its configuration, and what systemd is told of it. The
program works under what the unit leaves it.

usage: packaging_test.py STATEWALL [unittest options]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import live_network
from live_network import Host, wait_for

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
PROGRAM = None  # set by main

# Leaves a program the system calls that are named, and becomes it.
FILTER = """
import ctypes, os, sys
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
end = sys.argv.index("--")
fails, allowed = 0x00050001, 0x7fff0000
calls = ctypes.c_void_p(library.seccomp_init(fails))
for name in sys.argv[1:end]:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number >= 0:
        library.seccomp_rule_add(calls, allowed, number, 0)
assert library.seccomp_load(calls) == 0
os.execv(sys.argv[end + 1], sys.argv[end + 1:])
"""


def run(*words, **how):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **how)


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


def unit():
    """{key: [values]} of the unit."""
    told = {}
    for line in (PACKAGING / "statewall.service").read_text().splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            told.setdefault(key, []).append(value)
    return told


def calls_of(name):
    """The system calls of a name as SystemCallFilter= has it."""
    if not name.startswith("@"):
        return {name}
    lines = run("systemd-analyze", "syscall-filter", name).stdout.splitlines()
    words = [line.strip() for line in lines[1:] if line.strip() and "#" not in line]
    return set().union(*map(calls_of, words))


def calls_of_the_unit():
    allowed = set()
    for words in unit()["SystemCallFilter"]:
        calls = set().union(*map(calls_of, words.removeprefix("~").split()))
        allowed = allowed - calls if words.startswith("~") else allowed | calls
    return sorted(allowed)


class Configuration(unittest.TestCase):
    def test_it_is_good(self):
        done = run(PROGRAM, "run", "--check-config", "--config", PACKAGING / "statewall.toml")
        self.assertEqual((done.returncode, done.stderr), (
            0, "statewall: the configuration is good: mode queue, profile linux\n"))

    def test_it_has_every_key(self):
        text = (PACKAGING / "statewall.toml").read_text()
        named = set()
        section = ""
        for line in text.splitlines():
            if match := re.fullmatch(r"\[(\w+)\]", line):
                section = match[1] + "-"
            elif match := re.match(r"#?(\w+) = ", line):
                named.add("--" + section + match[1].replace("_", "-"))
        options = set(re.findall(r"^  (--[a-z0-9-]+)", run(PROGRAM, "run", "--help").stdout, re.M))
        self.assertEqual(named, options - {"--config", "--check-config", "--print-setup"})

    def test_the_version_is_the_projects(self):
        version = re.search(r"project\(statewall VERSION (\S+)",
                            (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertEqual(run(PROGRAM, "--version").stdout, f"statewall {version}\n")


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)


class Installation(Folder):
    """Of the build that the program belongs to, below a prefix."""

    def install(self):
        build = PROGRAM.parent
        if not (build / "cmake_install.cmake").exists():
            self.skipTest("the program is not in its build")
        done = run("cmake", "--install", build, "--prefix", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_is_where(self):
        self.install()
        pages = [f"share/man/man{page.suffix[1:]}/{page.name}"
                 for page in (ROOT / "docs/man").iterdir()]
        for path in ("bin/statewall", "etc/statewall/statewall.toml",
                     "lib/systemd/system/statewall.service", "lib/sysusers.d/statewall.conf",
                     "lib/tmpfiles.d/statewall.conf", "share/doc/statewall/xdp.conf",
                     "share/doc/statewall/LICENSE", "share/bash-completion/completions/statewall",
                     "share/zsh/site-functions/_statewall",
                     "share/fish/vendor_completions.d/statewall.fish", *pages):
            self.assertTrue((self.folder / path).exists(), path)
        unit = (self.folder / "lib/systemd/system/statewall.service").read_text()
        self.assertIn(f"\nExecStart={self.folder}/bin/statewall run --config "
                      f"{self.folder}/etc/statewall/statewall.toml\n", unit)

    def test_a_configuration_that_is_there_stays(self):
        configuration = self.folder / "etc/statewall/statewall.toml"
        configuration.parent.mkdir(parents=True)
        configuration.write_text("workers = 2\n")
        self.install()
        self.assertEqual(configuration.read_text(), "workers = 2\n")


class Manual(unittest.TestCase):
    """What docs/run.md says to do."""

    def test_setup_and_undoing(self):
        why = live_network.available()
        if why or not shutil.which("iptables"):
            self.skipTest(why or "iptables is not installed")
        text = (ROOT / "docs/run.md").read_text()
        lines = [line.strip() for line in text.splitlines() if "run --print-setup |" in line]
        setup, undo = lines[0], lines[1]
        self.assertIn("Undoes it", undo)
        host = Host("m")
        self.addCleanup(host.close)
        for command, expected in ((setup, 10), (undo, 0)):
            host.run("sh", "-ec", command.replace("statewall", str(PROGRAM), 1))
            rules = host.run("iptables-save") + host.run("ip6tables-save")
            self.assertEqual(sum(line.startswith("-A") for line in rules.splitlines()), expected)


class Systemd(Folder):
    @needs("systemd-analyze")
    def test_the_unit_is_understood(self):
        for extra in (None, "xdp.conf"):
            copy = self.folder / "statewall.service"
            copy.write_text((PACKAGING / "statewall.service").read_text().replace(
                "/usr/bin/statewall", str(PROGRAM)))
            if extra:
                (self.folder / "statewall.service.d").mkdir()
                shutil.copy(PACKAGING / extra, self.folder / "statewall.service.d")
            done = run("systemd-analyze", "verify", "--man=no", copy)
            about = [line for line in done.stderr.splitlines() if "statewall" in line]
            self.assertEqual(about, [])

    @needs("systemd-analyze")
    def test_the_unit_exposes_little(self):
        done = run("systemd-analyze", "security", "--offline=true", "--threshold=20",
                   PACKAGING / "statewall.service")
        self.assertEqual(done.returncode, 0, done.stdout[-300:])

    @needs("systemd-sysusers")
    def test_user_and_folders(self):
        (self.folder / "etc").mkdir()
        done = run("systemd-sysusers", f"--root={self.folder}", PACKAGING / "statewall.sysusers")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex((self.folder / "etc/passwd").read_text(),
                         r"statewall:x:\d+:\d+:[^:]*:/var/lib/statewall:/usr/sbin/nologin\n")
        if not shutil.which("systemd-tmpfiles"):
            self.skipTest("systemd-tmpfiles is not installed")
        done = run("systemd-tmpfiles", "--create", f"--root={self.folder}",
                   PACKAGING / "statewall.tmpfiles")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for path, mode in (("run/statewall", 0o755), ("var/lib/statewall", 0o700)):
            self.assertEqual((self.folder / path).stat().st_mode & 0o777, mode)

    @needs("systemd-analyze")
    @needs("setpriv")
    def test_the_program_works_under_the_unit(self):
        """As a user with the unit's capabilities and system calls alone: it starts, serves, reloads,
        saves and stops."""
        why = live_network.available()
        if why:
            self.skipTest(why)
        host = Host("u")
        self.addCleanup(host.close)
        process = self.start_under_the_unit(host)
        self.assertIn("ok", host.run("curl", "-sSf", "http://127.0.0.1:9632/healthz"))
        for command in ("stats", "reload", "save"):
            host.run(PROGRAM, command, "--socket", self.folder / "run/socket")
        self.assertTrue((self.folder / "run/table").exists())
        process.terminate()
        self.assertEqual(process.wait(10), 0)

    def start_under_the_unit(self, host):
        program = shutil.copy(PROGRAM, self.folder / "statewall")
        configuration = shutil.copy(PACKAGING / "statewall.toml", self.folder)
        (self.folder / "run").mkdir()
        shutil.chown(self.folder / "run", "nobody")
        capabilities = unit()["AmbientCapabilities"][0].lower().replace("cap_", "+").split()
        sets = ",".join(["-all", *capabilities])
        log = self.folder / "log"
        with open(log, "w", encoding="utf-8") as stream:
            process = host.start(
                "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs",
                f"--inh-caps={sets}", f"--ambient-caps={sets}", f"--bounding-set={sets}",
                sys.executable, "-c", FILTER, *calls_of_the_unit(), "--", program, "run",
                "--config", configuration, "--control-socket", self.folder / "run/socket",
                "--state-file", self.folder / "run/table",
                "--metrics-listen", "127.0.0.1:9632", stderr=stream)
        wait_for(lambda: process.poll() is not None or "ready" in log.read_text(encoding="utf-8"),
                 "the firewall to be ready")
        self.assertIsNone(process.poll(), log.read_text(encoding="utf-8"))
        return process


if __name__ == "__main__":
    PROGRAM = live_network.PROGRAM = pathlib.Path(sys.argv[1]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
