"""Scaling curves over a key of the matrix, and heat maps over two."""
import textwrap

import numpy as np

from .store import number
from .style import COLOURS, DASHES, MARKERS, legend_below, names_of, plt, safe

METRICS = (("convergence", "convergence time (s)", 1), ("stable_p99", "stable latency p99 (ms)", 1e3),
           ("messages_per_op", "messages per operation", 1), ("bytes_per_op", "kB per operation", 1e-3))


def keys_of(runs):
    """Keys of the matrix with at least two values, in their order; `nodes` also if it came by --set."""
    keys = list(dict.fromkeys(key for case in runs.case for key in case))
    if "nodes" not in keys and runs.nodes.nunique() > 1:
        keys.insert(0, "nodes")
    return [key for key in keys if column(runs, key).nunique() > 1]


def column(runs, key):
    fallback = runs.nodes.astype(str) if key == "nodes" else None
    return runs.case.map(lambda case: case.get(key)) if any(key in case for case in runs.case) else fallback


def fit(x, y):
    """Exponent of y ~ x^k by least squares on logarithms, with its standard error (None for two points)."""
    lx, ly = np.log(x), np.log(y)
    k, c = np.polyfit(lx, ly, 1)
    if len(x) < 3:
        return k, None
    rest = ly - (k * lx + c)
    return k, float(np.sqrt((rest @ rest) / (len(x) - 2) / ((lx - lx.mean()) @ (lx - lx.mean()))))


def exponent_text(x, y):
    k, error = fit(x, y)
    return f"exponent {k:.2f}" + (f" \u00b1 {error:.2f}" if error is not None else "")


def scaling(runs, key, name):
    """Four metrics over a numeric key; None if it is not numeric. Where both axes are positive and wide: log-log."""
    runs = runs[runs.measured].assign(x=column(runs, key).map(number))
    if runs.x.isna().any() or runs.x.nunique() < 2:
        return None
    figure, grid = plt.subplots(2, 2, figsize=(10, 8), layout="constrained")
    names = names_of(dict.fromkeys(runs.line))
    wide = runs.x.min() > 0 and runs.x.max() / runs.x.min() >= 3
    for axes, (metric, ylabel, scale) in zip(grid.flat, METRICS):
        log = wide and draw_metric(axes, runs, metric, scale, names, wide)
        if log:
            axes.set_xscale("log")
            axes.set_yscale("log")
            ticks = sorted(runs.x.unique())
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.xaxis.set_minor_locator(plt.NullLocator())
        elif not wide:
            draw_metric(axes, runs, metric, scale, names, False)
        axes.set(xlabel=safe(key), ylabel=ylabel)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=8, title=None)
    figure.suptitle(f"{name}: medians over seeds by {safe(key)}", x=0.01, ha="left", fontsize=11)
    handles = [plt.Line2D([], [], color=COLOURS[i % len(COLOURS)], marker=MARKERS[i % len(MARKERS)],
                          linestyle=DASHES[i % len(DASHES)]) for i in range(len(names))]
    legend_below(figure, grid[1][0], handles, list(names.values()))
    return figure


def draw_metric(axes, runs, metric, scale, names, fitted):
    """Lines of medians; infinite ones are marked at the top. True if logarithms of all values exist."""
    positive = True
    table = runs[runs[metric].notna()].groupby(["line", "x"], sort=False)[metric].median().mul(scale)
    for i, line in enumerate(names):
        if line not in table.index.get_level_values("line"):
            continue
        values = table.loc[line].sort_index()
        known = values[np.isfinite(values)]
        style = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)],
                 "linestyle": DASHES[i % len(DASHES)]}
        positive = positive and bool((known > 0).all())
        label = exponent_text(known.index.to_numpy(), known.to_numpy()) if (
            fitted and len(known) > 1 and (known > 0).all()) else None
        if len(known):
            axes.plot(known.index, known, label=label, **style)
        for k, x in enumerate(values.index[np.isinf(values)]):
            axes.plot(x, 1.03 + 0.05 * i, transform=axes.get_xaxis_transform(), clip_on=False, marker=style["marker"], markersize=9,
                      markerfacecolor="none", color=style["color"], label="never" if k == 0 else None, linestyle="")
    return positive


def heat_map(runs, keys, name):
    """Median convergence time over two keys, a panel a protocol; cells without any convergence say never."""
    runs = runs[runs.measured]
    runs = runs.assign(x=column(runs, keys[0]), y=column(runs, keys[1]))
    lines = list(dict.fromkeys(runs.line))
    names = names_of(lines)
    xs, ys = (sorted(runs[axis].dropna().unique(), key=lambda v: (number(v) is None, number(v) or 0, v)) for axis in "xy")
    median = runs.groupby(["line", "x", "y"]).convergence.median()
    finite = median[np.isfinite(median)]
    columns = min(3, len(lines))
    rows = -(-len(lines) // columns)
    figure, grid = plt.subplots(rows, columns, squeeze=False, layout="constrained",
                                figsize=(max(4.6, 0.7 * len(xs) + 2.2) * columns, max(3.2, 0.45 * len(ys) + 1.6) * rows))
    image = None
    for axes, line in zip(grid.flat, lines):
        values = np.array([[median.get((line, x, y), np.nan) for x in xs] for y in ys], dtype=float)
        high = finite.max() if len(finite) and finite.max() > 0 else 1.0
        image = axes.imshow(np.where(np.isfinite(values), values, np.nan), cmap="cividis", vmin=0, vmax=high,
                            origin="lower", aspect="auto")
        for (j, i), value in np.ndenumerate(values):
            if np.isnan(value):
                continue
            text = "never" if np.isinf(value) else f"{value:.3g}"
            colour = "#000000" if np.isinf(value) or value > 0.55 * high else "#FFFFFF"
            axes.text(i, j, text, ha="center", va="center", fontsize=8, color=colour)
        axes.set_xticks(range(len(xs)), [safe(x, 14) for x in xs], rotation=0 if len(xs) < 7 else 45)
        axes.set_yticks(range(len(ys)), [safe(y, 14) for y in ys])
        axes.grid(False)
        axes.set(xlabel=safe(keys[0]), ylabel=safe(keys[1]))
        axes.set_title(textwrap.fill(names[line], 28), fontsize=9)
        axes.set_facecolor("#DDDDDD")
    for axes in list(grid.flat)[len(lines):]:
        axes.set_visible(False)
    figure.colorbar(image, ax=grid, label="median convergence time (s)", shrink=0.8)
    figure.suptitle(f"{name}: convergence time", x=0.01, ha="left", fontsize=11)
    return figure
