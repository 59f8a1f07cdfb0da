"""Counts that are right on small histories that can be checked by hand."""
import unittest

from program import ProgramTest

# Each node goes away once; under `conflict: arrival` two nodes name opposite winners over a pair of writes.
CIRCLE = """\
name: circle
nodes: 3
seeds: 1..3
duration: 30s
settle: 2s
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [interceptor-broadcast]
workload: {kind: kv, keys: 1, rate: 20/s, arrival: poisson, stop: 10s}
faults:
  - {at: 4s, for: 500ms, crash: {nodes: 0}}
  - {at: 5s, for: 500ms, crash: {nodes: 1}}
  - {at: 6s, for: 500ms, crash: {nodes: 2}}
"""
# Node 0's clock is 5 s ahead: what nodes 1 and 2 take meanwhile gives way to an older write.
FAST_CLOCK = """\
name: fast-clock
seed: 1
duration: 60s
settle: 5s
nodes: 3
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [{name: swim-cache, params: {conflict: wall-clock}}]
workload: {kind: cache, keys: 1, rate: 10/s, reads: 0%, deletes: 0%, start: 1s, stop: 21s}
faults: [{at: 0s, until: 40s, clock: {nodes: 0, skew: 5s}}]
expect: {lost_updates: {min: 110, max: 130}}
"""
# Indirect probes find both nodes well: nobody says anything of anybody.
NOBODY_ACCUSED = """\
name: nobody-accused
seed: 1
duration: 100s
nodes: 5
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [swim-cache]
workload: {kind: broadcast, operations: 2}
faults:
  - {at: 10s, for: 60s, partition: {from: 0, to: 2}}
  - {at: 10s, for: 60s, partition: {from: 2, to: 0}}
expect: {membership.false_deaths: 0, membership.false_suspicions: 0}
"""
CALLS = """\
name: calls
nodes: 5
duration: 20s
protocols: [rpc-fanout]
workload: {kind: call, rate: 20/s, stop: 5s}
expect: {lost_writes: 0, converged: null, missing: null, never_stable: null}
"""


class Counts(ProgramTest):
    def run_of(self, text, status=0):
        self.write("s.yaml", text)
        done = self.hearsay("run", "s.yaml")
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def test_writes_that_later_ones_replaced_are_not_lost_when_nodes_disagree_on_the_order(self):
        self.run_of(CIRCLE + "expect: {lost_writes: 0, missing: 0, residue: 0, converged: true}\n")

    def test_writes_shadowed_by_a_clock_that_is_ahead_are_lost_updates(self):
        self.run_of(FAST_CLOCK)

    def test_a_run_in_which_nobody_was_accused_satisfies_an_expectation_of_none(self):
        self.run_of(NOBODY_ACCUSED)

    def test_what_has_no_meaning_without_replication_is_null_and_a_dash(self):
        out = self.run_of(CALLS).stdout
        row = next(line for line in out.splitlines() if line.startswith("rpc-fanout"))
        self.assertNotRegex(row, r"\bno\b|never")
        self.assertRegex(row, r"rpc-fanout +1 +- +- +- +100 +0 +- +- +- +- ")


if __name__ == "__main__":
    unittest.main()
