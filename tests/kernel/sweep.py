"""What the sweeps share: they play much to Statewall and to this machine's kernel, by `statewall
verify`, and are skipped where there is no kernel to ask.

usage: ..._test.py STATEWALL PACKETS [unittest options]
"""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "../shared/corpus"
NO_KERNEL = "cannot ask this machine's kernel"
program = ""
packets = 0  # how many are to be played; each sweep says of what


def verify(*arguments):
    run = subprocess.run([program, "verify", *arguments], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout, run.stderr


MOST_ONLY_ONCE = 2
only_once = 0


def allow_few_only_once(test, output):
    """What differs only once the clock may have made (docs/verify.md), but not often."""
    global only_once
    sums = re.search(r", (\d+) only once; ", output)
    if sums:
        print(output[:8000], file=sys.stderr)
        only_once += int(sums.group(1))
        test.assertLessEqual(only_once, MOST_ONLY_ONCE, output[:8000])


def main():
    global program, packets
    program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    packets = int(sys.argv.pop(1))
    suite = unittest.main(module="__main__", exit=False)
    if not suite.result.wasSuccessful():
        sys.exit(1)
    # With nothing run, ctest is told so.
    sys.exit(77 if len(suite.result.skipped) >= suite.result.testsRun else 0)
