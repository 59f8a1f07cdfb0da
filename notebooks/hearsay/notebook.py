"""What the shipped notebooks share: a quick pass on few seeds, commands shown as a user would type them, pictures.

HEARSAY_SEEDS: how many seeds at most, to make a quick pass, which also leaves the largest clusters out.
HEARSAY_FULL: figures that are checked get the seeds that make their standard error a third of their tolerance.
HEARSAY_NOTEBOOK_FOLDER: for stores and pictures (default: one that goes away).
"""
import atexit
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import tempfile

import matplotlib.pyplot as plt

from . import program
from .plots.style import STYLE
from .program import REPOSITORY

QUICK = "HEARSAY_SEEDS" in os.environ
FULL = "HEARSAY_FULL" in os.environ and not QUICK
plt.rcParams.update(STYLE)

if "HEARSAY_NOTEBOOK_FOLDER" in os.environ:
    FOLDER = pathlib.Path(os.environ["HEARSAY_NOTEBOOK_FOLDER"])
else:
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-notebook-"))
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def count(seeds):
    """This many, or fewer where HEARSAY_SEEDS says so."""
    return min(seeds, int(os.environ.get("HEARSAY_SEEDS", seeds)))


def seeds(number):
    return f"1..{count(number)}"


def sizes(values, largest):
    """In a quick pass without those above `largest`."""
    return [value for value in values if value <= largest or not QUICK]


def ends(values):
    """In a quick pass the first and the last."""
    return [values[0], values[-1]] if QUICK else values


def call(*words, quiet=False):
    """Runs the program, shows the command as a user would type it, returns stdout. Exit status 0 to 2 is an answer."""
    if not quiet:
        print("./hearsay", " ".join(shlex.quote(shown(str(word))) for word in words))
    return program.call(*words, folder=REPOSITORY)


def shown(word):
    """Files of the repository and of our folder by the name that they have there."""
    for folder in (REPOSITORY, FOLDER):
        if word.startswith(f"{folder}{os.sep}"):
            return os.path.relpath(word, folder)
    return word


def store(scenario, number, *words):
    """The results store of a scenario, run over this many seeds."""
    digest = hashlib.sha256(repr((scenario, number, words)).encode()).hexdigest()[:4]
    file = FOLDER / f"{pathlib.Path(scenario).stem}-{digest}.sqlite"
    call("run", scenario, "--seeds", seeds(number), *words, "--results", file, "--quiet")
    return file


def compare(file, *words):
    """`compare` of a store, with its command."""
    print(call("compare", file, *words))


def results(scenario, number, *words, enough=None):
    """The results of a scenario over this many seeds; in a full pass over as many as `enough` asks for, given these."""
    return run_again(lambda seeds: ("run", scenario, "--seeds", seeds, *words, "--format", "ndjson", "--quiet"), number, enough)


def results_of_text(text, number, *words, enough=None):
    """The same of a scenario given as text."""
    file = FOLDER / "scenario.yaml"
    file.write_text(text)
    return run_again(lambda seeds: ("run", file, "--seeds", seeds, "--format", "ndjson", "--quiet", *words), number, enough,
                     quiet=True)


def run_again(command, number, enough, quiet=False):
    def found(number):
        return [json.loads(line) for line in call(*command(seeds(number)), quiet=quiet).splitlines()]

    results = found(number)
    if FULL and enough is not None:
        from .figures import published

        more = min(enough(results), published.MOST_SEEDS)
        if more > number:
            print(f"{more} seeds for a standard error of a third of the tolerance")
            results = found(more)
    return results


def needs(*samples):
    """For `enough`: from (values of one figure, by seed; tolerance) to the seeds that these ask for."""
    from .figures import published

    return max(published.seeds_needed([float(v) for v in values], tolerance) for values, tolerance in samples)


def validation_runs(number=None):
    """What the parts of gossip_validation.py run with."""
    from .figures import gossip_validation

    seeds_each = count(number) if number else (count(10**6) if QUICK else None)
    return gossip_validation.Runs(FOLDER, seeds_each, os.cpu_count(), FULL)


def show(figure):
    """Shows a figure here."""
    from IPython.display import display

    display(figure)
    plt.close(figure)


def show_file(name):
    """A picture that a script wrote into our folder."""
    from IPython.display import Image, display

    display(Image(filename=str(FOLDER / name)))
