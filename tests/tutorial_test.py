#!/usr/bin/env python3
"""What docs/tutorial.md shows is what the program says, its figures are what the program draws, and
it teaches all of T1 to T15.

    tutorial_test.py PROGRAM [--write]

Each `$ ...` line of an indented block is run by bash in a folder that holds the examples, and the
lines that follow it are compared with its standard output, to the letter; the images that it
writes with those of docs/figures. --write makes page and figures say what the program says.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE, FIGURES = ROOT / "docs/tutorial.md", ROOT / "docs/figures"
PROMPT, INDENT = "    $ ", "    "


def run(command, folder, program):
    names = folder / "bin"
    names.mkdir(exist_ok=True)
    if not (names / "statewall").exists():
        (names / "statewall").symlink_to(program)
    environment = {**os.environ, "PATH": f"{names}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, env=environment,
                          capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    return done.stdout.splitlines()


def is_shown(line, following):
    """A line of output; an empty one if more of the block follows, before the next command."""
    if line.startswith(INDENT) and not line.startswith(PROMPT):
        return True
    return line == "" and following.startswith(INDENT) and not following.startswith(PROMPT)


def renewed(lines, folder, program):
    """The page as it should be."""
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        yield line
        if not line.startswith(PROMPT):
            continue
        while rest and is_shown(rest[0], rest[1] if len(rest) > 1 else ""):
            rest.pop(0)
        for shown in run(line[len(PROMPT):], folder, program):
            yield (INDENT + shown).rstrip()


def figures_in(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.svg")}


def complaints(page, as_it_should_be, drawn):
    yield from difflib.unified_diff(page, as_it_should_be, "docs/tutorial.md",
                                    "what the program says", lineterm="")
    stored = figures_in(FIGURES)
    for name in sorted(stored.keys() | drawn.keys()):
        if stored.get(name) != drawn.get(name):
            yield f"docs/figures/{name} is not what the program draws"
        if f"(figures/{name})" not in "\n".join(page):
            yield f"docs/figures/{name} does not stand in the page"
    for number in range(1, 16):
        if not re.search(rf"^\*\*T{number}\. ", "\n".join(page), re.MULTILINE):
            yield f"docs/tutorial.md does not teach T{number}"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    page = PAGE.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ("examples", "tests"):
            (folder / part).symlink_to(ROOT / part)
        should_be = list(renewed(page, folder, program))
        drawn = figures_in(folder)
    if sys.argv[2:] == ["--write"]:
        PAGE.write_text("\n".join(should_be) + "\n", encoding="utf-8")
        FIGURES.mkdir(exist_ok=True)
        for figure, data in drawn.items():
            (FIGURES / figure).write_bytes(data)
        return 0
    found = list(complaints(page, should_be, drawn))
    print("\n".join(found) if found else
          f"{sum(line.startswith(PROMPT) for line in page)} commands, {len(drawn)} figures")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
