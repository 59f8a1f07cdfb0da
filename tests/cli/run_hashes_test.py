"""The run hashes of all shipped scenarios are those of baselines/run_hashes.txt: behaviour is pinned, on every machine.

A change that is meant to alter behaviour rewrites the file, and the diff shows what it reaches:
    HEARSAY_REWRITE=1 ./hearsay test -R run_hashes
"""
import difflib
import json
import os
import tempfile
import unittest

from program import SOURCE
from shipped_runs import SCENARIOS, scenario_files, shipped_runs

PINNED = SOURCE / "baselines" / "run_hashes.txt"
HEADER = """\
# run_hash of every shipped scenario: hash, file, seed, label, matrix case.
# Rewrite after an intended change of behaviour: HEARSAY_REWRITE=1 ./hearsay test -R run_hashes
"""


def line_of(file, result):
    case = json.dumps(result["case"], sort_keys=True) if result["case"] else "-"
    where = file.relative_to(SCENARIOS).as_posix()
    return f"{result['run_hash']} {where} {result['seed']} [{result['label']}] {case}\n"


class RunHashes(unittest.TestCase):
    maxDiff = None

    def test_run_hashes_are_those_of_the_baseline(self):
        text = HEADER + "".join(line_of(file, result) for file, result in shipped_runs())
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
