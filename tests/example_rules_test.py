#!/usr/bin/env python3
"""The rulesets of examples/ do what their scenarios say, and each of their rules is needed for it:
with any one of them put out of action some scenario fails.

    example_rules_test.py PROGRAM
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


def failing(program, scenarios):
    """What `statewall test` says where it does not pass; empty if it does."""
    run = subprocess.run([program, "test", "--no-compare", *scenarios], capture_output=True,
                         text=True, check=False)
    return "" if run.returncode == 0 else run.stdout + run.stderr


def users_of(folder, ruleset):
    """The scenarios that name this ruleset."""
    setting = re.compile(rf"^rules6?\s+{re.escape(ruleset.name)}$", re.M)
    return [path for path in sorted(folder.glob("*.scenario")) if setting.search(path.read_text())]


def without(lines, number):
    """The ruleset with a rule that no packet meets in the place of one."""
    chain = lines[number].split()[1]
    return "".join([*lines[:number], f"-A {chain} -p 253\n", *lines[number + 1:]])


def unproved(program, folder, ruleset):
    """The rules that no scenario misses."""
    scenarios = users_of(folder, ruleset)
    if not scenarios:
        yield f"{ruleset.name}: no scenario names it"
        return
    text = ruleset.read_text()
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not line.startswith("-A "):
            continue
        ruleset.write_text(without(lines, number))
        if not failing(program, scenarios):
            yield f"{ruleset.name}:{number + 1}: no scenario needs {line.strip()}"
    ruleset.write_text(text)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    problems = []
    wrong = failing(program, [str(EXAMPLES)])
    if wrong:
        sys.exit(wrong)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for kind in ("*.rules*", "*.scenario", "*.pcap"):
            for path in EXAMPLES.glob(kind):
                shutil.copy(path, folder)
        rulesets = sorted(folder.glob("*.rules*"))
        for ruleset in rulesets:
            problems += unproved(program, folder, ruleset)
    print("\n".join(problems))
    print(f"{len(rulesets)} rulesets, {len(problems)} rules that no scenario needs")
    return 1 if problems or len(rulesets) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
