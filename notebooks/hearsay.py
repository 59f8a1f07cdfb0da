"""What the notebooks share: running scenarios and reading results. Plots come from sim/report/plot.

HEARSAY_PROGRAM: the program (default: ./hearsay at the root); HEARSAY_SEEDS: how many seeds, to make a quick pass.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("HEARSAY_PROGRAM", str(ROOT / "hearsay"))
sys.path.insert(0, str(ROOT / "sim" / "report"))

FOLDER = pathlib.Path(os.environ.get("HEARSAY_NOTEBOOK_FOLDER") or tempfile.mkdtemp(prefix="hearsay-notebook-"))


def seeds(count):
    """`1..count`, or fewer where HEARSAY_SEEDS says so."""
    return f"1..{min(count, int(os.environ.get('HEARSAY_SEEDS', count)))}"


def call(*words, quiet=False):
    """Runs the program, shows the command as a user would type it, returns stdout. Exit status 0 to 2 is an answer."""
    if not quiet:
        print("./hearsay", " ".join(os.path.relpath(w, ROOT) if str(w).startswith(str(ROOT)) else str(w) for w in words))
    done = subprocess.run([PROGRAM, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(done.stderr)
    return done.stdout


def store(scenario, count, *words):
    """The results store of a scenario file of the repository, run over `count` seeds."""
    name = hashlib.sha256(repr((scenario, count, words)).encode()).hexdigest()[:12]
    file = FOLDER / f"{name}.sqlite"
    call("run", ROOT / scenario, "--seeds", seeds(count), "--results", file, *words, "--quiet")
    return file


def results(text, count, *words):
    """The results of a scenario given as text."""
    file = FOLDER / "scenario.yaml"
    file.write_text(text)
    out = call("run", file, "--seeds", seeds(count), "--format", "ndjson", "--quiet", *words, quiet=True)
    return [json.loads(line) for line in out.splitlines()]


def push_rounds(sites, rng):
    """Rounds until all sites know what everybody who knows it pushes to a random other site in each round."""
    knows = {0}
    rounds = 0
    while len(knows) < sites:
        told = {(site + rng.randrange(1, sites)) % sites for site in knows}
        knows |= told
        rounds += 1
    return rounds


def mean_and_error(values):
    """The mean and its standard error (0 for a single value)."""
    values = [float(v) for v in values]
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, 0.0
    spread = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
    return mean, (spread / len(values)) ** 0.5
