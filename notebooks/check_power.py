#!/usr/bin/python3
"""How often `check` finds a slowdown, and how often it calls chance one, by experiment.

    /usr/bin/python3 notebooks/check_power.py --folder power            # runs and judges; hours
    /usr/bin/python3 notebooks/check_power.py --folder power --report   # the tables of docs/comparing.md

Of each scenario and setting below a pool of seeds runs once, into a store in the folder: given again, the command goes on
from there. A setting makes one thing of one protocol slower by 5 to 100 %, as a user may by mistake:

    interval   the gossip interval of delta-gossip is so much longer
    latency    every message takes so much of the scenario's mean latency longer
    loss       so many per cent of packets are lost in addition
    fan-out    delta-gossip gossips with fewer neighbours
    retry      delta-gossip and rpc-fanout wait so much longer before a repetition

A trial takes a block of 10 or 30 seeds of the pool: `check` judges the slower runs against a baseline of the program as it
is, all metrics of the row at once. For false alarms old and new runs are those of the same program for different seeds,
dealt out at random from twice as many. Standard library only.
"""
import argparse
import contextlib
import json
import math
import os
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("HEARSAY_PROGRAM", str(ROOT / "hearsay"))
SLOWER = (5, 10, 25, 50, 100)  # per cent
FEW = (10, 25)  # in the large scenarios, whose runs take long
LARGE = ("aws-12-regions", "wan-25", "churn-100")
TIMES = ("everywhere_latency_s", "delivery_latency_s", "convergence_time_s", "recovery_s", "divergence_s", "client_latency_s")
# Cheap ones first, so that an interrupted experiment has something to say.
SCENARIOS = ["ci/loss", "ci/partition", "ci/steady", "compare/five-nodes-lan", "compare/starved-links", "compare/three-regions",
             "compare/lossy-edge", "compare/aws-12-regions", "compare/wan-25", "compare/churn-100"]


def run(words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done


def mean_latency(scenario, protocol):
    """Mean time of a message between two nodes of the scenario, in seconds, without its faults."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace.jsonl"
        run(["run", scenario, "--protocol", protocol, "--seeds", 1, "--set", "duration=5s", "--set", "faults=[]", "--set", "expect={}",
             "--set", "workload.stop=2s", "--trace", trace, "--quiet"])
        sent, times = {}, []
        with trace.open(encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                if event["kind"] == "send":
                    sent[event["id"]] = event["t"]
                elif event["kind"] == "deliver" and event["id"] in sent:
                    times.append(event["t"] - sent[event["id"]])
    return statistics.fmean(times)


def settings(kind, protocol, scenario, latency):
    """(per cent, --set words) of each setting of this kind; none where the protocol has no such thing."""
    gossip = protocol == "delta-gossip"
    sizes = FEW if scenario.stem in LARGE else SLOWER
    if kind == "interval" and gossip:
        return [(p, [f"params.interval={1000 * (100 + p)}us"]) for p in sizes]
    if kind == "latency":
        return [(p, [f"network.delay.add={max(1, round(1e6 * latency * p / 100))}us"]) for p in sizes]
    if kind == "loss" and gossip:
        base = 10 if scenario.stem == "loss" else 1 if "aws" in scenario.stem else 0
        if scenario.stem == "lossy-edge":  # bursts: it is the state of the radio that becomes bad more often
            return [(p, [f"network.loss.burst.good_to_bad={2 * (100 + p) / 100:g}%"]) for p in sizes]
        return [(p, [f"network.loss={base + p}%"]) for p in sizes if p < 100]
    if kind == "fan-out" and gossip:
        return [(33, ["params.fanout=2"]), (67, ["params.fanout=1"])]
    if kind == "retry":
        return [(p, [f"params.retry_delay={5 * (100 + p)}ms"]) for p in sizes]
    return []


class Experiment:
    """One scenario and one protocol."""

    def __init__(self, options, scenario, protocol):
        self.scenario, self.protocol, self.options = scenario, protocol, options
        self.folder = options.folder / f"{scenario.parent.name}-{scenario.stem}-{protocol}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pool = list(range(1, max(options.seeds) + 1))
        self.twice = list(range(1, 2 * max(options.seeds) + 1))
        self.random = random.Random(f"{scenario.stem} {protocol}")  # the same trials each time
        self.plain = self.store([])
        self.baseline = self.folder / "baseline.json"
        self.baseline.unlink(missing_ok=True)
        run(["check", *self.words(self.twice, []), "--results", self.plain, "--baseline", self.baseline, "--update", "--quiet"])

    def words(self, seeds, setting):
        words = [self.scenario, "--protocol", self.protocol, "--seeds", ",".join(map(str, sorted(seeds))),
                 "--jobs", self.options.jobs, "--set", "engine.dispatch=inline", "--set", "expect={}"]
        for text in setting:
            words += ["--set", text]
        return words

    def store(self, setting):
        """The store with the runs of this setting, made if it is not there."""
        name = "-".join(setting).replace("/", "_").replace("%", "p") or "as-it-is"
        file = self.folder / f"{name}.sqlite"
        run(["run", *self.words(self.pool if setting else self.twice, setting), "--results", file, "--quiet"])
        return file

    def fitted(self, store):
        """The baseline as if it had been made for the store's scenario: what differs is the experiment."""
        with contextlib.closing(sqlite3.connect(store)) as db:
            content, = db.execute("SELECT scenario_hash FROM runs LIMIT 1").fetchone()
        made = json.loads(self.baseline.read_text())
        for entry in made["entries"]:
            entry["content"] = content
        file = self.folder / "fitted.json"
        file.write_text(json.dumps(made))
        return file

    def judged(self, store, baseline, seeds, setting):
        """metric -> (change for the worse in per cent, 0 if chance explains it; verdict)."""
        with tempfile.NamedTemporaryFile(suffix=".md") as markdown:
            run(["check", *self.words(seeds, setting), "--results", store, "--baseline", baseline, "--markdown", markdown.name, "--quiet"])
            table = pathlib.Path(markdown.name).read_text()
        found = {}
        for line in table.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if len(cells) == 8 and cells[0] not in ("scenario", ":--"):
                change = re.match(r"([+-]?[\d.]+) ?%", cells[5])
                low = re.search(r"[+-]?[\d.]+", cells[6])  # of the interval
                sure = change and not (low and float(low[0]) <= 0)
                found[cells[2].replace("\\", "")] = (float(change[1]) if sure else 0, cells[7])
        return found

    def slower(self, kind, percent, setting):
        store = self.store(setting)
        baseline = self.fitted(store)
        whole = self.judged(store, baseline, self.pool, setting)
        changes = {metric: change for metric, (change, _) in whole.items()
                   if metric.startswith(TIMES)}
        worst = max(changes, key=changes.get, default=None)
        row = {"scenario": f"{self.scenario.parent.name}/{self.scenario.stem}", "protocol": self.protocol, "kind": kind,
               "percent": percent, "metric": worst, "effect": changes.get(worst, 0),
               "identical": any(verdict == "identical" for _, verdict in whole.values())}
        for count in self.options.seeds:
            blocks = [self.pool[first:first + count] for first in range(0, len(self.pool) - count + 1, count)]
            verdicts = [whole if len(block) == len(self.pool) else self.judged(store, baseline, block, setting) for block in blocks]
            row[f"found_{count}"] = sum(any(verdict == "REGRESSION" for _, verdict in one.values()) for one in verdicts)
            row[f"trials_{count}"] = len(blocks)
        return row

    def false_alarms(self):
        row = {"scenario": f"{self.scenario.parent.name}/{self.scenario.stem}", "protocol": self.protocol, "kind": "nothing"}
        made = json.loads(self.baseline.read_text())
        runs = {one["seed"]: one for one in made["entries"][0]["runs"]}
        file = self.folder / "dealt.json"
        for count in self.options.seeds:
            alarms = 0
            for _ in range(self.options.alarm_trials):
                dealt = self.random.sample(self.twice, 2 * count)
                new, old = sorted(dealt[:count]), dealt[count:]
                made["entries"][0]["runs"] = [{**runs[b], "seed": a} for a, b in zip(new, old)]
                file.write_text(json.dumps(made))
                verdicts = self.judged(self.plain, file, new, [])
                alarms += any(verdict == "REGRESSION" for _, verdict in verdicts.values())
            row[f"found_{count}"] = alarms
            row[f"trials_{count}"] = self.options.alarm_trials
        return row


def experiment(options):
    done = options.folder / "trials.ndjson"
    rows = [json.loads(line) for line in done.read_text().splitlines()] if done.exists() else []
    have = {(r["scenario"], r["protocol"], r["kind"], r.get("percent")) for r in rows}
    for name in options.scenarios:
        scenario = ROOT / "scenarios" / f"{name}.yaml"
        for protocol in ("delta-gossip", "rpc-fanout") if name.startswith("compare") else ("delta-gossip",):
            one = Experiment(options, scenario, protocol)
            latency = mean_latency(scenario, protocol)
            jobs = [("nothing", None, lambda *_, one=one: one.false_alarms())]
            for kind in options.kinds:
                jobs += [(kind, percent, lambda k, p, s, one=one: one.slower(k, p, s), setting)
                         for percent, setting in settings(kind, protocol, scenario, latency)]
            for kind, percent, work, *setting in jobs:
                if (name, protocol, kind, percent) in have:
                    continue
                row = work(kind, percent, *setting)
                print(row, flush=True)
                with done.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(row) + "\n")


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
    return f"{low:.2g} to {high:.3g} %"


def share(rows, count):
    found, trials = sum(r[f"found_{count}"] for r in rows), sum(r[f"trials_{count}"] for r in rows)
    return f"{found} of {trials} ({interval(found, trials)})" if trials else "-"


def report_by_effect(slower, nothing, counts):
    print("| the slowest of the judged times became | settings | " + " | ".join(f"{c} seeds: found" for c in counts) + " |")
    print("| --- | ---: |" + " ---: |" * len(counts))
    for low, high in ((-1, 2), (2, 5), (5, 10), (10, 25), (25, 50), (50, float("inf"))):
        part = [r for r in slower if low <= r["effect"] < high]
        text = "less than 2 % slower" if low < 0 else f"{low} to {high} % slower" if high < float("inf") else f"{low} % slower or more"
        print(f"| {text} | {len(part)} | " + " | ".join(share(part, c) for c in counts) + " |")
    print(f"| nothing changed: false alarms | {len(nothing)} | " + " | ".join(share(nothing, c) for c in counts) + " |\n")


def cell(part, count):
    """The smallest change from which on every trial with so many seeds found it, and what that did."""
    if not part:
        return "-"
    if all(r["identical"] for r in part):
        return "no effect at all"
    part = sorted(part, key=lambda r: r["percent"])
    missed = [i for i, r in enumerate(part) if r[f"found_{count}"] < r[f"trials_{count}"]]
    first = missed[-1] + 1 if missed else 0
    if first == len(part):
        return f"not at {part[-1]['percent']} % ({part[-1]['effect']:+.0f} %)"
    return f"{part[first]['percent']} % ({part[first]['effect']:+.0f} %)"


def report(options):
    rows = [json.loads(line) for line in (options.folder / "trials.ndjson").read_text().splitlines()]
    slower = [r for r in rows if r["kind"] != "nothing"]
    most = max(options.seeds)
    report_by_effect(slower, [r for r in rows if r["kind"] == "nothing"], options.seeds)
    kinds = list(dict.fromkeys((r["protocol"], r["kind"]) for r in slower))
    print("| scenario | " + " | ".join(f"{kind}, {protocol}" for protocol, kind in kinds) + " |")
    print("| --- |" + " --- |" * len(kinds))
    for scenario in dict.fromkeys(r["scenario"] for r in rows):
        parts = [[r for r in slower if (r["scenario"], r["protocol"], r["kind"]) == (scenario, *kind)] for kind in kinds]
        print(f"| {scenario} | " + " | ".join(cell(part, most) for part in parts) + " |")
    for r in slower:
        if r["effect"] >= 10 and r[f"found_{most}"] < r[f"trials_{most}"]:
            print(f"missed: {r['scenario']}, {r['protocol']}, {r['kind']} {r['percent']} %: {r['metric']} {r['effect']:+.1f} %",
                  file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where runs and trials are kept")
    parser.add_argument("--report", action="store_true", help="print the tables of what has been done")
    parser.add_argument("--alarm-trials", type=int, default=20, help="of each scenario, with nothing slower")
    parser.add_argument("--kinds", nargs="+", default=["interval", "latency", "loss", "fan-out", "retry"])
    parser.add_argument("--scenarios", nargs="+", default=SCENARIOS, metavar="NAME")
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 30], help="paired seeds of a trial")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    report(options) if options.report else experiment(options)


if __name__ == "__main__":
    main()
