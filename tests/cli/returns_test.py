"""Nodes that leave and return, join, and crash and restart: after the last of it every protocol's state is what it
promises, with each of its main parameters. Every node takes its turn; clients write before it begins, or all the time."""
import json
import unittest

from program import ProgramTest

NODES = 5
FIRST, EVERY, AWAY = 2, 2, 1  # s: the first node's turn, from turn to turn, how long it is away
LAST = FIRST + EVERY * (NODES - 1) + AWAY  # s: all are back
RATE = 20  # writes per second


def in_turn(verb, nodes=range(NODES)):
    return [f"{{at: {FIRST + EVERY * i}s, for: {AWAY}s, {verb.format(node)}}}" for i, node in enumerate(nodes)]


def joins(*nodes):
    return [f"{{at: {FIRST + EVERY * i}s, join: {{nodes: {node}}}}}" for i, node in enumerate(nodes)]


EVENTS = {
    "leave and return": in_turn("leave: {{nodes: {}}}"),
    "join, all but the first": joins(1, 2, 3, 4),
    "join, the first": joins(0),
    "crash, disk kept": in_turn("crash: {{nodes: {}, disk: kept}}"),
    "crash, unsynced lost": in_turn("crash: {{nodes: {}, disk: unsynced-lost}}"),
    "crash, disk lost": in_turn("crash: {{nodes: {}, disk: lost}}"),
}
STOP = {"before": 1.5, "all the time": LAST + 5}  # s: when clients stop writing

# What a protocol promises, by event. CONVERGES: all nodes hold the same at the end. KEEPS: and no acknowledged write is
# lost. LATE: nobody makes up for what a node missed, but what is written after the last event reaches everyone.
CONVERGES, KEEPS, LATE, NOTHING = "converges", "keeps", "late", "nothing"


def keeps(lost=CONVERGES, crash=KEEPS, join=KEEPS):
    """Of a protocol that repairs: what it promises when disks are lost, at other crashes, and at joins."""
    return {event: lost if event == "crash, disk lost" else crash if "crash" in event else join if "join" in event
            else KEEPS for event in EVENTS}


def late(join=NOTHING):
    """Of a protocol without repair. With a list of servers that is made at the start who joins later is in nobody's."""
    return {event: join if "join" in event else LATE for event in EVENTS}


# (protocol, parameters, promises). An acknowledged write can be lost with the memory or disk of the only node that has it.
PROTOCOLS = [
    ("delta-gossip", "", keeps()),
    ("delta-gossip", "overlay: static", keeps()),
    ("delta-gossip", "payload: full", keeps(crash=CONVERGES)),
    ("delta-gossip", "payload: full, storage: disk", keeps()),
    ("delta-gossip", "storage: memory", keeps(crash=CONVERGES)),
    ("delta-gossip", "digest: ranges", keeps()),
    ("delta-gossip", "spread: pull", keeps()),
    ("delta-gossip", "spread: push-pull", keeps()),
    ("delta-gossip", "spread: none, eager: true", keeps()),
    ("delta-gossip", "rumour: off", keeps()),
    ("delta-gossip", "rumour: blind", keeps()),
    ("delta-gossip", "delta_groups: true", keeps()),
    ("delta-gossip", "ordering: fifo", keeps(lost=NOTHING)),  # what is lost is waited for
    ("delta-gossip", "acknowledgements: false, rumour: blind", keeps()),
    ("delta-gossip", "failure_detection: heartbeats", keeps()),
    ("delta-gossip", "failure_detection: none", keeps()),
    ("delta-gossip", "membership: list", keeps(join=NOTHING)),  # who is not in the list is not let in
    ("delta-gossip", "transport: stream", keeps()),
    ("delta-gossip", "transport: stream-per-message", keeps()),
    ("delta-gossip", "batch_limit: 4, adaptive_batch: true", keeps()),
    ("interceptor-broadcast", "", late()),
    ("interceptor-broadcast", "ordering: causal", late()),
    ("interceptor-broadcast", "ordering: causal, storage: disk", late()),
    ("interceptor-broadcast", "conflict: timestamp", late()),
    ("interceptor-broadcast", "retries: 3", late()),
    ("interceptor-broadcast", "transport: datagram, retries: 3", late()),
    ("interceptor-broadcast", "replicate: invalidation", late()),
    ("rpc-fanout", "", late()),
    ("rpc-fanout", "storage: disk, idempotency_keys: true", late()),
    ("rpc-fanout", "connections: pooled", late()),
    ("rpc-fanout", "connections: standing", late()),
    ("rpc-fanout", "transport: datagram", late()),
    ("rpc-fanout", "workers: 2, quorum: 3", late()),
    ("causal-crdt", "ordering: none", late()),
    ("causal-crdt", "bootstrap: true, anti_entropy: 500ms", keeps()),
    ("causal-crdt", "bootstrap: true, anti_entropy: 500ms, ordering: fifo", keeps()),
    ("causal-crdt", "bootstrap: true, anti_entropy: 500ms, clock_encoding: delta", keeps()),
    ("causal-crdt", "bootstrap: true, anti_entropy: 500ms, log_truncation: true, snapshot_every: 16", keeps()),
    ("causal-crdt", "bootstrap: true, anti_entropy: 500ms, transport: datagram", keeps()),
    # Events are acknowledged before anybody else has them, and kept in memory. One who comes hears of later events only,
    # unless they are replayed to it.
    # The papers repair nothing that was broadcast while a node was away, and nothing is on disk.
    ("plumtree", "", late(join=LATE)),
    ("plumtree", "bootstrap: join", late(join=LATE)),
    ("plumtree", "tree: false", late(join=LATE)),
    ("plumtree", "exchange: true", keeps(crash=CONVERGES)),
    ("swim-cache", "", late(join=LATE)),
    ("swim-cache", "intents: false", late(join=LATE)),
    ("swim-cache", "bootstrap: seeds", late(join=LATE)),
    ("swim-cache", "replay_on_join: true", keeps(lost=CONVERGES, crash=CONVERGES)),
    # With its snapshot it asks for what it missed, not for what it had before the crash.
    ("swim-cache", "replay_on_join: true, snapshot: true",
     keeps(lost=CONVERGES, crash=CONVERGES) | {"crash, disk kept": LATE}),
]


class Returns(ProgramTest):
    def scenario(self, event, writing):
        entries = "".join(f"  - {{name: {name}, label: \"{name} {params}\", params: {{{params}}}}}\n"
                          for name, params, _ in PROTOCOLS)
        faults = "".join(f"  - {fault}\n" for fault in EVENTS[event])
        return (f"name: returns\nnodes: {NODES}\nduration: 60s\nsettle: 4s\n"
                "platform: {star: {latency: 1ms, bandwidth: 1Gbps}}\n"
                f"workload: {{kind: broadcast, rate: {RATE}/s, stop: {STOP[writing]}s, timeout: 5s}}\n"
                f"protocols:\n{entries}faults:\n{faults}")

    def check(self, result, event, writing):
        promise = next(promises for name, params, promises in PROTOCOLS if result["label"] == f"{name} {params}")[event]
        where = (result["label"], event, writing)
        if promise in (CONVERGES, KEEPS):
            self.assertTrue(result["converged"], where)
        if promise == KEEPS:
            self.assertEqual(result["lost_writes"], 0, where)
            self.assertEqual(result["missing"], 0, where)
        if promise == LATE and writing == "all the time":
            early = RATE * (FIRST + EVERY * (len(EVENTS[event]) - 1) + AWAY)
            self.assertLessEqual(result["stable_latency_s"]["never_stable"], early + 1, where)
            self.assertGreater(result["operations"]["writes"]["acknowledged"], early, where)

    def test_who_comes_and_those_who_were_there_report_each_other(self):
        """What nodes believe of each other is equal again soon after a join, a departure with a return, and a restart."""
        faults = ["{at: 2s, join: {nodes: 3}}", "{at: 5s, for: 2s, leave: {nodes: 1}}",
                  "{at: 10s, for: 500ms, crash: {nodes: 2}}"]
        names = ["delta-gossip", "delta-gossip, params: {overlay: static}, label: static",
                 "delta-gossip, params: {payload: full}, label: full", "causal-crdt", "swim-cache"]
        for fault in faults:
            file = self.write("views.yaml", (
                "name: views\nnodes: 4\nduration: 20s\nplatform: {star: {latency: 1ms, bandwidth: 1Gbps}}\n"
                "workload: {kind: broadcast, rate: 20/s, stop: 15s, targets: [0]}\n"
                f"protocols: [{', '.join(f'{{name: {name}}}' for name in names)}]\nfaults: [{fault}]\n"))
            for result in self.run_json(file):
                with self.subTest(label=result["label"], fault=fault):
                    # A crash is detected after a while, if at all before the restart.
                    self.assertGreater(result["membership"]["views_equal"], 0.97 if "crash" in fault else 0.99)

    def test_every_promise_is_kept_after_the_last_event(self):
        for event in EVENTS:
            for writing in STOP:
                file = self.write("returns.yaml", self.scenario(event, writing))
                done = self.hearsay("run", file, "--format", "ndjson", timeout=600)
                self.assertIn(done.returncode, (0, 2), done.stderr)
                results = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual(len(results), len(PROTOCOLS), done.stderr)
                for result in results:
                    with self.subTest(label=result["label"], event=event, writing=writing):
                        self.check(result, event, writing)

    def test_entries_of_the_cache_outlive_every_event(self):
        """Two of three owners have an acknowledged write, and no two nodes are away, or empty, at a time."""
        for event in EVENTS:
            faults = "".join(f"  - {fault}\n" for fault in EVENTS[event])
            file = self.write("entries.yaml", (
                f"name: entries\nnodes: {NODES}\nduration: 60s\nplatform: {{star: {{latency: 1ms, bandwidth: 1Gbps}}}}\n"
                f"workload: {{kind: cache, rate: {RATE}/s, reads: 20%, keys: 200, stop: {LAST + 5}s, timeout: 5s}}\n"
                "protocols:\n  - {name: swim-cache, label: hybrid time, params: {anti_entropy_interval: 500ms}}\n"
                "  - {name: swim-cache, label: siblings, params: {conflict: siblings, anti_entropy_interval: 500ms}}\n"
                f"faults:\n{faults}"))
            for result in self.run_json(file):
                with self.subTest(label=result["label"], event=event):
                    self.assertTrue(result["converged"])
                    self.assertEqual(result["lost_writes"], 0)
                    self.assertGreater(result["operations"]["writes"]["acknowledged"], 150)


if __name__ == "__main__":
    unittest.main()
