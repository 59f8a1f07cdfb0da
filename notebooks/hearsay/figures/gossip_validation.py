"""delta-gossip beside theory and published figures: runs what is needed, prints the figures, draws the pictures.

    /usr/bin/python3 notebooks/hearsay gossip-validation epidemics docs     # docs/gossip-epidemics.png; some minutes
    /usr/bin/python3 notebooks/hearsay gossip-validation all docs

Parts: epidemics (Demers et al. 1987, tables 1 to 3), push (Pittel 1987), pull (the susceptible share squares), payload
(full against delta), cost (messages and hops of a broadcast). Runs are kept in stores in --stores: given again, a
command runs only what is missing there. --seeds N changes the number of seeds of each part.
"""
import argparse
import json
import math
import pathlib

import matplotlib.pyplot as plt
import numpy as np

from .. import theory
from ..program import call
from . import published

# Okabe and Ito: distinguishable with every kind of colour vision; markers and dashes distinguish them without colour.
BLUE, RED, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"

# Demers et al. 1987, n = 1000.
TABLES = [("epidemic", "push, feedback, counter (table 1)", published.TABLE_1),
          ("blind-epidemic", "push, blind, coin (table 2)", published.TABLE_2),
          ("pull-epidemic", "pull, feedback, counter (table 3)", published.TABLE_3)]
SIZES = [100, 178, 316, 562, 1000, 1778, 3162, 5623, 10000]


class Runs:
    """Runs shipped scenarios of delta-gossip, with a store of each in a folder: what is there is not run again."""

    def __init__(self, stores, seeds=None, jobs=1, full=False):
        self.stores = pathlib.Path(stores)
        self.seeds = seeds
        self.jobs = jobs
        self.full = full
        self.stores.mkdir(parents=True, exist_ok=True)

    def __call__(self, scenario, seeds, protocol=None, settings=(), enough=None):
        """The results of shipped scenario `scenario`, with other settings; its expectations are left out. In a full pass as
        many seeds as `enough` asks for, given those of the first."""
        seeds = self.seeds or seeds
        words = ["run", f"delta-gossip/{scenario}", "--quiet", "--format", "ndjson", "--jobs", self.jobs, "--results",
                 self.stores / f"{scenario}.sqlite"]
        words += ["--protocol", protocol] if protocol else []
        for setting in settings:
            words += ["--set", setting]

        def results(seeds):
            return [json.loads(line) for line in call(*words, "--seeds", f"1..{seeds}").splitlines()]

        found = results(seeds)
        more = min(enough(found), published.MOST_SEEDS) if self.full and enough else seeds
        return results(more) if more > seeds else found


def mean(values):
    """With its standard error."""
    values = np.asarray(values, dtype=float)
    return values.mean(), values.std(ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def exponent(sizes, values):
    """Of the power law that fits best, by least squares over the logarithms."""
    return np.polyfit(np.log(sizes), np.log(values), 1)[0]


def finish(figure, axes, file):
    for one in np.ravel(axes):
        one.grid(alpha=0.3)
        one.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, dpi=130)
    print(f"wrote {file}")


def below(axes, **options):
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), **options)


# --- Demers et al. 1987, section 1.4

def epidemics(runs, folder):
    """Draws, and gives back (variant, k, figure, mean, its standard error, the published one, half a unit of its last digit)."""
    all_found = []
    figure, axes = plt.subplots(3, 3, figsize=(10, 9), layout="constrained")
    names = ["residue (share of nodes)", "traffic (updates sent per node)", "last useful receipt (round)"]
    for row, (scenario, title, table) in enumerate(TABLES):
        ours, ks = {}, [k for k, *_ in table]
        for k, *texts in table:
            def by_figure(found):
                return [[value(r) for r in found] for _, value in published.EPIDEMIC]

            found = runs(scenario, 200, f"k = {k}", enough=lambda found, texts=texts: max(
                published.seeds_needed(values, published.printed(text)[1]) for values, text in zip(by_figure(found), texts)))
            ours[k] = by_figure(found)
            cells = [(mean(values), *published.printed(text)) for values, text in zip(ours[k], texts)]
            all_found += [(title, k, name, *cell, p, half) for name, (cell, p, half) in zip(names, cells)]
            print(f"{title}, k = {k}, {len(found)} seeds: " + ", ".join(f"{m:.3g} ± {e:.2g} ({p:g})" for (m, e), p, _ in cells))
        for column, name in enumerate(names):
            ax = axes[row, column]
            found = [mean(ours[k][column]) for k in ks]
            expected = [float(line[column + 1]) for line in table]
            ax.errorbar(ks, [m for m, _ in found], yerr=[2 * e for _, e in found], fmt="o", color=BLUE, capsize=4,
                        label="hearsay, ± 2 standard errors")
            ax.plot(ks, expected, "x", color=RED, markersize=9, markeredgewidth=2, label="Demers et al. 1987")
            if column == 0:
                ax.set_yscale("log")
                ax.set_ylabel(title)
            elif column == 1:
                ax.set_ylim(0, 1.25 * max(expected))
            else:  # they differ little: not from 0
                ax.set_ylim(0.8 * min(expected), 1.2 * max(expected))
            ax.set_xticks(ks)
            if row == 0:
                ax.set_title(name)
            if row == 2:
                ax.set_xlabel("k")
    figure.get_layout_engine().set(rect=(0, 0.04, 1, 0.96))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), frameon=False, loc="lower center", ncol=2)
    figure.suptitle("Rumour mongering, 1000 nodes, synchronous rounds, one update")
    finish(figure, axes, folder / "gossip-epidemics.png")
    return all_found


# --- Pittel 1987: simple push

def push(runs, folder, sizes=tuple(SIZES)):
    rounds, errors = [], []
    for n in sizes:
        seeds = 1000 if n <= 100 else 100 if n <= 1000 else 20
        found = runs("push-and-pull", seeds, "push", [f"nodes={n}", "expect={}", "protocols.0.expect={}"])
        m, e = mean([result["dissemination"]["last_round"] for result in found])
        rounds.append(m)
        errors.append(e)
        exact = f", exactly {theory.push_rounds(n)[0]:.3f}" if n <= 1000 else ""
        print(f"push, n = {n}: {m:.2f} ± {e:.2f} rounds, log2 n + ln n = {theory.pittel(n):.2f}{exact}")
    figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    asymptotic = np.log2(sizes) + np.log(sizes)
    offset = float(np.mean(np.array(rounds) - asymptotic))
    ax.errorbar(sizes, rounds, yerr=[2 * e for e in errors], fmt="o", color=BLUE, capsize=4,
                label="hearsay, mean of 1000 seeds at 100 nodes, 100 up to 1000, 20 beyond; ± 2 standard errors")
    chain = [n for n in sizes if n <= 1000]
    ax.plot(chain, [theory.push_rounds(n)[0] for n in chain], "+", color=GREEN, markersize=11, label="chain of how many know, exact")
    ax.plot(sizes, asymptotic, "-", color=RED, label="log2 n + ln n")
    ax.plot(sizes, asymptotic + offset, "--", color=RED, label=f"log2 n + ln n + {offset:.2f}")
    ax.set_xscale("log")
    ax.set_ylim(bottom=0)
    ax.set_xlabel("nodes n")
    ax.set_ylabel("rounds until all nodes are informed")
    ax.set_title("Simple push from one node, one contact per round", loc="left")
    below(ax)
    finish(figure, ax, folder / "gossip-push.png")


# --- Demers et al. 1987, section 1.3: pull

def pull(runs, folder):
    figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    pairs = []
    for result in runs("push-and-pull", 50, "pull", ["duration=4s", "expect={}"]):
        series = result["series"]
        # At the end of each round, which takes 100 ms.
        shares = [1 - series["up_to_date"][i] for i in np.searchsorted(series["t"], np.arange(0.19, 4, 0.1)) if
                  i < len(series["t"])]
        pairs += [(now, then) for now, then in zip(shares, shares[1:]) if 0 < now < 1]
    pairs = np.array(pairs)
    shown = pairs[pairs[:, 1] > 0]
    ax.plot(shown[:, 0], shown[:, 1], ".", color=BLUE, alpha=0.5,
            label="hearsay, 50 seeds; one dot per round with somebody left after it")
    x = np.logspace(-2, 0, 50)
    ax.plot(x, x * x, "-", color=RED, label="p(i+1) = p(i)²")
    ax.set(xscale="log", yscale="log", ylim=(8e-4, 1.1), xlim=(2e-2, 1.1))
    ax.set_xlabel("susceptible share p(i) after round i")
    ax.set_ylabel("p(i+1)")
    ax.set_title("Pull anti-entropy, 1000 nodes, one contact per node and round", loc="left")
    below(ax)
    finish(figure, ax, folder / "gossip-pull.png")
    for low, high in [(0.3, 0.6), (0.1, 0.3), (0.02, 0.1)]:
        chosen = pairs[(pairs[:, 0] >= low) & (pairs[:, 0] < high)]
        print(f"pull, p in {low}..{high}: mean p(i+1) {chosen[:, 1].mean():.5f}, mean p(i)^2 "
              f"{(chosen[:, 0] ** 2).mean():.5f}, {len(chosen)} rounds")


# --- "Performance Considerations", bottleneck 1: payload

def payload(runs, folder, sizes=(5, 10, 25, 50, 100)):
    figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    looks = {"full": (RED, "s", "-"), "delta": (BLUE, "o", "-"), "delta, all neighbours each round": (GREEN, "^", "--")}
    for label, (colour, marker, dash) in looks.items():
        rates = []
        for n in sizes:
            found = runs("naive-against-delta", 5, label, [f"nodes={n}", f"workload.rate={n}/s", "expect={}"])
            rates.append(mean([r["messages"]["bytes"] / n / r["simulated_s"] for r in found])[0])
        fit = f"n^{exponent(sizes, rates):.2f}"
        if len(sizes) > 3:
            fit += f", from {sizes[2]} nodes on n^{exponent(sizes[2:], rates[2:]):.2f}"
        print(f"payload, {label}: {', '.join(f'{rate:.4g}' for rate in rates)} B per node and second, {fit}")
        ax.plot(sizes, rates, marker=marker, color=colour, linestyle=dash, label=f"{label}: {fit}")
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.minorticks_off()
    ax.set_xlabel("nodes n; everybody is everybody's neighbour, one write per node and second for 8 s")
    ax.set_ylabel("sent (B per node and second)")
    ax.set_title("All values to all neighbours each 100 ms, and deltas; means of 5 seeds", loc="left")
    below(ax)
    finish(figure, ax, folder / "gossip-payload.png")


# --- messages and rounds of a broadcast

def cost(runs, folder, sizes=tuple(SIZES)):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.8), layout="constrained")
    kinds = [("eager", "eager to ceil(ln n) + 3 random nodes", BLUE, "o"),
             ("rumours", "rumour mongering, k = 3", GREEN, "^")]
    for label, name, colour, marker in kinds:
        messages, steps = [], []
        for n in sizes:
            settings = [f"nodes={n}", "expect={}"]
            if label == "eager":
                settings.append(f"protocols.2.params.eager_fanout={math.ceil(math.log(n)) + 3}")
            found = runs("push-and-pull", 20 if n <= 1000 else 5, label, settings)
            messages.append(mean([r["protocol_metrics"]["elements_sent"] for r in found])[0])
            step = "last_delivery_hop" if label == "eager" else "last_useful_round"
            steps.append(mean([r["protocol_metrics"][step] for r in found])[0])
            print(f"cost, {label}, n = {n}: {messages[-1]:.0f} messages, {steps[-1]:.2f} "
                  f"{'hops' if label == 'eager' else 'rounds'}, residue {mean([r['residue'] for r in found])[0]:.2g}")
        slope, start = np.polyfit(np.log(sizes), steps, 1)
        power = exponent(sizes, messages)
        print(f"cost, {label}: messages n^{power:.3f}; steps {start:.2f} + {slope:.2f} ln n")
        left.plot(sizes, messages, marker, color=colour, label=f"{name}: n^{power:.3f}")
        right.plot(sizes, steps, marker, color=colour,
                   label=f"{name} ({'hops' if label == 'eager' else 'rounds'}): {start:.2f} + {slope:.2f} ln n")
        right.plot(sizes, start + slope * np.log(sizes), "-", color=colour, linewidth=1)
    n = np.array(sizes)
    left.plot(n, n * (np.log(n) + 3), "-", color=RED, linewidth=1,
              label=f"n (ln n + 3): n^{exponent(n, n * (np.log(n) + 3)):.3f}")
    left.plot(n, n, "--", color=GREY, linewidth=1, label="n")
    left.set(xscale="log", yscale="log")
    right.set(xscale="log")
    right.set_ylim(bottom=0)
    left.set_ylabel("values sent per broadcast")
    right.set_ylabel("steps to the last useful receipt")
    left.set_title("Cost of a broadcast", loc="left")
    right.set_title("Time of a broadcast", loc="left")
    for ax in (left, right):
        ax.set_xlabel("nodes n")
        below(ax)
    finish(figure, [left, right], folder / "gossip-cost.png")


PARTS = {"epidemics": epidemics, "push": push, "pull": pull, "payload": payload, "cost": cost}


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay gossip-validation", description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("folder", help="where the pictures go", type=pathlib.Path)
    parser.add_argument("--stores", default="gossip-stores", help="folder of the results (default: gossip-stores)")
    parser.add_argument("--seeds", type=int, help="instead of each part's own number")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--full", action="store_true", help="epidemics: seeds by the rounding of each figure")
    arguments = parser.parse_args(words)
    runs = Runs(arguments.stores, arguments.seeds, arguments.jobs, arguments.full)
    for name, part in PARTS.items():
        if arguments.part in (name, "all"):
            part(runs, arguments.folder)
