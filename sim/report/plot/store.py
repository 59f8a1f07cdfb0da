"""Reads a store of runs (README, Results) into data frames."""
import contextlib
import json
import pathlib
import re
import sqlite3

import pandas as pd

SERIES_RUNS = 200  # curves of a label are drawn from at most so many runs, spread evenly over the seeds


class NoStore(Exception):
    """The file is not there, or no store of hearsay's."""


UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "%": 0.01, "/s": 1.0, "B": 1.0, "kB": 1e3, "KB": 1e3,
         "MB": 1e6, "GB": 1e9, "KiB": 1024.0, "MiB": 1048576.0, "bps": 1.0, "Kbps": 1e3, "kbps": 1e3, "Mbps": 1e6,
         "Gbps": 1e9}


def number(text):
    """The value of `10`, `10%`, `5ms` in basic units, or None for anything else."""
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z%/]*)\s*", str(text))
    if not found or (found[2] and found[2] not in UNITS):
        return None
    return float(found[1]) * (UNITS[found[2]] if found[2] else 1.0)


def read_case(key):
    """`nodes=10;network.loss=1%;` as a dictionary."""
    values, last = {}, None
    for part in key.split(";"):
        path, equals, value = part.partition("=")
        if equals:
            values[path], last = value, path
        elif part and last:
            values[last] += ";" + part
    return values


def sortable(value):
    """Text in which numbers sort as numbers, so that equal runs give equal plots whatever order they were stored in."""
    return re.sub(r"\d+", lambda found: chr(48 + min(len(found[0]), 70)) + found[0], str(value))


class Store:
    """The runs of a file. Of runs that differ only in the program's version the last one counts."""

    COLUMNS = ("id, scenario, scenario_hash, protocol, label, params_key, case_key, seed, nodes, simulated_s, converged, "
               "convergence_time_s, stable_latency_s_p50, stable_latency_s_p99, never_stable, messages_per_op, "
               "messages_bytes, operations_attempted, operations_writes_acknowledged, verdict, run_hash")

    def __init__(self, file):
        self.file = pathlib.Path(file)
        if not self.file.is_file():
            raise NoStore(f"there is no store {file}; write one with ./hearsay run SCENARIO --results {file}")
        try:
            with contextlib.closing(self._connect()) as db:
                self.runs = pd.read_sql(
                    f"SELECT {self.COLUMNS} FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY scenario_hash, "
                    "protocol, label, params_key, case_key, seed) ORDER BY id", db)
            self.runs = self.runs.sort_values(["scenario", "case_key", "label", "params_key", "seed"], kind="stable",
                                              key=lambda column: column.map(sortable), ignore_index=True)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise NoStore(f"{file} is no store of hearsay's: {error}") from None
        self._add_columns()

    def _connect(self):
        return sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True)

    def _add_columns(self):
        runs = self.runs
        runs["line"] = line_names(runs)
        # the number of its colour, the same in every plot of the scenario
        runs["look"] = runs.groupby("scenario").line.transform(lambda lines: pd.factorize(lines)[0])
        runs["measured"] = runs.converged.notna()  # a run whose process died measured nothing
        never = runs.converged == 0
        runs["convergence"] = runs.convergence_time_s.astype(float).mask(never, float("inf"))
        writes = runs.operations_writes_acknowledged
        for quantile, share in (("p50", 0.5), ("p99", 0.01)):
            value = runs[f"stable_latency_s_{quantile}"].astype(float)
            runs[f"stable_{quantile}"] = value.mask(runs.never_stable > share * writes, float("inf"))
        runs["bytes_per_op"] = runs.messages_bytes / runs.operations_attempted.where(runs.operations_attempted > 0)
        cases = {key: read_case(key) for key in runs.case_key.unique()}
        runs["case"] = runs.case_key.map(cases)

    def scenarios(self):
        return list(dict.fromkeys(self.runs.scenario))

    def sampled(self, runs):
        """Runs for curves: all of a label, or SERIES_RUNS of them, evenly spread."""
        parts = []
        for _, part in runs.groupby("line", sort=False):
            step = max(1, -(-len(part) // SERIES_RUNS))
            parts.append(part.iloc[::step])
        return pd.concat(parts)

    def series(self, runs, name):
        """Samples of these runs: columns run_id, t, value, line."""
        ids = ",".join(str(int(i)) for i in runs.id)
        with contextlib.closing(self._connect()) as db:
            samples = pd.read_sql(f"SELECT run_id, t, value FROM series WHERE name = '{name}' AND run_id IN ({ids})", db)
        return samples.merge(runs[["id", "line"]], left_on="run_id", right_on="id")

    def lists(self, runs, name):
        """`faults` or `recovery` of these runs, by run id."""
        ids = ",".join(str(int(i)) for i in runs.id)
        with contextlib.closing(self._connect()) as db:
            rows = db.execute(f"SELECT id, json_extract(result, '$.{name}') FROM runs WHERE id IN ({ids})").fetchall()
        return {run: json.loads(text) if text else [] for run, text in rows}


def line_names(runs):
    """The label; with what tells them apart where runs of one label and case have other parameters."""
    names = runs.label.copy()
    for label, part in runs.groupby("label", sort=False):
        varied = part.groupby(["scenario_hash", "case_key"]).params_key.nunique().max() > 1
        if not varied:
            continue
        sets = {key: set(key.split(";")) - {""} for key in part.params_key.unique()}
        shared = set.intersection(*sets.values())
        for key, parts in sets.items():
            rest = ", ".join(p for p in key.split(";") if p in parts - shared)
            names[part.index[part.params_key == key]] = f"{label} ({rest})" if rest else label
    return names
