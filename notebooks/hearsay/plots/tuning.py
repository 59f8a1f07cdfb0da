"""The frontier of `hearsay tune`, and what each parameter does."""
import numpy as np

from .style import COLOURS, legend_below, plain, plt, safe, styled, title


def pairs(points, i, j):
    return np.array([[p["figures"][i], p["figures"][j]] for p in points
                     if p["figures"][i] is not None and p["figures"][j] is not None], dtype=float).reshape(-1, 2)


def whiskers(points, which):
    """Distances of the ends of the intervals from the figures, as errorbar takes them."""
    low, high = [], []
    for point in points:
        interval, figure = point["intervals"][which], point["figures"][which]
        whole = interval is not None and None not in interval
        low.append(max(0, figure - interval[0]) if whole else 0)
        high.append(max(0, interval[1] - figure) if whole else 0)
    return [low, high]


def draw_front(axes, found, i, j):
    fields = [safe(objective["field"]) for objective in found["objectives"]]
    tried = pairs([s for s in found["settings"] if s["allowed"]], i, j)
    refused = pairs([s for s in found["settings"] if not s["allowed"]], i, j)
    if len(tried):
        axes.plot(*tried.T, ".", color="#999999", markersize=5, label="settings that were tried")
    if len(refused):
        axes.plot(*refused.T, "x", color="#CCCCCC", markersize=5, label="that break a constraint")
    shown = [p for p in found["front"] if None not in (p["figures"][i], p["figures"][j])]
    front = [p for p in shown if p["on_front"]]
    beaten = [p for p in shown if not p["on_front"]]
    for points, look, label in ((beaten, {"color": COLOURS[4], "marker": "v"}, "beaten on fresh seeds"),
                                (front, {"color": COLOURS[0], "marker": "o"}, "frontier on fresh seeds, 95 % intervals")):
        if points:
            axes.errorbar(*pairs(points, i, j).T, xerr=whiskers(points, i), yerr=whiskers(points, j), linestyle="",
                          markersize=6, capsize=2, linewidth=1, label=label, **look)
    for number, point in enumerate(found["front"], start=1):
        if point in front:
            axes.annotate(str(number), (point["figures"][i], point["figures"][j]), xytext=(5, 5), textcoords="offset points", fontsize=8)
    knee = [p for p in front if p["knee"]]
    if knee:
        axes.plot(*pairs(knee, i, j).T, "o", color=COLOURS[1], markersize=14, fillstyle="none", markeredgewidth=1.5, label="knee")
    everything = np.vstack([pairs(shown, i, j), tried])
    for axis, set_scale, column in ((axes.xaxis, axes.set_xscale, 0), (axes.yaxis, axes.set_yscale, 1)):
        values = everything[:, column]
        if len(values) and values.min() > 0 and values.max() > 10 * values.min():
            set_scale("log")
            plain(axis)
    axes.set(xlabel=fields[i], ylabel=fields[j])


@styled
def tuning(found: dict, *, name: str):
    """The file tune.json of `tune`: for each objective against the first the frontier, then the effects of the parameters."""
    objectives = found["objectives"]
    others = list(range(1, len(objectives))) or [0]
    figure, panels = plt.subplots(1, len(others) + 1, layout="constrained", figsize=(5.2 * len(others) + 4, 4.8))
    for axes, other in zip(panels, others):
        draw_front(axes, found, 0, other)
    legend_below(figure, panels[0], most_columns=1)
    axes, height = panels[-1], 0.8 / len(objectives)
    names = [safe(parameter["path"], 28) for parameter in found["parameters"]]
    for k, objective in enumerate(objectives):
        effects = [parameter["effects"][k] for parameter in found["parameters"]]
        places = [y + (k - (len(objectives) - 1) / 2) * height for y in range(len(names))]
        axes.barh(places, [100 * effect["share"] if effect else 0 for effect in effects], height, color=COLOURS[k % len(COLOURS)],
                  label=safe(objective["field"]))
        for place, effect in zip(places, effects):
            if effect is None:
                axes.text(1, place, "the settings cannot tell", va="center", fontsize=8, color="#555555")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="share of the differences (ranks) that\nthe parameter alone explains, %", xlim=(0, 100))
    legend_below(figure, axes, lines_below=3, most_columns=1)
    title(figure, name, f"{len(found['settings'])} settings, {found['runs']} runs; medians over {found['fresh_seeds']} fresh seeds")
    return figure
