#!/usr/bin/env python3
"""What the program says of each capture in examples/ is what the specification says of it.

    examples_test.py PROGRAM

examples/expected/NAME.txt holds, worked out by hand, a line for each frame of examples/NAME.pcap,
`frame state direction reason connection` (`-` for none), and after a line `table` the connections
that are left at the end.
"""

import difflib
import json
import pathlib
import subprocess
import sys

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


def replay(program, *arguments):
    run = subprocess.run([program, "replay", *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"replay {' '.join(map(str, arguments))}: exit {run.returncode}\n{run.stderr}")
    return run.stdout.splitlines()


def frame_lines(json_lines):
    for text in json_lines:
        try:
            line = json.loads(text)
        except json.JSONDecodeError as error:
            yield f"not JSON: {error}: {text}"
            continue
        if line["type"] == "packet":
            said = [line[key] for key in ("n", "state", "direction", "reason", "conn")]
            yield " ".join("-" if value is None else str(value) for value in said)


def said_of(program, capture):
    lines = list(frame_lines(replay(program, "--json", capture)))
    table = replay(program, "--table", "--quiet", capture)
    return lines + (["table", *table] if table else [])


def main():
    captures = sorted(EXAMPLES.glob("*.pcap"))
    expectations = sorted((EXAMPLES / "expected").glob("*.txt"))
    if not captures or [c.stem for c in captures] != [e.stem for e in expectations]:
        sys.exit("examples: each capture needs its expectation, and each expectation its capture")

    wrong = 0
    for capture, expectation in zip(captures, expectations):
        difference = list(
            difflib.unified_diff(
                expectation.read_text().splitlines(),
                said_of(sys.argv[1], capture),
                str(expectation.relative_to(EXAMPLES.parent)),
                "what the program says",
                lineterm="",
            )
        )
        if difference:
            wrong += 1
            print("\n".join(difference))
    print(f"{len(captures)} captures, {wrong} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
