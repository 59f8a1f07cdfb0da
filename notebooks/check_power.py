#!/usr/bin/python3
"""How often `check` finds a slowdown, and how often it calls chance one, by experiment.

    /usr/bin/python3 notebooks/check_power.py --blocks 20 --folder power

Of each setting below delta-gossip runs once for every seed, into a store in the folder: given again, the command goes on from
there. A trial is a block of seeds: its baseline is made from the stored runs of the program as it is, and `check` compares
the stored runs of a slower one with it. For false alarms the next block's runs take the place of this one's: the same program
under wholly other random numbers. Slower means one thing that a user may change by 5 to 100 %: the gossip interval, the
latency of the links, the loss of packets (so many per cent more are lost), the fan-out (so much less), or the time until a
repetition. Each trial judges all metrics of `check`, most of which such a change leaves alone. Standard library only.
"""
import argparse
import contextlib
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("HEARSAY_PROGRAM", str(ROOT / "hearsay"))
SLOWER = (5, 10, 25, 50, 100)  # per cent


def settings(kind, percent):
    """What makes the cluster slower by about so much, as --set words."""
    factor = 1 + percent / 100
    if kind == "interval":
        return [f"params.interval={round(100 * factor)}ms"]
    if kind == "latency":  # the mean of 1 to 10 ms is 5.5 ms
        return [f"network.delay.add={round(5500 * (factor - 1))}us"]
    if kind == "loss":
        return [f"network.loss={percent}%"]
    raise ValueError(kind)


def run(words, **options):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, **options)
    if done.returncode not in (0, 1, 2):
        sys.exit(done.stdout + done.stderr)
    return done


def adopt_content(baseline, store):
    """The baseline as if it had been made for the content of the store's scenario: what differs is the experiment."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        content, = db.execute("SELECT scenario_hash FROM runs LIMIT 1").fetchone()
    made = json.loads(baseline.read_text())
    for entry in made["entries"]:
        entry["content"] = content
    baseline.write_text(json.dumps(made))


class Experiment:
    def __init__(self, folder, scenario, seeds, jobs):
        self.folder, self.scenario, self.seeds, self.jobs = folder, scenario, seeds, jobs

    def words(self, first, count, setting):
        words = [self.scenario, "--protocol", "delta-gossip", "--seeds", f"{first}..{first + count - 1}", "--jobs", self.jobs]
        for text in setting:
            words += ["--set", text]
        return words

    def store(self, setting):
        """The store with the runs of this setting, made if it is not there."""
        name = "-".join([self.scenario.stem, *setting]).replace("/", "_").replace("%", "p") or "as-it-is"
        file = self.folder / f"{name}.sqlite"
        run(["run", *self.words(1, self.seeds, setting), "--results", file, "--quiet"])
        return file

    def baseline(self, store, first, count):
        file = self.folder / "baseline.json"
        file.unlink(missing_ok=True)
        run(["check", *self.words(first, count, []), "--results", store, "--baseline", file, "--update", "--quiet"])
        return file

    def verdict(self, baseline, store, first, count, setting):
        """The lines of regressions; the content of the scenario may differ on purpose."""
        if setting:  # of the scenario, or of the protocol: the first changes the content that the baseline was made for
            adopt_content(baseline, store)
        done = run(["check", *self.words(first, count, setting), "--results", store, "--baseline", baseline, "--quiet"])
        return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("REGRESSION")]

    def false_alarm(self, store, first, count):
        """The runs of the next block under the seeds of this one."""
        file = self.baseline(store, first + count, count)
        baseline = json.loads(file.read_text())
        for entry in baseline["entries"]:
            for one in entry["runs"]:
                one["seed"] -= count
        file.write_text(json.dumps(baseline))
        return self.verdict(file, store, first, count, [])[0] != 0


def interval(hits, n):
    """Clopper and Pearson's of 95 % (1934) for a share, in per cent."""
    def at_most(k, p):
        return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))

    def solve(is_below):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if is_below(middle) else (low, middle)
        return 100 * low

    low = 0.0 if hits == 0 else solve(lambda p: 1 - at_most(hits - 1, p) < 0.025)
    high = 100.0 if hits == n else solve(lambda p: at_most(hits, p) > 0.025)
    return f"{low:.0f} to {high:.0f} %"


def row(label, hits, n):
    return f"| {label} | {hits} of {n} | {interval(hits, n)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=20, help="of 30 seeds")
    parser.add_argument("--kinds", nargs="+", default=["interval", "latency", "loss"])
    parser.add_argument("--slower", nargs="+", type=int, default=list(SLOWER), metavar="PERCENT")
    parser.add_argument("--scenario", type=pathlib.Path, default=ROOT / "scenarios" / "ci" / "steady.yaml")
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 30], help="paired seeds of a trial")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=pathlib.Path, help="keep what is done here (default: a folder that goes away)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or pathlib.Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        pool = 30 * options.blocks
        experiment = Experiment(folder, options.scenario, pool, options.jobs)
        plain = experiment.store([])
        print("| seeds, what is slower | found | 95 % |\n| --- | --- | --- |")
        for count in options.seeds:
            firsts = range(1, pool - count + 2, count)
            alarms = [experiment.false_alarm(plain, first, count) for first in firsts if first + 2 * count - 1 <= pool]
            print(row(f"{count}, nothing: false alarms", sum(alarms), len(alarms)), flush=True)
            for kind in options.kinds:
                for percent in options.slower:
                    setting = settings(kind, percent)
                    store = experiment.store(setting)
                    found = 0
                    for first in firsts:
                        baseline = experiment.baseline(plain, first, count)
                        found += experiment.verdict(baseline, store, first, count, setting)[0] == 1
                    print(row(f"{count}, {kind} {percent} %", found, len(firsts)), flush=True)


if __name__ == "__main__":
    main()
