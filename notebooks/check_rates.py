#!/usr/bin/python3
"""How often `check` is wrong, by experiment: false alarms when only chance changed, misses when a protocol got slower.

    /usr/bin/python3 notebooks/check_rates.py --trials 50 --folder rates

What is done is kept in the folder: given again, the command goes on from there.

Trial k has a baseline of its own, from 30 seeds that no other trial uses. A false alarm: the same program, with every
random stream drawn anew (the runs of the next trial's seeds take the place of this one's), is called a regression. A
miss: the same seeds with delta-gossip's `interval` 10 % longer are not. Of delta-gossip alone, whose
figures chance moves most. A trial of which an expectation fails has no baseline and does not count. Standard library
only.
"""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("HEARSAY_PROGRAM", str(ROOT / "hearsay"))
SCENARIOS = sorted(str(file) for file in (ROOT / "scenarios" / "ci").glob("*.yaml"))
SEEDS = 30


def check(folder, trial, baseline, *words):
    first = SEEDS * trial + 1
    done = subprocess.run([PROGRAM, "check", *SCENARIOS, "--baseline", str(folder / baseline), "--jobs", "1", "--seeds",
                           f"{first}..{first + SEEDS - 1}", "--protocol", "delta-gossip", *words], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        sys.exit(done.stdout + done.stderr)
    return done


def make_baseline(folder, trial):
    """Whether there is one."""
    file, refused = folder / f"{trial}.json", folder / f"{trial}.refused"
    if not file.exists() and not refused.exists() and check(folder, trial, file.name, "--update").returncode != 0:
        refused.touch()
    return file.exists()


def shift_seeds(folder, trial):
    """The next trial's runs under this one's seeds."""
    baseline = json.loads((folder / f"{trial + 1}.json").read_text())
    for entry in baseline["entries"]:
        for run in entry["runs"]:
            run["seed"] -= SEEDS
    (folder / f"{trial}-other.json").write_text(json.dumps(baseline))


def regressions(done):
    return [line for line in done.stdout.splitlines() if line.startswith("REGRESSION")]


def experiment(folder, trial):
    """What both checks of a trial said: exit status and regressions."""
    kept = folder / f"{trial}-verdict.json"
    if not kept.exists():
        shift_seeds(folder, trial)
        alarm = check(folder, trial, f"{trial}-other.json")
        slow = check(folder, trial, f"{trial}.json", "--set", "params.interval=110ms")
        verdict = {"chance": [alarm.returncode, regressions(alarm)], "slower": [slow.returncode, regressions(slow)]}
        part = folder / f"{trial}-verdict.part"
        part.write_text(json.dumps(verdict))
        part.rename(kept)
        print(f"trial {trial}: chance alone {alarm.returncode}, slower {slow.returncode}", file=sys.stderr, flush=True)
    return json.loads(kept.read_text())


def is_miss(verdict):
    """A slower protocol must fail, and by a metric of time."""
    status, lines = verdict["slower"]
    return status != 1 or not any("convergence_time_s" in line or "stable_latency_s" in line for line in lines)


def interval(hits, n):
    """Clopper and Pearson's of 95 % (1934) for a share, in per cent: the shares of which chance gives so few, or so many,
    hits in 2.5 % of experiments."""
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
    return f"{low:.1f} to {high:.1f} %"


def run_trials(folder, options):
    folder.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        made = list(pool.map(lambda k: make_baseline(folder, k), range(options.trials + 1)))
        trials = [k for k in range(options.trials) if made[k] and made[k + 1]]
        return trials, list(pool.map(lambda k: experiment(folder, k), trials))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=pathlib.Path, help="keep what is done here (default: a folder that goes away)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trials, verdicts = run_trials(options.folder or pathlib.Path(name), options)
    for k, verdict in zip(trials, verdicts):
        for line in verdict["chance"][1]:
            print(f"trial {k}: {line}")
    n = len(trials)
    print(f"trials: {n} (of {options.trials}; in the others an expectation failed, so that there is no baseline)")
    if n == 0:
        return
    alarms = sum(verdict["chance"][0] != 0 for verdict in verdicts)
    misses = sum(map(is_miss, verdicts))
    print(f"false alarms: {alarms} of {n} (95 %: {interval(alarms, n)})")
    print(f"misses of interval + 10 %: {misses} of {n} (95 %: {interval(misses, n)})")


if __name__ == "__main__":
    main()
