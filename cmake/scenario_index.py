#!/usr/bin/env python3
"""Writes scenarios/README.md, the list of shipped scenarios, from the files' own names and descriptions.

    python3 cmake/scenario_index.py            rewrites it
    python3 cmake/scenario_index.py --check    prints what differs and exits 1
"""
import difflib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"
INDEX = SCENARIOS / "README.md"
HEADER = """\
# Scenarios

Each file is one experiment that runs as it is and passes (exit status 0). Its comment says what it shows and why, and
its `expect` holds what must come out.

```sh
./hearsay run scenarios/interceptor-broadcast/partition-heal.yaml     # one
./hearsay run scenarios/interceptor-broadcast/*.yaml                  # a whole folder
./hearsay run scenarios/interceptor-broadcast/lossy.yaml --seeds 1..5 # with other seeds
```

This list is made from the files' own `description` by `python3 cmake/scenario_index.py`.
"""
# Folders that hold no protocol's own scenarios: (folder, what its scenarios are for).
OTHERS = [
    ("compare", "Several protocols on one scenario, for `compare` and `plot`."),
    ("ci", "Small and quick, for `check` in continuous integration: [docs/comparing.md](../docs/comparing.md)."),
    ("hunt", "Without faults of their own, for `hunt`: [docs/hunting.md](../docs/hunting.md)."),
    ("regressions", "What `hunt` found in the protocols here and was fixed; `hunt --corpus scenarios/regressions` runs them."),
    ("scale", "Large clusters, too large for the tests: [docs/scale.md](../docs/scale.md) says what they cost."),
]

FOOTER = """
## Where to find an example of something

- faults: most verbs in everything-at-once; `partition` by groups in partition-heal, by kind in majorities-ring and
  loss-for-good, one-way in one-way-partition, `behavior: reject` in three-regions; bursts in burst-loss; `link` in
  three-regions and fat-tree; `disk` in disk-stall; `churn` in swim-sessions; `stagger` in rolling-restart; `between` and
  `transport` in swim-udp-blocked
- topologies: all kinds in topologies
- network models: `flow` in flow-saturation, `latency` everywhere else; `engine: {dispatch: inline}` in fat-tree and
  topologies
- platforms: `file` of each kind, `star` in lossy, `uniform` in arrival-order; `placement` by zones in consistency-levels
- workloads: `call`, `replicate`, `chain`, `heartbeat` and `contention` in the scenarios of `rpc-fanout`; `kv` in
  repeated-content, arrival-order and forbidden-key; `crdt` in most scenarios of `causal-crdt`; `register` in most
  of `raft`; `broadcast` everywhere
  else; several in one scenario in rolling-restart; a `script` in scripted-steps; reads in partition-heal; `final_reads` in glomers-3d; clients that move in moving-clients
"""


def description(file):
    """The value of the key `description`, in one line; a file without one is a mistake."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for i, line in enumerate(lines):
        if (found := re.match(r"description: *([>|]-?)?(.*)$", line)):
            text = [found[2].strip()]
            for more in lines[i + 1:]:
                if not more.startswith(" "):
                    break
                text.append(more.strip())
            return " ".join(part for part in text if part).strip("\"'")
    sys.exit(f"{file.relative_to(ROOT)}: no description")


def section(folder, title, introduction):
    files = sorted((SCENARIOS / folder).glob("*.yaml"))
    rows = [f"| [{file.stem}]({folder}/{file.name}) | {description(file).replace('|', '&#124;')} |" for file in files]
    return "\n".join([f"\n## {title}\n", f"{introduction}\n", "| scenario | what it shows |", "| --- | --- |", *rows]) + "\n"


def index():
    protocols = sorted(file.parent.name for file in (ROOT / "protocols").glob("*/CMakeLists.txt")
                       if file.parent.name != "common" and (SCENARIOS / file.parent.name).is_dir())
    parts = [section(name, f"`{name}`", f"[What the protocol does, and what it was checked against](../protocols/{name}/README.md).")
             for name in protocols]
    return HEADER + "".join(parts) + "".join(section(name, f"{name}/", text) for name, text in OTHERS) + FOOTER


def main():
    text = index()
    if sys.argv[1:] == ["--check"]:
        old = INDEX.read_text(encoding="utf-8").splitlines()
        changed = list(difflib.unified_diff(old, text.splitlines(), "scenarios/README.md", "the files", "", "", 0))
        print("\n".join(changed))
        sys.exit("rewrite it: python3 cmake/scenario_index.py" if changed else 0)
    if sys.argv[1:]:
        sys.exit(__doc__)
    INDEX.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
