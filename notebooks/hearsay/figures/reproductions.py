"""Every published or exact figure that the program reproduces, beside ours: writes docs/reproductions.md.

    /usr/bin/python3 notebooks/hearsay reproductions -o docs/reproductions.md --stores build/reproductions
    /usr/bin/python3 notebooks/hearsay reproductions --cheap --check docs/reproductions.md

Runs are kept in stores in --stores: given again, the command runs only what is missing there. --full gives each figure
the seeds that make its standard error a third of its tolerance.
"""
import argparse
import json
import math
import pathlib
import shlex
import sys
import tempfile

from ..program import REPOSITORY, call
from . import published
from .beside import mean_and_error

HEADER = """\
# Reproductions

Figures that others published, or that follow from a closed form or an exact computation, beside what the program gives:
mean over the seeds of the command ± its standard error. This page is written by

```sh
/usr/bin/python3 notebooks/hearsay reproductions -o docs/reproductions.md
```

*Within* says how far ours may be from the published figure: half a unit of its last digit, what a check asks for, or 0
where both must be equal. *z* is the distance in standard errors, those of the published figure and what its rounding
hides included; of figures without any spread it says whether they are equal, or within the tolerance.
"""


class Runs:
    """Results of a study's command, kept in a store per scenario."""

    def __init__(self, stores, jobs):
        self.stores, self.jobs = pathlib.Path(stores), jobs
        self.stores.mkdir(parents=True, exist_ok=True)

    def __call__(self, study, seeds):
        store = self.stores / f"{study.scenario.replace('/', '-')}.sqlite"
        words = ["run", study.scenario, "--seeds", f"1..{seeds}", *study.words, "--quiet", "--format", "ndjson",
                 "--results", store] + (["--jobs", self.jobs] if self.jobs else [])
        return [json.loads(line) for line in call(*words, folder=REPOSITORY).splitlines()]


class Row:
    def __init__(self, figure, values):
        self.figure, self.seeds = figure, len(values)
        self.mean, self.error = mean_and_error(values) if values else (math.nan, math.nan)
        both = math.hypot(self.error, figure.uncertainty, figure.rounding / math.sqrt(3))
        self.z = (self.mean - figure.expected) / both if both > 0 else math.nan

    def verdict(self):
        if self.mean == 0 and self.figure.rounding:
            return "too rare to see"
        if math.isnan(self.z):
            if math.isclose(self.mean, self.figure.expected, rel_tol=1e-9, abs_tol=1e-9):
                return "equal"
            return "within" if abs(self.mean - self.figure.expected) < self.figure.tolerance else "DIFFERS"
        return f"{self.z:+.1f}"

    def text(self):
        f = self.figure
        ours = f"{self.mean:.6g}" if self.error == 0 else f"{self.mean:.4g} ± {self.error:.2g}"
        expected = f"{f.expected:.6g}" + (f" ± {f.uncertainty:.2g}" if f.uncertainty else "")
        return f"| {f.what} | {expected} | {f.tolerance:.2g} | {ours} | {self.verdict()} |"


def measure(runs, study, full=False):
    """The rows of a study, and the seeds that its figures ask for."""
    seeds, needed = study.seeds, study.seeds
    found = runs(study, seeds)
    if full:
        needed = max(published.seeds_needed(figure.of(found), figure.tolerance) for figure in study.figures)
        if (more := min(needed, published.MOST_SEEDS)) > seeds:
            seeds, found = more, runs(study, more)
    return [Row(figure, figure.of(found)) for figure in study.figures], seeds, needed


def section(study, rows, seeds, needed):
    command = "./hearsay run " + " ".join(shlex.quote(str(word)) for word in
                                          (study.scenario, "--seeds", f"1..{seeds}" if seeds > 1 else "1", *study.words))
    lines = [study.source.rstrip(".") + "." + (f" {study.note}" if study.note else ""), ""]
    if needed > seeds:
        lines += [f"A standard error of a third of the tolerance would take {needed} seeds.", ""]
    lines += ["```sh", command, "```", "", "| figure | published or exact | within | ours | z |", "| --- | ---: | ---: | ---: | ---: |"]
    return lines + [row.text() for row in rows] + [""]


def page(runs, studies, full=False, progress=None):
    lines, subject = [HEADER], None
    for study in studies:
        if study.subject != subject:
            subject = study.subject
            lines += [f"## {subject[0].upper()}{subject[1:]}", ""]
        rows, seeds, needed = measure(runs, study, full)
        lines += section(study, rows, seeds, needed)
        if progress:
            print(f"{study.subject}: {study.scenario}: {seeds} seeds, {len(rows)} figures", file=progress, flush=True)
    return "\n".join(lines).rstrip() + "\n"


def differences(runs, studies, text):
    """Rows of cheap studies that `text` does not have, and their commands."""
    missing = []
    for study in studies:
        rows, seeds, needed = measure(runs, study)
        shown = section(study, rows, seeds, needed)
        missing += [f"{study.scenario}: {line}" for line in shown if line and line not in text]
        missing += [f"{study.scenario}: {row.figure.what} is {row.mean:.6g}" for row in rows if row.verdict() == "DIFFERS"]
    return missing


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay reproductions", description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=pathlib.Path, help="the page to write")
    parser.add_argument("--check", type=pathlib.Path, metavar="PAGE", help="instead, compare with this page; exit status 1 if it differs")
    parser.add_argument("--cheap", action="store_true", help="only what a test repeats: commands of one seed or few")
    parser.add_argument("--subject", action="append", help="only this one; repeatable")
    parser.add_argument("--full", action="store_true", help="seeds by each figure's tolerance")
    parser.add_argument("--stores", type=pathlib.Path, help="folder of the results (default: one that goes away)")
    parser.add_argument("--jobs", type=int, help="runs at a time")
    options = parser.parse_args(words)
    studies = [study for study in published.studies() if (study.cheap or not options.cheap) and
               (not options.subject or study.subject in options.subject)]
    with tempfile.TemporaryDirectory(prefix="hearsay-reproductions-") as folder:
        runs = Runs(options.stores or folder, options.jobs)
        if options.check:
            wrong = differences(runs, studies, options.check.read_text(encoding="utf-8"))
            print("\n".join(wrong) if wrong else f"{sum(len(s.figures) for s in studies)} figures are as {options.check} has them")
            return 1 if wrong else 0
        text = page(runs, studies, options.full, sys.stderr)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
        print(f"wrote {options.output}")
    else:
        print(text, end="")
    return 0
