"""Draws how long joins and crashes take to be known, against the size of the cluster, from a results store.

    ./hearsay run scenarios/swim-cache/swim-detection.yaml --seeds 1..10 --results swim.sqlite
    /usr/bin/python3 notebooks/hearsay membership swim.sqlite membership.png

Each point is the median over seeds; bars span the smallest to the largest.
"""

import argparse
import statistics

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator

from ..results import NoStore, load

# What the document promises, in seconds.
PROMISES = {"discovery": 30, "detection": 60}
TITLES = {"discovery": "a joiner is known", "detection": "a crash is known"}
STEPS = {"first_s": ("to the first", "#0072b2", "o"), "half_s": ("to half", "#e69f00", "s"),
         "all_s": ("to all", "#009e73", "^")}


def read_results(file):
    results = [result for result in load(file).objects() if result.get("membership")]
    if not results:
        raise NoStore(f"{file} holds no run whose protocol reports members")
    return results


def by_size(results, change, step):
    """Size of the cluster -> the longest waits of its runs."""
    waits = {}
    for result in results:
        longest = result["membership"][change][step]["max"]
        if longest is not None:
            waits.setdefault(result["nodes"], []).append(longest)
    return dict(sorted(waits.items()))


def draw(results, file):
    figure, panels = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
    for axes, change in zip(panels, PROMISES):
        for step, (label, colour, marker) in STEPS.items():
            waits = by_size(results, change, step)
            middle = [statistics.median(values) for values in waits.values()]
            spread = [[m - min(values) for m, values in zip(middle, waits.values())],
                      [max(values) - m for m, values in zip(middle, waits.values())]]
            axes.errorbar(list(waits), middle, yerr=spread, label=label, color=colour, marker=marker, capsize=3)
        axes.axhline(PROMISES[change], color="#888888", linestyle=":", label=f"promised: {PROMISES[change]} s")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(list(waits), list(waits))
        axes.minorticks_off()
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 100 else (1,)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        axes.set_title(TITLES[change], loc="left")
        axes.set_xlabel("nodes")
        axes.set_ylabel("seconds since it happened")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=2)  # below, where it hides no data
    figure.savefig(file, dpi=130)


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay membership", description=__doc__.splitlines()[0])
    parser.add_argument("store", help="what ./hearsay run --results wrote")
    parser.add_argument("picture", help="the file to write, such as membership.png")
    arguments = parser.parse_args(words)
    draw(read_results(arguments.store), arguments.picture)
