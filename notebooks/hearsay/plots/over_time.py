"""What happened when: writes present, nodes up to date, bytes, recovery after each fault."""
import numpy as np
import pandas as pd

from ..columns import only
from .style import curve, dots, legend_below, looks_of, names_of, of_results, plain, plt, safe, shade, title


def count_text(count, total):
    if count == 1:
        return ""
    return f", {count} seeds" if count == total else f", {count} of {total} seeds"


def curves(samples, lines, span):
    """By line: time, median, 5th and 95th percentile, number of runs. A run that ended stays as it was. With a `span`
    in seconds each run is averaged over such spans first: a write in flight counts as missing, so the share of nodes
    that are up to date jumps at every write, and hundreds of jumps hide the curve."""
    for line in lines:
        table = samples[samples.line == line].pivot(index="t", columns="run_id", values="value").ffill()
        if span and len(table) > 1:
            begins = table.index.to_numpy()
            size = max(1, round(span / (begins[1] - begins[0])))
            table = table.groupby(np.arange(len(table)) // size).mean()
            table.index = begins[::size]
        values = table.to_numpy()
        quantile = np.nanquantile if np.isnan(values).any() else np.quantile  # many times as fast
        low, middle, high = quantile(values, [0.05, 0.5, 0.95], axis=1)
        yield line, table.index.to_numpy(), low, middle, high, table.shape[1]


def last_change(samples, faults, end):
    """When the last curve came to rest and the last fault ended, with some room after it; at most `end`, at least a third
    of it: of runs that never agree the curve rests early."""
    moved = samples[samples.value != samples.groupby("run_id").value.transform("last")].t.max()
    rest = max([0.0 if np.isnan(moved) else moved] + [f["until"] for f in faults if f["until"] is not None])
    return min(end, max(1.15 * rest + 0.02 * end, end / 3))


def draw_curves(store, runs, name, scaled, heading, detail, limits=None, spans=None):
    """`scaled`: from the largest sample to the factor of the axis and its label."""
    sampled = store.sampled(only(runs, runs.measured))
    samples = samples_of(store, sampled, name)
    if samples.empty:
        return None
    faults = [fault for entries in store.lists(sampled, "faults").values() for fault in entries]
    end = last_change(samples, faults, runs.simulated_s.max())
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    shown = shade(axes, faults, end)
    scale, ylabel = scaled(samples.value.max())
    draw_lines(axes, samples, runs, looks_of(sampled), end, scale, end / spans if spans else None)
    axes.set(xlabel="simulated time (s)", ylabel=ylabel, xlim=(0, end))
    if limits:
        axes.set_ylim(*limits)
    else:
        scale_amounts(axes, scale * samples.groupby("line").value.max())
    title(figure, heading, detail if runs.groupby("line").size().max() > 1 else "")
    handles, labels = axes.get_legend_handles_labels()
    legend_below(figure, axes, handles + list(shown.values()), labels + list(shown))
    return figure


def samples_of(store, sampled, name):
    samples = store.series(name, sampled)
    samples["value"] = samples.value.astype(float)
    return samples.dropna(subset=["value"])


def draw_lines(axes, samples, runs, looks, end, scale=1, span=None):
    """The median of each line with its band; a dot where the last run ended before `end`."""
    totals = runs.groupby("line").size()
    names = names_of(looks)
    for line, t, low, middle, high, count in curves(samples, [line for line in looks if (samples.line == line).any()], span):
        look = curve(looks[line])
        axes.plot(t, scale * middle, drawstyle="steps-post", linewidth=2, label=names[line] + count_text(count, totals[line]),
                  **look)
        if count > 1:
            axes.fill_between(t, scale * low, scale * high, step="post", color=look["color"], alpha=0.18, linewidth=0)
        if t[-1] < 0.99 * end:
            axes.plot(t[-1], scale * middle[-1], "o", color=look["color"])


def scale_amounts(axes, largest):
    """From 0 on; logarithmic where the smallest line would otherwise lie on the axis."""
    low, high = largest.min(), largest.max()
    if low > 0 and high / low > 30:
        axes.set_yscale("log")
        axes.set_ylim(low / 100, 2 * high)
        plain(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)


@of_results(store=True)
def present(store, runs, *, name):
    """Which share of the copies that ought to be there are, and how many different states nodes hold, over time."""
    sampled = store.sampled(only(runs, runs.measured))
    shares, states = samples_of(store, sampled, "present"), samples_of(store, sampled, "distinct_states")
    if shares.empty or states.empty:
        return None
    faults = [fault for entries in store.lists(sampled, "faults").values() for fault in entries]
    end = last_change(shares, faults, runs.simulated_s.max())
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6.4), layout="constrained", sharex=True, height_ratios=(3, 2))
    looks = looks_of(sampled)
    for axes, samples, scale in ((above, shares, 100), (below, states, 1)):
        shown = shade(axes, faults, end)
        draw_lines(axes, samples, runs, looks, end, scale, end / 100)
    above.set(ylabel="share present (%)", ylim=share_limits(100 * shares.value.min()))
    below.set(xlabel="simulated time (s)", ylabel="different states", xlim=(0, end))
    if states.value.max() > 10:
        below.set_yscale("log")
        below.set_ylim(0.9, 1.2 * states.value.max())
        plain(below.yaxis)
    else:
        below.set_ylim(0, 1.1 * states.value.max())
    title(figure, f"{name}: acknowledged writes on the live nodes, and states that these hold",
          "present: of all pairs of an acknowledged write and a live node" +
          ("; bands: 5 to 95 % of seeds" if runs.groupby("line").size().max() > 1 else ""))
    handles, labels = above.get_legend_handles_labels()
    legend_below(figure, below, handles + list(shown.values()), labels + list(shown))
    return figure


def share_limits(least):
    """Axis of shares in per cent: from 0, or near above it where little is ever missing."""
    low = 0 if least < 60 else least - 0.1 * (100 - least)
    return low - 0.03 * (100 - low), 100 + 0.03 * (100 - low)


def writes_are_rare(store, runs):
    """Whether nodes are up to date now and then while clients write. Under steady load some write is always under way, so
    that no node ever is, whatever else happens."""
    samples = samples_of(store, store.sampled(only(runs, runs.measured)), "up_to_date")
    dips = samples.value < 1
    after_first, before_last = dips.groupby(samples.run_id).cummax(), dips[::-1].groupby(samples.run_id[::-1]).cummax()[::-1]
    writing = samples[after_first & before_last]
    return len(writing) > 0 and bool((writing.groupby("line").value.mean() > 0.2).all())


@of_results(store=True)
def up_to_date(store, runs, *, name):
    """Share of live nodes that hold every acknowledged write, over time."""
    return draw_curves(store, runs, "up_to_date", lambda _: (100, "share of live nodes (%)"),
                       f"{name}: nodes that hold every acknowledged write, averaged over short spans",
                       "lines: median over seeds; bands: 5 to 95 %; a dot: the last run has ended", (-3, 103), 40)


@of_results(store=True)
def bytes_over_time(store, runs, *, name):
    """Bytes sent between nodes so far, over time."""
    def scaled(largest):
        factor, unit = next(((f, u) for f, u in ((1e-9, "GB"), (1e-6, "MB"), (1e-3, "kB")) if largest * f >= 1), (1, "B"))
        return factor, f"sent so far ({unit})"

    return draw_curves(store, runs, "bytes", scaled, f"{name}: bytes between nodes",
                       "lines: median over seeds; bands: 5 to 95 %; a dot: the last run has ended")


SHOWN = 12  # faults; more leave no room for their runs


def recoveries(store, runs):
    """One row per ended fault and run: line, number of the fault, its text, seconds or NaN."""
    sampled = store.sampled(only(runs, runs.measured))
    lines = dict(zip(sampled.id, sampled.line))
    rows = []
    for run, entries in store.lists(sampled, "recovery").items():
        for i, entry in enumerate(entries):
            value = entry["reconverged_s"]
            rows.append((lines[run], i, entry["fault"], np.nan if value is None else value))
    return pd.DataFrame(rows, columns=["line", "number", "fault", "seconds"])


@of_results(store=True)
def recovery(store, runs, *, name):
    """Time from the end of each fault to agreement; runs that did not agree stand above the axis."""
    table = recoveries(store, runs)
    if table.empty:
        return None
    numbers = sorted(table.number.unique())[:SHOWN]
    looks = looks_of(runs)
    lines = [line for line in looks if (table.line == line).any()]
    names = names_of(lines)
    top = table.seconds.max()
    top = 1.0 if np.isnan(top) or top <= 0 else top
    figure, axes = plt.subplots(figsize=(max(8, 1.1 * len(numbers) + 2), 4.8), layout="constrained")
    width = 0.8 / len(lines)
    for i, line in enumerate(lines):
        for number in numbers:
            values = table[(table.line == line) & (table.number == number)].seconds
            x = number + (i - (len(lines) - 1) / 2) * width
            spread = x + (np.arange(len(values)) % 7 - 3) * width / 12
            known = values.notna().to_numpy()
            style = dots(looks[line])
            axes.plot(spread[known], values[known], markersize=5, alpha=0.7,
                      label=names[line] if number == numbers[0] else None, **style)
            if (~known).any():
                axes.plot(x, 1.12 * top, markersize=8, markerfacecolor="none", **style)
                axes.annotate(f"{(~known).sum()}", (x, 1.16 * top), ha="center", va="bottom", fontsize=8)
    axes.axhline(1.06 * top, color="#888888", linewidth=0.8)
    axes.set_ylim(-0.03 * top, 1.28 * top)
    axes.set_xlim(numbers[0] - 0.5, numbers[-1] + 0.5)
    kinds = [table[table.number == n].fault.iloc[0] for n in numbers]
    axes.set_xticks(numbers, [f"{n + 1}\n{safe(kind.split(':')[0].split(' ')[0], 12)}" for n, kind in zip(numbers, kinds)])
    axes.set(xlabel="fault, in the order of their ends", ylabel="from its end to agreement (s)")
    left_out = table.number.nunique() - len(numbers)
    title(figure, f"{name}: recovery after each fault" + (f" (the first {SHOWN}; {left_out} more)" if left_out else ""),
          "hollow: so many runs did not agree before the next fault or the end")
    legend_below(figure, axes, lines_below=3)
    return figure
