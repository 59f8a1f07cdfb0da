"""How soon `hunt` finds each known flaw: hunts of several seeds on the plain scenarios of tests/hunt/flaws, each until its first
find. Prints the table of docs/hunting.md.

    HEARSAY_PROGRAM=build/release/sim/cli/hearsay python3 tests/hunt/known_flaws.py --hunts 10
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

FLAWS = pathlib.Path(__file__).resolve().parent / "flaws"


def hunt(program, scenario, seed, budget, jobs):
    """What one hunt reports; only finds by the scenario's own expectation count."""
    with tempfile.TemporaryDirectory(prefix="hearsay-flaws-") as folder:
        done = subprocess.run([program, "hunt", scenario, "--seed", str(seed), "--budget", budget, "--stop-at-first", "--no-pictures",
                               "--jobs", str(jobs), "--format", "json", "-o", folder], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        return json.loads(done.stdout)


def row(name, reports):
    finds = [(report, next((f for f in report["failures"] if f["oracle"].startswith("expect ")), None)) for report in reports]
    finds = [(report, find) for report, find in finds if find]
    if not finds:
        return f"| {name} | 0 of {len(reports)} | | | | | | |"
    def median(of):
        return f"{statistics.median(of(report, find) for report, find in finds):.3g}"
    return (f"| {name} | {len(finds)} of {len(reports)} | {median(lambda r, f: f['first_trial'] + 1)} | "
            f"{median(lambda r, f: r['wall_s'])} | {median(lambda r, f: f['before']['faults'])} to "
            f"{median(lambda r, f: f['after']['faults'])} | {median(lambda r, f: f['before']['operations'])} to "
            f"{median(lambda r, f: f['after']['operations'])} | {median(lambda r, f: f['before']['nodes'])} to "
            f"{median(lambda r, f: f['after']['nodes'])} | {median(lambda r, f: f['shrink_runs'])} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--hunts", type=int, default=10)
    parser.add_argument("--budget", default="30s", help="of one hunt")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("names", nargs="*", help="of flaws; default: all")
    options = parser.parse_args()
    program = os.environ["HEARSAY_PROGRAM"]
    print("| flaw | found | trials to the first find | seconds, shrinking included | faults | operations | nodes | runs to shrink |")
    print("| --- | --- | ---: | ---: | --- | --- | --- | ---: |")
    for file in sorted(FLAWS.glob("*.yaml")):
        if options.names and file.stem not in options.names:
            continue
        reports = [hunt(program, str(file), seed, options.budget, options.jobs) for seed in range(1, options.hunts + 1)]
        print(row(file.stem, reports), flush=True)


if __name__ == "__main__":
    main()
