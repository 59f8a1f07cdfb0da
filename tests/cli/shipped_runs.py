"""The runs of all shipped scenarios, as their files say: run once, however many tests look at them."""
import functools
import json
import re
import subprocess

from program import PROGRAM, SOURCE, environment

SCENARIOS = SOURCE / "scenarios"
# What each folder runs: options that cut long lists of seeds, and large clusters, to what takes seconds.
SEEDS_OF = {"compare": "1", "ci": "1..2", "scale": "1"}
NODES_OF = {"scale": 60}


def scenario_files():
    # Those of `maelstrom` run programs of the machine, whose interpreters differ: nodes_test.py.
    return sorted(file for file in SCENARIOS.rglob("*.yaml") if file.parent.name != "maelstrom")


def name_of(file):
    return re.search(r"^name: *(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE).group(1)


def options_of(file):
    folder = file.relative_to(SCENARIOS).parent.as_posix()
    seeds, most = SEEDS_OF.get(folder), NODES_OF.get(folder)
    nodes = re.search(r"^nodes: *(\d+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    larger = most and not (nodes and int(nodes.group(1)) <= most)
    return folder, (("--seeds", seeds) if seeds else ()) + (("--set", f"nodes={most}") if larger else ())


@functools.cache
def shipped_runs():
    """(file, result) of each run, in the order of the files' names, labels, cases and seeds. Those of a folder must pass,
    except clusters that are cut to what takes seconds, which need not meet what their files expect."""
    runs = []
    batches = {}
    for file in scenario_files():
        batches.setdefault(options_of(file), []).append(file)
    for (folder, options), files in batches.items():
        by_name = {name_of(file): file for file in files}
        words = [PROGRAM, "run", *map(str, files), *options, "--format", "ndjson"]
        process = subprocess.run(words, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                 check=False, timeout=600)
        assert process.returncode in ((0, 1) if folder in NODES_OF else (0,)), process.stderr[-4000:]
        for line in process.stdout.splitlines():
            result = json.loads(line)
            file = by_name[result["scenario"]]
            order = file.as_posix(), result["label"], json.dumps(result["case"]), result["seed"]
            runs.append((order, file, result))
    return [(file, result) for _, file, result in sorted(runs, key=lambda run: run[0])]
