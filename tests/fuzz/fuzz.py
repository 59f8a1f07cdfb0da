"""The fuzzer: random scenarios and mutated files through the program, until one crashes it, hangs it, ends with 255 or
gives a result that contradicts itself. What it finds is kept in --keep, one scenario a file, with the reason in its first
line.

    HEARSAY_PROGRAM=build/sanitize/sim/cli/hearsay python3 tests/fuzz/fuzz.py --runs 20000 --seed 1 --keep found
"""
import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import generate
import judge

SOURCE = pathlib.Path(__file__).resolve().parents[2]
GOOD = (0, 1, 2, 254)


class Fuzzer:
    def __init__(self, program, options):
        self.program, self.options = program, options
        self.declarations = generate.Declarations(program)
        self.scenarios = generate.shipped(SOURCE, "scenarios/*/*.yaml") + generate.shipped(SOURCE, "docs/*.yaml")
        self.platforms = generate.shipped(SOURCE, "platforms/*.xml")
        self.count, self.finds, self.refused = 0, 0, 0
        self.verdicts = collections.Counter()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-fuzz-"))
        for platform in self.platforms:
            (self.folder / platform.name).write_bytes(platform.read_bytes())

    def call(self, *words, timeout):
        """Exit status, stdout and stderr; the status is None if it had to be killed."""
        try:
            done = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, timeout=timeout,
                                  stdin=subprocess.DEVNULL)
            return done.returncode, done.stdout, done.stderr.decode(errors="replace")
        except subprocess.TimeoutExpired:
            return None, b"", f"no end after {timeout} s"

    def found(self, name, reason, also=()):
        self.finds += 1
        reason = " ".join(reason.split())[:500]
        print(f"FOUND {name}: {reason}", flush=True)
        if self.options.keep:
            keep = pathlib.Path(self.options.keep)
            keep.mkdir(parents=True, exist_ok=True)
            (keep / name).write_bytes(f"# {reason}\n".encode() + (self.folder / name).read_bytes())
            for other in also:
                (keep / other).write_bytes((self.folder / other).read_bytes())

    def crashed(self, status, error):
        return status not in GOOD or "AddressSanitizer" in error or "runtime error:" in error

    def generated(self, seed):
        """A batch of generated scenarios: each is read; those that are right run together."""
        scenarios = {f"s{seed}-{i}.yaml": generate.scenario(random.Random(f"{seed} {i}"), self.declarations)
                     for i in range(self.options.batch)}
        right = []
        for attempt in range(3):
            wrong = self.read(scenarios)
            right += [name for name in scenarios if name not in wrong]
            scenarios = {f"t{name}": generate.repaired(scenarios[name], lines) for name, lines in wrong.items()}
        if right:
            self.run(right)

    def read(self, scenarios):
        """Those that `validate` refuses, with the lines of their mistakes."""
        for name, scenario in scenarios.items():
            (self.folder / name).write_text(generate.document(scenario))
        if not scenarios:
            return {}
        status, _, error = self.call("validate", *scenarios, timeout=120)
        if status is None or self.crashed(status, error):
            for name in scenarios:
                one, _, why = self.call("validate", name, timeout=60)
                if one is None or self.crashed(one, why):
                    self.found(name, f"validate: {one}: {why}")
        wrong = collections.defaultdict(set)
        for line in error.splitlines():
            name, at = (line.split(":") + ["", ""])[:2]
            if name in scenarios:
                wrong[name].add(int(at) if at.isdigit() else 0)
        self.refused += len(wrong)
        self.count += len(wrong)
        return wrong

    def run(self, names):
        status, out, error = self.call("run", *names, "--format", "ndjson", "--quiet", "--jobs", str(self.options.jobs),
                                       timeout=self.options.timeout * (1 + len(names) / 4))
        broken = status is None or status == 254 or "Sanitizer" in error or "runtime error:" in error
        if broken and len(names) > 1:
            for name in names:
                self.run([name])
            return
        if broken or (status == 255 and not out):
            self.found(names[0], f"run: {status}: {error}")
        for line in out.splitlines():
            self.count += 1
            try:
                result = json.loads(line, parse_constant=lambda word: float(word.replace("Infinity", "inf")))
            except ValueError as mistake:
                self.found(names[0], f"no JSON: {mistake}")
                continue
            self.verdicts[result["verdict"]] += 1
            wrong = list(judge.contradictions(result))
            if wrong and len(names) > 1:  # whose it is
                for name in names:
                    self.run([name])
                return
            for sentence in wrong:
                self.found(names[0], f"{result['label']}: {sentence} {error}")

    def mutants(self, seed):
        rng = random.Random(f"mutant {seed}")
        for i in range(self.options.batch // 2):
            name, also = f"m{seed}-{i}.yaml", ()
            if rng.random() < 0.3:
                platform = rng.choice(self.platforms)
                also = (f"m{seed}-{i}.xml",)
                (self.folder / also[0]).write_bytes(generate.mutated(rng, platform.read_bytes()))
                (self.folder / name).write_text(f"name: m\nduration: 2s\nnodes: 4\nplatform: {{file: {also[0]}}}\n"
                                                "protocols: [delta-gossip]\n")
            else:
                (self.folder / name).write_bytes(generate.mutated(rng, rng.choice(self.scenarios).read_bytes()))
            status, _, error = self.call("validate", name, timeout=60)
            self.count += 1
            if status is None or status not in (0, 254) or self.crashed(status, error):
                self.found(name, f"validate: {status}: {error}", also)
            elif status == 254:
                self.refused += 1
            elif also:
                self.run([name])

    def work(self):
        seed = self.options.seed
        while self.count < self.options.runs:
            self.generated(seed)
            self.mutants(seed)
            for left in self.folder.glob("[smt]*-*"):
                left.unlink()
            seed += 1
            if self.options.verbose:
                print(f"{self.count} runs, {self.refused} refused, {dict(self.verdicts)}, {self.finds} found", flush=True)
        return self.finds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=os.environ.get("HEARSAY_PROGRAM"), help="default: $HEARSAY_PROGRAM")
    parser.add_argument("--runs", type=int, default=100, help="runs and refused scenarios together")
    parser.add_argument("--seed", type=int, default=1, help="of the first batch; each has the next one")
    parser.add_argument("--batch", type=int, default=20, help="scenarios read at once")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60, help="seconds that one run may take")
    parser.add_argument("--keep", help="folder for what is found")
    parser.add_argument("--verbose", action="store_true", help="one line per batch")
    options = parser.parse_args()
    if not options.program:
        parser.error("name the program with --program or HEARSAY_PROGRAM")
    fuzzer = Fuzzer(str(pathlib.Path(options.program).resolve()), options)
    finds = fuzzer.work()
    print(f"seed {options.seed}: {fuzzer.count} runs, {fuzzer.refused} of them refused scenarios, "
          f"{dict(fuzzer.verdicts)}; {finds} found")
    # A fuzzer whose scenarios are all refused would test nothing.
    return 1 if finds or sum(fuzzer.verdicts.values()) < options.runs / 4 else 0


if __name__ == "__main__":
    sys.exit(main())
