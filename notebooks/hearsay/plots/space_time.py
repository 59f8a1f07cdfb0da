"""A space-time diagram of a window of one run: one line per node and one arrow per message, from a trace (.jsonl)."""
import json

from ..program import HearsayError
from .style import COLOURS, FAULT_COLOURS, OTHER_FAULT, legend_below, names_of, plt, styled, title

ARROWS = 4000  # more cannot be distinguished; choose a shorter window


class TooMuch(HearsayError):
    """The window holds more messages than a picture can show."""


def read_trace(file, begin, end):
    """Messages that were under way, applications, crashes and faults of the window."""
    sent, messages, marks, faults, spans = {}, [], [], {}, []
    nodes = 0
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            kind, t = event["kind"], event["t"]
            nodes = max(nodes, event.get("node", -1) + 1)
            if kind == "send":
                sent[event["id"]] = t
            elif kind in ("deliver", "drop"):
                start = sent.get(event["id"], t)
                if t >= begin and start <= end:
                    # of a delivery `node` is the receiver; of a drop it is the sender
                    ends = (event["peer"], event["node"]) if kind == "deliver" else (event["node"], event["peer"])
                    messages.append((start, t, *ends, event["type"], kind))
            elif kind in ("applied", "crash", "restart", "invoke") and begin <= t <= end:
                marks.append((t, event["node"], kind))
            elif kind == "fault_begin":
                faults[event["id"]] = (t, event["text"].split(":")[0])
            elif kind == "fault_end" and event["id"] in faults:
                spans.append((*faults.pop(event["id"]), t))
    spans += [(at, verb, end) for at, verb in faults.values()]
    return nodes, messages, marks, [s for s in spans if s[0] <= end and s[2] >= begin]


@styled
def space_time(trace, begin: float, end: float, *, name: str):
    """One line per node and one arrow per message, from a trace (.jsonl) between two instants (s). Raises TooMuch."""
    nodes, messages, marks, faults = read_trace(trace, begin, end)
    if len(messages) > ARROWS:
        raise TooMuch(f"{len(messages)} messages between {begin:g} s and {end:g} s; a picture shows at most {ARROWS}: "
                      "choose a shorter --window")
    figure, axes = plt.subplots(figsize=(11, min(16, 2.5 + 0.4 * nodes)), layout="constrained")
    handles, labels = [], []
    for at, verb, until in faults:
        axes.axvspan(max(at, begin), min(until, end), color=FAULT_COLOURS.get(verb, OTHER_FAULT), alpha=0.5, linewidth=0)
        if f"fault: {verb}" not in labels:
            handles.append(plt.Rectangle((0, 0), 1, 1, color=FAULT_COLOURS.get(verb, OTHER_FAULT), alpha=0.5))
            labels.append(f"fault: {verb}")
    for node in range(nodes):
        axes.axhline(node, color="#BBBBBB", linewidth=0.8, zorder=0)
    kinds = names_of(dict.fromkeys(m[4] for m in messages))
    colours = {kind: COLOURS[i % len(COLOURS)] for i, kind in enumerate(kinds)}
    thin = 0.4 if len(messages) > 400 else 0.9
    for start, t, sender, receiver, kind, fate in messages:
        if fate == "deliver":
            axes.plot([start, t], [sender, receiver], color=colours[kind], linewidth=thin)
            axes.plot(t, receiver, marker=".", markersize=4, color=colours[kind])
        else:
            half = ((start + t) / 2, (sender + receiver) / 2)
            axes.plot([start, half[0]], [sender, half[1]], color=colours[kind], linewidth=thin, linestyle=":")
            axes.plot(*half, marker="x", markersize=5, color="#000000")
    handles += [plt.Line2D([], [], color=colours[kind]) for kind in kinds]
    labels += [f"message: {name_}" for name_ in kinds.values()]
    looks = {"invoke": ("v", "client operation"), "applied": ("o", "write visible"), "crash": ("X", "crash"),
             "restart": ("P", "restart")}
    for kind, (marker, label) in looks.items():
        up = 0.25 if kind == "invoke" else 0  # above its line, where the write that it makes visible does not cover it
        points = [(t, node - up) for t, node, k in marks if k == kind]
        if points:
            line, = axes.plot(*zip(*points), linestyle="", marker=marker, markersize=6, markerfacecolor="#FFFFFF",
                              color="#000000", zorder=3)
            handles.append(line)
            labels.append(label)
    if any(m[5] == "drop" for m in messages):
        handles.append(plt.Line2D([], [], color="#000000", marker="x", linestyle=":"))
        labels.append("dropped")
    axes.set_yticks(range(nodes), range(nodes)) if nodes <= 40 else None
    axes.set(xlabel="simulated time (s)", ylabel="node", xlim=(begin, end), ylim=(nodes - 0.5, -0.5))
    title(figure, f"{name}: {begin:g} s to {end:g} s")
    legend_below(figure, axes, handles, labels)
    return figure
