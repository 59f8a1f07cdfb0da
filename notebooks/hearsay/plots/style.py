"""How plots look: colours that everybody can distinguish, labels that cannot break a plot, files."""
import functools
import inspect
import pathlib
import textwrap
import unicodedata

import matplotlib.pyplot as plt
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.transforms import ScaledTranslation

# Okabe and Ito (2008): distinguishable with every kind of colour vision; dashes and markers distinguish them without colour.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"]
DASHES = ["-", "--", "-.", ":"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]

# As Jepsen shades its nemeses (jepsen.nemesis.combined); verbs that it has not share its grey.
FAULT_COLOURS = {"crash": "#E9A4A0", "pause": "#A0B1E9", "partition": "#E9DCA0", "loss": "#D1E8A0", "delay": "#D1E8A0",
                 "duplicate": "#D1E8A0", "reorder": "#D1E8A0", "corrupt": "#D1E8A0", "bandwidth": "#D1E8A0",
                 "clock": "#A0E9E3", "join": "#E9A0E6", "leave": "#ACA0E9"}
OTHER_FAULT = "#CCCCCC"

STYLE = {"figure.constrained_layout.w_pad": 0.08, "figure.constrained_layout.h_pad": 0.08, "figure.dpi": 100, "savefig.dpi": 130,
         "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3, "font.size": 10,
         "font.family": ["DejaVu Sans"], "svg.hashsalt": "hearsay", "axes.titlelocation": "left", "legend.frameon": False}


drawing = []  # what is being drawn


def styled(draw):
    """`draw` in our style, whatever the caller's is; the caller's stays as it was."""
    @functools.wraps(draw)
    def in_style(*arguments, **options):
        with plt.rc_context(STYLE):
            drawing.append(draw)
            try:
                figure = draw(*arguments, **options)
            finally:
                drawing.pop()
        for axes in figure.axes if figure is not None else ():
            axes.tick_params(grid_alpha=STYLE["grid.alpha"])  # of ticks that are only made when the figure is drawn
        return figure

    return in_style


def of_results(draw=None, *, store=False):
    """Makes `draw(runs, ..., name=)`, or with `store` `draw(results, runs, ..., name=)`, a function that users call:
    `draw(results, ..., runs=None, name=None)`, by default on all runs of `results` and under their scenario's name."""
    if draw is None:
        return functools.partial(of_results, store=store)

    @functools.wraps(draw)
    def public(results, *others, runs=None, name=None):
        runs = results.runs if runs is None else runs
        name = safe(", ".join(dict.fromkeys(runs.scenario))) if name is None else name
        return styled(draw)(*([results] if store else []), runs, *others, name=name)

    own = list(inspect.signature(draw).parameters.values())[2 if store else 1:-1]
    parameters = [inspect.Parameter("results", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="Results"), *own]
    for option, kind in (("runs", "pandas.DataFrame | None"), ("name", "str | None")):
        parameters.append(inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind))
    public.__signature__ = inspect.Signature(parameters, return_annotation="matplotlib.figure.Figure | None")
    return public


def curve(look: int) -> dict:
    """Of the line with this number."""
    return {"color": COLOURS[look % len(COLOURS)], "linestyle": DASHES[look % len(DASHES)]}


def dots(look: int) -> dict:
    """Of its points."""
    return {"color": COLOURS[look % len(COLOURS)], "marker": MARKERS[look % len(MARKERS)], "linestyle": ""}


def looks_of(runs):
    """Line -> the number of its look, in the order of these."""
    first = runs.drop_duplicates("line")
    return dict(sorted(zip(first.line, first.look), key=lambda pair: pair[1]))


@functools.lru_cache(maxsize=None)
def own_font():
    return FT2Font(findfont(FontProperties(family="DejaVu Sans")))


@functools.lru_cache(maxsize=None)
def family_with(character):
    """An installed font that has the character, which matplotlib's own has not; None if there is none."""
    def plainness(entry):
        weight = abs(int(entry.weight) - 400) if str(entry.weight).isdigit() else 400
        return entry.style != "normal", weight, entry.name, entry.fname

    for entry in sorted(fontManager.ttflist, key=plainness):
        try:
            if FT2Font(entry.fname).get_char_index(ord(character)):
                return entry.name
        except (OSError, RuntimeError):  # a font that FreeType cannot read
            continue
    return None


def shown_as(character):
    """The character, or where no installed font has it its name: a box would say nothing."""
    if unicodedata.category(character)[0] == "C":
        return f"\\x{ord(character):02x}"
    if own_font().get_char_index(ord(character)):
        return character
    family = family_with(character)
    if family is None:
        name = unicodedata.name(character, "").lower()
        return f":{name}:" if name and unicodedata.category(character)[0] == "S" else f"U+{ord(character):04X} "
    if family not in STYLE["font.family"]:
        STYLE["font.family"].append(family)
    if drawing:
        plt.rcParams["font.family"] = STYLE["font.family"]
    return character


def safe(text, width=48):
    """One line, at most so wide, that matplotlib takes literally: no mathematics, no control characters; what no font can show
    by name."""
    text = str(text)
    text = text if len(text) <= width else text[: width - 1] + "\u2026"
    shown = "".join(map(shown_as, text)).strip()
    if len(shown) > 1.5 * width:
        shown = shown[: round(1.5 * width)] + "\u2026"
    if shown.startswith("_"):
        shown = " " + shown  # matplotlib leaves labels that begin with an underscore out of legends
    return shown.replace("$", r"\$") or "(empty)"


def names_of(lines):
    """A distinct, safe name for each line: shortened ones that collide get a number."""
    names, used = {}, set()
    for line in lines:
        name, count = safe(line), 1
        while name in used:
            count += 1
            name = f"{safe(line, 44)} #{count}"
        used.add(name)
        names[line] = name
    return names


def legend_below(figure, axes, handles=None, labels=None, lines_below=2, most_columns=2):
    """Below the axes and so many lines of ticks and label, where it hides no data. Narrow axes: at most one column."""
    if handles is None:
        handles, labels = axes.get_legend_handles_labels()
    if not handles:
        return
    labels = [textwrap.fill(label, 60) for label in labels]
    columns = most_columns if max(map(len, labels)) < 43 and len(labels) > 1 else 1
    rows = -(-sum(label.count("\n") + 1 for label in labels) // columns)
    figure.set_figheight(figure.get_figheight() + 0.2 * max(0, rows - 4))  # so that the axes keep theirs
    below = ScaledTranslation(0, -0.12 - 0.2 * lines_below, figure.dpi_scale_trans)  # inches
    axes.legend(handles, labels, ncol=columns, loc="upper center", bbox_to_anchor=(0.5, 0),
                bbox_transform=axes.transAxes + below)


def title(figure, text, detail=""):
    """Above the whole figure, so that wide labels beside the axes leave it room; `detail` in a line of its own."""
    width = int(11.5 * figure.get_figwidth())
    lines = textwrap.wrap(text, width) + textwrap.wrap(detail, width)
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=11)


def plain(axis):
    """Ticks of a logarithmic axis as numbers that people read."""
    axis.set_major_locator(plt.LogLocator(subs=(1, 2, 5), numticks=9))
    axis.set_major_formatter(plt.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(plt.NullFormatter())


def shade(axes, faults, end):
    """Spans of the faults that runs had; equal ones once. Returns what a legend shows: label and handle for each colour."""
    def until(fault):
        if fault["until"] is not None:
            return fault["until"]
        return fault["at"] if fault["verb"] in ("join", "leave") else end  # which happen in an instant

    spans = sorted({(f["at"], until(f), f["verb"]) for f in faults})
    verbs, handles = {}, {}
    for begin, stop, verb in spans:
        colour = FAULT_COLOURS.get(verb, OTHER_FAULT)
        look = {"color": colour, "alpha": 0.55, "linewidth": 0}
        axes.axvspan(begin, max(stop, begin + end / 250), zorder=0, **look)
        verbs.setdefault(colour, {})[verb] = True
        handles[colour] = plt.Rectangle((0, 0), 1, 1, **look)
    return {f"fault{'s' if len(verbs[c]) > 1 else ''}: {', '.join(verbs[c])}": handle for c, handle in handles.items()}


def save(figure, folder, name: str) -> "list[pathlib.Path]":
    """PNG and SVG. Equal data give equal files: no dates in them."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        figure.savefig(folder / f"{name}.png", metadata={"Software": None})
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
    return [folder / f"{name}.png", folder / f"{name}.svg"]
