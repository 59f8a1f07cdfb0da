#!/usr/bin/python3
"""What stores of very many runs cost, as the table of docs/scale.md.

    /usr/bin/python3 notebooks/stores.py 10000 100000 1000000 --page docs/scale.md

Stores of so many runs are made in a temporary folder by copying a hundred runs of `five-nodes-lan` under other seeds; a
million take 12 GB, twice that for `merge`. The table has the processor time of each command, user and system, and the largest
resident memory, which is not told from 25 MB, what this script takes, if it is less. It replaces what stands in the page between the lines `<!-- stores -->` and `<!-- /stores -->`; without --page it
is printed.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from hearsay.program import REPOSITORY, call, program  # noqa: E402 (after its folder is in the path)

SCENARIO, ROWS, SEEDS = "five-nodes-lan", 5, 20
BEGIN, END = "<!-- stores -->", "<!-- /stores -->"


def copies(rows, names, count):
    """COUNT rows, whose ids and seeds differ."""
    seed_at, result_at = names.index("seed"), names.index("result")
    for number in range(count):
        row = list(rows[number % len(rows)])
        seed = row[seed_at]
        row[0], row[seed_at] = number + 1, seed + number // len(rows) * SEEDS
        row[result_at] = row[result_at].replace(f'"seed":{seed},', f'"seed":{row[seed_at]},', 1)
        yield row


def copy_runs(base, out, count):
    source, target = sqlite3.connect(base), sqlite3.connect(out)
    for (statement,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC"):
        target.execute(statement)
    for pragma in ("application_id", "user_version"):
        target.execute(f"PRAGMA {pragma} = {source.execute(f'PRAGMA {pragma}').fetchone()[0]}")
    target.executemany("INSERT INTO scenarios VALUES (?, ?, ?)", source.execute("SELECT * FROM scenarios"))
    names = [row[1] for row in source.execute("PRAGMA table_info(runs)")]
    rows = source.execute("SELECT * FROM runs").fetchall()
    target.executemany(f"INSERT INTO runs VALUES ({', '.join('?' * len(names))})", copies(rows, names, count))
    target.commit()
    source.close()
    target.close()


def apart(work, *arguments):
    """In a process of its own: what a child has of its parent's memory before it becomes a program counts as the program's."""
    process = multiprocessing.Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit(f"stores.py: {work.__name__} failed")


def measured(*words, statuses=(0,)):
    """Seconds of processor time, and bytes of memory, of the program with these words."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, subprocess.Popen([program(), *map(str, words)], stdout=nowhere,
                                                                              stderr=subprocess.PIPE, text=True) as process:
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        sys.exit(f"stores.py: {' '.join(map(str, words))}: exit status {process.returncode}\n{errors}")
    print(f"{words[0]}: {usage.ru_utime + usage.ru_stime:.1f} s, {usage.ru_maxrss / 1024:.0f} MiB", file=sys.stderr)
    return usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss


def shift_results(baseline):
    """Gives each run of a baseline what the run before it has, so that `check` has something to judge."""
    lines = pathlib.Path(baseline).read_text(encoding="utf-8").split("\n")
    before = None
    for i, line in enumerate(lines):
        seed, comma, rest = line.partition(",")
        if not line.startswith('  {"seed":'):
            before = None
            continue
        rest, last = rest.rstrip(","), rest.endswith(",")
        lines[i] = seed + comma + (before or rest) + ("," if last else "")
        before = rest
    pathlib.Path(baseline).write_text("\n".join(lines), encoding="utf-8")


def figures(base, folder, runs):
    """By row of the table the cell of a store of so many runs."""
    store, merged, baseline = (folder / name for name in ("r.sqlite", "merged.sqlite", "b.json"))
    apart(copy_runs, base, store, runs)
    cells = {"size": f"{store.stat().st_size / 1e9:.3g} GB"}
    cells["`compare`"] = measured("compare", store)
    cells["`report`"] = measured("report", store, "-o", folder / "page.html")
    cells["`plot`"] = measured("plot", store, "-o", folder / "plots")
    words = ("check", SCENARIO, "--seeds", f"1..{runs // ROWS}", "--results", store, "--baseline", baseline, "--quiet")
    cells["`check --update`, all runs stored"] = measured(*words, "--update")
    apart(shift_results, baseline)
    cells["`check`, all runs stored and changed"] = measured(*words, statuses=(0, 1, 2))
    cells["`merge` into an empty store"] = measured("merge", merged, store)
    cells["`merge` again"] = measured("merge", merged, store)
    return cells


def text_of(cell):
    if isinstance(cell, str):
        return cell
    seconds, size = cell
    return f"{seconds:.2g} s, {size / 1e9:.1f} GB" if size >= 1e9 else f"{seconds:.2g} s, {size / 1e6:.0f} MB"


def table(columns):
    lines = [["command", *(f"{runs:,} runs" for runs in columns)], ["---"] + ["---:"] * len(columns)]
    lines += [[row, *(text_of(cells[row]) for cells in columns.values())] for row in next(iter(columns.values()))]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def put_into(page, text):
    path = pathlib.Path(page)
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"stores.py: {page} lacks the lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=int, metavar="RUNS", help=f"a multiple of {ROWS * SEEDS}")
    parser.add_argument("--folder", metavar="DIR", help="where stores are made (default: a temporary folder)")
    parser.add_argument("--page", metavar="FILE.md")
    options = parser.parse_args()
    if any(runs < ROWS * SEEDS or runs % (ROWS * SEEDS) for runs in options.runs):
        parser.error(f"RUNS must be multiples of {ROWS * SEEDS}")
    columns = {}
    with tempfile.TemporaryDirectory(prefix="hearsay-stores-", dir=options.folder) as folder:
        base = pathlib.Path(folder) / "base.sqlite"
        call("run", SCENARIO, "--seeds", f"1..{SEEDS}", "--series-points", 20, "--results", base, "--quiet", folder=REPOSITORY)
        for runs in options.runs:
            inside = pathlib.Path(folder) / str(runs)
            inside.mkdir()
            columns[runs] = figures(base, inside, runs)
            shutil.rmtree(inside)
    inserts = json.loads(call("bench", "store-inserts", "--format", "json"))["cases"][0]
    text = (f"{table(columns)}\n\n`./hearsay bench store-inserts`: {inserts['runs_per_s']:,.0f} runs stored per second in transactions "
            f"of 20, {inserts['processor_ms_per_run']:.2g} ms of processor time and {inserts['bytes_per_run'] / 1e3:.2g} kB each.")
    put_into(options.page, text) if options.page else print(text)


if __name__ == "__main__":
    main()
