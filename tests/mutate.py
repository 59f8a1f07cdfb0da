#!/usr/bin/env python3
"""Plants one-line faults in a room and reports those that its tests do not notice.

A fault (a mutant) is a comparison flipped, an operator or a constant changed, a condition negated or a statement dropped.
Each is compiled and the room's test programs run; a mutant is killed by a program that fails or exceeds its time. What
survives shows behaviour that no test states. This is a developer's tool, not a part of the test suite.

    tests/mutate.py sim/runtime --sample 50 --seed 1
    tests/mutate.py sim/core --file 'random*' --program core_test

It works on a copy of the tracked files in build/mutate, and never touches the files of the checkout. Exit status: 0 if
all mutants died, 1 if some survived or none could be tried.
"""
import argparse
import fcntl
import fnmatch
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWAPS = {" < ": [" <= "], " <= ": [" < "], " > ": [" >= "], " >= ": [" > "], " == ": [" != "], " != ": [" == "],
         " && ": [" || "], " || ": [" && "], " + ": [" - "], " - ": [" + "], " * ": [" / "], " / ": [" * "],
         " += ": [" -= "], " -= ": [" += "], "++": ["--"], "true": ["false"], "false": ["true"],
         "std::min(": ["std::max("], "std::max(": ["std::min("]}
SWAP = re.compile("|".join(r"\btrue\b" if s == "true" else r"\bfalse\b" if s == "false" else re.escape(s)
                           for s in sorted(SWAPS, key=len, reverse=True)))
NUMBER = re.compile(r"(?<![\w.'])(\d+)(?=(?:[uUlL]*|ns|us|ms|s)\b)(?![\w']*\.\d)")
# A statement that has an effect and declares nothing: a call, an assignment, an increment, a jump.
EFFECT = re.compile(r"\s+(?:(?:if|for) \(.*\) )?(?:[\w:.>\[\]()*-]+(?:\(.*\)| (?:[-+*/|&^]|<<|>>)?= .*)|(?:\+\+|--)[\w.>-]+|"
                    r"return(?: .*)?|break|continue);$")
GUARD = re.compile(r"\s+if \(.*\) (?:return|break|continue)\b.*;$")
CONDITION = re.compile(r"(?:\bif|\bwhile) \((?!!?\w+ = )(.+)\)(?: \{$| [^()]*;$|$| return| continue| break)")
# No behaviour to test: what cannot be wrong without failing to compile, and invariants that only a bug breaks.
SKIPPED = re.compile(r"\s*virtual .* = 0;$|.* = (?:default|delete);$|\s*(?:#|//|static_assert|HEARSAY_CHECK|__builtin_prefetch|using |namespace |template |\}|public:|private:)")


def masked(line):
    """The line with the insides of strings and its comment blanked out, at equal length."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: '"' + "~" * (len(m[0]) - 2) + '"', line)
    line = re.sub(r"'(?:[^'\\]|\\.)'", lambda m: "'" + "~" * (len(m[0]) - 2) + "'", line)
    comment = line.find("//")
    return line if comment < 0 else line[:comment] + " " * (len(line) - comment)


def mutations(line):
    """(what, new line) for each fault that one line can have."""
    code = masked(line)
    if SKIPPED.match(code) or not code.strip():
        return
    for found in SWAP.finditer(code):
        for other in SWAPS[found[0]]:
            yield f"`{found[0].strip()}` -> `{other.strip()}`", line[:found.start()] + other + line[found.end():]
    for found in NUMBER.finditer(code):
        yield f"`{found[1]}` -> `{int(found[1]) + 1}`", line[:found.start(1)] + str(int(found[1]) + 1) + line[found.end(1):]
    stripped = code.rstrip()
    if CONDITION.search(stripped) and stripped.count("(") == stripped.count(")"):
        found = CONDITION.search(stripped)
        depth, end = 0, None
        for i in range(stripped.index("(", found.start()), len(stripped)):
            depth += (stripped[i] == "(") - (stripped[i] == ")")
            if depth == 0:
                end = i
                break
        start = stripped.index("(", found.start())
        if end is not None and ";" not in stripped[start:end]:
            yield "condition negated", f"{line[:start]}(!{line[start:end + 1]}){line[end + 1:]}"
    if GUARD.match(stripped):
        yield "guard dropped", ";"
    elif EFFECT.match(stripped) and stripped.count("(") == stripped.count(")") and not stripped.lstrip().startswith("return"):
        yield "statement dropped", ";"


def candidates(files):
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n")):
            for what, changed in mutations(line):
                if changed != line:
                    yield file, number, what, changed


def copy_tree(target):
    """Brings the copy up to date; equal files keep their times, so that only what changed is compiled again."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    wanted = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    for name in wanted:
        source, copy = ROOT / name, target / name
        if copy.is_file() and copy.read_bytes() == source.read_bytes():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        shutil.copymode(source, copy)
    for file in [f for f in target.rglob("*") if f.is_file() and f.relative_to(target).as_posix() not in set(wanted)]:
        file.unlink()


def programs_of(room):
    """The Catch2 programs of the folder of tests that mirrors the room, and the one that plays its transcripts."""
    tests = ROOT / "tests" / re.sub(r"^sim/", "", room)
    while tests != ROOT / "tests":
        found = [name for lists in sorted(tests.rglob("CMakeLists.txt"))
                 for name in re.findall(r"hearsay_test\(([\w-]+)", lists.read_text(encoding="utf-8"))]
        if found and room.startswith("protocols/common"):  # its callers are tested with those who make the calls
            found += ["protocols_rpc-fanout_test", "protocols_interceptor-broadcast_test", "protocols_transcripts_test"]
        if found:
            return found + ["protocols_transcripts_test"] * (tests / "transcripts").is_dir()
        tests = tests.parent
    return []


class Bench:
    def __init__(self, options, programs):
        self.folder = ROOT / "build" / "mutate"
        self.source, self.build = self.folder / "source", self.folder / "build"
        self.options, self.programs = options, programs
        self.limits = {}

    def run(self, command, limit):
        """True, False, or None after `limit` seconds; what it started ends with it."""
        process = subprocess.Popen(command, cwd=self.build, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True, text=True, errors="replace")
        try:
            self.output, _ = process.communicate(timeout=limit)
            return process.returncode == 0
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()

    def compile(self):
        return self.run(["ninja", f"-j{self.options.jobs}", *self.programs], 3600)

    def prepare(self):
        self.source.mkdir(parents=True, exist_ok=True)
        self.lock = open(self.folder / "lock", "w", encoding="utf-8")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("mutate: another one works in build/mutate; wait for it")
        copy_tree(self.source)
        self.build.mkdir(exist_ok=True)
        configure = ["cmake", "-G", "Ninja", "-S", str(self.source), "-B", ".", "-DCMAKE_BUILD_TYPE=Release",
                     "-DHEARSAY_WERROR=OFF", "-DHEARSAY_UNITY=OFF"]
        if not self.run(configure, 600) or not self.compile():
            print(self.output, file=sys.stderr)
            sys.exit(1)
        self.where = {path.name: path for path in self.build.rglob("*") if path.is_file() and path.name in self.programs}
        for program in self.programs:
            begin = time.monotonic()
            if not self.run([str(self.where[program]), "--abort"], 600):
                print(self.output, file=sys.stderr)
                sys.exit(f"mutate: {program} fails without any mutant")
            self.limits[program] = self.options.time_limit or 20 + 5 * (time.monotonic() - begin)

    def verdict(self):
        """killed, survived or unbuildable, for the source as it stands."""
        if not self.compile():
            return "unbuildable", ""
        for program in self.programs:
            passed = self.run([str(self.where[program]), "--abort"], self.limits[program])
            if passed is None:
                return "killed", f"{program} hangs"
            if not passed:
                return "killed", program
        return "survived", ""

    def attempt(self, file, number, changed):
        """The verdict on one mutant; the copy is as before afterwards, also after Ctrl-C."""
        copy = self.source / file.relative_to(ROOT)
        original = copy.read_text(encoding="utf-8")
        lines = original.split("\n")
        lines[number] = changed
        try:
            copy.write_text("\n".join(lines), encoding="utf-8")
            return self.verdict()
        finally:
            copy.write_text(original, encoding="utf-8")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", help="a folder of sources, such as sim/core")
    parser.add_argument("--file", default="*", help="only the files of the room that match this pattern")
    parser.add_argument("--program", action="append", help="a test program to run (repeatable); default: those of the room")
    parser.add_argument("--sample", type=int, help="how many mutants to try, drawn at random; default: all")
    parser.add_argument("--seed", type=int, default=1, help="of that draw")
    parser.add_argument("--time-limit", type=float, help="seconds per program and mutant; default: 20 and 5 times what it takes")
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time")
    parser.add_argument("--list", action="store_true", help="print the mutants and stop")
    return parser.parse_args()


def main():
    options = parse()
    room = options.room.strip("/")
    files = sorted(f for f in (ROOT / room).rglob("*.[ch]pp") if fnmatch.fnmatch(f.name, options.file))
    mutants = list(candidates(files))
    programs = options.program or programs_of(room)
    if not mutants or not programs:
        sys.exit(f"mutate: {room} has {len(mutants)} mutants and {len(programs)} test programs; nothing to try")
    if options.sample is not None and options.sample < len(mutants):
        mutants = sorted(random.Random(options.seed).sample(mutants, options.sample), key=lambda m: (m[0], m[1], m[2]))
    print(f"{room}: {len(mutants)} mutants against {', '.join(programs)}", flush=True)
    bench, counts, survivors = Bench(options, programs), {"killed": 0, "survived": 0, "unbuildable": 0}, []
    if not options.list:
        bench.prepare()
    for file, number, what, changed in mutants:
        place = f"{file.relative_to(ROOT)}:{number + 1}: {what}"
        verdict, by = ("", "") if options.list else bench.attempt(file, number, changed)
        print(f"{verdict:12}{place}{'  (' + by + ')' if by else ''}", flush=True)
        if not options.list:
            counts[verdict] += 1
        if verdict == "survived":
            survivors.append((place, file.read_text(encoding="utf-8").split("\n")[number], changed))
    for place, line, changed in survivors:
        print(f"\n{place}\n- {line.strip()}\n+ {changed.strip()}")
    print(f"\n{room}: {counts['killed']} killed, {counts['survived']} survived, {counts['unbuildable']} did not compile")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("mutate: interrupted")
