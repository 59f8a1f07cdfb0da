#!/usr/bin/python3
"""How often `check` is wrong, by experiment: false alarms when only chance changed, misses when a protocol got slower.

    /usr/bin/python3 notebooks/check_rates.py --trials 50

Trial k has a baseline of its own, from 30 seeds that no other trial uses. A false alarm: the same program, with every
random stream drawn anew (the runs of the next trial's seeds take the place of this one's), is called a regression. A
miss: the same seeds with delta-gossip's `interval` 10 % longer are not. Of delta-gossip alone, whose
figures chance moves most. Standard library only.
"""
import argparse
import concurrent.futures
import json
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
    return check(folder, trial, f"{trial}.json", "--update").returncode == 0


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
    shift_seeds(folder, trial)
    alarm = check(folder, trial, f"{trial}-other.json")
    slow = check(folder, trial, f"{trial}.json", "--set", "params.interval=110ms")
    named = [line for line in regressions(slow) if "convergence_time_s" in line or "stable_latency_s" in line]
    print(f"trial {trial}: chance alone {alarm.returncode}, slower {slow.returncode}", file=sys.stderr, flush=True)
    return alarm.returncode, regressions(alarm), slow.returncode, named


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        folder = pathlib.Path(name)
        made = list(pool.map(lambda k: make_baseline(folder, k), range(options.trials + 1)))
        trials = [k for k in range(options.trials) if made[k] and made[k + 1]]
        results = list(pool.map(lambda k: experiment(folder, k), trials))
    for k, (_, alarms, _, _) in zip(trials, results):
        for line in alarms:
            print(f"trial {k}: {line}")
    n = len(trials)
    print(f"trials: {n} (of {options.trials}; in the others an expectation failed, so that there is no baseline)")
    print(f"false alarms: {sum(alarm != 0 for alarm, *_ in results)} of {n}")
    print(f"misses of interval + 10 %: {sum(slow != 1 or not named for _, _, slow, named in results)} of {n}")


if __name__ == "__main__":
    main()
