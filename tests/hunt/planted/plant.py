"""Plants the faults of faults.py in a copy of the sources and measures how soon `hunt` finds them.

    python3 tests/hunt/planted/plant.py build FOLDER               # a copy of the sources, built; HEARSAY_PLANT=NAME switches one on
    python3 tests/hunt/planted/plant.py hunt FOLDER [NAME...]      # prints the table of docs/hunting.md

The product never contains them: a test checks that each still fits the sources.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from faults import FAULTS  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[3]
HEADER = """\
// Which planted fault is switched on.
#pragma once
#include <cstdlib>
#include <cstring>
namespace hearsay {
inline bool planted(const char* name) {
  static const char* on = std::getenv("HEARSAY_PLANT");
  return on != nullptr && std::strcmp(on, name) == 0;
}
}  // namespace hearsay
"""


def mistakes(source):
    """Faults whose right text does not occur exactly once."""
    return [f"{name}: {file} has {count} times: {right}" for name, _, _, file, right, _ in FAULTS
            if (count := (source / file).read_text().count(right)) != 1]


def plant(source, target):
    """A copy of the sources with every fault, each behind a switch."""
    listed = subprocess.run(["git", "ls-files"], cwd=source, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in filter(None, listed):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
    (target / "protocols" / "common" / "planted.hpp").write_text(HEADER)
    for name, _, _, file, right, faulty in FAULTS:
        text = (target / file).read_text()
        text = text.replace(right, faulty.replace("PLANTED", f'::hearsay::planted("{name}")'))
        if "common/planted.hpp" not in text:
            first = text.index("#include")
            text = text[:first] + '#include "protocols/common/planted.hpp"\n' + text[first:]
        (target / file).write_text(text)


def build(folder):
    folder.mkdir(parents=True, exist_ok=True)
    if wrong := mistakes(SOURCE):
        sys.exit("\n".join(wrong))
    plant(SOURCE, folder)
    subprocess.run(["cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DHEARSAY_TESTS=OFF"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder / "build", "hearsay-search"], check=True)


def hunt(program, fault, seed, budget, jobs, more):
    name, _, what, _, _, _ = fault
    params = "".join(f"{key}: {value}, " for key, value in what["protocol"].get("params", {}).items())
    with tempfile.TemporaryDirectory(prefix="hearsay-planted-") as folder:
        scenario = pathlib.Path(folder) / "s.yaml"
        scenario.write_text(f"name: planted\nduration: 30s\nnodes: 5\nprotocols:\n  - {{name: {what['protocol']['name']}, "
                            f"params: {{{params}}}}}\nworkload: {{kind: {what['workload']}, rate: 10/s}}\n{what.get('more', '')}")
        started = time.monotonic()
        done = subprocess.run([program, "hunt", scenario, "--budget", budget, "--stop-at-first", "--no-pictures", "--format", "json",
                               "--jobs", str(jobs), "--seed", str(seed), "-o", folder, *more], capture_output=True, text=True,
                              env={**os.environ, "HEARSAY_PLANT": name})
        if done.returncode not in (0, 1):
            sys.exit(done.stderr)
        return json.loads(done.stdout), time.monotonic() - started


def measure(options):
    program = options.folder / "build" / "sim" / "cli" / "hearsay"
    chosen = [fault for fault in FAULTS if not options.names or fault[0] in options.names]
    found = 0
    print("| planted | what is wrong | found by | trials | seconds |\n| --- | --- | --- | ---: | ---: |")
    for fault in chosen:
        report, seconds = hunt(program, fault, options.seed, options.budget, options.jobs, options.more)
        first = report["failures"][0] if report["failures"] else None
        found += first is not None
        print(f"| {fault[0]} | {fault[1]} | {first['oracle'] if first else 'not found'} | "
              f"{first['first_trial'] + 1 if first else report['trials']} | {seconds:.1f} |", flush=True)
    print(f"\n{found} of {len(chosen)} found in {options.budget} each")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("what", choices=["build", "hunt"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further options of hunt")
    options = parser.parse_args()
    build(options.folder.resolve()) if options.what == "build" else measure(options)


if __name__ == "__main__":
    main()
