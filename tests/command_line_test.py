#!/usr/bin/env python3
"""The man page and the completion scripts know the command line as the program reads it.

usage: command_line_test.py STATEWALL [unittest options]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import cli_test
from cli_test import ROOT, Case

SHELLS = ("bash", "zsh", "fish")
# Conditions that only the man page tells of, for a screen has no room for them.
RARE = "^--(orig-|reply-|status$|zone$|icmp-code$)"


class CommandLine(Case):
    def commands(self):
        lines = self.run_it("--help")
        rows = lines[lines.index("Commands:") + 1:]
        of_running = [line for line in lines if line.startswith("A firewall that runs: ")]
        return [line.split()[0] for line in rows[:rows.index("")]] + [
            name for line in of_running for name in line.partition(": ")[2].split(", ")]

    def options(self, command):
        """The long options of a command."""
        text = "\n".join(self.run_it(command, "--help"))
        return sorted(set(re.findall(r"^  (?:-\w,)?(--[a-z0-9-]+)", text, re.M)))


class ManPage(CommandLine):
    def test_every_command_and_option_is_there(self):
        page = (ROOT / "docs/man/statewall.1").read_text()
        commands = self.commands()
        self.assertGreater(len(commands), 5)
        for command in commands:
            self.assertRegex(page, rf"\.It Cm {command}\n")
            for option in self.options(command):
                self.assertRegex(page, rf"Fl (\w , )?{option[1:]}\b", f"{command} {option}")

    def test_it_names_no_option_that_is_not_there(self):
        page = (ROOT / "docs/man/statewall.1").read_text()
        known = {"--help", "--version"}
        for command in self.commands():
            known.update(self.options(command))
        named = {f"-{name}" for name in re.findall(r"Fl (?:\w , )?(-[a-z0-9-]+)", page)}
        for name in named - known:
            self.assertRegex(name, RARE)
            self.run_it("list", name, "1", "--socket", "/nonexistent/socket", code=1)

    def test_it_tells_of_every_key(self):
        """statewall.toml(5): those that are options, with their sections, and no others."""
        page = (ROOT / "docs/man/statewall.toml.5").read_text()
        named = set()
        section = ""
        for line in page.splitlines():
            if match := re.fullmatch(r"\.Ss \[(\w+)\]", line):
                section = match[1] + "-"
            elif match := re.match(r"\.It Ic (\w+) No = ", line):
                named.add("--" + section + match[1].replace("_", "-"))
        known = set(self.options("run"))
        self.assertEqual(named, known - {"--help", "--config", "--check-config", "--print-setup"})

    def test_every_page_is_well_formed(self):
        if not shutil.which("man"):
            self.skipTest("man is not installed")
        pages = sorted((ROOT / "docs/man").iterdir())
        self.assertEqual(len(pages), 3)
        for page in pages:
            run = subprocess.run(["man", "-l", "--warnings", str(page)], capture_output=True,
                                 text=True, check=False)
            self.assertEqual((run.returncode, run.stderr), (0, ""), page)


class Completion(CommandLine):
    def complete(self, *words):
        """What bash offers for the last word."""
        script = "\n".join(self.run_it("completion", "bash"))
        quoted = " ".join(f"'{word}'" for word in words)
        program = (f"{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}\n"
                   "compopt() { :; }\n_statewall\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
        run = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, text=True,
                             cwd=self.folder, check=False)
        self.assertEqual(run.stderr, "")
        return run.stdout.split()

    def test_commands(self):
        self.assertEqual(self.complete("statewall", "rep"), ["replay"])
        self.assertEqual(set(self.complete("statewall", "")),
                         {*self.commands(), "--help", "--version"})

    def test_options(self):
        for command in self.commands():
            offered = set(self.complete("statewall", command, "--"))
            self.assertEqual(sorted(offered & set(self.options(command))), self.options(command))
            for rare in offered - set(self.options(command)):
                self.assertRegex(rare, RARE)

    def test_words_that_options_take(self):
        self.assertEqual(self.complete("statewall", "replay", "--profile", "tu"), ["tutorial"])
        self.assertEqual(self.complete("statewall", "replay", "--fail-on", "inv"), ["invalid"])
        self.assertIn("icmp_timeout=", self.complete("statewall", "replay", "--set", "icmp_t"))

    def test_files(self):
        self.write("ping.pcap", b"")
        self.assertEqual(self.complete("statewall", "replay", "pi"), ["ping.pcap"])

    def test_every_shell_reads_its_script(self):
        for shell in SHELLS:
            script = self.write(f"script.{shell}",
                                ("\n".join(self.run_it("completion", shell)) + "\n").encode())
            for command in self.commands():
                self.assertIn(command, pathlib.Path(script).read_text())
            if shutil.which(shell):
                run = subprocess.run([shell, "-n", script], capture_output=True, text=True,
                                     check=False)
                self.assertEqual((run.returncode, run.stderr), (0, ""), shell)

    def test_an_unknown_shell(self):
        self.run_it("completion", "bsh", code=2)
        self.assertIn("did you mean 'bash'?", self.error)


if __name__ == "__main__":
    cli_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
