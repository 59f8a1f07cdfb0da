"""What theory says, drawn over runs, with the residual below: how one write spreads, and what a broadcast costs."""
import re

import numpy as np
import pandas as pd

from .. import theory
from ..results import number
from .style import COLOURS, DASHES, MARKERS, legend_below, names_of, looks_of, of_results, plain, plt, safe, title

THEORY = "#555555"

# Parameters of a protocol that say how often a node contacts how many others: period, fan-out.
ROUNDS = {"delta-gossip": ("interval", "fanout"), "swim-cache": ("gossip_interval", "gossip_nodes")}


def spaced(duration):
    """100ms as 100 ms."""
    return re.sub(r"(?<=\d)(?=[a-z])", " ", str(duration))


def loss_of(store, run):
    """Background loss of datagrams in the scenario that was run."""
    text = store.scenario_text(run)
    section = re.search(r"(?m)^network:\s*(\{.*\}|(?:\n[ \t]+.*)+)", text)
    found = section and re.search(r"\bloss:\s*([\d.]+%?)", section[1])
    return number(found[1]) if found else 0.0


def shares_after(store, runs, period):
    """Table of the share of nodes that have the write: a row per sample, `rounds` after the write, a column per run."""
    samples = store.series("present", runs)
    columns = {}
    for run, part in samples.groupby("run_id"):
        part = part.sort_values("t")
        begun = part.t[part.value.astype(float) < 1]
        if begun.empty:
            continue
        part = part[part.t >= begun.iloc[0]]
        columns[run] = pd.Series(part.value.astype(float).to_numpy(), index=np.round((part.t - begun.iloc[0]).to_numpy() / period, 6))
    table = pd.DataFrame(columns).sort_index().ffill()  # a run that ended stays as it was
    return table[table.index <= np.ceil(3 * table.index[(table.mean(axis=1) >= 0.999).argmax()] / 2 + 2)]


def curves_for(params, nodes, fanout, loss):
    """(name, function of an array of rounds) of the theories that speak of a protocol with these parameters."""
    found = [("SI model (logistic, continuous)", lambda x: theory.logistic(x, nodes, fanout * (1 - loss))),
             ("Serf's published curve", lambda x: theory.serf(x, nodes, fanout, loss))]
    exact = {"spread": "push", "rumour": "off", "synchronous": True, "remember_peers": False, "acknowledgements": False, "fanout": 1}
    if nodes <= 2000 and all(params.get(name) == value for name, value in exact.items()):
        shares = theory.push_curve(nodes, loss)
        # The write comes at the start of a round, the messages of a round at once after its beginning.
        found.append(("chain of how many know, exact", lambda x: shares[np.clip(np.floor(x).astype(int), 0, len(shares) - 1)]))
    return found


@of_results(store=True)
def theory_spread(store, runs, line: str, *, name):
    """How one write spreads under a line of runs, beside the SI model, Serf's curve and, for push in rounds, the exact
    chain. None unless there is one write, and rounds."""
    runs = runs[runs.measured & (runs.line == line)]
    if runs.empty or runs.protocol.iloc[0] not in ROUNDS or not (runs.operations_writes_acknowledged == 1).all():
        return None
    params = store.objects(runs.iloc[:1])[0]["params"]
    period_name, fanout_name = ROUNDS[runs.protocol.iloc[0]]
    period, fanout = number(params[period_name]), number(params[fanout_name])
    nodes = int(runs.nodes.iloc[0])
    if not period or params.get("spread") == "none" or runs.nodes.nunique() > 1:
        return None
    fanout = min(fanout, nodes - 1) if fanout else nodes - 1
    table = shares_after(store, store.sampled(runs), period)
    x, mean = table.index.to_numpy(), table.mean(axis=1).to_numpy()
    error = 2 * table.std(axis=1, ddof=1).to_numpy() / np.sqrt(table.shape[1]) if table.shape[1] > 1 else 0 * mean
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6.4), layout="constrained", sharex=True, height_ratios=(3, 2))
    above.plot(x, 100 * mean, color=COLOURS[0], linewidth=2, drawstyle="steps-post", label=f"{safe(line)}, mean of {table.shape[1]} seeds")
    above.fill_between(x, 100 * (mean - error), 100 * (mean + error), step="post", color=COLOURS[0], alpha=0.25, linewidth=0)
    for i, (label, curve) in enumerate(curves_for(params, nodes, fanout, loss_of(store, runs.iloc[0])), 1):
        look = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)], "linewidth": 1.5}
        steps = "steps-post" if "exact" in label else "default"
        above.plot(x, 100 * curve(x), label=label, drawstyle=steps, **look)
        rest = 100 * (mean - curve(x))
        settled = np.abs(x - np.round(x)) > 0.05 if "exact" in label else x >= 0  # as a round begins, its messages are on their way
        below.plot(x[settled], rest[settled], label=f"{label}: at most {np.abs(rest[settled]).max():.1f} points off", drawstyle=steps, **look)
    below.fill_between(x, -100 * error, 100 * error, step="post", color=COLOURS[0], alpha=0.25, linewidth=0)
    below.axhline(0, color="#888888", linewidth=0.8)
    above.set(ylabel="nodes that have the write (%)", ylim=(-3, 103))
    below.set(xlabel=f"rounds of {spaced(params[period_name])} since the write", ylabel="ours less theory\n(percentage points)", xlim=(0, x[-1]))
    title(figure, f"{name}: how a write spreads among {nodes} nodes, and theory", "bands: two standard errors")
    handles, labels = above.get_legend_handles_labels()
    more = below.get_legend_handles_labels()
    legend_below(figure, below, handles[:1] + more[0], labels[:1] + more[1])
    return figure


def draw_points(axes, table, looks, names, label=True):
    for line, part in table.groupby("line", sort=False):
        look = {"color": COLOURS[looks[line] % len(COLOURS)], "marker": MARKERS[looks[line] % len(MARKERS)], "linestyle": ""}
        axes.errorbar(part.nodes, part["mean"], yerr=2 * part.error, capsize=4, label=names[line] if label else None, **look)


def by_nodes(runs, column):
    """Mean and standard error of a column by line and number of nodes."""
    values = runs[runs[column].notna()].assign(value=lambda frame: frame[column].astype(float))
    table = values.groupby(["line", "nodes"], sort=False).value.agg(["mean", "sem"]).reset_index()
    return table.rename(columns={"sem": "error"}).fillna({"error": 0.0}).astype({"nodes": float})


@of_results(store=True)
def theory_cost(store, runs, *, name):
    """Payloads and rounds of a broadcast over the number of nodes, beside the floor of a spanning tree, Pittel's rounds and
    Karp's bounds. None where no run counts payloads."""
    wanted = ["dissemination_entries_sent", "dissemination_last_round"]
    if any(column not in runs.columns for column in wanted):
        return None
    runs = runs[runs.measured & (runs.operations_writes_acknowledged > 0)]
    runs = runs.assign(payloads=runs[wanted[0]].astype(float) / runs.operations_writes_acknowledged.astype(float))
    payloads, rounds = by_nodes(runs, "payloads"), by_nodes(runs, wanted[1])
    if payloads.empty:
        return None
    columns = 2 if len(rounds) else 1
    figure, grid = plt.subplots(2, columns, figsize=(6.2 * columns + 1, 7), layout="constrained", sharex="col", squeeze=False,
                                height_ratios=(3, 2))
    looks = looks_of(runs)
    names = names_of(looks)
    low, high = payloads.nodes.min(), payloads.nodes.max()
    n = np.geomspace(max(3, low / 1.3), high * 1.3, 60)
    bounds = [[("n - 1, a spanning tree", n - 1, 1), ("n ln ln n, the order of Karp et al. 2000", [theory.karp_messages(v) for v in n], 3)],
              [("log2 n + ln n, push (Pittel 1987)", [theory.pittel(v) for v in n], 1),
               ("log3 n, push and pull (Karp et al. 2000)", [theory.karp_rounds(v) for v in n], 3)]]
    for column in range(columns):
        above, below = grid[:, column]
        table = (payloads, rounds)[column]
        for label, values, look in bounds[column]:
            above.plot(n, values, color=THEORY, linestyle=DASHES[look % len(DASHES)], linewidth=1.5, label=label)
        draw_points(above, table, looks, names)
        first = np.interp(table.nodes, n, bounds[column][0][1])
        rest = table.assign(**({"mean": table["mean"] / first, "error": table.error / first} if column == 0 else
                               {"mean": table["mean"] - first}))
        draw_points(below, rest, looks, names, label=False)
        below.axhline(1 - column, color=THEORY, linestyle=DASHES[1], linewidth=1)
        below.set(xlabel="nodes n", xscale="log", ylabel=("ours over n - 1", "ours less (log2 n + ln n)")[column])
        below.set_xticks(*tick_texts(table.nodes))
        below.minorticks_off()
        above.set_ylabel(("payloads of a broadcast", "rounds to the last first receipt")[column])
        legend_below(figure, below, *above.get_legend_handles_labels())
    grid[0, 0].set_yscale("log")
    plain(grid[0, 0].yaxis)
    title(figure, f"{name}: cost of a broadcast, and theory", "means over seeds; bars: two standard errors")
    return figure


def tick_texts(nodes):
    shown = sorted(set(nodes.astype(int)))
    step = max(1, -(-len(shown) // 6))
    return shown[::step], [str(v) for v in shown[::step]]
