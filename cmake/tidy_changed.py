#!/usr/bin/env python3
"""clang-tidy on the lines that changed since a commit; any finding there is an error.

    python3 cmake/tidy_changed.py BUILD [--since COMMIT] [--minutes N]

BUILD: a folder with compile_commands.json of single sources, as `cmake --preset tidy` makes it. COMMIT: by default where
this branch left origin/main; on origin/main itself the commit before. Of a merge only those lines count that no parent
has, because the others were checked on their branches. A changed header is checked through the source of the same
name, or the first that includes it. What N minutes (default 3) do not reach is listed and left out.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def git(*words):
    return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True)


def default_bases():
    """The commits that changes are counted from: a line counts if it is new to all of them."""
    base = git("merge-base", "HEAD", "origin/main").stdout.strip()
    if base and base != git("rev-parse", "HEAD").stdout.strip():
        return [base]
    return git("rev-parse", "HEAD^@").stdout.split()


def changed_lines(diff):
    """File to the ranges of lines [first, last] that a `git diff -U0` adds."""
    ranges, file = {}, None
    for line in diff.splitlines():
        if line.startswith("+++ "):
            file = line[6:] if line.startswith("+++ b/") else None
        hunk = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if hunk and file:
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                ranges.setdefault(file, []).append([first, first + count - 1])
    return ranges


def new_lines(bases):
    """File to ranges of lines that are new to every one of the commits."""
    lines_of = None
    for base in bases:
        diff = git("diff", "-U0", base, "--", "sim", "protocols", "tests")
        if diff.returncode != 0:
            sys.exit(f"clang-tidy: {diff.stderr.strip()}")
        these = {file: {line for first, last in ranges for line in range(first, last + 1)}
                 for file, ranges in changed_lines(diff.stdout).items() if file.endswith((".cpp", ".hpp"))}
        lines_of = these if lines_of is None else {file: lines & these.get(file, set()) for file, lines in lines_of.items()}
    return {file: as_ranges(lines) for file, lines in (lines_of or {}).items() if lines}


def as_ranges(lines):
    """[first, last] of each unbroken piece."""
    ranges = []
    for line in sorted(lines):
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return ranges


def source_of(file, sources):
    """The source to compile for a changed file, or None: of a header one that includes it."""
    if file in sources:
        return file
    same = file.removesuffix(".hpp") + ".cpp"
    if same in sources:
        return same
    return next((source for source in sources if f'"{file}"' in (ROOT / source).read_text(encoding="utf-8")), None)


def check(source, changed, build, until):
    """`changed`: the files that are checked through the source, and their ranges."""
    left = until - time.monotonic()
    if left < 5:
        return source, None
    line_filter = json.dumps([{"name": file, "lines": lines} for file, lines in changed.items()])
    words = ["clang-tidy-14", "-p", build, "--quiet", "--warnings-as-errors=*", f"--line-filter={line_filter}",
             "--extra-arg=-Wno-unused-command-line-argument", source]  # GCC's options, which are no code
    try:
        return source, subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=left)
    except subprocess.TimeoutExpired:
        return source, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--since", default=None)
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args()
    bases = [options.since] if options.since else default_bases()
    if not bases:
        print("clang-tidy: nothing to compare with")
        return 0
    ranges = new_lines(bases)
    database = json.loads((options.build / "compile_commands.json").read_text(encoding="utf-8"))
    sources = sorted({os.path.relpath(entry["file"], ROOT) for entry in database} - {""})
    sources = [source for source in sources if not source.startswith("..") and (ROOT / source).exists()]
    wanted = {}
    for file, lines in ranges.items():
        wanted.setdefault(source_of(file, sources), {})[file] = lines
    wanted.pop(None, None)
    until = time.monotonic() + 60 * options.minutes
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda source: check(source, wanted[source], options.build.resolve(), until), sorted(wanted)))
    failed, left_out = 0, [source for source, process in done if process is None]
    for source, process in done:
        if process is not None and process.returncode != 0:
            failed += 1
            print(process.stdout or process.stderr)
    print(f"clang-tidy since {' and '.join(base[:10] for base in bases)}: {len(done) - len(left_out)} sources, {failed} with findings")
    if left_out:
        print(f"not reached in {options.minutes:g} minutes: {', '.join(left_out)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
