"""Distributions over seeds, quantiles, violations, and cost against latency."""
import numpy as np

from ..columns import only, places_by_line
from .style import curve, dots, legend_below, looks_of, names_of, of_results, plain, plt, safe, title


@of_results
def convergence_cdf(runs, *, name):
    """Share of runs that have converged, over the convergence time; runs that never converged leave a gap below 1."""
    return draw_cdf(only(runs, runs.measured), "convergence", "convergence time (s)", "share of runs that have converged",
                    f"{name}: convergence time over seeds", "a line that stays below 1: the rest never converged", "never")


@of_results
def metric_cdf(runs, metric: str, *, name):
    """Distribution over the runs of any numeric column, such as `everywhere_p99` or `protocol_metrics_retries`."""
    runs = only(runs, runs.measured & runs[metric].notna())
    return draw_cdf(runs[["line", "look", metric]].astype({metric: float}), metric, safe(metric), "share of runs up to this value",
                    f"{name}: {safe(metric)} over seeds", "a line that stays below 1: in the rest it never happened", "never")


def draw_cdf(runs, metric, xlabel, ylabel, heading, detail, absent):
    if runs.empty:
        return None
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    runs = runs[["line", "look", metric]]
    finite = only(runs, np.isfinite(runs[metric]))
    low, high = (min(0.0, finite[metric].min()), max(0.0, finite[metric].max())) if len(finite) else (0.0, 0.0)
    low, high = (low, high) if high > low else (low, low + 1)
    edge = 0.05 * (high - low)
    looks = looks_of(runs)
    names = names_of(looks)
    places = places_by_line(runs)
    for line, look in looks.items():
        part = runs[metric].to_numpy()[places[line]]
        values = np.sort(part[np.isfinite(part)])
        never = len(part) - len(values)
        shown = steps_of(len(values))
        x = np.concatenate([[low - edge], values[shown], [high + edge]])
        y = np.concatenate([[0], shown + 1, [len(values)]]) / len(part)
        axes.plot(x, y, drawstyle="steps-post", linewidth=2, **curve(look),
                  label=f"{names[line]}: {len(part)} run{'s' if len(part) > 1 else ''}" + (f", {never} {absent}" if never else ""))
    axes.axhline(1, color="#888888", linewidth=0.8)
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(low - edge / 2, high + edge), ylim=(-0.03, 1.05))
    unsqueeze(axes, finite, metric, high)
    title(figure, heading, detail if not np.isfinite(runs[metric]).all() else "")
    legend_below(figure, axes)
    return figure


STEPS = 4000  # of a distribution; more are finer than a picture


def steps_of(count):
    """Indices of the sorted values at which a distribution's line rises: all, or STEPS, evenly, the first and last among them."""
    return np.arange(count) if count <= STEPS else np.unique(np.linspace(0, count - 1, STEPS).astype(int))


def unsqueeze(axes, finite, metric, high):
    """A logarithmic axis where one line would squeeze the others against the edge: linear from 0 to the smallest value."""
    positive = finite[finite[metric] > 0]
    largest = positive.groupby("line")[metric].max()
    if len(largest) < 2 or finite[metric].min() < 0 or largest.max() < 20 * largest.min():
        return
    linear = 10 ** np.floor(np.log10(positive[metric].min()))
    linear = max(linear, 1e-6 * high)
    axes.set_xscale("symlog", linthresh=linear, linscale=0.5)
    axes.set_xlim(-0.1 * linear, 1.3 * high)
    decades = 10.0 ** np.arange(round(np.log10(linear)), np.ceil(np.log10(high)) + 1)
    axes.set_xticks([0, *decades[:: max(1, len(decades) // 7)]])
    axes.xaxis.set_major_formatter(plt.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(plt.NullLocator())


LATENCIES = {"client": ("client_latency_s", "from a client's request to its answer"),
             "delivery": ("delivery_latency_s", "from a write's invocation to its application, over all nodes"),
             "everywhere": ("everywhere_latency_s", "from a write's invocation to its presence on every live node")}


POINTS = ("p50", "p90", "p99", "max")


@of_results
def latency(runs, kind: str, *, name):
    """Median, p90, p99 and maximum of a latency of each protocol: `client`, `delivery` or `everywhere`; medians over seeds."""
    column, meaning = LATENCIES[kind]
    points = [p for p in POINTS if f"{column}_{p}" in runs]
    never = (runs.never_stable.fillna(0) > 0) & (kind == "everywhere")  # a quantile that is absent then is infinite
    runs = only(runs, runs.measured & (runs[[f"{column}_{p}" for p in points]].notna().any(axis=1) | never))
    if runs.empty:
        return None
    looks = looks_of(runs)
    names = names_of(looks)
    figure, axes = plt.subplots(figsize=(8, 2.0 + 0.5 * len(looks)), layout="constrained")
    places = places_by_line(runs)
    table = {line: [1e3 * runs[f"{column}_{p}"].iloc[places[line]].fillna(np.inf).median() for p in points] for line in looks}
    finite = [v for values in table.values() for v in values if np.isfinite(v)]
    if not finite:
        return None
    top = max(finite) if max(finite) > 0 else 1
    positive = [v for v in finite if v > 0]
    if positive and max(positive) > 20 * min(positive):
        axes.set_xscale("symlog", linthresh=10 ** np.floor(np.log10(min(positive))), linscale=0.5)
        axes.xaxis.set_major_formatter(plt.FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(plt.NullLocator())
    for i, line in enumerate(looks):
        colour = dots(looks[line])["color"]
        known = [v for v in table[line] if np.isfinite(v)]
        if known:
            axes.plot([known[0], known[-1]], [i, i], color=colour, linewidth=2, alpha=0.4)
        for value, marker in zip(table[line], ("o", "s", "D", "|")):
            if np.isfinite(value):
                axes.plot(value, i, marker=marker, color=colour, markersize=8 if marker == "o" else 7, linestyle="")
        never = [p for p, v in zip(points, table[line]) if not np.isfinite(v)]
        if never:
            axes.annotate(f"{', '.join(never)}: never", (known[-1] if known else 0, i), xytext=(8, 7),
                          textcoords="offset points", fontsize=8, color=colour)
    axes.set_yticks(range(len(looks)), list(names.values()))
    axes.set_ylim(len(looks) - 0.5, -0.6)
    axes.set_xlim(left=-0.02 * top if axes.get_xscale() == "linear" else -0.1 * axes.xaxis.get_transform().linthresh)
    axes.set_xlabel(f"{kind} latency (ms)")
    title(figure, f"{name}: {kind} latency, medians over seeds", meaning)
    marks = [plt.Line2D([], [], color="#444444", marker=m, linestyle="") for m in ("o", "s", "D", "|")][:len(points)]
    legend_below(figure, axes, marks, points)
    return figure


VIOLATIONS = ("violations_causal_order", "violations_read_your_writes", "violations_monotonic_reads", "violations_duplicate_apply",
              "violations_accepted_corrupt", "stale_reads", "lost_updates", "lost_writes")


@of_results
def violations(runs, *, name):
    """How often each promise was broken, as means over seeds; None where none was."""
    runs = only(runs, runs.measured)
    kinds = [kind for kind in VIOLATIONS if kind in runs and (runs[kind].fillna(0) > 0).any()]
    if not kinds:
        return None
    looks = looks_of(runs)
    names = names_of(looks)
    means = runs.groupby("line")[kinds].mean().astype(float)
    figure, axes = plt.subplots(figsize=(max(8, 1.5 + 1.4 * len(kinds)), 4.8), layout="constrained")
    width = 0.8 / len(looks)
    largest = means.to_numpy().max()
    for i, (line, look) in enumerate(looks.items()):
        x = np.arange(len(kinds)) + (i - (len(looks) - 1) / 2) * width
        values = means.loc[line, kinds].to_numpy()
        axes.bar(x, values, 0.9 * width, color=curve(look)["color"], label=names[line])
        for at, value in zip(x, values):
            if value > 0:
                axes.annotate(f"{value:.3g}", (at, value), ha="center", va="bottom", fontsize=7)
    if largest > 20 * means.to_numpy()[means.to_numpy() > 0].min():
        axes.set_yscale("symlog", linthresh=1)
        axes.yaxis.set_major_formatter(plt.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_ylim(0, None)
    axes.margins(y=0.12)
    axes.set_xticks(range(len(kinds)), [kind.replace("violations_", "").replace("_", "\n") for kind in kinds])
    axes.set_ylabel("times per run")
    title(figure, f"{name}: broken promises, means over seeds", "a kind that does not occur is not shown")
    legend_below(figure, axes, lines_below=3)
    return figure


@of_results
def convergence_box(runs, *, name):
    """One box per protocol, with its runs as dots; runs that never converged stand beyond the line."""
    runs = only(runs, runs.measured)
    if runs.empty:
        return None
    looks = looks_of(runs)
    names = names_of(looks)
    convergence = runs.convergence.to_numpy()
    places = places_by_line(runs)
    groups = [(line, convergence[places[line]]) for line in looks]
    finite = convergence[np.isfinite(convergence)]
    top = finite.max() if len(finite) and finite.max() > 0 else 1.0
    figure, axes = plt.subplots(figsize=(8, 1.6 + 0.75 * len(groups)), layout="constrained")
    for i, (line, part) in enumerate(groups):
        values = part[np.isfinite(part)]
        never = len(part) - len(values)
        style = dots(looks[line])
        colour = style["color"]
        if len(values) > 1:
            axes.boxplot(values, positions=[i], vert=False, widths=0.55, showfliers=False, whis=(5, 95),
                         medianprops={"color": "#000000"}, boxprops={"color": colour}, whiskerprops={"color": colour},
                         capprops={"color": colour})
        shown = values[:: max(1, len(values) // 400)]
        spread = 0.2 * ((np.arange(1, len(shown) + 1) * 0.618034 + 0.381966) % 1 - 0.5 * (len(shown) > 1))
        axes.plot(shown, i + spread, markersize=4, alpha=0.5, **style)
        if never:
            axes.plot(1.1 * top, i, markersize=9, markerfacecolor="none", **style)
            axes.annotate(f"{never} of {len(part)} never", (1.13 * top, i), va="center", fontsize=9)
    axes.axvline(1.05 * top, color="#888888", linewidth=0.8)
    axes.set_yticks(range(len(groups)), [names[line] for line, _ in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(-0.03 * top, 1.4 * top)
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 1.05 * top])
    axes.set_xlim(-0.03 * top, 1.4 * top)
    axes.set_xlabel("convergence time (s)")
    title(figure, f"{name}: convergence time (box: quartiles, whiskers: 5 to 95 %)")
    return figure


def pareto_front(points):
    """Indices of the points that no other one beats or equals in both coordinates while beating it in one."""
    return [i for i, (x, y) in enumerate(points)
            if not any(a <= x and b <= y and (a < x or b < y) for a, b in points)]


def flawed(runs):
    """Lines and cases whose cheapness is not to be admired: some run did not converge, lost a write, or the clients got fewer
    answers than of another line. As `compare`, which marks no best figure there."""
    grouped = runs.groupby(["line", "case_key"], sort=False)
    bad = grouped.converged.apply(lambda c: bool((~c.fillna(True)).any())) | (grouped.lost_writes.max().fillna(0) > 0)
    answered = grouped.operations_acknowledged_share.median()
    most = answered.groupby("case_key").transform("max")
    return bad | (answered < most - 1e-12)


@of_results
def cost_against_latency(runs, *, name):
    """Messages per operation over the median time from invocation to presence on every live node, with the Pareto frontier.
    Hollow: did not always converge, lost writes or answered fewer clients; such points are never on the frontier."""
    runs = only(runs, runs.measured & runs.messages_per_op.notna())
    if runs.empty:
        return None
    hollow = flawed(runs)
    medians = runs.groupby(["line", "case_key"], sort=False)[["everywhere_p50", "messages_per_op"]].median()
    medians = medians[medians.everywhere_p50.notna()]
    if not np.isfinite(medians.everywhere_p50).any():
        return None
    looks = {line: look for line, look in looks_of(runs).items() if line in medians.index.get_level_values("line")}
    names = names_of(looks)
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    finite = medians[np.isfinite(medians.everywhere_p50)]
    sound = finite[~hollow.reindex(finite.index)]
    for line, look in looks.items():
        part = medians.loc[[line]]
        known = part[np.isfinite(part.everywhere_p50)]
        never = len(part) - len(known)
        label = names[line] + (" (never everywhere" + (f" in {never} cases)" if len(part) > 1 else ")") if never else "")
        empty = {"markerfacecolor": "none", "markeredgewidth": 1.6}
        flaws = hollow.reindex(part.index)
        for is_hollow in (False, True):
            shown = known[hollow.reindex(known.index) == is_hollow]
            if len(shown):
                axes.plot(1e3 * shown.everywhere_p50, shown.messages_per_op, markersize=9, **dots(look), **(empty if is_hollow else {}))
        axes.plot([], [], markersize=9, label=label, **dots(look), **(empty if flaws.all() else {}))
    if hollow.any():
        axes.plot([], [], linestyle="", label="hollow: did not converge, lost writes or answered fewer clients")
    points = [(row.everywhere_p50, row.messages_per_op) for row in sound.itertuples()]
    front = sorted(points[i] for i in pareto_front(points))
    if front:
        axes.step([1e3 * x for x, _ in front], [y for _, y in front], where="post", color="#888888", linewidth=1,
                  linestyle="--", marker="o", markersize=17, markerfacecolor="none", label="Pareto frontier", zorder=0)
    for axis, set_scale, set_limits, values in ((axes.xaxis, axes.set_xscale, axes.set_xlim, 1e3 * finite.everywhere_p50),
                                                (axes.yaxis, axes.set_yscale, axes.set_ylim, finite.messages_per_op)):
        low, high = values.min(), values.max()
        if low > 0 and high / low > 20:
            set_scale("log")
            set_limits(low / 1.6, 1.6 * high)
            plain(axis)
        else:
            set_limits(-0.04 * high if high > 0 else -0.04, 1.08 * high if high > 0 else 1)
    axes.set(xlabel="from invocation to every live node, median (ms)", ylabel="messages per operation")
    several = medians.index.get_level_values("case_key").nunique() > 1
    title(figure, f"{name}: cost against latency, medians over seeds; lower left is better",
          ("one point per case of the matrix; " if several else "") + "latency: from the invocation until visible everywhere")
    legend_below(figure, axes)
    return figure
