"""Distributions over seeds, and cost against latency."""
import numpy as np

from .style import curve, dots, legend_below, looks_of, names_of, of_results, plain, plt, title


@of_results
def convergence_cdf(runs, *, name):
    """Share of runs that have converged, over the convergence time; runs that never converged leave a gap below 1."""
    runs = runs[runs.measured]
    if runs.empty:
        return None
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    finite = runs.convergence[np.isfinite(runs.convergence)]
    end = 1.05 * finite.max() if len(finite) and finite.max() > 0 else 1.0
    looks = looks_of(runs)
    names = names_of(looks)
    for line, look in looks.items():
        part = runs[runs.line == line]
        values = np.sort(part.convergence[np.isfinite(part.convergence)])
        never = len(part) - len(values)
        x = np.concatenate([[0], values, [end]])
        y = np.concatenate([[0], np.arange(1, len(values) + 1), [len(values)]]) / len(part)
        axes.plot(x, y, drawstyle="steps-post", linewidth=2, **curve(look),
                  label=f"{names[line]}: {len(part)} run{'s' if len(part) > 1 else ''}" + (f", {never} never" if never else ""))
    axes.axhline(1, color="#888888", linewidth=0.8)
    axes.set(xlabel="convergence time (s)", ylabel="share of runs that have converged", xlim=(-0.02 * end, end),
             ylim=(-0.03, 1.05))
    title(figure, f"{name}: convergence time over seeds", "a line that stays below 1: the rest never converged")
    legend_below(figure, axes)
    return figure


@of_results
def convergence_box(runs, *, name):
    """One box per protocol, with its runs as dots; runs that never converged stand beyond the line."""
    runs = runs[runs.measured]
    if runs.empty:
        return None
    looks = looks_of(runs)
    names = names_of(looks)
    groups = [(line, runs[runs.line == line]) for line in looks]
    finite = runs.convergence[np.isfinite(runs.convergence)]
    top = finite.max() if len(finite) and finite.max() > 0 else 1.0
    figure, axes = plt.subplots(figsize=(8, 1.6 + 0.75 * len(groups)), layout="constrained")
    for i, (line, part) in enumerate(groups):
        values = part.convergence[np.isfinite(part.convergence)].to_numpy()
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


@of_results
def cost_against_latency(runs, *, name):
    """Messages per operation over the median of stable latency, with the Pareto frontier."""
    runs = runs[runs.measured & runs.messages_per_op.notna()]
    medians = runs.groupby(["line", "case_key"], sort=False)[["stable_p50", "stable_p99", "messages_per_op"]].median()
    medians = medians[medians.stable_p50.notna()]
    if not np.isfinite(medians.stable_p50).any():
        return None
    looks = {line: look for line, look in looks_of(runs).items() if line in medians.index.get_level_values("line")}
    names = names_of(looks)
    figure, axes = plt.subplots(figsize=(8, 4.8), layout="constrained")
    finite = medians[np.isfinite(medians.stable_p50)]
    for line, look in looks.items():
        part = medians.loc[[line]]
        known = part[np.isfinite(part.stable_p50)]
        never = len(part) - len(known)
        axes.plot(1e3 * known.stable_p50, known.messages_per_op, markersize=9, **dots(look),
                  label=names[line] + (" (never stable" + (f" in {never} cases)" if len(part) > 1 else ")") if never else ""))
    points = [(row.stable_p50, row.messages_per_op) for row in finite.itertuples()]
    front = sorted(points[i] for i in pareto_front(points))
    axes.step([1e3 * x for x, _ in front], [y for _, y in front], where="post", color="#888888", linewidth=1, linestyle="--",
              marker="o", markersize=17, markerfacecolor="none", label="Pareto frontier", zorder=0)
    for axis, set_scale, set_limits, values in ((axes.xaxis, axes.set_xscale, axes.set_xlim, 1e3 * finite.stable_p50),
                                                (axes.yaxis, axes.set_yscale, axes.set_ylim, finite.messages_per_op)):
        low, high = values.min(), values.max()
        if low > 0 and high / low > 20:
            set_scale("log")
            set_limits(low / 1.6, 1.6 * high)
            plain(axis)
        else:
            set_limits(-0.04 * high if high > 0 else -0.04, 1.08 * high if high > 0 else 1)
    axes.set(xlabel="stable latency, median (ms)", ylabel="messages per operation")
    several = medians.index.get_level_values("case_key").nunique() > 1
    title(figure, f"{name}: cost against latency, medians over seeds; lower left is better",
          ("one point per case of the matrix; " if several else "") + "latency: from acknowledgement to visible everywhere")
    legend_below(figure, axes)
    return figure
