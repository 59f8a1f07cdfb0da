#!/usr/bin/env python3
"""Plants one-line faults in a room and reports those that its tests do not notice.

A fault (a mutant) is a comparison flipped, an operator or a constant changed, a condition negated or a statement dropped.
All of a sample are planted at once behind a switch and compiled together (tests/mutants.py); then the room's test programs
run once per mutant, and an environment variable says which one is active. A mutant is killed by a program that fails or
exceeds its time. What survives shows behaviour that no test states, or changes nothing. This is a developer's tool, not
a part of the test suite.

    tests/mutate.py sim/runtime --sample 50 --seed 1
    tests/mutate.py sim/core --file 'random*' --test core_test
    tests/mutate.py sim/cli --test test_cli_run --test test_cli_start
    tests/mutate.py sim/runtime --sample 50 > found; (write tests); tests/mutate.py sim/runtime --again found

Mutants that do not compile behind a switch (in types, template arguments, constant expressions) are left out and counted.
It works on a copy of the tracked files in build/mutate, and never touches the files of the checkout. Exit status: 0 if
all mutants died, 1 if some survived or none could be tried.
"""
import argparse
import fcntl
import fnmatch
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
from mutants import HEADER, Source  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutate"  # or --folder
BUILD = COPY / "build" / "release"
MEMORY = 12 << 30  # bytes of address space: a mutant that allocates for ever
PLACE = re.compile(r"^(?:In file included from |\s+from )?([^\s:]+):(\d+):(?:(\d+):?)?(.*)$")


def copy_tree(planted):
    """Brings the copy up to date, without those to be planted; equal files keep their times, and are not compiled again."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    wanted = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    for name in wanted:
        if Path(name) in planted and (COPY / name).is_file():
            continue
        write(COPY / name, (ROOT / name).read_bytes())
        shutil.copymode(ROOT / name, COPY / name)
    for folder in {name.split("/")[0] for name in wanted if "/" in name}:
        for file in (COPY / folder).rglob("*"):
            if file.is_file() and file.relative_to(COPY).as_posix() not in set(wanted):
                file.unlink()


def write(file, content):
    if not file.is_file() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def tests_of(room):
    """The Catch2 programs of the folder of tests that mirrors the room, and the one that plays its transcripts."""
    tests = ROOT / "tests" / re.sub(r"^sim/", "", room)
    while tests != ROOT / "tests":
        found = [name for lists in sorted(tests.rglob("CMakeLists.txt"))
                 for name in re.findall(r"hearsay_test\(([\w-]+)", lists.read_text(encoding="utf-8"))]
        if found and room.startswith("protocols/common"):  # its callers are tested with those who make the calls
            found += ["protocols_rpc-fanout_test", "protocols_interceptor-broadcast_test", "protocols_transcripts_test"]
        if found and room == "sim/transcript":
            found += ["protocols_transcripts_test"]
        if found:
            return found + ["protocols_transcripts_test"] * (tests / "transcripts").is_dir()
        tests = tests.parent
    return []


class Test:
    def __init__(self, described):
        self.name = described["name"]
        properties = {p["name"]: p["value"] for p in described["properties"]}
        self.targets = [os.path.relpath(file, BUILD) for file in properties.get("REQUIRED_FILES", [])]
        self.environment = dict(variable.split("=", 1) for variable in properties.get("ENVIRONMENT", []))
        self.command = described.get("command", [])
        self.is_catch = len(self.command) == 1
        if self.is_catch:
            self.command = [*self.command, "--abort"]
        self.processor_limit, self.wall_limit, self.reached, self.cases = 600, 3600, set(), {}
        self.spent, self.nice = 0, 0

    def run(self, mutant, cases=(), **variables):
        """(whether it passed or None after its time, what it printed); of a Catch2 program only these test cases"""
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (self.processor_limit, self.processor_limit + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.nice(self.nice)
        command = self.command
        if cases:
            command = [*command, "-w", "NoTests", ",".join('"' + re.sub(r'([\\,\[\]"])', r"\\\1", name) + '"' for name in cases)]
        process = subprocess.Popen(command, cwd=BUILD, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True, text=True, errors="replace", preexec_fn=limit,
                                   env={**os.environ, **self.environment, **variables, "HEARSAY_MUTANT": str(mutant)})
        try:
            output, _ = process.communicate(timeout=self.wall_limit)
            if process.returncode == -signal.SIGXCPU:
                return None, output
            # A Catch2 program that ends before its last line, by a child's _exit() in its parent say, did not pass.
            ended = not self.is_catch or "passed" in output
            return process.returncode == 0 and ended, output
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()

    def measure(self, cases):
        """(processor seconds, the mutants that are reached) without a mutant: it must pass."""
        reached = COPY / "reached"
        reached.unlink(missing_ok=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        passed, output = self.run(0, cases, HEARSAY_MUTANTS_REACHED=str(reached))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not passed:
            print(output, file=sys.stderr)
            sys.exit(f"mutate: {self.name} fails without any mutant")
        numbers = {int(line) for line in reached.read_text(encoding="utf-8").split()} if reached.exists() else set()
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, numbers

    def calibrate(self, seconds, nice):
        """Notes time and reached mutants, of each test case if the program is slow: a mutant then runs only those that reach it."""
        begin, self.nice = time.monotonic(), nice
        self.spent, self.reached = self.measure(())
        self.processor_limit = int(seconds or 3 + 4 * self.spent)
        self.wall_limit = 60 + 20 * self.processor_limit + 10 * (time.monotonic() - begin)
        if self.spent > 0.5 and "--abort" in self.command:
            names = subprocess.run([self.command[0], "--list-test-names-only"], cwd=BUILD, capture_output=True, text=True, check=False)
            self.cases = {name: self.measure((name,)) for name in names.stdout.splitlines() if name.strip()}

    def passes(self, number):
        cases = sorted((name for name, (_, reached) in self.cases.items() if number in reached), key=lambda name: self.cases[name][0])
        return self.run(number, cases)[0]


def call(*command):
    return subprocess.run(command, cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)


def find_tests(names):
    described = json.loads(subprocess.run(["ctest", "--show-only=json-v1"], cwd=BUILD, check=True, capture_output=True, text=True).stdout)
    tests = {t["name"]: t for t in described["tests"]}
    unknown = [name for name in names if name not in tests]
    if unknown:
        sys.exit(f"mutate: no test is named {', '.join(unknown)}; ctest -N lists them")
    return [Test(tests[name]) for name in names]


def misfits(output, mutants):
    """The numbers of the mutants at the places that the compiler's errors name."""
    texts, found, near = {}, set(), set()
    for place in filter(None, map(PLACE.match, output.splitlines())):
        file = os.path.normpath(BUILD / place[1])
        if not file.startswith(str(COPY)) or not os.path.isfile(file):
            continue
        if file not in texts:
            texts[file] = Path(file).read_text(encoding="utf-8").split("\n")
        text = texts[file][int(place[2]) - 1] if int(place[2]) <= len(texts[file]) else ""
        numbers = [(m.start(), int(m[1])) for m in re.finditer(r"hearsay_mutant\w*\((\d+)\)", text)]
        before = [number for at, number in numbers if place[3] and at <= int(place[3]) + 12]
        (found if "error:" in place[4] else near).update(before[-1:] or [number for _, number in numbers])
    return {m.number for m in mutants} & (found or near)


def build(sources, mutants, targets, jobs):
    """Plants and compiles until all that is planted compiles; returns that."""
    while True:
        planted = []
        for file, source in sources.items():
            own = [m for m in mutants if m.file == file]
            text, kept = source.plant(own) if own else (source.text, [])
            planted += kept
            write(COPY / file, text.encode())
        mutants = planted
        compiled = call("ninja", f"-j{jobs}", "-k0", *targets)
        if compiled.returncode == 0:
            return mutants
        wrong = misfits(compiled.stdout, mutants)
        for mutant in (m for m in mutants if m.number in wrong):
            print(f"left out  {mutant.file}:{mutant.line}: {mutant.what}: does not compile", flush=True)
        if not wrong:
            sys.exit(compiled.stdout)
        mutants = [m for m in mutants if m.number not in wrong]


def verdict(mutant, tests):
    reaching = [test for test in tests if mutant.number in test.reached]
    for test in sorted(reaching, key=lambda t: t.spent):
        passed = test.passes(mutant.number)
        if not passed:
            return "killed", test.name + (" exceeds its time" if passed is None else "")
    return "survived", "" if reaching else "not reached"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", nargs="+", help="a folder of sources, such as sim/core; several are compiled at once")
    parser.add_argument("--file", default="*", help="only the files of the rooms that match this pattern")
    parser.add_argument("--test", action="append", help="a test of CTest's to run (repeatable); default: the Catch2 programs of the room")
    parser.add_argument("--sample", type=int, help="how many mutants to try per room, drawn at random; default: all")
    parser.add_argument("--seed", type=int, default=1, help="of that draw")
    parser.add_argument("--again", type=Path, help="only what survived according to this output of an earlier run")
    parser.add_argument("--time-limit", type=int, help="seconds of processor time per test and mutant; default: 3 and 4 times what it takes")
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time")
    parser.add_argument("--nice", type=int, default=0, help="how much nicer the tests run")
    parser.add_argument("--folder", type=Path, help="where the copy goes; default: build/mutate")
    parser.add_argument("--list", action="store_true", help="print the mutants and stop")
    return parser.parse_args()


def place_of(mutant):
    return f"{mutant.file}:{mutant.line}: {mutant.what}"


def survivors_in(output):
    """Their places; one that is not found any more, since its line moved, is not tried."""
    return {line.split(maxsplit=1)[1].split("  (")[0] for line in output.read_text(encoding="utf-8").splitlines()
            if line.startswith("survived ")}


def choose(options):
    """({file: Source}, {room: the mutants to try})"""
    sources, chosen, number = {}, {}, 0
    again = survivors_in(options.again) if options.again else None
    for room in options.room:
        files = sorted(f for f in (ROOT / room).rglob("*.[ch]pp") if fnmatch.fnmatch(f.name, options.file))
        own = {f.relative_to(ROOT): Source(f.read_text(encoding="utf-8")) for f in files}
        mutants = [m for file, source in own.items() for m in source.mutants(file) if source.can_hold(m)]
        if again is not None:
            mutants = [m for m in mutants if place_of(m) in again]
        elif options.sample is not None and options.sample < len(mutants):
            mutants = random.Random(options.seed).sample(mutants, options.sample)
        chosen[room] = sorted(mutants, key=lambda m: (m.file, m.line))
        sources |= own
        for mutant in chosen[room]:
            number += 1
            mutant.number = number
    return sources, chosen


def prepare(sources):
    """Makes the copy, and configures it."""
    BUILD.mkdir(parents=True, exist_ok=True)
    lock = open(COPY / "lock", "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("mutate: another one works in build/mutate; wait for it")
    copy_tree(sources)
    write(COPY / "hearsay_mutant.hpp", HEADER.encode())
    # Configured like the checkout, so that ccache has what holds no mutant.
    usual = ROOT / "build" / "release" / "CMakeCache.txt"
    strict = usual.is_file() and "HEARSAY_WERROR:BOOL=ON" in usual.read_text(encoding="utf-8")
    configured = call("cmake", "-G", "Ninja", "-S", str(COPY), "-B", ".", "-DCMAKE_BUILD_TYPE=Release", f"-DHEARSAY_WERROR={'ON' if strict else 'OFF'}")
    if configured.returncode != 0:
        sys.exit(configured.stdout)
    return lock  # held as long as it is referenced


def try_room(room, mutants, tests):
    """Runs the tests once per mutant; returns how many survived."""
    survivors = []
    for mutant in mutants:
        result, why = verdict(mutant, tests)
        line = place_of(mutant) + (f"  ({why})" if why else "")
        print(f"{result:10}{line}", flush=True)
        if result == "survived":
            survivors.append(f"\n{line}\n    {mutant.shown}")
    print(*survivors, f"\n{room}: {len(mutants) - len(survivors)} killed, {len(survivors)} survived", sep="\n", flush=True)
    return len(survivors)


def main():
    global COPY, BUILD
    options = parse()
    if options.folder:
        COPY, BUILD = options.folder.resolve(), options.folder.resolve() / "build" / "release"
    options.room = [room.strip("/") for room in options.room]
    sources, chosen = choose(options)
    names = {room: options.test or tests_of(room) for room in options.room}
    if options.list:
        print("\n".join(place_of(m) for mutants in chosen.values() for m in mutants))
        return
    for room in options.room:
        if not chosen[room] or not names[room]:
            sys.exit(f"mutate: {room} has {len(chosen[room])} mutants and {len(names[room])} tests; nothing to try")
        print(f"{room}: {len(chosen[room])} mutants against {', '.join(names[room])}", flush=True)
    lock = prepare(sources)
    all_names = list(dict.fromkeys(name for room in options.room for name in names[room]))
    targets = sorted({target for test in find_tests(all_names) for target in test.targets})
    mutants = build(sources, [m for room in options.room for m in chosen[room]], targets, options.jobs)
    tests, survived = {test.name: test for test in find_tests(all_names)}, 0
    for room in options.room:
        for test in (tests[name] for name in names[room]):
            if not test.spent:
                test.calibrate(options.time_limit, options.nice)
                print(f"{test.name}: {test.spent:.1f} s", flush=True)
        own = [m for m in mutants if m in chosen[room]]
        survived += try_room(room, own, [tests[name] for name in names[room]])
    lock.close()
    sys.exit(1 if survived or not mutants else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("mutate: interrupted")
