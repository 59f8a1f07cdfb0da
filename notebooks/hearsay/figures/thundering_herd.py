"""Requests under way to a master over time, one panel per retry policy, from traces of rpc-thundering-herd.

    ./hearsay run scenarios/rpc-fanout/rpc-thundering-herd.yaml --trace herd.jsonl
    /usr/bin/python3 notebooks/hearsay thundering-herd docs/rpc-thundering-herd.png \\
        "fixed delay=herd-1.jsonl" "exponential=herd-2.jsonl" "full jitter=herd-3.jsonl" "equal jitter=herd-4.jsonl" \\
        "decorrelated jitter=herd-5.jsonl"

Bars: requests sent in each tenth of a second. Line: callers that have had their answer. The ending of the picture's
name decides its format (.png, .svg, .pdf).
"""
import argparse
import json

import matplotlib.pyplot as plt

from ..program import HearsayError

BIN = 0.1  # s
SENT, ANSWERED = "#0072B2", "#D55E00"  # Okabe and Ito


def read_trace(file):
    """Instants at which requests were sent, and at which clients were answered with success."""
    sent, answered = [], []
    try:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                if '"send"' in line and '"request"' in line:
                    sent.append(json.loads(line)["t"])
                elif '"respond"' in line:
                    event = json.loads(line)
                    if event["detail"] == "ok":
                        answered.append(event["t"])
    except OSError as error:
        raise HearsayError(f"cannot read {file}: {error.strerror}") from None
    if not sent:
        raise HearsayError(f"{file} holds no request; write a trace with ./hearsay run ... --trace NAME.jsonl")
    return sent, sorted(answered)


def draw(axes, label, sent, answered, end):
    axes.hist(sent, bins=[i * BIN for i in range(int(end / BIN) + 1)], color=SENT, label="requests sent in 0.1 s")
    axes.set_title(f"{label}: {len(sent)} requests, {len(answered)} answered", loc="left", fontsize=10)
    axes.set_ylabel("requests", color=SENT)
    axes.spines["top"].set_visible(False)
    right = axes.twinx()
    right.plot([0, *answered, end], [*range(len(answered) + 1), len(answered)], color=ANSWERED, linewidth=2,
               drawstyle="steps-post", label="callers answered")
    right.set_ylim(0, 210)
    right.set_ylabel("answered", color=ANSWERED)
    right.spines["top"].set_visible(False)


def main(words=None):
    parser = argparse.ArgumentParser(prog="python3 -m hearsay thundering-herd", description=__doc__.splitlines()[0])
    parser.add_argument("picture", help="the file to write, such as herd.png")
    parser.add_argument("traces", nargs="+", metavar="LABEL=FILE.jsonl", help="a run's trace and what to call it")
    arguments = parser.parse_args(words)
    runs = [(label, *read_trace(file)) for label, _, file in (trace.partition("=") for trace in arguments.traces)]
    end = max(max(sent + answered) for _, sent, answered in runs) + 0.5
    figure, panels = plt.subplots(len(runs), 1, figsize=(8, 1.7 * len(runs)), sharex=True, sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, run in zip(panels[:, 0], runs):
        draw(axes, *run, end)
    panels[-1, 0].set_xlabel("simulated time (s)")
    panels[-1, 0].set_xlim(0, end)
    figure.savefig(arguments.picture, dpi=130)
