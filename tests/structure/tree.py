"""What the structure tests share: the files of the tree, and how a test ends."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

SKIPPED = 77  # SKIP_RETURN_CODE in tests/CMakeLists.txt


def files(*folders, suffixes=None, root=ROOT):
    """All files below these folders of `root`, in order; without build trees and version control."""
    found = []
    for folder in folders or (".",):
        for at, names, plain in os.walk(root / folder):
            names[:] = [n for n in names if n not in ("build", ".git", "__pycache__")]
            # In a further worktree of a repository .git is a file.
            found += [pathlib.Path(at, name) for name in plain if name != ".git"]
    return sorted(f for f in found if suffixes is None or f.suffix in suffixes)


def finish(what, problems):
    """Prints the problems, one a line, and ends: 0 without any, 1 with some."""
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{what}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")
    print(f"{what}: good")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def require(condition, text):
    """For self-tests: a test that cannot find what is wrong is itself wrong."""
    if not condition:
        sys.exit(f"self-test: {text}")
