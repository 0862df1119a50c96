#!/usr/bin/env python3
"""What holds for every file of the tree: it is text that any machine can use, links lead
somewhere, scripts can be run, and each package is explained."""

import pathlib
import re
import subprocess
import tempfile

import tree

# Folders of one person's machine; the tree must work in any.
OWN_FOLDER = re.compile(r"(?<![\w.~$}])/(?:home|Users|root|work|workspace)/\w")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
BINARY = {".pcap", ".pcapng", ".cap", ".gz", ".zst", ".png"}


def text_of(file):
    """The file's text; None for captures, fuzz inputs and other binary files."""
    data = file.read_bytes()
    if file.suffix in BINARY or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def line_problems(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if OWN_FOLDER.search(line):
            yield f"{path}:{number}: names a folder of one machine: {line.strip()}"
        if line != line.rstrip():
            yield f"{path}:{number}: ends in white space"
        if "\t" in line and path.suffix in (".cc", ".h", ".py", ".md", ".txt", ".cmake"):
            yield f"{path}:{number}: has a tab"
    if text and not text.endswith("\n"):
        yield f"{path}: the last line does not end"


def link_problems(root, path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for link in LINK.findall(line):
            if "://" not in link and not (root / path).parent.joinpath(link).exists():
                yield f"{path}:{number}: link to {link} leads nowhere"


def script_problems(file, path, text):
    if not text.startswith("#!"):
        return
    if not file.stat().st_mode & 0o100:
        yield f"{path}: is a script that nobody may run (chmod +x)"
    if text.startswith("#!/bin/bash"):
        run = subprocess.run(["bash", "-n", str(file)], capture_output=True, text=True)
        if run.returncode:
            yield f"{path}: {run.stderr.strip()}"


def package_problems(root):
    table, words = root / "tools/packages.txt", root / "docs/dependencies.md"
    explained = set(re.findall(r"`([^`\s]+)`", words.read_text()))
    for line in table.read_text().splitlines():
        if line and not line.startswith("#"):
            package = line.split()[1]
            if package not in explained:
                yield f"tools/packages.txt: {package} is not explained in docs/dependencies.md"


def check(root):
    problems = []
    for file in tree.files(root=root):
        path = file.relative_to(root)
        text = text_of(file)
        # Stored fuzz inputs may be text of any kind.
        if text is None or path.parts[:2] == ("fuzz", "corpus"):
            continue
        problems += line_problems(path, text)
        problems += script_problems(file, path, text)
        if path.suffix == ".md":
            problems += link_problems(root, path, text)
    return problems + list(package_problems(root))


def self_test():
    own = "/ho" + "me/somebody/x"
    files = {
        "bad.cc": f"// see {own}\nint x; \n\tint y;\nint z;",
        "good.md": "[a](bad.cc#x), [b](https://example.org/none), relative/ho" + "me/x\n",
        "bad.md": "[a](none.md)\n",
        "script": "#!/bin/bash\nif\n",
        "fuzz/corpus/a/x": f"{own} ",
        "capture.pcap": own,
        "tools/packages.txt": "build good\nbuild bad\n",
        "docs/dependencies.md": "`good`\n",
    }
    expected = [
        "bad.cc:1: names", "bad.cc:2: ends", "bad.cc:3: has a tab", "bad.cc: the last",
        "bad.md:1: link", "script: is a script", "script: ", "tools/packages.txt: bad is not",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        problems = check(pathlib.Path(folder))
    tree.require(
        len(problems) == len(expected) and all(map(str.startswith, problems, expected)),
        "found\n  " + "\n  ".join(problems),
    )


if __name__ == "__main__":
    self_test()
    tree.finish("tree", check(tree.ROOT))
