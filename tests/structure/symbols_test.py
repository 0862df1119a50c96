#!/usr/bin/env python3
"""libstatewall.a keeps what the core promises: no allocation, no I/O, no clock, no thread, no
exceptions. So it needs from outside only what the compiler itself may call. Layers that load rulesets
may allocate, too, and so need what the C++ library's containers do.

    symbols_test.py libstatewall.a [COMPILER]
"""

import pathlib
import subprocess
import sys
import tempfile

import tree

# Pure functions on memory, which the compiler or the C++ library's headers call, and what a linker
# or the compiler's own checks need.
ALLOWED = {
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "strlen",
    "__stack_chk_fail",
    "_GLOBAL_OFFSET_TABLE_",
}

# What containers and strings need, for the layers that load: how it begins (demangled).
LOADING = ("operator new", "operator delete", "std::nothrow", "std::_Rb_tree", "std::from_chars",
           "std::__throw_bad_alloc", "std::__throw_bad_array_new_length",
           "std::__throw_length_error", "std::__throw_logic_error", "std::__throw_out_of_range_fmt")
LOADERS = {f"{file.name}.o" for layer in ("rules", "firewall")
           for file in (tree.ROOT / "src" / layer).glob("*.cc")}

# What a forbidden symbol would mean, by how its name (demangled) begins; the first that fits.
MEANINGS = [
    ("operator new", "allocates"),
    ("operator delete", "allocates"),
    (("malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign"), "allocates"),
    (("__cxa_throw", "__cxa_begin_catch", "__cxa_allocate", "__gxx_personality"), "throws"),
    ("std::__throw", "throws"),
    (("typeinfo", "__dynamic_cast", "vtable for __cxxabiv1"), "uses RTTI"),
    (("clock", "time", "gettimeofday", "std::chrono"), "reads a clock"),
    (("pthread", "sched_", "nanosleep", "usleep", "std::thread"), "uses threads"),
    (("printf", "fprintf", "snprintf", "puts", "putchar", "fopen", "fwrite", "write", "read", "open"),
     "does input or output"),
    (("std::ostream", "std::basic_ostream", "std::ios_base", "std::cout", "std::cerr"),
     "does input or output"),
    (("abort", "exit", "__assert", "std::terminate", "std::__glibcxx_assert"), "ends the program"),
    ("__cxa_guard", "has a static variable that is set up when first used"),
    (("__cxa_atexit", "__dso_handle"), "has a global with a destructor"),
    (("rand", "srand", "getrandom", "std::random_device"), "draws random numbers"),
    (("__asan", "__ubsan", "__tsan"), "is built with a sanitizer"),
]


def symbols(archive):
    """{undefined symbol: members that need it} of those that no member defines."""
    run = subprocess.run(["nm", "--format=posix", archive], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    defined, undefined, member = set(), {}, str(archive)
    for line in run.stdout.splitlines():
        if line.endswith("]:"):
            member = line[line.index("[") + 1 : -2]
            continue
        fields = line.split()
        if len(fields) < 2:
            continue
        if fields[1] in ("U", "w", "v"):
            undefined.setdefault(fields[0], set()).add(member)
        else:
            defined.add(fields[0])
    return {name: where for name, where in undefined.items() if name not in defined}


def plain_name(symbol):
    run = subprocess.run(["c++filt", symbol], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def meaning(plain):
    for beginnings, words in MEANINGS:
        if plain.startswith(beginnings):
            return f"{plain}: {words}"
    return f"{plain}: is not defined here and not in the list of what is allowed"


def check(archive):
    problems = []
    for symbol, members in sorted(symbols(archive).items()):
        if symbol in ALLOWED:
            continue
        plain = plain_name(symbol)
        if plain.startswith(LOADING):
            members = members - LOADERS
        problems += [f"{member} needs {meaning(plain)}" for member in sorted(members)]
    return problems


def self_test(compiler):
    source = """
      #include <cstdio>
      #include <cstdlib>
      #include <ctime>
      int defined(int x) { return x + 1; }
      int calls(int x) { return defined(x); }
      void* allocates() { return std::malloc(7); }
      int* news() { return new int; }
      long reads_a_clock() { return std::time(nullptr); }
      void throws() { throw 1; }
      void prints() { std::puts("x"); }
    """
    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        (at / "bad.cc").write_text(source)
        subprocess.run([compiler, "-c", "bad.cc", "-o", "bad.o"], cwd=at, check=True)
        subprocess.run(["ar", "rc", "bad.a", "bad.o"], cwd=at, check=True)
        found = check(at / "bad.a")
    for part in ("malloc: allocates", "operator new(unsigned long): allocates",
                 "time: reads a clock", "__cxa_throw: throws", "puts: does input or output"):
        tree.require(f"bad.o needs {part}" in found, f"did not find '{part}' but {found}")
    tree.require(not any("defined(int)" in line for line in found), f"found {found}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--skip":
        tree.skip(sys.argv[2])
    self_test(sys.argv[2] if len(sys.argv) > 2 else "g++")
    tree.finish("symbols", check(sys.argv[1]))
