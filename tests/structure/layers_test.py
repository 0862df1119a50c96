#!/usr/bin/env python3
"""Every #include in src/ and include/ runs along the arrows of the design, and the core uses
nothing but the C++ library.

    cli -> service -> verify -> scenario -> replay -> capture, report -> firewall -> rules
                             -> kernel -> rules, traffic -> wire          rules -> track -> wire
                   -> live -> firewall, kernel
    cli -> measure -> track
    replay, kernel, measure -> system

A file includes headers of its own layer and of those that the arrows reach, no others.
"""

import pathlib
import re
import tempfile

import tree

ARROWS = {
    "cli": ["service", "measure"],
    "service": ["live", "verify"],
    "scenario": ["replay"],
    "replay": ["capture", "report", "system"],
    "kernel": ["rules", "system"],
    "live": ["firewall", "kernel"],
    "measure": ["track", "system"],
    "system": [],
    "capture": ["firewall"],
    "report": ["firewall"],
    "firewall": ["rules"],
    "rules": ["track"],
    "track": ["wire"],
    "traffic": ["wire"],
    "verify": ["kernel", "traffic", "scenario"],
    "wire": [],
}

# The public headers count as files of the layer that implements them; `None` is for all.
PUBLIC = {
    "result.h": None,
    "address.h": "wire",
    "time.h": "wire",
    "icmp.h": "wire",
    "packet.h": "wire",
    "tunnel.h": "wire",
    "connection.h": "track",
    "reason.h": "track",
    "profile.h": "track",
    "event.h": "track",
    "reassembly.h": "track",
    "saved_connection.h": "track",
    "tracker.h": "track",
}

CORE = {"wire", "track", "rules", "firewall"}
# Of the C++ library the core leaves aside what does I/O, reads a clock, waits or throws.
NOT_IN_CORE = set(
    "chrono condition_variable cstdio ctime exception fstream future iomanip iostream istream mutex"
    " ostream random shared_mutex sstream stdexcept thread typeinfo".split()
)

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def reachable(layer):
    seen = {layer}
    for below in ARROWS[layer]:
        seen |= reachable(below)
    return seen


def layer_of_public(name):
    """The layer of include/statewall/NAME, or an error text."""
    if name not in PUBLIC:
        raise KeyError(f"statewall/{name} has no layer: add it to PUBLIC in {pathlib.Path(__file__).name}")
    return PUBLIC[name]


def complaint(layer, public, is_test, kind, target):
    """Why a file of this layer must not include this target; None if it may."""
    if kind == "<":
        if layer not in CORE or is_test:
            return None
        if "/" in target or target in NOT_IN_CORE:
            return "is not for the core"
        if target.endswith(".h") and not target.endswith("intrin.h"):
            return "is not a header of the C++ library"
        return None
    folder, _, name = target.partition("/")
    if not name:
        return "does not name its layer"
    if folder == "statewall":
        try:
            folder = layer_of_public(name)
        except KeyError as error:
            return error.args[0]
        if folder is None:
            return None
    elif public:
        return "is not public, and a public header must stand alone"
    elif folder == "tests":
        return None if is_test else "is for tests"
    if folder not in ARROWS:
        return "is in no layer"
    if layer is None:
        return "is not for a header of all layers"
    if folder not in reachable(layer):
        return f"is in {folder}, which {layer} must not know"
    return None


def check(root):
    problems = []
    for file in tree.files("src", "include", suffixes={".cc", ".h"}, root=root):
        path = file.relative_to(root)
        public = path.parts[0] == "include"
        try:
            layer = layer_of_public(path.name) if public else path.parts[1]
        except KeyError as error:
            problems.append(f"{path}: {error.args[0]}")
            continue
        if layer is not None and layer not in ARROWS:
            problems.append(f"{path}: src/{layer} is no layer")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            is_test = file.stem.endswith(("_test", "testing"))
            why = complaint(layer, public, is_test, *found.groups())
            if why:
                problems.append(f"{path}:{number}: {found.group(2)} {why}")
    return problems


def self_test():
    files = {
        "src/wire/good.cc": '#include "wire/bytes.h"\n#include <array>\n#include <emmintrin.h>\n',
        "src/wire/good_test.cc": '#include <gtest/gtest.h>\n#include "tests/model/model.h"\n',
        "src/cli/good.cc": '#include "capture/reader.h"\n#include "statewall/tracker.h"\n',
        "src/wire/bad.cc": '\n#include "track/record.h"\n',
        "src/wire/worse.cc": '#include "statewall/tracker.h"\n',
        "src/track/bad.h": "#include <cstdio>\n#include <fmt/core.h>\n#include <unistd.h>\n",
        "src/report/bad.cc": '#include "capture/reader.h"\n#include "buffer.h"\n',
        "src/capture/bad.cc": '#include "tests/model/model.h"\n',
        "include/statewall/packet.h": '#include "wire/ipv4.h"\n',
        "include/statewall/unknown.h": "",
    }
    expected = [
        "include/statewall/packet.h:1:",
        "include/statewall/unknown.h:",
        "src/capture/bad.cc:1:",
        "src/report/bad.cc:1:",
        "src/report/bad.cc:2:",
        "src/track/bad.h:1:",
        "src/track/bad.h:2:",
        "src/track/bad.h:3:",
        "src/wire/bad.cc:2:",
        "src/wire/worse.cc:1:",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        problems = sorted(check(pathlib.Path(folder)))
    tree.require(
        len(problems) == len(expected) and all(map(str.startswith, problems, expected)),
        "expected\n  {}\nfound\n  {}".format("\n  ".join(expected), "\n  ".join(problems)),
    )


if __name__ == "__main__":
    self_test()
    tree.finish("layers", check(tree.ROOT))
