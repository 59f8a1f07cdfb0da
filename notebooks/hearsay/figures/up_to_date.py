"""Share of nodes that are up to date over time, one line per protocol label, from a results store.

    ./hearsay run scenarios/interceptor-broadcast/partition-heal.yaml --results results.sqlite
    /usr/bin/python3 notebooks/hearsay up-to-date results.sqlite docs/partition-heal.png

Up to date is a live node on which every write acknowledged so far is visible. Several seeds of a label become their
median. Faults are shaded; a dot marks a run that ended early: its clients and faults were over and its nodes had
agreed for the scenario's `settle`. The ending of the picture's name decides its format (.png, .svg, .pdf).
"""
import argparse
import textwrap

import matplotlib.pyplot as plt

from ..results import NoStore, load

# Okabe and Ito: distinguishable with every kind of colour vision; the dashes distinguish them without colour.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
DASHES = ["-", "--", "-.", ":"]
FAULT = "#999999"


def read_store(file, scenario):
    """The runs (with their result as an object) and their samples of up_to_date, of one scenario."""
    results = load(file)
    names = results.scenarios()
    if scenario is None and len(names) != 1:
        raise NoStore(f"{file} holds {len(names)} scenarios; name one with --scenario: {', '.join(names)}")
    runs = results.runs[results.runs.scenario == (scenario or names[0])]
    if runs.empty:
        raise NoStore(f"{file} holds no run of {scenario}; it holds: {', '.join(names)}")
    cases = runs.case_key.str.rstrip(";").map(lambda case: f" ({case})" if case else "")
    runs = runs.assign(run_id=runs.id, result=results.objects(runs), line=runs.label + cases)
    samples = results.series("up_to_date", runs)
    return runs, samples


def medians(samples):
    """By line, the median over its runs at each instant. A run that ended before others stays as it was."""
    for line in dict.fromkeys(samples.line):
        runs = samples[samples.line == line].pivot(index="t", columns="run_id", values="value").ffill()
        yield line, runs.median(axis=1), runs.shape[1]


def shade(axes, faults, end):
    """Every firing that one of the runs had; equal ones once."""
    spans = sorted({(f["verb"], f["at"], f["until"] if f["until"] is not None else end) for f in faults})
    for verb, begin, until in spans:
        axes.axvspan(begin, until, color=FAULT, alpha=0.25, linewidth=0)
        axes.annotate(verb, ((begin + until) / 2, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
                      textcoords="offset points", ha="center", va="bottom", color="#444444")


def draw(runs, samples, file):
    end = runs.result.map(lambda r: r["simulated_s"]).max()
    figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
    shade(axes, [fault for result in runs.result for fault in result["faults"]], end)
    for i, (line, share, count) in enumerate(medians(samples)):
        label = line if count == 1 else f"{line}, median of {count} seeds"
        colour = COLOURS[i % len(COLOURS)]
        axes.plot(share.index, 100 * share, drawstyle="steps-post", label=label, linewidth=2, color=colour,
                  linestyle=DASHES[i % len(DASHES)])
        if share.index[-1] < 0.99 * end:
            axes.plot(share.index[-1], 100 * share.iloc[-1], "o", color=colour)
    axes.set_title(f"{runs.scenario.iloc[0]}: nodes that hold every acknowledged write", loc="left", pad=18)
    axes.set_xlabel("simulated time (s)")
    axes.set_ylabel("share of live nodes (%)")
    axes.set_xlim(0, end)
    axes.set_ylim(-3, 103)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles, [textwrap.fill(label, 80) for label in labels], frameon=False,
                ncol=2 if max(map(len, labels)) < 45 else 1,
                loc="upper center", bbox_to_anchor=(0.5, -0.16))  # below the axes, where it hides no data
    figure.savefig(file, dpi=130)


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay up-to-date", description=__doc__.splitlines()[0])
    parser.add_argument("store", help="what ./hearsay run --results wrote")
    parser.add_argument("picture", help="the file to write, such as up_to_date.png")
    parser.add_argument("--scenario", help="which one, if the store holds several")
    arguments = parser.parse_args(words)
    runs, samples = read_store(arguments.store, arguments.scenario)
    draw(runs, samples, arguments.picture)
