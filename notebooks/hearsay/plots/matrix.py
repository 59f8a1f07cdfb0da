"""Scaling curves over a key of the matrix, and heat maps over two."""
import textwrap

import numpy as np
import pandas as pd

from ..columns import only
from ..results import number
from .style import DASHES, MARKERS, curve, dots, legend_below, looks_of, names_of, of_results, plain, plt, safe, title

METRICS = (("convergence", "convergence time (s)", 1), ("everywhere_p99", "invocation to every node, p99 (ms)", 1e3),
           ("messages_per_op", "messages per operation", 1), ("bytes_per_op", "kB per operation", 1e-3))


def keys_of(runs):
    """Keys of the matrix with at least two values, in their order; `nodes` also if it came by --set."""
    first = runs.drop_duplicates(["case_key", "nodes"])  # of which there are fewer
    keys = list(dict.fromkeys(key for case in first.case for key in case))
    if "nodes" not in keys and first.nodes.nunique() > 1:
        keys.insert(0, "nodes")
    return [key for key in keys if column(first, key).nunique() > 1]


def column(runs, key):
    first = runs.drop_duplicates("case_key")
    values = {text: case.get(key) for text, case in zip(first.case_key, first.case)}
    if any(value is not None for value in values.values()):
        return runs.case_key.map(values)
    return runs.nodes.map({nodes: str(nodes) for nodes in runs.nodes.unique()}) if key == "nodes" else None


def fit(x, y) -> "tuple[float, float | None]":
    """Exponent of y ~ x^k by least squares on logarithms, with its standard error (None for two points)."""
    lx, ly = np.log(x), np.log(y)
    k, c = np.polyfit(lx, ly, 1)
    if len(x) < 3:
        return k, None
    rest = ly - (k * lx + c)
    return k, float(np.sqrt((rest @ rest) / (len(x) - 2) / ((lx - lx.mean()) @ (lx - lx.mean()))))


def exponent_text(x, y) -> str:
    """The exponent of y ~ x^k as text: "exponent 1.98 ± 0.02"."""
    k, error = fit(x, y)
    return f"exponent {k:.2f}" + (f" \u00b1 {error:.2f}" if error is not None else "")


def by_other_keys(runs, key):
    """The runs with a line for each combination of the other keys' values: pooled, their medians would mean nothing."""
    others = [other for other in keys_of(runs) if other != key]
    if not others:
        return runs.assign(variant="", base=runs.line)
    first = runs.drop_duplicates(["case_key", "nodes"])
    texts = [column(first, other).astype(str).radd(f"{other} ") for other in others]
    variants = dict(zip(zip(first.case_key, first.nodes), map(", ".join, zip(*texts))))
    variant = pd.Series([variants[key] for key in zip(runs.case_key, runs.nodes)], index=runs.index)
    return runs.assign(variant=variant, base=runs.line, line=runs.line + ", " + variant)


def looks_by_variant(runs):
    """Line -> how it is drawn: the colour says which protocol, dashes and marker which values of the other keys."""
    variants = {variant: i for i, variant in enumerate(dict.fromkeys(
        sorted(runs.variant.unique(), key=lambda text: [(number(word) is None, number(word) or 0, word) for word in text.split()])))}
    looks = {}
    for _, row in runs.drop_duplicates("line").sort_values("look", kind="stable").iterrows():
        own = {**dots(row["look"]), **curve(row["look"])}
        if len(variants) > 1:
            place = variants[row.variant]
            own.update(linestyle=DASHES[place % len(DASHES)], marker=MARKERS[place % len(MARKERS)], alpha=1 - 0.5 * place / len(variants))
        looks[row.line] = own
    return looks


@of_results
def scaling(runs, key: str, metrics=METRICS, *, name):
    """Four metrics over a numeric key; None if it is not numeric. Other keys of the matrix make lines of their own. Over a positive key that grows to three times itself or
    more both axes are logarithmic, and exponents stand beside; a value of 0 then stands below a stretch that is linear."""
    texts = column(runs, key)
    drawn = ["line", "look", "case_key", "case", "nodes", *(metric for metric, *_ in metrics)]
    runs = only(runs, runs.measured)[list(dict.fromkeys(drawn))].assign(x=texts.map({text: number(text) for text in texts.unique()}), text=texts)
    if runs.x.isna().any() or runs.x.nunique() < 2:
        return None
    runs = by_other_keys(runs, key)
    looks = looks_by_variant(runs)
    wide = runs.x.min() > 0 and runs.x.max() / runs.x.min() >= 3
    rows = 2 if len(metrics) > 1 else 1
    figure, grid = plt.subplots(rows, rows, squeeze=False, figsize=(13 if wide else 10.5, 8) if rows > 1 else (8, 4.8),
                                layout="constrained")
    for axes, (metric, ylabel, scale) in zip(grid.flat, metrics):
        values = draw_metric(axes, runs, metric, scale, looks, wide)
        if wide:
            axes.set_xscale("log")
            scale_values(axes, values)
        name_ticks(axes, dict(zip(runs.x, runs.text)))
        axes.set(xlabel=safe(key), ylabel=ylabel)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))  # beside the data
    title(figure, f"{name}: medians over seeds by {safe(key)}",
          "exponents: least squares on logarithms, with their standard errors" if wide else "")
    handles = [plt.Line2D([], [], **look) for look in looks.values()]
    beside = grid[-1][0].get_legend()
    legend_below(figure, grid[-1][0], handles, list(names_of(looks).values()))
    if beside is not None:
        grid[-1][0].add_artist(beside)  # axes have one legend of their own
    return figure


def scale_values(axes, values):
    """Logarithmic down to the smallest positive value; linear from there to 0 where that occurs."""
    positive = values[values > 0]
    if not len(positive):
        return
    if len(positive) == len(values):
        axes.set_yscale("log")
        if positive.max() / positive.min() < 1000:
            plain(axes.yaxis)
    else:
        linear = 10 ** np.floor(np.log10(positive.min()))
        axes.set_yscale("symlog", linthresh=linear)
        axes.yaxis.set_major_formatter(plt.FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_ylim(-0.2 * linear, 2 * positive.max())


def name_ticks(axes, texts):
    """A tick at each value of the key as the scenario writes it, where there is room for it."""
    place = axes.transData.transform
    left, right = (place((limit, 1))[0] for limit in axes.get_xlim())
    shown = []
    for x in sorted(texts):
        if not shown or place((x, 1))[0] - place((shown[-1], 1))[0] > 0.09 * (right - left):
            shown.append(x)
    axes.set_xticks(shown, [safe(texts[x], 10) for x in shown])
    axes.xaxis.set_minor_locator(plt.NullLocator())


def draw_metric(axes, runs, metric, scale, looks, fitted):
    """Lines of medians, and what is drawn; infinite ones are marked at the top."""
    table = runs[runs[metric].notna()].astype({metric: float}).groupby(["line", "x"], sort=False)[metric].median().mul(scale)
    drawn, rows = [], 0
    for line, look in looks.items():
        if line not in table.index.get_level_values("line"):
            continue
        values = table.loc[line].sort_index()
        known = values[np.isfinite(values)]
        label = exponent_text(known.index.to_numpy(), known.to_numpy()) if (
            fitted and len(known) > 1 and (known > 0).all()) else None
        if len(known):
            axes.plot(known.index, known, label=label, **look)
        drawn += list(known)
        never = values.index[np.isinf(values)]
        if len(never):
            axes.plot(never, [1.05 + 0.06 * rows] * len(never), transform=axes.get_xaxis_transform(), clip_on=False,
                      markersize=8, markerfacecolor="none", label="never", **{**look, "linestyle": ""})
            rows += 1
    return np.array(drawn)


@of_results
def heat_map(runs, keys: "list[str]", *, name):
    """Median convergence time over two keys, one panel per protocol; cells without any convergence say never."""
    runs = only(runs, runs.measured)[["line", "look", "case_key", "case", "nodes", "convergence"]]
    runs = runs.assign(x=column(runs, keys[0]), y=column(runs, keys[1]))
    lines = list(looks_of(runs))
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
    title(figure, f"{name}: convergence time")
    return figure
