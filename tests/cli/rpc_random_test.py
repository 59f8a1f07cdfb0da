"""Random runs of rpc-fanout, with disks and idempotency keys, through every fault: every call ends, with success or an
error that says why, and every client gets its answer unless a host crashed."""
import json
import random
import unittest

from program import ProgramTest

RUNS = 200
FILES = 20  # at a time, in one command
NODES = 5


def params(draw):
    chosen = {"storage": "disk", "idempotency_keys": "true"}
    transport = draw.choice(["stream", "stream", "datagram"])
    chosen["transport"] = transport
    chosen["retry"] = draw.choice(["fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "adaptive"])
    if transport == "stream":
        chosen["connections"] = draw.choice(["per-call", "pooled", "standing"])
    for name, values in (("attempt_timeout", ["200ms", "1s"]), ("deadline", ["2s", "10s"]), ("workers", ["1", "2"]),
                         ("server_workers", ["1", "3"]), ("quorum", ["2", "3"]), ("breaker", ["true"]),
                         ("hedge_delay", ["20ms"]), ("cancellation", ["true"]), ("retry_budget", ["10"]),
                         ("service_time", ["5ms"]), ("error_rate", ["10%"]), ("errors", ["indexed"]),
                         ("retry_application_errors", ["false"])):
        if draw.random() < 0.3:
            chosen[name] = draw.choice(values)
    return chosen


def faults(draw):
    node = lambda: draw.randrange(NODES)
    kinds = [lambda: f"crash: {{nodes: {node()}, disk: {draw.choice(['kept', 'unsynced-lost', 'lost'])}}}",
             lambda: f"kill: {{nodes: {node()}}}", lambda: f"pause: {{nodes: {node()}}}", lambda: f"leave: {{nodes: {node()}}}",
             lambda: "partition: {kind: halves}", lambda: f"partition: {{from: {node()}, to: all}}",
             lambda: f"partition: {{kind: isolate, behavior: reject}}", lambda: f"loss: {{rate: {draw.choice([10, 40])}%}}",
             lambda: "duplicate: {rate: 20%}", lambda: f"corrupt: {{rate: 20%, from: {node()}}}",
             lambda: f"slow: {{nodes: {node()}, factor: 20}}", lambda: f"delay: {{add: 300ms, jitter: 200ms}}",
             lambda: f"clock: {{nodes: {node()}, skew: 5s}}"]
    chosen = []
    for _ in range(draw.randint(1, 4)):
        chosen.append(f"{{at: {draw.randint(0, 12000)}ms, for: {draw.randint(200, 8000)}ms, {draw.choice(kinds)()}}}")
    return chosen


def scenario(number):
    draw = random.Random(number)
    kind = draw.choice(["broadcast", "replicate", "chain", "call", "heartbeat", "contention"])
    targets = "0" if kind in ("replicate", "heartbeat") else "all"
    chosen = ", ".join(f"{name}: {value}" for name, value in params(draw).items())
    return (f"name: random-{number}\nseed: {number}\nnodes: {NODES}\nduration: 400s\n"
            f"platform: {{star: {{latency: {draw.choice([1, 20])}ms, bandwidth: 1Gbps}}}}\n"
            f"workload: {{kind: {kind}, rate: {draw.choice([2, 10, 40])}/s, stop: 15s, targets: {targets}, timeout: 300s}}\n"
            f"protocols: [{{name: rpc-fanout, params: {{{chosen}}}}}]\nfaults:\n"
            + "".join(f"  - {fault}\n" for fault in faults(draw)))


class RandomRuns(ProgramTest):
    def test_every_call_ends(self):
        ended = 0
        for first in range(0, RUNS, FILES):
            files = [self.write(f"random-{number}.yaml", scenario(number)) for number in range(first, first + FILES)]
            done = self.hearsay("run", *files, "--format", "ndjson", timeout=600)
            self.assertIn(done.returncode, (0, 2), done.stderr)
            results = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(len(results), len(files), done.stderr)
            for result in results:
                with self.subTest(result["scenario"]):
                    self.assertEqual(result["protocol_metrics"]["calls_open"], 0)
                    if not any(fault["verb"] == "crash" for fault in result["faults"]):  # a crashed host is silent
                        self.assertEqual(result["operations"]["timed_out"], 0)
                    ended += result["protocol_metrics"]["calls_succeeded"] + result["protocol_metrics"]["calls_failed"]
        self.assertGreater(ended, 100 * RUNS)


if __name__ == "__main__":
    unittest.main()
