"""What the literature says of broadcast by gossip, as functions: exact chains, curves and bounds, to lay over runs.

Nothing here knows of the program: each is computed from its definition, so that it can check what the program does.
"""
import functools
import math

import numpy as np


# --- Pittel 1987: push in rounds. Each node that knows it calls a random other one in each round.

def push_step(n, informed, loss=0.0):
    """Probabilities of how many more know it after a round: index j for `informed` + j."""
    left = n - informed
    chances = np.zeros(min(informed, left) + 1)
    chances[0] = 1.0
    hit = (left - np.arange(len(chances))) / (n - 1) * (1 - loss)
    for _ in range(informed):
        new = chances * (1 - hit)
        new[1:] += (chances * hit)[:-1]
        chances = new
    return chances


@functools.lru_cache(maxsize=None)
def push_rounds(n, loss=0.0):
    """Mean rounds, and their standard deviation, until all n know what one does: exact."""
    mean, square = np.zeros(n + 1), np.zeros(n + 1)
    for informed in range(n - 1, 0, -1):
        chances = push_step(n, informed, loss)
        ahead = slice(informed + 1, informed + len(chances))
        move = 1 - chances[0]
        mean[informed] = (1 + chances[1:] @ mean[ahead]) / move
        # E[T^2] with T = 1 + T': 1 + 2 E[T'] + E[T'^2], where T' is T again with chances[0].
        square[informed] = (1 + 2 * (chances[1:] @ mean[ahead] + chances[0] * mean[informed]) + chances[1:] @ square[ahead]) / move
    return float(mean[1]), float(math.sqrt(square[1] - mean[1] ** 2))


@functools.lru_cache(maxsize=None)
def push_curve(n, loss=0.0, rounds=60):
    """Mean share of nodes that know it after 0, 1, 2 ... rounds: exact."""
    steps = [None] + [push_step(n, informed, loss) for informed in range(1, n + 1)]
    at = np.zeros(n + 1)
    at[1] = 1.0
    shares = []
    for _ in range(rounds + 1):
        shares.append(float(at @ np.arange(n + 1)) / n)
        new = np.zeros(n + 1)
        for informed in np.nonzero(at > 1e-15)[0]:
            step = steps[informed]
            new[informed:informed + len(step)] += at[informed] * step
        at = new
    return np.array(shares)


@functools.lru_cache(maxsize=None)
def push_messages(n, loss=0.0):
    """Mean messages until all know it, lost ones included: in each round as many as know it. Exact."""
    sent = np.zeros(n + 1)
    for informed in range(n - 1, 0, -1):
        chances = push_step(n, informed, loss)
        sent[informed] = (informed + chances[1:] @ sent[informed + 1:informed + len(chances)]) / (1 - chances[0])
    return float(sent[1])


def pittel(n):
    """Rounds of push, without their O(1)."""
    return math.log2(n) + math.log(n)


# --- Demers et al. 1987, section 1.4: rumour mongering, simulated from the paper's text

def rumours(n, k, *, blind=False, coin=False, pull=False, rng):
    """One epidemic: residue, updates sent per node, round of the last useful receipt. Everybody who is interested (by
    pull: everybody asks somebody, who answers if it is interested) makes one contact a round; contacts of a round see the
    state at its start."""
    knows, hot, wasted = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, int)
    knows[0] = hot[0] = True
    sent = rounds = last = 0
    while hot.any():
        rounds += 1
        callers = np.arange(n) if pull else np.nonzero(hot)[0]
        callees = rng.integers(n - 1, size=len(callers))
        callees += callees >= callers
        givers, takers = (callees, callers) if pull else (callers, callees)
        if pull:
            takers, givers = takers[hot[givers]], givers[hot[givers]]
        useful = ~knows[takers]
        sent += len(givers)
        if pull:  # the contacts of a round count as one
            asked, helped = np.zeros(n, bool), np.zeros(n, bool)
            asked[givers] = True
            helped[givers[useful]] = True
            wasted[helped] = 0
            idle = asked & ~helped
        else:
            idle = np.zeros(n, bool)
            idle[givers[~useful] if not blind else givers] = True
            if not blind:
                wasted[givers[useful]] = 0
        wasted[idle] += 1
        hot[idle & (rng.random(n) < 1 / k) if coin else idle & (wasted >= k)] = False
        if useful.any():
            last = rounds
        fresh = np.unique(takers[useful])
        knows[fresh] = hot[fresh] = True
    return 1 - knows.mean(), sent / n, last


def rumour_residue(k):
    """Of feedback with a coin, by the differential equation of section 1.4: s = exp(-(k + 1)(1 - s))."""
    low, high = 0.0, 1 - 1e-9
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if math.exp(-(k + 1) * (1 - middle)) > middle else (low, middle)
    return low


# --- Demers et al. 1987, sections 1.3 and 1.4: push-pull anti-entropy with a connection limit

def anti_entropy(n, *, limit=0, hunts=0, rng):
    """One update spread by push-pull anti-entropy: rounds until all have it, mean round of a receipt, contacts per node and
    round. A node admits `limit` calls a round (0: all); who is rejected calls up to `hunts` others."""
    known = np.zeros(n, bool)
    known[rng.integers(n)] = True
    when, rounds, contacts = np.zeros(n), 0, 0
    while not known.all():
        rounds += 1
        callees = rng.integers(n - 1, size=n)
        callees += callees >= np.arange(n)
        callers, callees = (np.arange(n), callees) if limit == 0 else admitted(n, callees, limit, hunts, rng)
        contacts += len(callers)
        new = known.copy()
        new[callees[known[callers]]] = True
        new[callers[known[callees]]] = True
        when[new & ~known] = rounds
        known = new
    return rounds, when.sum() / (n - 1), contacts / (n * rounds)


def admitted(n, callees, limit, hunts, rng):
    """The calls that are admitted, those of one try in random order."""
    taken, pairs = np.zeros(n, int), []
    waiting = [(caller, callees[caller], {caller, callees[caller]}) for caller in rng.permutation(n)]
    for tries in range(hunts + 1):
        rejected = []
        for caller, callee, tried in waiting:
            if taken[callee] < limit:
                taken[callee] += 1
                pairs.append((caller, callee))
            elif tries < hunts and len(tried) < n:
                left = np.setdiff1d(np.arange(n), list(tried), assume_unique=True)
                callee = left[rng.integers(len(left))]
                rejected.append((caller, callee, tried | {callee}))
        waiting = [rejected[i] for i in rng.permutation(len(rejected))]
    return tuple(np.array(pairs).T)


def admitted_share(n):
    """Of calls to random others that a limit of 1 admits, without hunting: 1 - 1/e for large n."""
    return 1 - (1 - 1 / (n - 1)) ** (n - 1)


# --- curves over time

def logistic(rounds, n, fanout):
    """SI model: share that knows it after `rounds`, each of which is `fanout` contacts of everybody who does."""
    return 1 / (1 + (n - 1) * np.exp(-fanout * np.asarray(rounds, dtype=float)))


def serf(rounds, n, fanout, loss=0.0, failed=0.0):
    """The convergence curve that Serf's documentation publishes (Internals, Convergence Simulator)."""
    contact = fanout / n * (1 - loss) * (1 - failed) * 0.5
    return 1 / (1 + (n + 1) * np.exp(-contact * n * np.asarray(rounds, dtype=float)))


# --- bounds

def karp_rounds(n):
    """Push-pull informs all in log3 n + O(log log n) rounds (Karp et al. 2000, theorem 2.1): without the O()."""
    return math.log(n, 3)


def karp_messages(n):
    """Address-oblivious algorithms need of the order of n ln ln n messages (Karp et al. 2000, theorem 4.1)."""
    return n * math.log(math.log(n)) if n > math.e else 0.0


def tree_floor(n):
    """Payloads that reach n nodes from one: no broadcast takes fewer."""
    return n - 1
