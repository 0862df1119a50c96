#!/usr/bin/env python3
"""Every C++ file is formatted as .clang-format says, by the clang-format of Debian 12 (14); other
versions differ in details."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

FOLDERS = ["src", "include", "tests", "fuzz", "bench", "examples"]


def formatter():
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)
            return name, version.stdout.strip()
    sys.exit("neither clang-format-14 nor clang-format is installed")


def complaints(name, files):
    """What the formatter would change: one line per place."""
    if not files:
        return []
    run = subprocess.run(
        [name, "--dry-run", "-Werror", f"--style=file:{tree.ROOT / '.clang-format'}", *map(str, files)],
        capture_output=True,
        text=True,
    )
    lines = [line for line in run.stderr.splitlines() if ": error: " in line]
    if run.returncode and not lines:
        sys.exit(run.stderr)
    return [line.replace(f"{tree.ROOT}/", "") for line in lines]


def self_test(name):
    with tempfile.TemporaryDirectory() as folder:
        good, bad = pathlib.Path(folder, "good.cc"), pathlib.Path(folder, "bad.cc")
        good.write_text("int f(int* p) { return *p; }\n")
        bad.write_text("int f( int *p ){ return *p; }\n")
        found = complaints(name, [good, bad])
    tree.require(found and all("bad.cc:1:" in line for line in found), f"found {found}")


if __name__ == "__main__":
    name, version = formatter()
    self_test(name)
    present = [folder for folder in FOLDERS if (tree.ROOT / folder).is_dir()]
    files = tree.files(*present, suffixes={".cc", ".h"})
    tree.finish(f"format of {len(files)} files, {version}", complaints(name, files))
