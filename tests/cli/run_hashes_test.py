"""The run hashes of all shipped scenarios are those of baselines/run_hashes.txt: behaviour is pinned, on every machine.

A change that is meant to alter behaviour rewrites the file, and the diff shows what it reaches:
    HEARSAY_REWRITE=1 ./hearsay test -R run_hashes
"""
import difflib
import json
import os
import re
import tempfile
import unittest

from program import SOURCE, ProgramTest

PINNED = SOURCE / "baselines" / "run_hashes.txt"
SCENARIOS = SOURCE / "scenarios"
HEADER = """\
# run_hash of every shipped scenario: hash, file, seed, label, matrix case.
# Rewrite after an intended change of behaviour: HEARSAY_REWRITE=1 ./hearsay test -R run_hashes
"""
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


def line_of(file, result):
    case = json.dumps(result["case"], sort_keys=True) if result["case"] else "-"
    where = file.relative_to(SCENARIOS).as_posix()
    return f"{result['run_hash']} {where} {result['seed']} [{result['label']}] {case}\n"


class RunHashes(ProgramTest):
    maxDiff = None

    def measured(self):
        """The lines that this program makes, in the order of the files' names, labels, cases and seeds."""
        lines = []
        batches = {}
        for file in scenario_files():
            batches.setdefault(options_of(file), []).append(file)
        for (folder, options), files in batches.items():
            by_name = {name_of(file): file for file in files}
            process = self.hearsay("run", *files, *options, "--format", "ndjson", timeout=600)
            # Clusters that are cut to what takes seconds need not meet what their files expect.
            allowed = (0, 1) if folder in NODES_OF else (0,)
            self.assertIn(process.returncode, allowed, process.stderr[-4000:])
            for line in process.stdout.splitlines():
                result = json.loads(line)
                file = by_name[result["scenario"]]
                order = file.as_posix(), result["label"], json.dumps(result["case"]), result["seed"]
                lines.append((order, line_of(file, result)))
        return "".join(line for _, line in sorted(lines))

    def test_run_hashes_are_those_of_the_baseline(self):
        text = HEADER + self.measured()
        if os.environ.get("HEARSAY_REWRITE"):
            with tempfile.NamedTemporaryFile("w", dir=PINNED.parent, delete=False, encoding="utf-8") as file:
                file.write(text)
            os.chmod(file.name, 0o644)
            os.replace(file.name, PINNED)
        pinned = PINNED.read_text(encoding="utf-8")
        changed = list(difflib.unified_diff(pinned.splitlines(), text.splitlines(), "pinned", "this program", "", "", 0))
        self.assertEqual(changed, [], "behaviour changed; if that is meant: HEARSAY_REWRITE=1 ./hearsay test -R run_hashes")

    def test_every_shipped_scenario_is_pinned(self):
        pinned = {line.split()[1] for line in PINNED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
        self.assertEqual(pinned, {file.relative_to(SCENARIOS).as_posix() for file in scenario_files()})


if __name__ == "__main__":
    unittest.main()
