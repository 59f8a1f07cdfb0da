"""The scalar columns of a store as arrays: a million runs in seconds. SQLite hands over each figure as an object of Python's,
which becomes a number in an array at once; nothing is made of texts that many runs share."""
from __future__ import annotations

import itertools
import sqlite3
import typing

import numpy as np
import pandas as pd

CHUNK = 50_000  # rows that are read at once
# What runs share that differ in their seed alone.
KIND = ("scenario_hash", "protocol", "label", "params_key", "case_key")  # in the order of the index
NUMBERS = ("INTEGER", "REAL")  # as SQL has them
EXACT = 2.0**53  # from here on float64 lacks some whole numbers
FEW = 64  # kinds; to look for more of them in each row takes longer than to read the keys from the index
BEFORE = 3  # columns that come before the figures
EQUAL = " AND ".join(f"{name} = ?" for name in KIND)


class Columns:
    """What the columns named in `types` (name: type in SQL) hold, each run's at the place of its id among all ids.

    Attributes:
        kinds: a frame of KIND, a row per kind
        code: the row of each run in it
    """

    def __init__(self, db: sqlite3.Connection, types: dict[str, str]):
        self._db, self._types = db, types
        db.execute("BEGIN")  # so that every SELECT sees the same runs
        self._numeric = [name for name in types if types[name] in NUMBERS or name == "seed"]
        few = few_kinds(db)
        firsts = [db.execute(f"SELECT scenario FROM runs WHERE {EQUAL} LIMIT 1", kind).fetchone()[0] for kind in few or ()]
        names = list(dict.fromkeys(firsts))
        self._table = self._numbers(few or (), names)
        kinds, self.code = (few, self._table[:, 1].astype("int64")) if few is not None else self._many()
        self.kinds = pd.DataFrame(kinds, columns=list(KIND), dtype=object)
        self._texts = self._read_texts(names)
        db.execute("COMMIT")

    def _numbers(self, kinds: typing.Sequence[tuple], names: list[str]) -> np.ndarray:
        """A row per run: its id, the numbers of its kind and of its scenario's name, its figures; what is missing is NaN."""
        kind, scenario = number_of(EQUAL, len(kinds)), number_of("scenario = ?", len(names))
        chosen = ", ".join(["id", kind, scenario, *(f'"{name}"' for name in self._numeric)])
        rows = self._db.execute(f"SELECT {chosen} FROM runs ORDER BY id", [*itertools.chain.from_iterable(kinds), *names])
        return np.fromiter(itertools.chain.from_iterable(rows), dtype="float64").reshape(-1, BEFORE + len(self._numeric))

    def _many(self) -> tuple[list[tuple], np.ndarray]:
        """The kinds, and `code`, from the index, whatever their number."""
        key = ", ".join(KIND)
        kinds = self._db.execute(f"SELECT {key}, group_concat(id) FROM runs GROUP BY {key}").fetchall()
        code, all_ids = np.empty(len(self._table), dtype="int64"), self._table[:, 0].copy()
        for number, kind in enumerate(kinds):
            code[np.searchsorted(all_ids, np.fromstring(kind[-1], dtype="int64", sep=","))] = number
        return [kind[:-1] for kind in kinds], code

    def _read_texts(self, names: list[str]) -> dict[str, np.ndarray]:
        texts = {}
        wanted = [name for name in self._types if name not in self._numeric and name not in KIND]
        number = self._table[:, 2]
        if "scenario" in wanted and not np.isnan(number).any():
            wanted.remove("scenario")
            texts["scenario"] = np.array(names, dtype=object)[number.astype("int64")]
        if "seed" in self._numeric and (self.numbers("seed") >= EXACT).any():
            wanted.append("seed")  # those beyond 2^63 are text
        return {**texts, **dict(zip(wanted, self._objects(wanted)))}

    def _objects(self, names: list[str]) -> list[np.ndarray]:
        if not names:
            return []
        cursor = self._db.execute(f"""SELECT "{'", "'.join(names)}" FROM runs ORDER BY id""")
        chunks: list[list[np.ndarray]] = [[np.empty(0, dtype=object)] for _ in names]
        while rows := cursor.fetchmany(CHUNK):
            for column, chunk in zip(zip(*rows), chunks):
                chunk.append(np.fromiter(column, dtype=object, count=len(column)))
        return [np.concatenate(chunk) for chunk in chunks]

    def texts(self, name: str) -> np.ndarray | None:
        """A column of objects; None if it is one of numbers."""
        if name in KIND:
            return self.kinds[name].to_numpy(dtype=object)[self.code]
        return self._texts.get(name)

    def numbers(self, name: str) -> np.ndarray:
        """A column of numbers as float64."""
        return self._table[:, BEFORE + self._numeric.index(name)]

    def seeds(self) -> np.ndarray:
        """Whole numbers in the order of the seeds, equal ones for equal seeds."""
        large = self.texts("seed")
        if large is None:
            return self.numbers("seed").astype("int64")
        return np.unique(np.array([int(seed) for seed in large], dtype=object), return_inverse=True)[1]

    def typed(self, name: str, order: np.ndarray) -> typing.Any:
        """The column of these runs in the type of a frame: that of SQL, whatever this store's values suggest."""
        texts = self.texts(name)
        if texts is not None:
            whole = name == "seed" and all(isinstance(seed, int) for seed in texts)
            return pd.array(texts[order], dtype="Int64") if whole else texts[order]
        values = self.numbers(name)[order]
        if self._types[name] == "REAL":
            return values
        missing = np.isnan(values)
        values[missing] = 1
        if name == "converged":
            return pd.arrays.BooleanArray(values != 0, missing)
        return pd.arrays.IntegerArray(values.astype("int64"), missing)


def few_kinds(db: sqlite3.Connection) -> list[tuple] | None:
    """The kinds of the runs, each found in the index at once behind the one before; None if there are more than FEW."""
    key, last = ", ".join(KIND), ", ".join("?" * len(KIND))
    found = [db.execute(f"SELECT {key} FROM runs ORDER BY {key} LIMIT 1").fetchone()]
    while found[-1] is not None and len(found) <= FEW:  # a blob is greater than any seed
        found.append(db.execute(f"SELECT {key} FROM runs WHERE ({key}, seed) > ({last}, x'') ORDER BY {key}, seed LIMIT 1",
                                found[-1]).fetchone())
    return found[:-1] if found[-1] is None else None


def number_of(equal: str, count: int) -> str:
    """In SQL, which of `count` things it is for which `equal` holds; NULL if none."""
    return f"CASE {' '.join(f'WHEN {equal} THEN {i}' for i in range(count))} END" if count else "NULL"


def only(runs: pd.DataFrame, wanted: pd.Series) -> pd.DataFrame:
    """The runs for which `wanted` holds; the frame itself if it does for all: to copy a million runs takes longer than to draw
    them."""
    return runs if wanted.all() else runs[wanted]


def places_by_line(runs: pd.DataFrame) -> dict[str, np.ndarray]:
    """By line, in the order in which they come, the places of its runs in the frame."""
    codes, lines = pd.factorize(runs.line)
    return {line: np.flatnonzero(codes == code) for code, line in enumerate(lines)}
