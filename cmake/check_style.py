#!/usr/bin/env python3
"""Checks what the compiler does not: the walls between the rooms, the length of files, sources of nondeterminism, and
types of one name.
Prints FILE:LINE: what is wrong, and exits 1 if anything is. Columns are clang-format's.

    python3 cmake/check_style.py [ROOT]        ROOT: the repository, by default the one that this file is in
"""

import re
import sys
from pathlib import Path

MAX_LINES = 450

# Rooms that each room may include (besides itself): the arrows of CONTRIBUTING.md. cli, hunt, sweep and bench may
# include every room.
ROOMS = {
    "sim/core": set(),
    "sim/faults": {"sim/core"},
    "sim/workload": {"sim/core"},
    "sim/agenda": {"sim/core"},
    "sim/transport": {"sim/core"},
    "sim/metrics": {"sim/core"},
    "protocols": {"sim/core"},  # what is beside protocols/common; each protocol's folder is a room of its own
    "sim/plugins": {"sim/core", "protocols"},
    "sim/report": {"sim/core", "sim/metrics"},
    "sim/transcript": {"sim/core", "sim/metrics", "protocols"},
    "sim/scenario": {"sim/core", "sim/faults", "sim/workload", "sim/metrics", "sim/plugins", "protocols"},
    "sim/runtime": {"sim/core", "sim/agenda", "sim/faults", "sim/workload", "sim/transport", "sim/metrics", "sim/scenario",
                    "protocols"},
}
# Who may include which library. Not sim/core and protocols/common: plugins are built from copies of them, on machines
# that may have none of these.
LIBRARIES = {
    "boost/": {"sim/transport", "sim/cli", "sim/hunt", "sim/sweep", "sim/bench"},
    "simgrid/": {"sim/runtime", "sim/bench"},
    "xbt/": {"sim/runtime"},
    "yaml-cpp/": {"sim/scenario"},
    "nlohmann/": {"sim/scenario", "sim/report", "sim/cli", "sim/hunt", "sim/sweep", "sim/bench"},
    "sqlite3.h": {"sim/report"},
}
# Pure rooms: everything in them must be a function of the seed.
PURE = {"sim/core", "sim/agenda", "sim/faults", "sim/workload", "sim/transport", "sim/metrics", "protocols"}
NONDETERMINISM = re.compile(r"\b(std::random_device|std::mt19937\w*|std::\w+_distribution|std::chrono::\w+_clock|"
                            r"std::rand|std::time|gettimeofday)\b")

# The C library's functions that IEEE 754 does not fix to the last bit. In the pure rooms and the runtime
# sim/core/exact_math.hpp has those that are needed; std::sqrt, floor, ceil, llround, frexp and ldexp are exact.
LIBM_NAMES = "log2|log10|log1p|exp|exp2|expm1|pow|cbrt|hypot|fma|a?(?:sin|cos|tan)h?|atan2|erfc?|[tl]gamma"
LIBM = re.compile(rf"\bstd::((?:log|{LIBM_NAMES})[fl]?)\b|(?<![\w.:>])((?:{LIBM_NAMES})[fl]?)\(")
EXACT = PURE | {"sim/runtime"}


def room_of(path):
    """The room that a path relative to the root lies in, or None."""
    if path.startswith("protocols/"):
        return "protocols"
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "sim" and len(parts) > 2 else None


def protocol_of(path):
    """delta-gossip for a path in protocols/delta-gossip/, or None."""
    parts = path.split("/")
    return parts[1] if parts[0] == "protocols" and len(parts) > 2 else None


def include_mistake(path, room, include):
    target = room_of(include)
    if protocol_of(path) and protocol_of(include) not in (None, "common", protocol_of(path)):
        return f"protocols/{protocol_of(path)} must not include protocols/{protocol_of(include)}: share by protocols/common"
    if room in ROOMS and target not in (None, room) and target not in ROOMS[room]:
        return f"{room} must not include {target}"
    for library, allowed in LIBRARIES.items():
        if include.startswith(library) and room is not None and room not in allowed:
            return f"{room} must not include <{include}>"
    return None


def mistakes(path, text):
    """(line, message) for each mistake of one C++ file."""
    room, lines = room_of(path), text.split("\n")
    if len(lines) > MAX_LINES:
        yield MAX_LINES, f"the file has {len(lines)} lines; at most {MAX_LINES}"
    for number, line in enumerate(lines, start=1):
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if include and (message := include_mistake(path, room, include.group(1))):
            yield number, message
        found = NONDETERMINISM.search(line.split("//")[0]) if room in PURE else None
        if found:
            yield number, f"{found.group(1)} in {room}: a run must be a function of its seed"
        code = re.sub(r'"[^"]*"', "", line.split("//")[0])
        found = LIBM.search(code) if room in EXACT and "exact_math" not in path else None
        if found:
            yield number, f"{found.group(1) or found.group(2)} in {room} differs between C libraries; use sim/core/exact_math.hpp"
        if "Matchers::" in code and not path.startswith("tests/catch2_v3/"):
            yield number, "Catch::Matchers has other members in Catch2 2 and 3; use the names of tests/catch2_v3"


def repeated_types(texts):
    """(path, message) of types that two headers define in one namespace: the linker would mix their functions up."""
    first = {}
    for path, text in texts.items():
        namespace = re.search(r"^namespace ([\w:]+) {", text, re.MULTILINE)
        if not path.endswith(".hpp") or namespace is None:
            continue
        for name in re.findall(r"^(?:class|struct)(?: alignas\(\d+\))? (\w+)\b(?!::)[^;\n]*{", text, re.MULTILINE):
            other = first.setdefault((namespace[1], name), path)
            if other != path:
                yield path, f"{namespace[1]}::{name} is defined in {other}, too; give one of them another name"


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    files = sorted(file for folder in ("sim", "protocols", "tests") for file in (root / folder).rglob("*.[ch]pp"))
    if not files:
        sys.exit(f"no source files under {root}")
    failed = False
    texts = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    for path, text in texts.items():
        for line, message in mistakes(path, text):
            print(f"{path}:{line}: {message}")
            failed = True
    for path, message in repeated_types({path: text for path, text in texts.items() if not path.startswith("tests/")}):
        print(f"{path}: {message}")
        failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
