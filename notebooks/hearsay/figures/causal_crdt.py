"""Curves of causal-crdt from results stores: bytes of clocks over members, waiting over spread and rate, bootstrap over
the size of the state. protocols/causal-crdt/README.md has the commands that write the stores.

    /usr/bin/python3 notebooks/hearsay causal-crdt clocks clocks.sqlite docs/causal-crdt-clocks.png
    /usr/bin/python3 notebooks/hearsay causal-crdt waiting waiting.sqlite docs/causal-crdt-waiting.png
    /usr/bin/python3 notebooks/hearsay causal-crdt bootstrap bootstrap.sqlite docs/causal-crdt-bootstrap.png
"""
import argparse
import re

import matplotlib.pyplot as plt
import pandas as pd

from ..results import load

# Okabe and Ito: distinguishable with every kind of colour vision; the markers distinguish them without colour.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"]
MARKERS = ["o", "s", "^", "D", "v"]


def read_store(file):
    """One row per run: label, nodes, the case's values and the protocol's metrics."""
    return pd.DataFrame([{"label": r["label"], "nodes": r["nodes"], **r["case"], **r["protocol_metrics"]}
                         for r in load(file).objects()])


def new_figure():
    figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axes.grid(alpha=0.3, which="both")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def draw_clocks(runs, file):
    figure, axes = new_figure()
    expected = {"full": lambda n: 16 * n, "delta": lambda n: 16 + 8 * (n - 1)}
    for i, (label, part) in enumerate(sorted(runs.groupby("label"), reverse=True)):
        means = part.groupby("nodes").clock_bytes_per_effect.mean()
        axes.plot(means.index, means, linestyle="none", marker=MARKERS[i], color=COLOURS[i], label=f"{label}, measured")
        if label in expected:
            axes.plot(means.index, [expected[label](n) for n in means.index], color=COLOURS[i], linewidth=1,
                      label={"full": "16 n", "delta": "16 + 8 (n - 1)"}[label])
    axes.set_title("bytes of vector clocks per effect", loc="left")
    axes.set_xlabel("members n, all of them writing")
    axes.set_ylabel("bytes")
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.legend(frameon=False)
    figure.savefig(file, dpi=130)


def milliseconds(latency):
    found = re.search(r"mean: ([0-9.]+)ms", latency)
    return float(found.group(1)) if found else 0.0


def draw_waiting(runs, file):
    figure, axes = new_figure()
    runs = runs.assign(mean=runs["network.latency"].map(milliseconds),
                       rate=runs["workload.rate"].map(lambda text: float(text.removesuffix("/s"))),
                       wait=1000 * runs.waiting_mean_s)
    runs = runs[runs["mean"] > 0]
    for i, (rate, part) in enumerate(runs.groupby("rate")):
        medians = part.groupby("mean").wait.median()
        axes.plot(medians.index, medians, marker=MARKERS[i % 5], color=COLOURS[i % 5], label=f"{rate:g} updates/s")
    axes.set_title("mean wait of effects for what they depend on; 5 nodes, median of 5 seeds", loc="left")
    axes.set_xlabel("mean, and so standard deviation, of exponential latencies (ms)")
    axes.set_ylabel("wait (ms)")
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.legend(frameon=False)
    figure.savefig(file, dpi=130)


def draw_bootstrap(runs, file):
    figure, axes = new_figure()
    size = runs.bootstrap_bytes / runs.bootstraps / 1e6
    axes.plot(size, 1000 * runs.bootstrap_mean_s, "o", color=COLOURS[0], label="measured, mean of two nodes that join")
    # The dial, then request and state: two round trips of 0.2 ms, and the state over 1 Gbps.
    axes.plot(size, [0.4 + 8 * megabytes for megabytes in size], color=COLOURS[1], linewidth=1,
              label="two round trips, and the state at 1 Gbps")
    axes.set_title("from a node's start until it has taken over the state", loc="left")
    axes.set_xlabel("state as transferred (MB)")
    axes.set_ylabel("time (ms)")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.legend(frameon=False)
    figure.savefig(file, dpi=130)


def main(words=None):
    drawings = {"clocks": draw_clocks, "waiting": draw_waiting, "bootstrap": draw_bootstrap}
    parser = argparse.ArgumentParser(prog="python3 -m hearsay causal-crdt", description=__doc__.splitlines()[0])
    parser.add_argument("curve", choices=drawings)
    parser.add_argument("store", help="what ./hearsay run --results wrote")
    parser.add_argument("picture", help="the file to write, such as clocks.png")
    arguments = parser.parse_args(words)
    drawings[arguments.curve](read_store(arguments.store), arguments.picture)
