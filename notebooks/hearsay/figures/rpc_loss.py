"""Success and latency of retried calls over lossy datagrams: runs against the closed form, from a results store.

    ./hearsay run scenarios/rpc-fanout/rpc-closed-form.yaml --results loss.sqlite
    /usr/bin/python3 notebooks/hearsay rpc-loss loss.sqlite docs/rpc-loss.png

Lines: the closed form. Points: runs, with bars of two standard errors. The ending of the picture's name decides its
format (.png, .svg, .pdf).
"""
import argparse
import math

import matplotlib.pyplot as plt

from ..results import NoStore, load

COLOURS = {"1": "#0072B2", "3": "#D55E00", "5": "#009E73"}  # by attempts; Okabe and Ito
DASHES = {"1": ":", "3": "-", "5": "--"}
DELAY, ROUND_TRIP = 0.5, 0.01  # s


def closed_form(p, attempts):
    """Success, and mean and deviation of the latency of a call that succeeds, in seconds."""
    q = (1 - p) ** 2
    first = [q * (1 - q) ** i for i in range(attempts)]
    success = sum(first)
    times = [ROUND_TRIP + i * DELAY for i in range(attempts)]
    mean = sum(f * t for f, t in zip(first, times)) / success
    return success, mean, math.sqrt(sum(f * (t - mean) ** 2 for f, t in zip(first, times)) / success)


def read_store(file):
    """(attempts, loss, result) of the runs without idempotency keys, which change nothing here."""
    runs = [(result["label"].split()[0], float(result["case"]["network.loss"].rstrip("%")) / 100, result)
            for result in load(file).objects() if result["scenario"] == "rpc-closed-form" and "keys" not in result["label"]]
    if not runs:
        raise NoStore(f"{file} holds no run of rpc-closed-form")
    return runs


def draw(runs, file):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    grid = [i / 200 for i in range(101)]
    for attempts, colour in COLOURS.items():
        form = [closed_form(p, int(attempts)) for p in grid]
        name = f"{attempts} attempt" + ("s" if attempts != "1" else "")
        for axes, value in ((left, [100 * f[0] for f in form]), (right, [1000 * f[1] for f in form])):
            axes.plot([100 * p for p in grid], value, color=colour, linestyle=DASHES[attempts], label=name)
    for attempts, p, result in runs:
        success, _, deviation = closed_form(p, int(attempts))
        metrics, calls = result["protocol_metrics"], result["operations"]["attempted"]
        style = {"color": COLOURS[attempts], "marker": "o", "markersize": 4, "capsize": 3, "linestyle": "none"}
        left.errorbar(100 * p, 100 * metrics["success_rate"],
                      yerr=200 * math.sqrt(success * (1 - success) / calls), **style)
        right.errorbar(100 * p, 1000 * metrics["call_latency_mean_s"],
                       yerr=2000 * deviation / math.sqrt(metrics["calls_succeeded"]), **style)
    left.set_ylabel("calls that succeed (%)")
    right.set_ylabel("mean latency of those (ms)")
    for axes in (left, right):
        axes.set_xlabel("loss each way (%)")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    left.legend(frameon=False)
    figure.savefig(file, dpi=130)


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay rpc-loss", description=__doc__.splitlines()[0])
    parser.add_argument("store", help="what ./hearsay run --results wrote")
    parser.add_argument("picture", help="the file to write, such as loss.png")
    arguments = parser.parse_args(words)
    draw(read_store(arguments.store), arguments.picture)
