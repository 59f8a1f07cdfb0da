"""Cost against latency of Gossip Glomers' broadcast: delta-gossip's frontier, published solutions, shipped scenarios.

    /usr/bin/python3 notebooks/hearsay glomers-frontier docs/glomers-frontier.png
    /usr/bin/python3 notebooks/hearsay glomers-frontier --node ./my-node --seeds 1

The second one runs a Maelstrom node on the clients and the network of the challenge (--topology: what it hears of its neighbours)
and prints where it lies beside the points of the picture.

Runs ./hearsay on scenarios/delta-gossip/glomers-3d.yaml, glomers-3e.yaml and glomers-best.yaml as they are, on glomers-best.yaml
over values of `pacing` (a hub that gathers) and on glomers-3d.yaml over values of `batch_window` (direct mail that
gathers), each over the seeds 1..10. A point is the median over the seeds. The ending of the picture's name decides its
format.
"""
import argparse
import json
import os
import statistics

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter

from ..program import call

# Okabe and Ito: distinguishable with every kind of colour vision; the markers distinguish them without colour.
HUB, MAIL, PUBLISHED, SHIPPED = "#0072B2", "#009E73", "#D55E00", "#000000"
PACING = [1, 2, 4, 6, 8, 11, 16, 24, 40]  # ms
WINDOW = [0, 100, 250]                    # ms
# Results that people have published for Fly.io's challenge: messages per operation, median and largest latency in ms.
OTHERS = [(23.2, 192, 316), (8.1, 612, 944), (1.99, 339, 678), (1.92, 764, 1087)]
NAME_AT = {"3d": (0, -15), "3e": (-11, -9), "best": (11, 6)}  # points
BOUNDS = {"3d": (30, 400, 600), "3e": (20, 1000, 2000)}


def point(seeds, scenario, *settings):
    """Messages per operation, median and largest stable latency: medians over the seeds."""
    words = ["run", f"delta-gossip/{scenario}", "--seeds", seeds, "--format", "json",
             "--quiet", "--set", "engine.dispatch=inline", "--set", "expect={}"]
    words += [word for setting in settings for word in ("--set", setting)]
    found = [result["maelstrom"] for result in json.loads(call(*words))]
    return (statistics.median(m["msgs_per_op"] for m in found),
            statistics.median(m["stable_latencies_ms"]["0.5"] for m in found),
            statistics.median(m["stable_latencies_ms"]["1"] for m in found))


def measure(seeds="1..10"):
    return {"hub": [(f"{p} ms", point(seeds, "glomers-best", f"params.pacing={p}ms")) for p in PACING],
            "mail": [(f"{w} ms", point(seeds, "glomers-3d", f"params.batch_window={w}ms")) for w in WINDOW],
            "shipped": [(name, point(seeds, f"glomers-{name}")) for name in ("3d", "3e", "best")]}


def measure_node(program, topology, seeds):
    path = os.path.abspath(program)
    return point(seeds, "glomers-3d", f"topology={topology}", f"protocols=[{{name: maelstrom, params: {{bin: {path}}}}}]")


def beaten_by(mine, rows):
    """The names of those points that are better on an axis and worse on none."""
    return [name for name, p in rows if all(a <= b for a, b in zip(p, mine)) and p != mine]


def print_table(mine, found):
    names = {"hub": "delta-gossip, hub, pacing {}", "mail": "delta-gossip, direct mail, window {}", "shipped": "glomers-{}"}
    rows = [(names[kind].format(name), p) for kind, points in found.items() for name, p in points]
    better = beaten_by(mine, rows)
    rows += [("published", p) for p in OTHERS] + [("yours", mine)]
    print(f"{'':40} msgs/op  median ms  largest ms")
    for name, (messages, median, largest) in sorted(rows, key=lambda row: row[1][0]):
        print(f"{name:40} {messages:7.2f} {median:10.0f} {largest:11.0f}{'  <' if name == 'yours' else ''}")
    print("\n" + (f"Better on every axis: {len(better)} of these points, such as {better[0]}." if better else
                  "No point of delta-gossip's is better on every axis: yours is on the frontier."))


def label(axes, text, at, offset, colour, **how):
    """Beside a point: left of it, right of it, or above or below it if the offset to the side is 0."""
    side = "center" if offset[0] == 0 else "left" if offset[0] > 0 else "right"
    axes.annotate(text, at, xytext=offset, textcoords="offset points", color=colour, fontsize=8, va="center", ha=side,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4}, **how)


def panel(axes, found, which, title):
    """`which`: 1 the median latency, 2 the largest."""
    def at(p):
        return p[which], p[0]

    for name, colour, marker, text in (("hub", HUB, "o", "hub that gathers, by pacing"),
                                       ("mail", MAIL, "s", "direct mail, by batch_window")):
        axes.plot(*zip(*(at(p) for _, p in found[name])), color=colour, marker=marker, markersize=5, linewidth=1.5,
                  label=text)
    for text, p in found["hub"]:
        label(axes, text, at(p), (-7, -5), HUB)
    for text, p in found["mail"]:
        label(axes, text, at(p), (3, 13), MAIL)
    axes.plot(*zip(*map(at, OTHERS)), color=PUBLISHED, marker="X", markersize=9, linestyle="none",
              label="published solutions")
    axes.plot(*zip(*(at(p) for _, p in found["shipped"])), color=SHIPPED, marker="o", markersize=13, linestyle="none",
              fillstyle="none", markeredgewidth=1.5, label="shipped scenarios (3e: the others gather, too)")
    for text, p in found["shipped"]:
        label(axes, f"glomers-{text}", at(p), NAME_AT[text], SHIPPED, fontweight="bold")
        axes.plot(*at(p), color=SHIPPED, marker=".", markersize=3)
    for text, bound in BOUNDS.items():
        axes.plot([60, bound[which], bound[which]], [bound[0], bound[0], 0.35], color="#999999", linewidth=1,
                  linestyle="--")
        label(axes, f"asked for: {text}", (bound[which], bound[0]), (-4, 6 if text == "3d" else -7), "#666666")
    finish(axes, title)


def finish(axes, title):
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(60, 2600)
    axes.set_ylim(0.35, 50)
    axes.set_xticks([100, 200, 500, 1000, 2000])
    axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.set_title(title, loc="left")
    axes.set_xlabel(f"{title} (ms)")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def draw(found, file):
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.4), sharey=True, layout="constrained")
    panel(left, found, 1, "median stable latency")
    panel(right, found, 2, "largest stable latency")
    left.set_ylabel("messages between nodes, per operation")
    figure.suptitle("Gossip Glomers, broadcast: 25 nodes, 100 ms per hop, 100 operations per second (logarithmic axes)")
    figure.legend(*left.get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(0.5, 0.0), ncol=4,
                  frameon=False)
    figure.savefig(file, dpi=130, bbox_inches="tight")


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay glomers-frontier", description=__doc__.splitlines()[0])
    parser.add_argument("picture", nargs="?", help="the file to write, such as glomers-frontier.png")
    parser.add_argument("--node", help="a node for Maelstrom's broadcast, to be placed among the others")
    parser.add_argument("--topology", default="{tree: 4}", help="of the node's neighbours, as a scenario has it")
    parser.add_argument("--seeds", default="1..10")
    arguments = parser.parse_args(words)
    if not arguments.picture and not arguments.node:
        parser.error("nothing to do: name a picture to draw, or a --node")
    found = measure(arguments.seeds)
    if arguments.node:
        print_table(measure_node(arguments.node, arguments.topology, arguments.seeds), found)
    if arguments.picture:
        draw(found, arguments.picture)
