#!/usr/bin/python3
"""Share of nodes that are up to date over time, one line a protocol label, from a results store.

    ./hearsay run scenarios/interceptor-broadcast/partition-heal.yaml --results results.sqlite
    /usr/bin/python3 notebooks/up_to_date.py results.sqlite docs/partition-heal.png

Up to date is a live node on which every write acknowledged so far is visible. Several seeds of a label become their
median. Faults are shaded; a dot marks a run that ended early: its clients and faults were over and its nodes had
agreed for the scenario's `settle`. The ending of the picture's name decides its format (.png, .svg, .pdf).
"""
import argparse
import json
import pathlib
import sqlite3
import sys
import textwrap

try:
    import matplotlib

    matplotlib.use("Agg")  # no display needed
    import matplotlib.pyplot as plt
    import pandas as pd
except ImportError as error:
    sys.exit(f"up_to_date.py: {error.name} is missing; on Debian: apt-get install python3-matplotlib python3-pandas\n"
             "and run it with Debian's own /usr/bin/python3")

# Okabe and Ito: told apart with every kind of colour vision; the dashes tell them apart without colour.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
DASHES = ["-", "--", "-.", ":"]
FAULT = "#999999"


def read_store(file, scenario):
    """The runs (with their result as an object) and their samples of up_to_date, of one scenario."""
    if not pathlib.Path(file).is_file():
        sys.exit(f"up_to_date.py: there is no store {file}; write one with ./hearsay run SCENARIO --results {file}")
    try:
        with sqlite3.connect(f"{pathlib.Path(file).resolve().as_uri()}?mode=ro", uri=True) as store:
            runs = pd.read_sql("SELECT id AS run_id, scenario, label, case_key, result FROM runs ORDER BY id", store)
            samples = pd.read_sql("SELECT run_id, t, value FROM series WHERE name = 'up_to_date'", store)
    except (sqlite3.Error, pd.errors.DatabaseError) as error:
        sys.exit(f"up_to_date.py: {file} is no store of hearsay's: {error}")
    names = list(runs.scenario.unique())
    if scenario is None and len(names) != 1:
        sys.exit(f"up_to_date.py: {file} holds {len(names)} scenarios; name one with --scenario: {', '.join(names)}")
    runs = runs[runs.scenario == (scenario or names[0])]
    if runs.empty:
        sys.exit(f"up_to_date.py: {file} holds no run of {scenario}; it holds: {', '.join(names)}")
    cases = runs.case_key.str.rstrip(";").map(lambda case: f" ({case})" if case else "")
    runs = runs.assign(result=runs.result.map(json.loads), line=runs.label + cases)
    return runs, samples.merge(runs[["run_id", "line"]], on="run_id")


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", help="what ./hearsay run --results wrote")
    parser.add_argument("picture", help="the file to write, such as up_to_date.png")
    parser.add_argument("--scenario", help="which one, if the store holds several")
    arguments = parser.parse_args()
    runs, samples = read_store(arguments.store, arguments.scenario)
    draw(runs, samples, arguments.picture)


if __name__ == "__main__":
    main()
