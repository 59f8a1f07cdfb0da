"""Runs what is compared with the real memberlist and Serf, and prints the table of swim-cache's page.

    /usr/bin/python3 notebooks/hearsay memberlist --seeds 1..30
    /usr/bin/python3 notebooks/hearsay memberlist --page protocols/swim-cache/README.md

With --page the table replaces what stands there between the lines `<!-- memberlist -->` and `<!-- /memberlist -->`.
Figures are medians over seeds; `real` is what memberlist 0.2.2 and Serf 0.9.4 did, measured with the real programs, and
an empty cell was not measured.
"""

import argparse
import pathlib
import statistics
import sys

from .. import run

SIZES = (8, 16, 32, 64, 128)
BEGIN, END = "<!-- memberlist -->", "<!-- /memberlist -->"
ALONE = {"params.intents": "false", "params.metadata_size": "0B", "params.reconnect_interval": "0s"}
TOLERANCE = 0.15


def results(scenario, nodes, seeds, settings=None, protocols=()):
    """Of one size: label -> the results of its runs."""
    found = {}
    settings = {"matrix": "{}", "expect": "{}", "nodes": nodes, **(settings or {})}
    for result in run(scenario, seeds=seeds, settings=settings, protocols=protocols).objects():
        found.setdefault(result["label"], []).append(result)
    return found


def departures(nodes, seeds):
    found = results("swim-departure", nodes, seeds)
    return {label: statistics.median(1000 * one["membership"]["departure"]["all_s"]["max"] for one in runs)
            for label, runs in found.items()}


def repairs(nodes, seeds):
    """Of runs in which somebody missed somebody: until all views are equal."""
    found = results("swim-join-storm", nodes, seeds)
    repaired = {}
    for label, runs in found.items():
        late = [one["membership"]["longest_difference_s"] for one in runs]
        late = [seconds for seconds in late if seconds > 10]
        repaired[label] = (statistics.median(late) if late else None, len(late), len(runs))
    return repaired


def fresh_cut(nodes, seeds):
    (runs,) = results("swim-fresh-cut", nodes, seeds, {"duration": "300s"}).values()
    return statistics.median(one["recovery"][0]["reconverged_s"] for one in runs)


def refutations(nodes, seeds):
    (runs,) = results("swim-loss", nodes, seeds, {"network.loss": "30%"}, ["suspicion"]).values()
    metrics = [one["protocol_metrics"] for one in runs]
    return sum(one["refutations"] for one in metrics) / sum(one["probes_failed"] for one in metrics)


def idle(nodes, seeds, settings):
    """Bytes of a full state, and of datagrams per node and second."""
    runs = results("swim-idle", nodes, seeds, {"workload.start": "184s", **settings}, ["LAN defaults"])["LAN defaults"]
    kinds = [one["messages"]["by_type"] for one in runs]
    state = sum(k["push_pull"]["bytes"] for k in kinds) / sum(k["push_pull"]["sent"] for k in kinds)
    datagrams = sum(sum(k[name]["bytes"] for name in ("ping", "ack", "ping_req", "nack", "gossip")) for k in kinds)
    return state, datagrams / nodes / sum(one["simulated_s"] for one in runs)


def copies(nodes, seeds):
    """Of one event, of which the publishing node's own is none."""
    (runs,) = results("swim-event-copies", nodes, seeds,
                      {"faults.0.crash.nodes": f"[{nodes // 2}..{nodes - 1}]"}).values()
    return statistics.median(one["protocol_metrics"]["events_delivered"] + one["protocol_metrics"]["events_repeated"] - 1
                             for one in runs)


class Row:
    """A figure by size, with what the real programs did: one value by size, or a range for all sizes up to `largest`."""

    def __init__(self, what, unit, digits=0, real=None, every=None, largest=SIZES[-1]):
        self.what, self.unit, self.digits, self.every, self.largest = what, unit, digits, every, largest
        self.real = real or {}
        self.ours = {}

    def cells(self):
        for nodes in SIZES:
            if self.ours.get(nodes) is None:
                yield "-"
                continue
            real = f" ({self.real[nodes]:g})" if nodes in self.real else ""
            yield f"{self.ours[nodes]:.{self.digits}f}{real}"

    def misses(self):
        """Sizes at which it is further from the real figure than the tolerance."""
        for nodes, ours in self.ours.items():
            in_range = self.every if nodes <= self.largest else None
            low, high = in_range or (self.real.get(nodes), self.real.get(nodes))
            if ours is not None and low is not None and not low * (1 - TOLERANCE) <= ours <= high * (1 + TOLERANCE):
                yield nodes

    def text(self):
        real = "{:g} to {:g}".format(*self.every) if self.every else ""
        return f"| {self.what}{self.unit and ', '}{self.unit} | " + " | ".join(self.cells()) + f" | {real} |"


def measure(seeds, storms):
    rows = {
        "departure": Row("last node knows of a departure, memberlist alone", "ms", real={32: 418}),
        "departure, Serf": Row("the same with Serf's intents", "ms", real={32: 961}),
        "repair": Row("a join storm that missed somebody is repaired, memberlist alone", "s", 1, every=(33, 63), largest=64),
        "repair, Serf": Row("the same with Serf", "s", 1, every=(33, 63), largest=64),
        "cut": Row("a fresh cluster that was cut for 10 s lists all again", "s", 1, real={16: 18, 32: 18}),
        "refutations": Row("refutations per failed probe, 30 % loss, no stream pings", "", 2, every=(0.63, 0.67)),
        "state": Row("full state, memberlist alone", "B", real={8: 324, 16: 477, 32: 686, 64: 969, 128: 1462}),
        "state, Serf": Row("full state, Serf, no events", "B", real={8: 471, 32: 924, 64: 1353}),
        "idle": Row("idle datagrams per node, memberlist alone", "B/s", every=(92, 94)),
        "copies": Row("copies of an event, half of the nodes alive", "", real={16: 64}),
    }
    missed = []
    for nodes in SIZES:
        for label, value in departures(nodes, seeds).items():
            rows["departure" if label == "memberlist alone" else "departure, Serf"].ours[nodes] = value
        for label, (value, late, runs) in repairs(nodes, storms).items():
            rows["repair" if label == "memberlist alone" else "repair, Serf"].ours[nodes] = value
            missed.append(f"{late} of {runs} at {nodes} nodes ({label})")
        rows["cut"].ours[nodes] = fresh_cut(nodes, seeds)
        rows["refutations"].ours[nodes] = refutations(nodes, seeds)
        rows["state"].ours[nodes], rows["idle"].ours[nodes] = idle(nodes, seeds, ALONE)
        rows["state, Serf"].ours[nodes], _ = idle(nodes, seeds, {})
        rows["copies"].ours[nodes] = copies(nodes, seeds)
        print(f"{nodes} nodes done", file=sys.stderr)
    return list(rows.values()), missed


def table(rows):
    head = "| ours (real) | " + " | ".join(map(str, SIZES)) + " | real, over all sizes |\n"
    return head + "| --- |" + " ---: |" * (len(SIZES) + 1) + "\n" + "\n".join(row.text() for row in rows) + "\n"


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay memberlist", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1..30", help="default: %(default)s")
    parser.add_argument("--storms", default="1..60", help="seeds of join storms, few of which miss somebody; default: %(default)s")
    parser.add_argument("--page", type=pathlib.Path, help="the file whose table is replaced")
    arguments = parser.parse_args(words)
    rows, missed = measure(arguments.seeds, arguments.storms)
    text = table(rows)
    print(text)
    print("storms that missed somebody: " + ", ".join(missed))
    if arguments.page:
        page = arguments.page.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN + "\n")
        _, behind = rest.split(END)
        arguments.page.write_text(before + BEGIN + "\n" + text + END + behind, encoding="utf-8")
    outside = [f"{row.what} at {nodes}" for row in rows for nodes in row.misses()]
    if outside:
        print("further than 15 % from the real figure: " + "; ".join(outside))
    return 1 if outside else 0
