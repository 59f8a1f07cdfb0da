"""Runs Hearsay and reads what it measured, from Python.

    import hearsay

    results = hearsay.run("partition-heal", seeds="1..10")     # or hearsay.load("r.sqlite")
    results.runs.groupby("label").convergence_time_s.median()  # pandas: one row per run, typed columns
    hearsay.plots.present(results).savefig("present.png")

In a clone of the repository this works in `notebooks/`, or anywhere with that folder in PYTHONPATH; the Debian package
installs it for /usr/bin/python3. Reading results needs Debian's python3-pandas, drawing them python3-matplotlib.
`python3 -m hearsay --help` lists the pictures that it draws from the command line.
"""
import importlib

from .program import HearsayError, call, run

__all__ = ["HearsayError", "NoStore", "Results", "call", "load", "plots", "run"]

_WITH_PANDAS = {"NoStore": "results", "Results": "results", "load": "results"}


def __getattr__(name: str):
    """Imports what needs pandas or matplotlib at its first use, so that running alone needs neither."""
    if name in _WITH_PANDAS:
        return getattr(importlib.import_module(f".{_WITH_PANDAS[name]}", __name__), name)
    if name in ("figures", "notebook", "plots"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
