#!/usr/bin/env python3
"""An embedder can take the core alone: it configures, builds and installs without any third-party
library, each installed header compiles by itself, and examples/embed.cc needs no more than what
pkg-config and find_package() tell of it.

    install_test.py [COMPILER]
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fno-exceptions", "-fno-rtti"]

CONSUMER = """
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(statewall 0.1 REQUIRED)
add_executable(embed embed.cc)
target_link_libraries(embed PRIVATE statewall::statewall)
"""


def run(*command):
    """Runs a command; ends the test with its output if it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def only(folder, pattern):
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        sys.exit(f"expected one {pattern} in {folder}, found {found}")
    return found[0]


def by_pkg_config(compiler, prefix, folder):
    """examples/embed.cc as a program of its own; None where pkg-config is not installed."""
    if not shutil.which("pkg-config"):
        print("pkg-config is not installed: not tried", file=sys.stderr)
        return None
    where = only(prefix, "statewall.pc").parent
    flags = run("env", f"PKG_CONFIG_PATH={where}", "pkg-config", "--cflags", "--libs", "statewall")
    program = folder / "embed"
    run(compiler, *FLAGS, tree.ROOT / "examples/embed.cc", *flags.split(), "-o", program)
    return program


def by_cmake(compiler, prefix, folder):
    """The same, of a project that finds the library; it need not know that it is C++20."""
    project = folder / "consumer"
    project.mkdir()
    project.joinpath("CMakeLists.txt").write_text(CONSUMER)
    shutil.copy(tree.ROOT / "examples/embed.cc", project)
    run("cmake", "-G", "Ninja", "-S", project, "-B", project / "build",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}")
    run("cmake", "--build", project / "build")
    return project / "build/embed"


def main(compiler):
    with tempfile.TemporaryDirectory() as folder:
        build, prefix = pathlib.Path(folder, "build"), pathlib.Path(folder, "prefix")
        run("cmake", "-G", "Ninja", "-S", tree.ROOT, "-B", build, "-DSTATEWALL_CORE_ONLY=ON",
            "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_CXX_COMPILER={compiler}",
            "-DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON")
        run("cmake", "--build", build)
        run("cmake", "--install", build, "--prefix", prefix)

        archive = only(prefix, "libstatewall.a")
        headers = sorted((prefix / "include/statewall").glob("*.h"))
        expected = sorted(f.name for f in (tree.ROOT / "include/statewall").glob("*.h"))
        if [h.name for h in headers] != expected:
            sys.exit(f"installed {[h.name for h in headers]}, expected {expected}")

        for header in headers:
            alone = pathlib.Path(folder, "alone.cc")
            # Twice: a header guards itself.
            alone.write_text(f'#include "statewall/{header.name}"\n' * 2)
            run(compiler, *FLAGS, "-fsyntax-only", f"-I{prefix}/include", alone)

        for build_consumer in (by_pkg_config, by_cmake):
            program = build_consumer(compiler, prefix, pathlib.Path(folder))
            if program and not run(program).strip():
                sys.exit("examples/embed.cc ran and said nothing")
    tree.finish(f"installation of {archive.name} and {len(headers)} headers", [])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--skip"]:
        tree.skip(sys.argv[2])
    main(sys.argv[1] if len(sys.argv) > 1 else "g++")
