"""Results stores (README, Results) as pandas frames."""
from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import sqlite3
import typing

import numpy as np
import pandas as pd

from .columns import CHUNK, KIND, Columns, places_by_line
from .program import HearsayError

SERIES_RUNS = 200  # curves of a label are drawn from at most this many runs, spread evenly over the seeds
ALWAYS = ("id", *KIND, "seed", "scenario", "nodes", "position", "simulated_s")
LATE = ("operations_writes_acknowledged", "never_stable")
# Columns that are derived, and from what.
DERIVED = {"convergence": ("convergence_time_s", "converged"),
           **{f"stable_{q}": (*LATE, f"stable_latency_s_{q}") for q in ("p50", "p99")},
           **{f"everywhere_{q}": (*LATE, f"everywhere_latency_s_{q}") for q in ("p50", "p99")},
           "bytes_per_op": ("messages_bytes", "operations_attempted")}
PARTS = ("series", "faults", "recovery")  # of a whole result, kept once they are read


class NoStore(HearsayError):
    """The file does not exist, or is not a results store."""


UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "%": 0.01, "/s": 1.0, "B": 1.0, "kB": 1e3, "KB": 1e3,
         "MB": 1e6, "GB": 1e9, "KiB": 1024.0, "MiB": 1048576.0, "bps": 1.0, "Kbps": 1e3, "kbps": 1e3, "Mbps": 1e6,
         "Gbps": 1e9}


def number(text: object) -> float | None:
    """The value of `10`, `10%`, `5ms` in basic units, or None for anything else."""
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z%/]*)\s*", str(text))
    if not found or (found[2] and found[2] not in UNITS):
        return None
    return float(found[1]) * (UNITS[found[2]] if found[2] else 1.0)


def read_case(key: str) -> dict[str, str]:
    """`nodes=10;network.loss=1%;` as a dictionary."""
    values, last = {}, None
    for part in key.split(";"):
        path, equals, value = part.partition("=")
        if equals:
            values[path], last = value, path
        elif part and last:
            values[last] += ";" + part
    return values


def sortable(value: object) -> str:
    """Text in which numbers sort as numbers, so that equal runs give equal plots whatever order they were stored in."""
    return re.sub(r"\d+", lambda found: chr(48 + min(len(found[0]), 70)) + found[0], str(value))


class Results:
    """The runs of a store. Of runs that differ only in the program's version the latest counts. With `columns` the frame has
    these alone, and what names a run: for stores of very many runs.

    Attributes:
        file: the store
        runs: one row per run, a column per scalar field of the result (`operations.writes.acknowledged` is
            `operations_writes_acknowledged`); counts are Int64, so that a missing one stays missing, `converged` is boolean,
            times, shares and sizes are float64. Besides:
            `line`: the label, with the parameters that distinguish runs of one label
            `look`: the number of its colour, the same in every plot of the scenario
            `case`: the matrix values, as a dictionary of text
            `measured`: false for a run whose process died
            `convergence`: `convergence_time_s`, infinite where the run never converged
            `stable_p50`, `stable_p99`: stable latencies (s), infinite where so many writes never became stable
            `everywhere_p50`, `everywhere_p99`: the same from a write's invocation
            `bytes_per_op`: bytes between nodes per client operation
    """

    def __init__(self, file: str | os.PathLike, columns: typing.Iterable[str] | None = None):
        self.file = pathlib.Path(file)
        if not self.file.is_file():
            raise NoStore(f"there is no store {file}; write one with ./hearsay run SCENARIO --results {file}")
        try:
            with contextlib.closing(self._connect()) as db:
                self._types = {name: kind for _, name, kind, *_ in db.execute("PRAGMA table_info(runs)") if name != "result"}
                self._rows_of_series = db.execute("SELECT type FROM sqlite_master WHERE name = 'series'").fetchone() == ("table",)
                wanted = set(self._types) if columns is None else {*ALWAYS, *columns}
                wanted |= {name for derived in wanted & set(DERIVED) for name in DERIVED[derived]}
                self.runs = read_runs(db, {name: kind for name, kind in self._types.items() if name in wanted})
        except sqlite3.Error as error:
            raise NoStore(f"{file} is not a results store: {error}") from None
        self._parts: dict[int, dict] = {}

    def __repr__(self) -> str:
        return f"<{len(self.runs)} runs of {', '.join(self.scenarios()) or 'nothing'} in {self.file}>"

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True)

    def scenarios(self) -> list[str]:
        """Names of the scenarios, in the order of the runs."""
        return list(dict.fromkeys(self.runs.scenario))

    def objects(self, runs: pd.DataFrame | None = None) -> list[dict]:
        """The whole result of each run, as `--format json` prints it, in the order of `runs`."""
        ids = [int(i) for i in (self.runs if runs is None else runs).id]
        found = dict(self._selected("result", ids))
        return [json.loads(found[i]) for i in ids]

    def _selected(self, what: str, ids: list[int]) -> typing.Iterator[tuple]:
        """(id, `what` in SQL) of these runs."""
        try:
            with contextlib.closing(self._connect()) as db:
                for begin in range(0, len(ids), CHUNK):
                    yield from db.execute(f"SELECT id, {what} FROM runs WHERE id IN ({','.join(map(str, ids[begin:begin + CHUNK]))})")
        except sqlite3.Error as error:
            raise NoStore(f"{self.file} is damaged: {error}") from None

    def _parts_of(self, runs: pd.DataFrame) -> dict[int, dict]:
        """By id the PARTS of the results."""
        ids = [int(i) for i in runs.id]
        paths = ", ".join(f"'$.{name}'" for name in PARTS)
        for run, text in self._selected(f"json_extract(result, {paths})", [i for i in ids if i not in self._parts]):
            parts = dict(zip(PARTS, json.loads(text)))
            parts["series"] = {name: np.array(curve, dtype=float) for name, curve in (parts["series"] or {}).items()}
            self._parts[run] = parts
        return {run: self._parts[run] for run in ids}

    def scenario_text(self, run: pd.Series) -> str:
        """The resolved scenario, as YAML, of a row of `runs`."""
        with contextlib.closing(self._connect()) as db:
            return db.execute("SELECT text FROM scenarios JOIN runs ON runs.scenario_text = scenarios.id WHERE runs.id = ?",
                              (int(run.id),)).fetchone()[0]

    def series(self, name: str, runs: pd.DataFrame | None = None) -> pd.DataFrame:
        """Samples over time: columns run_id, t (s), value, line. `name`: present, up_to_date,
        distinct_states, messages or bytes."""
        runs = self.runs if runs is None else runs
        if self._rows_of_series:
            return self._stored_series(name, runs)
        curves = [part["series"] for part in self._parts_of(runs).values()]
        sizes = [min(len(curve["t"]), len(curve[name])) if name in curve else 0 for curve in curves]
        both = [np.concatenate([np.empty(0), *(curve[key][:size] for curve, size in zip(curves, sizes) if size)]) for key in ("t", name)]
        return pd.DataFrame({"run_id": np.repeat(runs.id.to_numpy(dtype="int64"), sizes), "t": both[0], "value": both[1],
                             "line": np.repeat(runs.line.to_numpy(), sizes)})

    def _stored_series(self, name: str, runs: pd.DataFrame) -> pd.DataFrame:
        """Of a store in format 2 or 3, where `series` is a table."""
        ids = ",".join(str(int(i)) for i in runs.id)
        with contextlib.closing(self._connect()) as db:
            samples = pd.read_sql(f"SELECT run_id, t, value FROM series WHERE name = ? AND run_id IN ({ids})", db,
                                  params=(name,))
        return samples.merge(runs[["id", "line"]], left_on="run_id", right_on="id").drop(columns="id")

    def protocol_metrics(self, runs: pd.DataFrame | None = None) -> list[dict]:
        """What the protocol of each run counts itself, by name, in the order of `runs`."""
        ids = [int(i) for i in (self.runs if runs is None else runs).id]
        found = dict(self._selected("json_extract(result, '$.protocol_metrics')", ids))
        return [json.loads(found[i]) if found[i] else {} for i in ids]

    def numeric_columns(self) -> list[str]:
        """Names of the columns of numbers that the store has, read or not."""
        return [name for name, kind in self._types.items() if kind in ("INTEGER", "REAL")]

    def faults(self, runs: pd.DataFrame | None = None) -> pd.DataFrame:
        """One row per firing of a fault, columns as in the result, with run_id."""
        return self._rows("faults", runs)

    def recovery(self, runs: pd.DataFrame | None = None) -> pd.DataFrame:
        """One row per ended fault: run_id, fault, ended_at, reconverged_s (missing where it never happened)."""
        return self._rows("recovery", runs)

    def _rows(self, name: str, runs: pd.DataFrame | None) -> pd.DataFrame:
        entries = self.lists(self.runs if runs is None else runs, name)
        return pd.DataFrame([{"run_id": run, **entry} for run, listed in entries.items() for entry in listed])

    def sampled(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Runs for curves: all of a label, or SERIES_RUNS of them, evenly spread."""
        places = [part[::max(1, -(-len(part) // SERIES_RUNS))] for part in places_by_line(runs).values()]
        return runs.iloc[np.concatenate([np.empty(0, dtype="int64"), *places])]

    def lists(self, runs: pd.DataFrame, name: str) -> dict[int, list]:
        """The list `name` (`faults` or `recovery`) of each run's result, by run id."""
        return {run: parts[name] or [] for run, parts in self._parts_of(runs).items()}


def load(file: str | os.PathLike, columns: typing.Iterable[str] | None = None) -> Results:
    """Reads what `hearsay run --results FILE` wrote. Of a large store only some columns may be wanted: `columns` names those of
    `Results.runs` that are read beside what names a run. Raises NoStore if the file is not such a store."""
    return Results(file, columns)


def read_runs(db: sqlite3.Connection, types: dict[str, str]) -> pd.DataFrame:
    """The frame of a store, from these of its columns; `types`: by name, as SQL has them."""
    read = Columns(db, types)
    again = pd.DataFrame({"code": read.code, "seed": read.seeds()}).duplicated(keep="last").to_numpy()
    order = order_of(read)
    order = order[~again[order]]  # of runs that differ in the version alone the last one
    runs = pd.DataFrame({name: read.typed(name, order) for name in types}, copy=False)
    runs["line"] = line_names(read.kinds).to_numpy(dtype=object)[read.code[order]]
    add_columns(runs)
    return runs


def order_of(read: Columns) -> np.ndarray:
    """By scenario, case, the order of the scenario's protocols, label, parameters and seed, numbers as numbers."""
    scenario, names = pd.factorize(read.texts("scenario"))
    params, label, case = (ranks(read.kinds[name])[read.code] for name in ("params_key", "label", "case_key"))
    return np.lexsort((read.seeds(), params, label, read.numbers("position"), case, ranks(names)[scenario]))


def ranks(texts: typing.Iterable) -> np.ndarray:
    """The place of each text among all in the order of `sortable`."""
    return np.unique(np.array([sortable(text) for text in texts], dtype=str), return_inverse=True)[1]


def add_columns(runs: pd.DataFrame) -> None:
    """What plots and notebooks derive from the stored columns, as far as these are there; Results says what they mean."""
    runs["look"] = runs.groupby("scenario").line.transform(lambda lines: pd.factorize(lines)[0])
    runs["measured"] = runs.simulated_s.notna()
    there = {name for name, inputs in DERIVED.items() if set(inputs) <= set(runs.columns)}
    if "convergence" in there:
        runs["convergence"] = runs.convergence_time_s.mask((~runs.converged.fillna(True)).astype(bool), float("inf"))
    for quantile, share in (("p50", 0.5), ("p99", 0.01)):
        if f"stable_{quantile}" in there:
            missed = runs.never_stable.astype("Float64") > share * runs.operations_writes_acknowledged.astype("Float64")
            runs[f"stable_{quantile}"] = runs[f"stable_latency_s_{quantile}"].mask(missed.fillna(False).astype(bool), float("inf"))
        if f"everywhere_{quantile}" in there:
            late = ((runs.never_stable.astype("Float64") > 0) & runs[f"everywhere_latency_s_{quantile}"].isna()).fillna(False)
            runs[f"everywhere_{quantile}"] = runs[f"everywhere_latency_s_{quantile}"].mask(late.astype(bool), float("inf"))
    if "bytes_per_op" in there:
        attempted = runs.operations_attempted.astype("float64")
        runs["bytes_per_op"] = runs.messages_bytes.astype("float64") / attempted.where(attempted > 0)
    cases = {key: read_case(key) for key in runs.case_key.unique()}
    runs["case"] = runs.case_key.map(cases)


def line_names(runs: pd.DataFrame) -> pd.Series:
    """The label; with the parameters that distinguish them where runs of one label and case have other parameters."""
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
