"""The heat map of `hearsay map`: what a single fault costs, by where it strikes and when."""
import numpy as np

from .style import plt, safe, styled, title


@styled
def fault_map(one: dict, *, name: str):
    """One of the maps in the JSON file of `map`. Cells that never came to an end say so."""
    rows, times = one["rows"], one["times_s"]
    values = np.array([np.inf if cell["never"] else np.nan if cell["value"] is None else cell["value"]
                       for cell in one["cells"]], dtype=float).reshape(len(rows), len(times))
    finite = values[np.isfinite(values)]
    high = finite.max() if len(finite) and finite.max() > 0 else 1.0
    figure, axes = plt.subplots(layout="constrained", figsize=(min(24, max(5, 0.62 * len(times) + 2.6)),
                                                               min(24, max(3, 0.4 * len(rows) + 1.8))))
    image = axes.imshow(np.where(np.isfinite(values), values, np.nan), cmap="cividis", vmin=0, vmax=high, aspect="auto")
    if values.size <= 1500:
        for (j, i), value in np.ndenumerate(values):
            if np.isnan(value):
                continue
            colour = "#000000" if np.isinf(value) or value > 0.55 * high else "#FFFFFF"
            axes.text(i, j, "never" if np.isinf(value) else f"{value:.3g}", ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(times)), [f"{t:g}" for t in times], rotation=0 if len(times) < 14 else 90)
    axes.set_yticks(range(len(rows)), [safe(row, 20) for row in rows])
    axes.grid(False)
    axes.set_facecolor("#DDDDDD")
    axes.set(xlabel="the fault begins (s)", ylabel=one["rows_are"])
    figure.colorbar(image, ax=axes, label=safe(one["metric"]), shrink=0.9)
    title(figure, f"{name}: {safe(one['fault'])} for {one['lasts_s']:g} s")
    return figure
