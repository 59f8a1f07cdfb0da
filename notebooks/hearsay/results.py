"""Results stores (README, Results) as pandas frames."""
from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import sqlite3

import pandas as pd

from .program import HearsayError

SERIES_RUNS = 200  # curves of a label are drawn from at most this many runs, spread evenly over the seeds


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
    """The runs of a store. Of runs that differ only in the program's version the latest counts.

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

    def __init__(self, file: str | os.PathLike):
        self.file = pathlib.Path(file)
        if not self.file.is_file():
            raise NoStore(f"there is no store {file}; write one with ./hearsay run SCENARIO --results {file}")
        try:
            with contextlib.closing(self._connect()) as db:
                types = {name: kind for _, name, kind, *_ in db.execute("PRAGMA table_info(runs)") if name != "result"}
                columns = ", ".join(f'"{name}"' for name in types)
                runs = pd.read_sql(f"SELECT {columns} FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY scenario_hash, "
                                   "protocol, label, params_key, case_key, seed) ORDER BY id", db)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise NoStore(f"{file} is not a results store: {error}") from None
        self.runs = with_types(runs, types).sort_values(
            ["scenario", "case_key", "position", "label", "params_key", "seed"], kind="stable",
            key=lambda column: column.map(sortable), ignore_index=True)
        add_columns(self.runs)

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
        with contextlib.closing(self._connect()) as db:
            found = dict(db.execute(f"SELECT id, result FROM runs WHERE id IN ({','.join(map(str, ids))})").fetchall())
        return [json.loads(found[i]) for i in ids]

    def scenario_text(self, run: pd.Series) -> str:
        """The resolved scenario, as YAML, of a row of `runs`."""
        with contextlib.closing(self._connect()) as db:
            return db.execute("SELECT text FROM scenarios JOIN runs ON runs.scenario_text = scenarios.id WHERE runs.id = ?",
                              (int(run.id),)).fetchone()[0]

    def series(self, name: str, runs: pd.DataFrame | None = None) -> pd.DataFrame:
        """Samples over time: columns run_id, t (s), value, line. `name`: present, up_to_date,
        distinct_states, messages or bytes."""
        runs = self.runs if runs is None else runs
        ids = ",".join(str(int(i)) for i in runs.id)
        with contextlib.closing(self._connect()) as db:
            samples = pd.read_sql(f"SELECT run_id, t, value FROM series WHERE name = ? AND run_id IN ({ids})", db,
                                  params=(name,))
        return samples.merge(runs[["id", "line"]], left_on="run_id", right_on="id").drop(columns="id")

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
        parts = []
        for _, part in runs.groupby("line", sort=False):
            step = max(1, -(-len(part) // SERIES_RUNS))
            parts.append(part.iloc[::step])
        return pd.concat(parts)

    def lists(self, runs: pd.DataFrame, name: str) -> dict[int, list]:
        """The list `name` (`faults` or `recovery`) of each run's result, by run id."""
        ids = ",".join(str(int(i)) for i in runs.id)
        with contextlib.closing(self._connect()) as db:
            rows = db.execute(f"SELECT id, json_extract(result, '$.{name}') FROM runs WHERE id IN ({ids})").fetchall()
        return {run: json.loads(text) if text else [] for run, text in rows}


def load(file: str | os.PathLike) -> Results:
    """Reads what `hearsay run --results FILE` wrote. Raises NoStore if the file is not such a store."""
    return Results(file)


def with_types(runs: pd.DataFrame, types: dict[str, str]) -> pd.DataFrame:
    """Columns by their type in SQL, whatever this store's values suggest: a column without any value has its type, too."""
    kinds = {"INTEGER": "Int64", "REAL": "float64"}
    wanted = {name: kinds[kind] for name, kind in types.items() if kind in kinds}
    wanted["converged"] = "boolean"
    if all(isinstance(seed, int) for seed in runs.seed):  # those beyond 2^63 are text
        wanted["seed"] = "Int64"
    return runs.astype(wanted)


def add_columns(runs: pd.DataFrame) -> None:
    """What plots and notebooks derive from the stored columns; Results says what they mean."""
    runs["line"] = line_names(runs)
    runs["look"] = runs.groupby("scenario").line.transform(lambda lines: pd.factorize(lines)[0])
    runs["measured"] = runs.simulated_s.notna()
    runs["convergence"] = runs.convergence_time_s.mask((~runs.converged.fillna(True)).astype(bool), float("inf"))
    writes = runs.operations_writes_acknowledged.astype("Float64")
    for quantile, share in (("p50", 0.5), ("p99", 0.01)):
        missed = (runs.never_stable.astype("Float64") > share * writes).fillna(False).astype(bool)
        runs[f"stable_{quantile}"] = runs[f"stable_latency_s_{quantile}"].mask(missed, float("inf"))
        late = ((runs.never_stable.astype("Float64") > 0) & runs[f"everywhere_latency_s_{quantile}"].isna()).fillna(False)
        runs[f"everywhere_{quantile}"] = runs[f"everywhere_latency_s_{quantile}"].mask(late.astype(bool), float("inf"))
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
