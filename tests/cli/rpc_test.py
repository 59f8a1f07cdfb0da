"""Figures of rpc-fanout's scenarios that a bound in their `expect` cannot hold: closed forms with their sampling errors,
ratios between runs, and the published contention figures."""
import math
import statistics
import unittest

from program import ProgramTest, shipped



def closed_form(p, attempts, delay=0.5, round_trip=0.01):
    """Of a call whose attempts, each after `delay`, are lost with probability p on either way: success, mean and standard
    deviation of the latency given success, executions, and the probability that it fails though it was executed."""
    q = (1 - p) ** 2
    first = [q * (1 - q) ** i for i in range(attempts)]  # that attempt i+1 is the first to succeed
    success = sum(first)
    times = [round_trip + i * delay for i in range(attempts)]
    mean = sum(f * t for f, t in zip(first, times)) / success
    deviation = math.sqrt(sum(f * (t - mean) ** 2 for f, t in zip(first, times)) / success)
    executions = (1 - p) * sum((1 - q) ** i for i in range(attempts))
    return success, mean, deviation, executions, 1 - success - p ** attempts


class Rpc(ProgramTest):
    def scenario(self, name, *words):
        return self.run_json(shipped(name), *words)

    def by_label(self, name, *words):
        return {result["label"]: result for result in self.scenario(name, *words)}

    def test_the_closed_form_is_the_published_table(self):
        for p, success, extra in ((0.1, 0.993141, 106.92), (0.2, 0.953344, 207.84), (0.3, 0.867349, 291.00)):
            found = closed_form(p, 3)
            self.assertAlmostEqual(found[0], success, places=6)
            self.assertAlmostEqual(1000 * found[1] - 10, extra, places=2)

    def test_retried_calls_over_lossy_datagrams_follow_the_closed_form(self):
        attempts = {"1 attempt": 1, "3 attempts": 3, "5 attempts": 5, "5 attempts, idempotency keys": 5}
        for result in self.scenario("rpc-closed-form"):
            p = float(result["case"]["network.loss"].rstrip("%")) / 100
            metrics, calls = result["protocol_metrics"], result["operations"]["attempted"]
            success, mean, deviation, executions, orphans = closed_form(p, attempts[result["label"]])

            def within(value, expected, spread, count=calls):
                self.assertLessEqual(abs(value - expected), 4 * spread / math.sqrt(count) + 1e-6,
                                     (result["label"], p, value, expected))

            within(metrics["success_rate"], success, math.sqrt(success * (1 - success)))
            within(metrics["failed_but_executed_share"], orphans, math.sqrt(orphans * (1 - orphans)))
            within(metrics["call_latency_mean_s"], mean, deviation, metrics["calls_succeeded"])
            if "keys" in result["label"]:
                self.assertEqual(metrics["executions"], metrics["executed_calls"])
            else:
                within(metrics["executions_per_call"], executions, 1)  # the deviation is below 1 for these

    def test_contention_is_within_ten_percent_of_the_published_simulator(self):
        published = {"none": (2418.6, 2.0285), "exponential": (1861.6, 63.04), "equal jitter": (811.7, 6.621),
                     "full jitter": (794.8, 5.0605), "decorrelated jitter": (987.8, 4.930)}
        results = self.scenario("rpc-contention", "--seeds", "1..40", "--set", "expect={}",
                                *[f"--set=protocols.{i}.expect={{}}" for i in range(5)])
        for label, (writes, completion) in published.items():
            metrics = [result["protocol_metrics"] for result in results if result["label"] == label]
            self.assertEqual(len(metrics), 40)
            self.assertAlmostEqual(statistics.mean(m["row_writes"] for m in metrics) / writes, 1, delta=0.1)
            self.assertAlmostEqual(statistics.mean(m["contention_completion_max_s"] for m in metrics) / completion, 1,
                                   delta=0.1)

    def test_hedging_cuts_the_99th_percentile_to_a_sixth(self):
        runs = self.by_label("rpc-slow-server")
        self.assertGreater(runs["as documented"]["client_latency_s"]["p99"],
                           6 * runs["hedged after 10 ms"]["client_latency_s"]["p99"])

    def test_a_pool_of_ten_over_a_thousand_servers_takes_a_hundred_times_a_call(self):
        runs = self.by_label("rpc-workers")
        ten, all_at_once = (runs[label]["protocol_metrics"] for label in ("ten workers", "unbounded"))
        call = all_at_once["call_latency_max_s"]
        healthy = 2 * ten["broadcast_latency_mean_s"] - ten["broadcast_latency_max_s"]  # of two fan-outs, the first
        self.assertAlmostEqual(healthy / call, 100, places=3)
        self.assertAlmostEqual(ten["broadcast_latency_max_s"] / call, 101, places=3)

    def test_silence_takes_the_dial_timeouts_where_a_refusal_takes_a_second(self):
        silent = self.by_label("rpc-silence")["as documented"]["protocol_metrics"]["failed_call_latency_max_s"]
        refused = self.by_label("rpc-refused")["fixed delay"]["protocol_metrics"]["failed_call_latency_max_s"]
        self.assertAlmostEqual(silent, 3 * 15 + 2 * 0.5, places=2)
        self.assertAlmostEqual(refused, 2 * 0.5 + 3 * 0.002, places=4)

    def test_jitter_finishes_a_herd_that_fixed_delays_keep_together(self):
        runs = self.by_label("rpc-thundering-herd")
        last = {label: run["client_latency_s"]["max"] for label, run in runs.items()}
        self.assertEqual(runs["fixed delay"]["operations"]["failed"], 151)
        self.assertLess(last["decorrelated jitter"], last["equal jitter"])
        self.assertLess(last["equal jitter"], last["full jitter"])
        self.assertLess(last["full jitter"], last["exponential"])


if __name__ == "__main__":
    unittest.main()
