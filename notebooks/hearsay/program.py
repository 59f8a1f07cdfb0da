"""Finds the program and runs it."""
from __future__ import annotations

import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile
import typing

if typing.TYPE_CHECKING:
    from .results import Results

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

Seeds = typing.Union[int, str, range, "typing.Sequence[int]"]


class HearsayError(RuntimeError):
    """The program refused its command line or a scenario, or a run crashed. Its message is what the program printed."""


def program() -> str:
    """The program: $HEARSAY_PROGRAM, else ./hearsay of the clone that holds this package, else `hearsay` in PATH."""
    if named := os.environ.get("HEARSAY_PROGRAM"):
        return named
    launcher = REPOSITORY / "hearsay"
    if launcher.is_file() and (REPOSITORY / "CMakeLists.txt").is_file():
        return str(launcher)
    found = shutil.which("hearsay")
    if found is None:
        raise HearsayError("there is no program `hearsay` in PATH; set HEARSAY_PROGRAM to its file")
    return found


def call(*words: object, text: str | None = None, folder: str | os.PathLike | None = None) -> str:
    """Runs the program with these words and returns its stdout. `text` becomes its stdin.

    Exit statuses 0, 1 and 2 are answers (passed, an expectation failed, inconclusive); others raise HearsayError.
    """
    done = subprocess.run([program(), *map(str, words)], input=text or "", cwd=folder, capture_output=True, text=True,
                          check=False)
    if done.returncode not in (0, 1, 2):
        raise HearsayError(done.stderr.strip())
    return done.stdout


def seeds_text(seeds: Seeds) -> str:
    """As --seeds takes them: 7, "1..10" or range(1, 11)."""
    if isinstance(seeds, range):
        if seeds.step != 1 or not seeds:
            raise ValueError(f"seeds are consecutive, not {seeds}")
        return f"{seeds.start}..{seeds.stop - 1}"
    return str(seeds) if isinstance(seeds, (int, str)) else ",".join(map(str, seeds))


def run(scenario: str | os.PathLike, *, seeds: Seeds | None = None, protocols: typing.Sequence[str] = (),
        settings: typing.Mapping[str, object] | None = None, results: str | os.PathLike | None = None,
        jobs: int | None = None) -> Results:
    """Runs every case of a scenario and returns the results.

    scenario   a file, the name of a scenario that ships, or the scenario itself as text with line breaks
    seeds      7, "1..10" or range(1, 11); the scenario's own unless given
    protocols  only these entries of the scenario, or protocols in their place, by name or label
    settings   {PATH: VALUE} as `--set` takes them: {"nodes": 100, "network.loss": "10%"}
    results    the store to write; what is there already is not run again. Without it, one that lives as long as this
               process
    jobs       runs at a time; the number of cores unless given

    Raises HearsayError where `hearsay run` exits with 254 or 255. Expectations that fail raise nothing: see the
    columns `verdict` and `result` of the runs.
    """
    from .results import load

    store = pathlib.Path(results) if results is not None else temporary_folder() / "results.sqlite"
    words = ["--results", store, "--quiet"]
    if seeds is not None:
        words += ["--seeds", seeds_text(seeds)]
    words += [f"--protocol={name}" for name in protocols]
    for path, value in (settings or {}).items():
        words += ["--set", f"{path}={value}"]
    if jobs is not None:
        words += ["--jobs", jobs]
    if "\n" in str(scenario):
        file = temporary_folder() / "scenario.yaml"
        file.write_text(str(scenario), encoding="utf-8")
        scenario = file
    call("run", scenario, *words)
    return load(store)


def temporary_folder() -> pathlib.Path:
    """One that goes away with this process."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
