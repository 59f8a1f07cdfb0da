"""delta-gossip against closed forms, on the scenarios that are shipped, as a user would run them.

HEARSAY_PROGRAM: the program; HEARSAY_SOURCE_DIR: the repository.
"""
import json
import math
import statistics
import unittest

from program import SOURCE, ProgramTest, shipped


def line(n):
    return [(i, i + 1) for i in range(n - 1)]


def ring(n):
    return [*line(n), (n - 1, 0)]


def star(n):
    return [(0, i) for i in range(1, n)]


def tree(n, children):
    return [((i - 1) // children, i) for i in range(1, n)]


def full(n):
    return [(i, j) for i in range(n) for j in range(i)]


def grid(n):
    """Of 5 and 25 nodes as the scenarios' `grid` has it: rows of ceil(sqrt(n))."""
    wide = 1
    while wide * wide < n:
        wide += 1
    right = [(i, i + 1) for i in range(n - 1) if (i + 1) % wide != 0]
    return right + [(i, i + wide) for i in range(n - wide)]


def distances(n, edges, start):
    """From one node to each other one."""
    near = {i: set() for i in range(n)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    hops, queue = {start: 0}, [start]
    for at in queue:
        for node in sorted(near[at] - set(hops)):
            hops[node] = hops[at] + 1
            queue.append(node)
    return [hops[node] for node in range(n) if node != start]


def push_rounds(n):
    """Mean rounds until all n know, when in each round everybody who knows tells a random other one: exact, by the chain
    of how many know (Pittel 1987 has its limit, log2 n + ln n + O(1))."""
    rest = [0.0] * (n + 1)  # by how many know
    for know in range(n - 1, 0, -1):
        left = n - know
        chance = [1.0] + [0.0] * left  # of so many new ones, after some of those who know have told
        for _ in range(know):
            for new in range(left, -1, -1):
                miss = 1 - (left - new) / (n - 1)
                chance[new] = chance[new] * miss + (chance[new - 1] * (left - new + 1) / (n - 1) if new else 0)
        rest[know] = (1 + sum(chance[new] * rest[know + new] for new in range(1, left + 1))) / (1 - chance[0])
    return rest[1]


class Gossip(ProgramTest):
    def flood(self, label, n, topology, writer="all"):
        results = self.run_json(shipped("flooding"), "--protocol", label, "--set", f"nodes={n}",
                                "--set", f"topology={topology}", "--set", f"workload.operations={n}",
                                "--set", f"workload.targets={writer}",
                                "--set", "expect={}", "--set", "protocols.0.expect={}",
                                "--set", "protocols.1.expect={}")
        return results[0]

    OVERLAYS = [(25, "grid", grid(25)), (25, "line", line(25)), (25, "{tree: 4}", tree(25, 4)), (25, "full", full(25)),
                (25, "ring", ring(25)), (5, "grid", grid(5)),
                (6, json.dumps({"edges": star(6)}), star(6))]

    def test_flooding_costs_the_sum_of_degrees_less_n_minus_1_and_with_echo_the_sum(self):
        for n, topology, edges in self.OVERLAYS:
            with self.subTest(topology, n=n):
                self.assertEqual(self.flood("flooding", n, topology)["messages"]["sent"],
                                 n * (2 * len(edges) - (n - 1)))
                self.assertEqual(self.flood("flooding with echo", n, topology)["messages"]["sent"], n * 2 * len(edges))

    def test_the_hops_of_flooding_are_the_distances_in_the_overlay(self):
        for n, topology, edges in self.OVERLAYS:
            with self.subTest(topology, n=n):
                for writer in (0, n - 1):
                    metrics = self.flood("flooding", n, topology, writer)["protocol_metrics"]
                    hops = distances(n, edges, writer)
                    self.assertEqual(metrics["last_delivery_hop"], max(hops))
                    self.assertEqual(metrics["hops_total"], n * sum(hops))

    def test_bytes_of_full_states_grow_with_the_square_of_the_nodes_and_those_of_deltas_linearly(self):
        rates = {"full": [], "delta": []}
        for n in (10, 40):
            for label in rates:
                (result,) = self.run_json(shipped("naive-against-delta"), "--protocol", label,
                                          "--set", f"nodes={n}", "--set", f"workload.rate={n}/s", "--set", "expect={}",
                                          "--set", "protocols.0.expect={}", "--set", "protocols.1.expect={}")
                rates[label].append(result["messages"]["bytes"] / n)
        growth = {label: last / first for label, (first, last) in rates.items()}
        self.assertTrue(14 < growth["full"] < 20, growth)
        self.assertTrue(2 < growth["delta"] < 5, growth)

    def test_push_without_memory_takes_the_rounds_of_the_chain_with_few_neighbours_and_with_many(self):
        self.assertAlmostEqual(push_rounds(100), 12.3045, places=4)
        for n, seeds in ((20, 400), (100, 400)):
            results = self.run_json(shipped("push-and-pull"), "--protocol", "push", "--seeds", f"1..{seeds}",
                                    "--set", f"nodes={n}", "--set", "expect={}", "--set", "protocols.0.expect={}")
            rounds = [result["protocol_metrics"]["last_useful_round"] for result in results]
            error = statistics.stdev(rounds) / math.sqrt(seeds)
            self.assertLess(abs(statistics.mean(rounds) - push_rounds(n)), 3.5 * error, n)


if __name__ == "__main__":
    unittest.main()
