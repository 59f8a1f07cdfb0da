#!/usr/bin/python3
"""The figures of `bench` as a picture of cost over the number of nodes and as tables in the README.

    ./hearsay bench --all --format json > docs/speed.json
    /usr/bin/python3 notebooks/speed.py docs/speed.json docs/speed.png --readme README.md

The tables replace what stands in the README between the lines `<!-- speed -->` and `<!-- /speed -->`. Without it they
are printed. Several JSON files, such as one a case, are taken together; of a case in several the last counts.
"""
import argparse
import json
import pathlib
import sys

try:
    import matplotlib

    matplotlib.use("Agg")  # no display needed
    import matplotlib.pyplot as plt
except ImportError as error:
    sys.exit(f"speed.py: {error.name} is missing; on Debian: apt-get install python3-matplotlib\n"
             "and run it with Debian's own /usr/bin/python3")

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# name of the cases, what it is, colour (Okabe and Ito), dashes, marker
LINES = (
    ("flow", "`model: flow`", "#D55E00", "-", "^"),
    ("bare-simgrid-flow", "bare SimGrid, couriers", "#D55E00", ":", "^"),
    ("actor", "`dispatch: actor`", "#0072B2", "-", "s"),
    ("bare-simgrid-actor", "bare SimGrid, one actor wake-up per delivery", "#0072B2", ":", "s"),
    ("inline", "`dispatch: inline`", "#009E73", "-", "o"),
    ("bare-heap", "bare binary heap, without SimGrid", "#000000", "--", "D"),
    ("bare-simgrid-inline", "bare SimGrid, calendar queue", "#009E73", ":", "o"),
)
# in the table alone: name of the cases, what it is
UNEQUAL = (
    ("uniform", "`dispatch: inline`, latency 1 to 10 ms by pair"),
    ("exponential", "`dispatch: inline`, latency 10 ms on average by message"),
    ("regions", "`dispatch: inline`, latencies of 12 regions"),
)
OTHERS = ("rumour-10000", "rumour-100000", "rumour-1000000", "delta-gossip-10000", "swim-cache-10000", "raft-5")
BEGIN, END = "<!-- speed -->", "<!-- /speed -->"


def read(files):
    cases = {}
    for file in files:
        try:
            cases.update({case["case"]: case for case in json.loads(pathlib.Path(file).read_text())["cases"]})
        except (OSError, ValueError, KeyError) as error:
            sys.exit(f"speed.py: {file} is no output of ./hearsay bench --format json: {error}")
    return cases


def plot(cases, file):
    figure, axes = plt.subplots(figsize=(7.5, 4.6))
    for name, label, colour, dashes, marker in LINES:
        points = [(n, cases[f"{name}-{n}"]["us_per_message"]) for n in SIZES if f"{name}-{n}" in cases]
        if points:
            axes.plot(*zip(*points), dashes, color=colour, marker=marker, label=label.replace("`", ""),
                      markerfacecolor="white" if name.startswith("bare") else colour)
    axes.set(xscale="log", yscale="log", xlabel="nodes", ylabel="processor time per delivered message, µs")
    axes.set_title("Push gossip: 100 B to 3 random nodes each 100 ms, 1 ms latency", loc="left", fontsize=10)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.savefig(file, dpi=110, bbox_inches="tight")


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def million(case):
    """Messages a second, and the ratios to the bare heap and to the bare SimGrid program."""
    text = f"{case['messages_per_s'] / 1e6:.3g}"
    ratio = [f"{case['ratio'][to]:.2g}" for to in ("heap", "simgrid") if to in case["ratio"]]
    return text + (f" ({', '.join(ratio)})" if ratio else "")


def gossip_table(cases):
    rows = []
    for name, label, *_ in LINES + UNEQUAL:
        found = [cases.get(f"{name}-{n}") for n in SIZES]
        if any(found):
            rows.append([f"{label}: `{name}-N`"] + [million(case) if case else "" for case in found])
    return table(["million messages/s: `./hearsay bench` ..."] + [f"{n:,} nodes" for n in SIZES], rows)


def other_table(cases):
    rows = []
    if runs := cases.get("five-node-runs"):
        rows.append(["`five-node-runs`", f"{runs['runs']:,} runs of five nodes and ten seconds, stored: "
                     f"{runs['runs_per_s']:.0f} runs/s, {runs['processor_ms_per_run']:.1f} ms of processor time each"])
    if without := cases.get("without-run-hash-10000"):
        rows.append(["`without-run-hash-10000`", f"`run_hash` costs {100 * (1 - 1 / without['ratio']['run_hash']):.1f} %"])
    for name in OTHERS:
        if case := cases.get(name):
            rows.append([f"`{name}`", f"{case['setup_s'] + case['loop_s']:.2g} s, {case['setup_s']:.2g} s of these until "
                         f"all nodes have started; {case['messages']:,} messages; {case['peak_rss_mib'] / 1024:.2f} GiB"])
    return table(["`./hearsay bench` ...", "processor time, memory"], rows).replace("---:", "---") if rows else ""


def memory_table(cases):
    found = {n: cases[f"memory-{n}"]["bytes_per_node"] for n in SIZES if f"memory-{n}" in cases}
    if not found:
        return ""
    parts = list(dict.fromkeys(part for bytes_of in found.values() for part in bytes_of))
    return table(["bytes per node"] + [f"{n:,} nodes" for n in found],
                 [[part] + [f"{bytes_of[part]:,.0f}" if part in bytes_of else "" for bytes_of in found.values()] for part in parts])


def put_into(readme, text):
    path = pathlib.Path(readme)
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"speed.py: {readme} lacks the lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="+", metavar="BENCH.json")
    parser.add_argument("picture", metavar="PICTURE.png")
    parser.add_argument("--readme", metavar="README.md")
    options = parser.parse_args()
    cases = read(options.bench)
    plot(cases, options.picture)
    text = "\n\n".join(part for part in (gossip_table(cases), other_table(cases), memory_table(cases)) if part)
    put_into(options.readme, text) if options.readme else print(text)


if __name__ == "__main__":
    main()
