"""What others published, or what follows from a closed form, and which runs show it: the data behind
docs/reproductions.md."""
import dataclasses
import decimal
import math
import typing

from .. import theory
from .rpc_loss import closed_form

MOST_SEEDS = 20000  # of one command in a full pass


@dataclasses.dataclass(frozen=True)
class Figure:
    """One number. `tolerance`: how far the truth may be from `expected` by rounding or by what we ask of a check; 0: ours
    must be equal. `uncertainty`: the standard error of `expected`. `value`: ours, of one result."""
    what: str
    expected: float
    value: typing.Callable[[dict], float]
    tolerance: float = 0.0
    uncertainty: float = 0.0
    label: str = ""
    case: tuple = ()
    rounding: float = 0.0  # half a unit of the last digit of `expected`, if it was printed

    def of(self, results):
        """Ours, one per seed."""
        return [float(self.value(r)) for r in results
                if self.label in ("", r["label"]) and all(r["case"].get(path) == value for path, value in self.case)]


@dataclasses.dataclass(frozen=True)
class Study:
    """Figures that the runs of one command show. `cheap`: so few runs that a test repeats them."""
    subject: str
    source: str
    scenario: str
    figures: tuple
    seeds: int
    words: tuple = ()
    cheap: bool = False
    note: str = ""


def field(path, scale=1.0):
    names = path.split(".")

    def value(result):
        for name in names:
            result = result[name]
        return scale * result

    return value


def printed(text):
    """The number, and half a unit of its last digit."""
    return float(text), float(decimal.Decimal((0, (5,), decimal.Decimal(text).as_tuple().exponent - 1)))


def rounded_figures(rows, of, label):
    """Columns of a printed table as Figures. `rows`: label's key and printed texts; `of`: (name, value) per column."""
    for key, *texts in rows:
        for (name, value), text in zip(of, texts):
            expected, half = printed(text)
            yield Figure(f"{label(key)}: {name}", expected, value, half, label=label(key), rounding=half)


# --- Demers et al. 1987

EPIDEMIC = (("residue", field("residue")), ("traffic m", field("dissemination.traffic_per_update")),
            ("t_last", field("dissemination.last_round")))
TABLE_1 = [(1, "0.18", "1.7", "16.8"), (2, "0.037", "3.3", "16.9"), (3, "0.011", "4.5", "17.4"),
           (4, "0.0036", "5.6", "17.5"), (5, "0.0012", "6.7", "17.7")]
TABLE_2 = [(1, "0.96", "0.04", "38"), (2, "0.20", "1.6", "33"), (3, "0.060", "2.8", "32"), (4, "0.021", "3.9", "32"),
           (5, "0.008", "4.9", "32")]
TABLE_3 = [(1, "0.031", "2.7", "17.6"), (2, "0.00058", "4.5", "15.4"), (3, "0.000004", "6.1", "14.0")]
# theory.rumours, 2000 epidemics each: k, updates sent per node, standard error.
BARE_TRAFFIC = {1: [(1, 1.74448, 0.0008), (2, 3.29969, 0.0008), (3, 4.53301, 0.0008), (4, 5.63518, 0.0008), (5, 6.6829, 0.0009)]}
LIMITS = [("no limit", "7.8", "5.3"), ("limit 1", "11.0", "7.0")]
UNVERIFIED = ("The published values of these two tables are from secondary sources: no scan of the paper that has them was found to compare "
              "them with. What the paper's process gives, simulated from its text, does not rest on them.")
# theory.anti_entropy among 300, 2000 times each: t_last and t_ave, with standard errors.
BARE_LIMITS = [("no limit", (7.817, 0.012), (5.322, 0.008)), ("limit 1", (11.094, 0.021), (7.037, 0.014))]
ROUNDS = (("t_last", field("dissemination.last_round")), ("t_ave", field("dissemination.mean_round")))
DEMERS = "Demers et al., PODC 1987"


def admitted(result):
    metrics = result["protocol_metrics"]
    return metrics["contacts"] / (metrics["contacts"] + metrics["contacts_rejected"] - metrics["hunts"])


def demers():
    for number, scenario, rows, seeds, note in ((1, "epidemic", TABLE_1, 200, "push, feedback and counter"),
                                                (2, "blind-epidemic", TABLE_2, 100, "push, blind and coin"),
                                                (3, "pull-epidemic", TABLE_3, 20, "pull, feedback and counter")):
        bare = tuple(Figure(f"k = {k}: traffic m of the paper's process, simulated 2000 times", m, EPIDEMIC[1][1], 0.01, error, f"k = {k}")
                     for k, m, error in BARE_TRAFFIC.get(number, ()))
        yield Study(f"rumours, table {number}", f"{DEMERS}, table {number}", f"delta-gossip/{scenario}",
                    tuple(rounded_figures(rows, EPIDEMIC, lambda k: f"k = {k}")) + bare, seeds,
                    note=f"Rumour mongering, 1000 nodes: {note}.")
    limits = tuple(rounded_figures(LIMITS, ROUNDS, str)) + (
        Figure("limit 1: share of calls admitted, 1 - (1 - 1/(n - 1))^(n - 1)", theory.admitted_share(300), admitted, 0.005, label="limit 1"),)
    bare = [Figure(f"{label}: {name} of the paper's process, simulated 2000 times", expected, value, 0.1, error, label)
            for label, *figures in BARE_LIMITS for (name, value), (expected, error) in zip(ROUNDS, figures)]
    yield Study("connection limit", f"{DEMERS}, tables 4 and 5, uniform selection", "delta-gossip/connection-limit",
                limits + tuple(bare), 100, ("--protocol", "no limit", "--protocol", "limit 1"),
                note="Push-pull anti-entropy. The paper does not say how many servers there were: a few tens in Europe and several hundred in "
                     "North America; 300 fit both tables. " + UNVERIFIED)


# --- Pittel 1987

def push():
    for n, seeds in ((16, 200), (100, 200), (1000, 100)):
        yield Study("push in rounds", "Pittel 1987: the chain of how many know, exact", "delta-gossip/push-and-pull",
                    (Figure(f"{n} nodes: rounds", theory.push_rounds(n)[0], field("dissemination.last_round"), 0.1),), seeds,
                    ("--protocol", "push", "--set", f"nodes={n}", "--set", "expect={}", "--set", "protocols.0.expect={}"),
                    cheap=n == 16)
    for loss, seeds in ((0.1, 600), (0.3, 200), (0.5, 200)):
        yield Study("push in rounds", "the chain of how many know, exact", "delta-gossip/push-under-loss",
                    (Figure(f"100 nodes, {loss:.0%} loss: rounds", theory.push_rounds(100, loss)[0],
                            field("dissemination.last_round"), 0.1),), seeds,
                    ("--protocol", "push", "--set", f"network.loss={loss:.0%}", "--set", "expect={}"))


# --- flooding

FLOOD_SHAPES = [("full", "25 nodes, full", 25 * 24 - 24), ("grid", "25 nodes, grid", 56), ("line", "25 nodes, line", 24),
                ("{tree: 4}", "25 nodes, tree", 24)]


def flooding():
    for topology, name, expected in FLOOD_SHAPES:
        yield Study("flooding", "closed form: sum of degrees - (n - 1)", "delta-gossip/flooding",
                    (Figure(f"{name}: messages per write", expected, field("messages.per_op")),), 1,
                    ("--protocol", "flooding", "--set", f"topology={topology}", "--set", "protocols.0.expect={}"), cheap=True)
    for n in (4, 9, 25):
        yield Study("interceptor's storm", "closed form: 2 n (n - 1)", "delta-gossip/flooding",
                    (Figure(f"{n} nodes: messages per write", 2 * n * (n - 1), field("messages.per_op")),), 1,
                    ("--protocol", "interceptor-broadcast", "--set", f"nodes={n}", "--set", "topology=full"), cheap=True)


# --- Enes et al. 2019

ENES = "Enes et al., ICDE 2019: entries sent, from the overlay"
ENES_WAYS = {"tree": {"BP": 14, "RR": 28, "BP and RR": 14, "Scuttlebutt": 14, "Scuttlebutt-GC": 14, "operation-based": 14},
             "mesh": {"RR": 60, "BP and RR": 46, "Scuttlebutt": 22, "Scuttlebutt-GC": 22, "operation-based": 38}}
ENES_TYPES = {"gset": 1, "gcounter": 1, "gmap-10": 7, "gmap-100": 1000 / 15}  # entries of an update


def enes():
    for kind, entries in ENES_TYPES.items():
        for shape, ways in ENES_WAYS.items():
            def value(result, entries=entries):
                return result["dissemination"]["entries_sent"] / (result["operations"]["writes"]["acknowledged"] * entries)

            yield Study("data types", ENES, f"delta-gossip/enes-2019-{kind}-{shape}",
                        tuple(Figure(f"{kind}, {shape}, {way}: entries sent per entry changed", expected, value, label=way)
                              for way, expected in ways.items()), 1, cheap=kind != "gmap-100")
    for shape, ways in (("tree", {"BP": 14, "RR": 28, "BP and RR": 14, "Scuttlebutt": 14}), ("mesh", {"RR": 60, "BP and RR": 46})):
        yield Study("set synchronisation", ENES, f"delta-gossip/set-synchronisation-{shape}",
                    tuple(Figure(f"set, {shape}, {way}: entries sent per addition", expected,
                                 lambda r: r["dissemination"]["entries_sent"] / r["operations"]["writes"]["acknowledged"], label=way)
                          for way, expected in ways.items()), 3, cheap=shape == "tree")


# --- HyParView and Plumtree 2007

def plumtree():
    def beyond_first(result):  # the first broadcast floods: a payload over each end of a link but n - 1
        return result["dissemination"]["entries_sent"] - (result["protocol_metrics"]["active_links"] - 99)

    def flood(result):
        return result["dissemination"]["entries_sent"] / 50 - (result["protocol_metrics"]["active_links"] - 99)

    yield Study("Plumtree", "Leitao et al., SRDS 2007, section 3.3", "plumtree/plumtree-tree",
                (Figure("100 nodes: payloads of 49 broadcasts on the tree, 49 (n - 1)", 49 * 99, beyond_first, label="plumtree"),
                 Figure("flooding: payloads of a broadcast less (ends of links - (n - 1))", 0, flood, label="flooding")),
                1, ("--set", "params.shuffle_interval=1000s"), cheap=True)


# --- calls, from Brooker 2015 and closed forms

BROOKER = {"none": (2418.57, 4.66, 2.0285, 0.0079), "exponential": (1861.6, 9.07, 63.0373, 0.6646),
           "equal jitter": (811.7, 1.43, 6.6211, 0.1117), "full jitter": (794.8, 1.28, 5.0605, 0.1260),
           "decorrelated jitter": (987.77, 4.89, 4.9296, 0.1884)}


def calls():
    figures = []
    for attempts in (1, 3, 5):
        label = f"{attempts} attempt" + ("s" if attempts > 1 else "")
        for loss in (0.1, 0.2, 0.3):
            success, mean, _ = closed_form(loss, attempts)
            for what, expected, metric in (("calls that succeed", success, "success_rate"),
                                           ("mean latency of those (s)", mean, "call_latency_mean_s")):
                figures.append(Figure(f"{label}, loss {loss:.0%}: {what}", expected, field(f"protocol_metrics.{metric}"),
                                      0.01 * expected, label=label, case=(("network.loss", f"{loss:.0%}"),)))
    yield Study("retries", "closed form", "rpc-fanout/rpc-closed-form", tuple(figures), 20, no_bounds(4))
    figures = []
    for policy, (writes, error, seconds, error_s) in BROOKER.items():
        figures.append(Figure(f"{policy}: writes", writes, field("protocol_metrics.row_writes"), 0.02 * writes, error, policy))
        figures.append(Figure(f"{policy}: completion (s)", seconds, field("protocol_metrics.contention_completion_max_s"),
                              0.05 * seconds, error_s, policy))
    yield Study("backoff", "Brooker 2015, \"Exponential Backoff And Jitter\": his simulator, 30 runs", "rpc-fanout/rpc-contention",
                tuple(figures), 100, no_bounds(5))


def no_bounds(entries):
    return tuple(word for i in range(entries) for word in ("--set", f"protocols.{i}.expect={{}}"))


# --- SWIM 2002

def swim():
    for n in (8, 16, 50):
        yield Study("SWIM: first detection", "Das et al. 2002, section 3.3: 1 / (1 - (1 - 1/(n - 1))^(n - 1)) periods",
                    "swim-cache/swim-first-detection",
                    (Figure(f"{n} members: periods", 1 / (1 - (1 - 1 / (n - 1)) ** (n - 1)),
                            lambda r: r["membership"]["detection"]["first_s"]["max"] - 0.5, 0.05),), 100,
                    ("--set", f"nodes={n}", "--set", "expect={}", "--set", "faults.0.crash.nodes=2"))


def studies():
    for part in (demers, push, flooding, enes, plumtree, calls, swim):
        yield from part()


def seeds_needed(values, tolerance, uncertainty=0.0):
    """So many that the standard error is a third of the tolerance; of a figure without tolerance, or spread, those there are."""
    if tolerance <= 0 or len(values) < 2:
        return len(values)
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    return max(len(values), math.ceil((3 * spread / tolerance) ** 2))
