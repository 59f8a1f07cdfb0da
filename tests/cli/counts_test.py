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
# The last put before node 2 is away is write 4; the last operation deletes it; the tombstone is forgotten before node 2
# comes back and hands write 4 to the others.
RESURRECTED = """\
name: resurrected
seed: 1
duration: 80s
nodes: 3
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [{name: swim-cache, params: {tombstone_ttl: 5s, hinted_handoff: false}}]
workload: {kind: cache, keys: 1, rate: 1/s, reads: 0%, deletes: 50%, start: 1s, stop: 20s, targets: [0, 1], final_reads: 30s}
faults: [{at: 5500ms, for: 30s, crash: {nodes: 2, disk: kept}}]
expect: {stale_reads: {min: 1}, lost_writes: 1, violations.duplicate_apply: 2}
"""
# Three copies on three nodes, of which one is away for a while.
REPLICAS = """\
name: replicas
seed: 1
duration: 120s
settle: 10s
nodes: 3
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols:
  - name: swim-cache
    label: no repair
    params: {anti_entropy_interval: 0s, read_repair: false, handover: false, hinted_handoff: false}
    expect: {converged: false, convergence_time_s: null, distinct_states: 2, missing: {min: 600}}
  - name: swim-cache
    label: anti-entropy
    params: {read_repair: false, handover: false, hinted_handoff: false}
    expect: {converged: true, missing: 0}
workload: {kind: cache, keys: 1000, rate: 50/s, reads: 0%, deletes: 0%, distribution: uniform, stop: 40s, targets: [0, 1]}
faults: [{at: 10s, for: 20s, crash: {nodes: 2, disk: kept}}]
"""
# Three copies on six nodes, of which halves are cut off. By the trace 119 of 484 keys have fewer copies without repair.
OWNERS = """\
name: owners
seed: 1
duration: 120s
nodes: 6
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
workload: {kind: cache, rate: 50/s, stop: 30s, reads: 0%, keys: 1500}
faults: [{at: 5s, for: 25s, partition: {kind: halves}}]
protocols:
  - {name: swim-cache, label: repaired, params: {write_quorum: 1}, expect: {converged: true, residue: {max: 1%}}}
  - name: swim-cache
    label: not repaired
    params: {write_quorum: 1, hinted_handoff: false, read_repair: false, anti_entropy_interval: 0s, handover: false}
    expect: {converged: false, missing: {min: 119, max: 2000}, lost_writes: 0}
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

    def test_a_deletion_is_lost_when_what_it_deleted_comes_back(self):
        self.run_of(RESURRECTED)

    def test_replicas_that_differ_do_not_agree(self):
        self.run_of(REPLICAS)

    def test_a_key_with_fewer_copies_than_owners_is_no_agreement_and_only_owners_are_asked(self):
        self.run_of(OWNERS)

    def test_a_run_in_which_nobody_was_accused_satisfies_an_expectation_of_none(self):
        self.run_of(NOBODY_ACCUSED)

    def test_what_has_no_meaning_without_replication_is_null_and_a_dash(self):
        out = self.run_of(CALLS).stdout
        row = next(line for line in out.splitlines() if line.startswith("rpc-fanout"))
        self.assertNotRegex(row, r"\bno\b|never")
        self.assertRegex(row, r"rpc-fanout +1 +- +- +- +100 +0 +- +- +- +- ")


if __name__ == "__main__":
    unittest.main()
