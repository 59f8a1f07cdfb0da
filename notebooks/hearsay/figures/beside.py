"""Figures that others published, or that follow from a closed form, beside ours: as tables, and in pictures with error
bars. `Figures` collects them over a notebook."""
import math

import matplotlib.pyplot as plt
import pandas as pd

from ..plots.style import COLOURS, MARKERS, legend_below, title

EXPECTED, OURS = COLOURS[1], COLOURS[0]


def mean_and_error(values):
    """The mean and its standard error (0 for a single value, and where only the last bits differ)."""
    values = [float(v) for v in values]
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, 0.0
    spread = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
    error = (spread / len(values)) ** 0.5
    return mean, error if error > 1e-9 * abs(mean) else 0.0


class Figures:
    def __init__(self):
        self.rows = []
        self.shown = 0

    def add(self, subject, what, source, expected, values, uncertainty=0.0):
        """`values`: ours, one per seed; `uncertainty`: the standard error of the expected figure itself."""
        return self.add_mean(subject, what, source, expected, *mean_and_error(values), uncertainty)

    def add_mean(self, subject, what, source, expected, mean, error, uncertainty=0.0):
        both = math.hypot(error, uncertainty)
        self.rows.append({"subject": subject, "what": what, "source": source, "expected": expected, "uncertainty": uncertainty,
                          "ours": mean, "error": error, "z": (mean - expected) / both if both > 0 else math.nan})
        return self.rows[-1]

    def table(self):
        """Of what came in since the last one."""
        new = pd.DataFrame(self.rows[self.shown:])[["what", "source", "expected", "ours", "error", "z"]]
        self.shown = len(self.rows)
        return new.style.format({"expected": "{:.4g}", "ours": "{:.4g}", "error": "{:.2g}", "z": "{:+.1f}"},
                                  na_rep="-").hide(axis="index")

    def overview(self):
        """Every figure's distance from what was expected, in standard errors; one column per subject."""
        subjects = list(dict.fromkeys(row["subject"] for row in self.rows))
        figure, axes = plt.subplots(figsize=(10, 1.4 + 0.42 * len(subjects)), layout="constrained")
        axes.axvspan(-2, 2, color="#DDDDDD", linewidth=0, label="two standard errors", zorder=0)
        axes.axvline(0, color="#888888", linewidth=0.8, zorder=0)
        for i, subject in enumerate(subjects):
            rows = [row for row in self.rows if row["subject"] == subject]
            z = [max(-5.5, min(5.5, row["z"])) for row in rows if not math.isnan(row["z"])]
            exact = [row for row in rows if math.isnan(row["z"])]
            equal = sum(math.isclose(row["ours"], row["expected"], rel_tol=1e-5) for row in exact)
            spread = [i + 0.28 * ((k * 0.618034) % 1 - 0.5) for k in range(len(z))]
            axes.plot(z, spread, linestyle="", marker=MARKERS[0], markersize=6, alpha=0.7, color=OURS,
                      label=None if any(line.get_label() == "a figure of ours" for line in axes.lines) else "a figure of ours")
            text = [f"{len(z)}"] if z else []
            text += [f"{equal} of {len(exact)} equal"] if exact else []
            axes.annotate(" + ".join(text), (5.9, i), va="center", fontsize=9, annotation_clip=False)
        axes.set_yticks(range(len(subjects)), subjects)
        axes.set(xlabel="ours less expected, in standard errors of both (further ones at the edge)", xlim=(-5.8, 5.8), ylim=(len(subjects) - 0.5, -0.5))
        title(figure, "Every figure that is checked", "beside each subject: how many; those without any spread must be equal")
        legend_below(figure, axes)
        return figure


def draw(axes, xs, rows, name, look=0, closed_form=None):
    """Rows of one curve over the numbers `xs`: a line of what is expected (or of `closed_form` over many x between), and
    ours as points with bars of two standard errors."""
    if closed_form is None:
        line = xs, [row["expected"] for row in rows]
    else:
        between = [xs[0] + (xs[-1] - xs[0]) * i / 100 for i in range(101)]
        line = between, [closed_form(x) for x in between]
    axes.plot(*line, color=COLOURS[look], linewidth=1.2, label=f"{name}: closed form")
    axes.errorbar(xs, [row["ours"] for row in rows], yerr=[2 * row["error"] for row in rows], linestyle="", marker=MARKERS[look],
                  markersize=5, capsize=4, color=COLOURS[look], label=f"{name}: hearsay")


def beside_categories(axes, names, rows, expected="closed form"):
    """What is expected, by its name, and ours for each of several names."""
    places = range(len(names))
    for shift, value, error, look in ((-0.12, "expected", "uncertainty", {"marker": "x", "markersize": 8, "color": EXPECTED,
                                                                  "label": expected}),
                                      (0.12, "ours", "error", {"marker": "o", "markersize": 6, "color": OURS,
                                                               "label": "hearsay"})):
        axes.errorbar([place + shift for place in places], [row[value] for row in rows], yerr=[2 * row[error] for row in rows],
                      linestyle="", capsize=4, **look)
    axes.set_xticks(list(places), names)
    axes.set_xlim(-0.5, len(names) - 0.5)
