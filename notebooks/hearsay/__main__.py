"""python3 -m hearsay PICTURE ..., or python3 notebooks/hearsay PICTURE ...: draws one from the command line."""
import importlib
import os
import pathlib
import sys

# The module that draws each, and what it draws.
PICTURES = {
    "plot": ("plot_command", "whatever the runs of a store allow; behind `hearsay plot`"),
    "up-to-date": ("figures.up_to_date", "share of nodes that are up to date over time, from a store"),
    "membership": ("figures.membership", "how long joins and crashes take to be known, from a store"),
    "memberlist": ("figures.memberlist", "the table of swim-cache against the real memberlist and Serf; runs it"),
    "rpc-loss": ("figures.rpc_loss", "retried calls over lossy datagrams against the closed form, from a store"),
    "thundering-herd": ("figures.thundering_herd", "requests to a master over time, from traces"),
    "causal-crdt": ("figures.causal_crdt", "clocks, waiting and bootstrap of causal-crdt, from stores"),
    "gossip-validation": ("figures.gossip_validation", "delta-gossip against theory and published figures; runs them"),
    "reproductions": ("figures.reproductions", "docs/reproductions.md: every published or exact figure beside ours; runs them"),
    "glomers-frontier": ("figures.glomers_frontier", "cost against latency of Gossip Glomers; runs them"),
}


def usage() -> str:
    width = max(map(len, PICTURES))
    return "usage: python3 -m hearsay PICTURE [OPTIONS]\n\n" + "".join(
        f"  {name:{width}}  {what}\n" for name, (_, what) in PICTURES.items()) + "\nPICTURE --help prints its options.\n"


def main(words: list) -> int:
    if not words or words[0] not in PICTURES:
        asked = bool(words) and words[0] in ("--help", "-h")
        print(usage(), end="", file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 254
    try:
        os.environ.setdefault("MPLBACKEND", "Agg")  # no display needed
        module = importlib.import_module(f"hearsay.{PICTURES[words[0]][0]}")
        from hearsay import HearsayError, NoStore
    except ModuleNotFoundError as error:
        print(f"hearsay: Python's {error.name} is missing; on Debian: apt-get install python3-matplotlib python3-pandas, and "
              "use /usr/bin/python3", file=sys.stderr)
        return 255
    try:
        return module.main(words[1:]) or 0
    except (HearsayError, NoStore) as error:
        print(f"hearsay: {error}", file=sys.stderr)
        return 254


if __name__ == "__main__":
    if not __package__:  # called by its path
        sys.dont_write_bytecode = True
        sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)
    sys.exit(main(sys.argv[1:]))
