#!/usr/bin/env python3
"""Every line that `statewall replay --json` prints of any view, and those of `compare` and `explain`,
keep to docs/schema/replay.v1.schema.json, and every field of a line is described there.

usage: schema_test.py STATEWALL
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = 77  # as tests/CMakeLists.txt tells ctest

# A line, and what must not be said in one.
GOOD = {"v": 1, "type": "packet", "file": "a", "n": 1, "ts": "0.000000000", "state": "NEW",
        "direction": "original", "reason": "opens-udp", "text": "opens connection 1", "conn": 1,
        "related_to": None}
BAD = [{"v": 2}, {"n": 0}, {"ts": 0.5}, {"state": "new"}, {"direction": "orig"}, {"text": ""},
       {"reason": "Opens UDP"}, {"conn": 0}, {"state": "RELATED"}, {"related_to": 1},
       {"src": "10.0.0.1"}, {"checksum": "good"}]

CAPTURES = sorted((ROOT / "examples").glob("*.pcap*"))
CORPUS = sorted((ROOT / "../shared/corpus").glob("*/*.pcap*"))


# Each command that prints these lines.
REPLAY = ("replay", "--json", "--table", "--events", "--conns", "--pings", "--stats")
COMPARE = ("compare", "--json", "--profile", "tutorial", "--profile", "linux-2.4",
           "--set", "icmp_timeout=1", "--set", "max=1")
EXPLAIN = ("explain", "--json")
JUDGED = ("replay", "--json", "--stats", "--trail", "--counters",
          "--rules", str(ROOT / "tests/rules/every-kind.rules"),
          "--rules6", str(ROOT / "tests/rules/every-kind.rules6"), "--unsupported", "skip")
KINDS = ("packet", "connection", "event", "connection_end", "ping", "stats", "comparison",
         "difference_group", "difference", "explanation", "answer", "rules")


def undescribed(schema, definition, value, path=""):
    """The paths of fields that the schema does not name. It lets readers meet such fields, so that
    some can be added; this program must describe those that it writes."""
    while "oneOf" in definition or "$ref" in definition:
        if "oneOf" in definition:  # null, or
            definition = definition["oneOf"][-1]
        else:
            definition = schema["$defs"][definition["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        for inner in value:
            yield from undescribed(schema, definition.get("items", {}), inner, path)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        known = definition.get("properties", {}).get(key, definition.get("additionalProperties"))
        if known is None:
            yield f"{path}{key}"
        else:
            yield from undescribed(schema, known, inner, f"{path}{key}.")


def lines_of(program, command, capture, *arguments):
    run = subprocess.run([program, *command, "--", str(capture), *arguments], capture_output=True)
    if run.returncode not in (0, 1, 3):
        raise SystemExit(f"{capture}: exit code {run.returncode}: {run.stderr.decode()}")
    return run.stdout.decode("utf-8").splitlines()


def main(program):
    try:
        import jsonschema
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        return SKIPPED
    schema = json.loads((ROOT / "docs/schema/replay.v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    # A validator for each type: quicker than oneOf, and its errors can be read.
    validators = {kind: jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}) for kind in KINDS}

    def accepts(line):
        return validators["packet"].is_valid(line)

    assert accepts(GOOD) and not any(accepts({**GOOD, **change}) for change in BAD)
    assert not any(accepts({k: v for k, v in GOOD.items() if k != key}) for key in GOOD)

    problems, checked, seen = [], dict.fromkeys(KINDS, 0), set()
    runs = [(command, capture) for command in (REPLAY, COMPARE) for capture in CAPTURES + CORPUS]
    runs += [(JUDGED, capture) for capture in CAPTURES + CORPUS[::4]]
    # Explaining takes a third of a second a frame: some of all kinds are enough.
    runs += [(EXPLAIN, capture, "4") for capture in CAPTURES]
    runs += [(EXPLAIN, capture, "3") for capture in CORPUS[::8]]
    for command, capture, *arguments in runs:
        connections = set()
        for number, text in enumerate(lines_of(program, command, capture, *arguments), 1):
            line = json.loads(text)
            kind = line["type"]
            checked[kind] += 1
            # One line of each shape is enough of the large captures.
            shape = (kind, line.get("reason"), line.get("state"), line.get("wire"), tuple(line))
            if checked[kind] > 2000 and shape in seen:
                continue
            seen.add(shape)
            where = f"{command[0]} {capture.name}: line {number}"
            problems += [f"{where}: {error.message}" for error in validators[kind].iter_errors(line)]
            problems += [f"{where}: {field} is not in the schema"
                         for field in undescribed(schema, schema["$defs"][kind], line)]
            if kind == "connection":
                if line["conn"] in connections:
                    problems.append(f"{where}: connection {line['conn']} is listed twice")
                connections.add(line["conn"])
    for problem in problems[:50]:
        print(problem)
    counts = ", ".join(f"{kind} {count}" for kind, count in checked.items())
    print(f"lines: {counts}; {len(problems)} problems")
    return 1 if problems or 0 in checked.values() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
