"""`hearsay plot RESULTS.sqlite -o DIR`: PNG and SVG plots of whatever the data allow."""
import argparse
import difflib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from . import plots
from .columns import only
from .plots.matrix import keys_of
from .plots.style import safe, save
from .program import HearsayError, call, program
from .results import DERIVED, load, number

CASES = 6  # of a matrix this many cases get plots of their own, unless --case names some

def up_to_date_if_rare(store, *, runs, name):
    return plots.up_to_date(store, runs=runs, name=name) if plots.writes_are_rare(store, runs) else None


BY_CASE = {"present": plots.present, "up-to-date": up_to_date_if_rare, "convergence-cdf": plots.convergence_cdf,
           "convergence-box": plots.convergence_box, "bytes": plots.bytes_over_time, "recovery": plots.recovery,
           **{f"latency-{kind}": lambda store, kind=kind, **options: plots.latency(store, kind, **options)
              for kind in plots.LATENCIES},
           "violations": plots.violations}


class UsageError(HearsayError):
    """The command line is wrong."""


# Columns that the pictures are drawn from.
DRAWN = (*(name for name in DERIVED if not name.startswith("stable_")), *plots.VIOLATIONS, "messages_per_op", "operations_acknowledged_share",
         *(f"{column}_{point}" for column, _ in plots.LATENCIES.values() for point in plots.POINTS))
THEORY = ("operations_writes_acknowledged", "dissemination_entries_sent", "dissemination_last_round")
REPEATED = ("run_hash",)


def columns_for(options):
    if options.run is not None:
        return REPEATED
    if options.metric:
        asked = [metric.replace(".", "_") for metric in options.metric]
        return [name for column in asked for name in (column, WITH_NEVER.get(column, column))]
    return THEORY if options.theory else DRAWN


def file_part(text):
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("_")[:60] or "_"


def chosen_cases(runs, wanted):
    """(name of the case, its runs), each a plot."""
    cases = list(runs[["scenario_hash", "case_key"]].drop_duplicates().itertuples(index=False, name=None))
    if wanted:
        cases = [case for case in cases if all(part in case[1].split(";") for part in wanted.split(";") if part)]
        if not cases:
            raise UsageError(f"--case {wanted}: there is none; cases are: " +
                             "  ".join(dict.fromkeys(k.rstrip(";") or "-" for k in runs.case_key)))
    elif len(cases) > CASES:
        print(f"hearsay: {runs.scenario.iloc[0]} has {len(cases)} cases; plots of single cases are made for the first "
              f"{CASES}; choose others with --case KEY=VALUE", file=sys.stderr)
        cases = cases[:CASES]
    for hash_, key in cases:
        part = only(runs, (runs.scenario_hash == hash_) & (runs.case_key == key))
        twin = sum(k == key for _, k in cases) > 1
        yield key.rstrip(";") + (f" content {hash_[:6]}" if twin else ""), part


WITH_NEVER = {"convergence_time_s": "convergence", "everywhere_latency_s_p50": "everywhere_p50",
              "everywhere_latency_s_p99": "everywhere_p99", "stable_latency_s_p50": "stable_p50",
              "stable_latency_s_p99": "stable_p99"}  # columns in which what never happened is infinite


def with_metric(store, runs, metric):
    """The runs with the metric, a field of the result or the name of one of the protocol's, in the column that is returned."""
    column = metric.replace(".", "_")
    if column in runs.columns:
        values = runs[column]
        if values.dtype.kind not in "iufb" and str(values.dtype) not in ("Int64", "Float64", "boolean"):
            raise UsageError(f"--metric {metric}: it is no number")
        return runs, WITH_NEVER.get(column, column)
    own = metric.removeprefix("protocol_metrics.")
    found = store.protocol_metrics(runs)
    if not any(own in metrics for metrics in found):
        known = [*store.numeric_columns(), *sorted({name for metrics in found for name in metrics})]
        near = difflib.get_close_matches(column, known, 1) or difflib.get_close_matches(own, known, 1)
        raise UsageError(f"--metric {metric}: no run of {runs.scenario.iloc[0]} has it" +
                         (f"; did you mean {near[0]}?" if near else "; `hearsay list fields` and `hearsay describe PROTOCOL` say what "
                          "there is"))
    values = [metrics.get(own) for metrics in found]
    return runs.assign(**{own: [float("nan") if value is None else float(value) for value in values]}), own


def plot_metrics(store, runs, folder, wanted, metrics):
    """Instead of the usual pictures those of single metrics: a distribution for each case, scaling for each key."""
    scenario = runs.scenario.iloc[0]
    for metric in metrics:
        having, column = with_metric(store, runs, metric)
        for case, part in chosen_cases(having, wanted):
            figure = plots.metric_cdf(store, column, runs=part, name=safe(f"{scenario}, {case}" if case else scenario, 90))
            if figure is not None:
                yield save(figure, folder, f"{file_part(scenario)}{f'-{file_part(case)}' if case else ''}-{file_part(metric)}")
        for key in keys_of(having):
            figure = plots.scaling(store, key, ((column, safe(metric), 1),), runs=having, name=safe(scenario))
            if figure is not None:
                yield save(figure, folder, f"{file_part(scenario)}-{file_part(metric)}-scaling-{file_part(key)}")


def plot_scenario(store, runs, folder, wanted):
    scenario = runs.scenario.iloc[0]
    for case, part in chosen_cases(runs, wanted):
        heading = safe(f"{scenario}, {case}" if case else scenario, 90)
        suffix = f"-{file_part(case)}" if case else ""
        for kind, draw in BY_CASE.items():
            figure = draw(store, runs=part, name=heading)
            if figure is not None:
                yield save(figure, folder, f"{file_part(scenario)}{suffix}-{kind}")
    figure = plots.cost_against_latency(store, runs=runs, name=safe(scenario))
    if figure is not None:
        yield save(figure, folder, f"{file_part(scenario)}-cost-latency")
    keys = keys_of(runs)
    for key in keys:
        figure = plots.scaling(store, key, runs=runs, name=safe(scenario))
        if figure is not None:
            yield save(figure, folder, f"{file_part(scenario)}-scaling-{file_part(key)}")
    if len(keys) >= 2:
        yield save(plots.heat_map(store, keys[:2], runs=runs, name=safe(scenario)), folder, f"{file_part(scenario)}-heat-map")


def plot_theory(store, runs, folder, wanted):
    """Instead of the usual pictures what theory says of a broadcast, over runs."""
    scenario, drawn = runs.scenario.iloc[0], False
    for case, part in chosen_cases(runs, wanted):
        heading = safe(f"{scenario}, {case}" if case else scenario, 90)
        for line in dict.fromkeys(part.line):
            figure = plots.theory_spread(store, line, runs=part, name=heading)
            if figure is not None:
                drawn = True
                yield save(figure, folder, "-".join(file_part(word) for word in (scenario, case, line) if word) + "-theory-spread")
    figure = plots.theory_cost(store, runs=runs, name=safe(scenario))
    if figure is not None:
        yield save(figure, folder, f"{file_part(scenario)}-theory-cost")
    elif not drawn:
        print(f"hearsay: theory says nothing of {scenario}: no run counts payloads (`dissemination`), and none has one write and "
              "rounds", file=sys.stderr)


def read_window(text):
    parts = text.split("..")
    values = [number(part) for part in parts]
    if len(values) != 2 or None in values or not 0 <= values[0] < values[1]:
        raise UsageError(f"--window {text} is no span of time; write 4s..6s")
    return values


def find_scenario(name):
    """The file of that scenario: one below ./scenarios, or one that ships."""
    shipped = [pathlib.Path(one["file"]) for one in json.loads(call("list", "scenarios", "--format", "json"))]
    for file in [*sorted(pathlib.Path("scenarios").rglob("*.yaml")), *shipped]:
        if re.search(rf"^name:\s*{re.escape(name)}\s*(#.*)?$", file.read_text(encoding="utf-8", errors="replace"), re.M):
            return file
    raise UsageError(f"no file under ./scenarios and none that ships has the name {name}; give the run's scenario with "
                     "--scenario-file FILE")


def trace_again(run, scenario, settings, folder):
    """Runs it again with a trace. Raises UsageError if it is not the same run any more."""
    trace = pathlib.Path(folder) / "trace.jsonl"
    words = [program(), "run", str(scenario), f"--protocol={run.label}", "--seeds",
             str(run.seed), "--trace", str(trace), "--format", "ndjson", "--quiet"]
    for setting in [f"{path}={value}" for path, value in run["case"].items()] + settings:
        words += ["--set", setting]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode in (254, 255):
        raise UsageError(f"cannot run it again: {done.stderr.strip()}")
    if f'"run_hash":"{run.run_hash}"' not in done.stdout:
        raise UsageError(f"{scenario} does not give the run of the store any more: its run_hash differs (another version of "
                         "the program or scenario, or a --set that must be repeated here)")
    return trace


def plot_run(store, options):
    found = store.runs[store.runs.id == options.run]
    if found.empty:
        raise UsageError(f"--run {options.run}: the store has no such run; ids are {store.runs.id.min()} to "
                         f"{store.runs.id.max()} (SELECT id, label, seed FROM runs)")
    run = found.iloc[0]
    begin, end = read_window(options.window) if options.window else (0.0, float(run.simulated_s))
    scenario = options.scenario_file or find_scenario(run.scenario)
    with tempfile.TemporaryDirectory() as folder:
        trace = trace_again(run, scenario, options.set or [], folder)
        heading = f"{safe(run.scenario)}, {safe(run.line)}, seed {run.seed}"
        figure = plots.space_time(trace, begin, end, name=heading)
    return save(figure, options.output, f"{file_part(run.scenario)}-run-{options.run}-space-time")


def read_options(words):
    parser = argparse.ArgumentParser(prog=os.environ.get("HEARSAY_LAUNCHER", "hearsay") + " plot",
                                     description="PNG and SVG plots of whatever the stored runs allow.")
    parser.add_argument("store", metavar="RESULTS.sqlite", help="what `run --results` wrote; or the .json of `map` or `tune`")
    parser.add_argument("-o", "--output", default="plots", metavar="DIR", help="where plots go (default: plots)")
    parser.add_argument("--scenario", metavar="NAME", help="of several scenarios this one only")
    parser.add_argument("--case", metavar="KEY=VALUE", help="of a matrix the cases with this value; several with `;`")
    parser.add_argument("--metric", action="append", metavar="FIELD",
                        help="instead, the distribution of this field of the result or metric of the protocol; repeatable")
    parser.add_argument("--theory", action="store_true",
                        help="instead, how a write spreads and what a broadcast costs, beside curves and bounds from the "
                             "literature, and how far from these the runs are")
    parser.add_argument("--run", type=int, metavar="ID", help="instead, a space-time diagram of this run")
    parser.add_argument("--window", metavar="4s..6s", help="of --run: this part of it")
    parser.add_argument("--scenario-file", metavar="FILE", help="of --run: its scenario, if it is neither under ./scenarios nor ships")
    parser.add_argument("--set", action="append", metavar="PATH=VALUE", help="of --run: what `run` was given")
    options = parser.parse_args(words)
    if options.run is None and (options.window or options.scenario_file or options.set):
        raise UsageError("--window, --scenario-file and --set go with --run ID")
    if sum(map(bool, (options.run is not None, options.metric, options.theory))) > 1:
        raise UsageError("--run, --metric and --theory are each instead of the usual pictures; give one of them")
    check_folder(pathlib.Path(options.output))
    return options


def check_folder(folder):
    if folder.suffix in (".png", ".svg", ".pdf") and not folder.is_dir():
        raise UsageError(f"-o {folder}: give a folder; the pictures in it get names of their own")
    for part in (folder, *folder.parents):
        if part.exists():
            if not part.is_dir():
                raise UsageError(f"-o {folder}: {part} is a file; give a folder for the pictures")
            if not os.access(part, os.W_OK):
                raise UsageError(f"-o {folder}: {part} cannot be written to")
            return


def plot_json(file, folder):
    """The maps of `hearsay map`, or the frontier of `hearsay tune`, in the JSON file that it writes."""
    try:
        maps = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
        if isinstance(maps, dict):
            figure = plots.tuning(maps, name=f"{safe(maps['scenario'])}, {safe(maps['protocol'])}")
            print("\n".join(map(str, save(figure, folder, "front"))))
            return
        for one in maps:
            name = f"{safe(one['scenario'])}, {safe(one['label'])}"
            figure = plots.fault_map(one, name=name)
            print("\n".join(map(str, save(figure, folder, f"{file_part(one['scenario'])}-{file_part(one['label'])}"))))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file} is no map as `map` writes it, nor a frontier as `tune` does: {error}") from error


def main(words=None):
    try:
        options = read_options(words)
        if options.store.endswith(".json"):
            plot_json(options.store, options.output)
            return 0
        store = load(options.store, columns_for(options))
        if store.runs.empty:
            raise UsageError(f"{options.store} holds no runs")
        if options.run is not None:
            print("\n".join(map(str, plot_run(store, options))))
            return 0
        names = store.scenarios()
        if options.scenario and options.scenario not in names:
            raise UsageError(f"--scenario {options.scenario}: the store holds {', '.join(names)}")
        for name in [options.scenario] if options.scenario else names:
            draw = functools.partial(plot_metrics, metrics=options.metric) if options.metric else (
                plot_theory if options.theory else plot_scenario)
            for files in draw(store, only(store.runs, store.runs.scenario == name), options.output, options.case):
                print("\n".join(map(str, files)))
        return 0
    except HearsayError as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return 254
    except OSError as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return 255
