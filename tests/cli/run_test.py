"""`run` as its users meet it: formats, the choice of runs, exit statuses, and the command that repeats a run."""
import json
import re
import shlex
import sqlite3
import subprocess
import time
import unittest

from program import PROGRAM, SLOW, SMALL, ProgramTest, environment, without_cost

# docs/definitions.md.
FIELDS = """scenario protocol label params seed nodes case converged convergence_time_s recovery divergence_s distinct_states
operations lost_writes missing residue delivery_latency_s stable_latency_s never_stable client_latency_s messages violations
protocol_metrics series run_hash faults maelstrom verdict reasons expectations cost""".split()

MATRIX = SMALL.replace("nodes: 5\n", "").replace(
    "[interceptor-broadcast]", "[interceptor-broadcast, {name: interceptor-broadcast, label: \"it's $HOME (b)\", params: {retries: 2}}]") + """\
seeds: 1..2
matrix:
  nodes: [3, 5]
  network.loss: [0%, 10%]
  workload.targets: [all, [0, 2]]
"""


class Formats(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def test_json_is_one_array_whose_objects_have_every_field(self):
        result, = self.run_json("small.yaml", "--seeds", "7")
        for field in FIELDS:
            self.assertIn(field, result)
        self.assertEqual((result["scenario"], result["seed"], result["nodes"], result["verdict"]), ("small", 7, 5, "pass"))
        self.assertEqual(len(result["run_hash"]), 16)
        self.assertLessEqual(len(result["series"]["t"]), 500)
        for field in ("attempted", "acknowledged", "failed", "rejected", "timed_out"):
            self.assertIn(field, result["operations"])
        kinds = result["operations"]["writes"], result["operations"]["reads"]
        self.assertEqual(result["operations"]["attempted"], sum(kind["attempted"] for kind in kinds))
        self.assertEqual(set(result["maelstrom"]["stable_latencies_ms"]), {"0", "0.5", "0.95", "0.99", "1"})
        for field in ("wall_s", "events", "events_per_wall_s", "messages_per_wall_s", "peak_rss_mib"):
            self.assertIn(field, result["cost"])

    def test_ndjson_is_an_object_a_line(self):
        done = self.hearsay("run", "small.yaml", "--seeds", "1..3", "--format", "ndjson")
        results = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(sorted(r["seed"] for r in results), [1, 2, 3])
        self.assertEqual(set(FIELDS) - set(results[0]), set())

    def test_ndjson_comes_as_each_run_ends(self):
        self.write("slow.yaml", SLOW)
        with subprocess.Popen([PROGRAM, "run", "slow.yaml", "--seeds", "1..50", "--jobs", "1", "--format", "ndjson"],
                              cwd=self.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual(json.loads(process.stdout.readline())["seed"], 1)
            self.assertIsNone(process.poll())
            process.kill()

    def test_the_table_has_a_row_a_protocol_and_medians_over_seeds(self):
        one = self.hearsay("run", "small.yaml")
        self.assertRegex(one.stdout, r"(?m)^small: 5 nodes, 1 run, .* simulated$")
        self.assertRegex(one.stdout, r"(?m)^interceptor-broadcast +1 +yes .* pass$")
        self.assertEqual(one.stderr, "pass: 1 run, 1 passed\n")
        many = self.hearsay("run", "small.yaml", "--seeds", "1..3")
        self.assertRegex(many.stdout, r"(?m)^interceptor-broadcast +3 +3/3 .* pass$")

    def test_the_table_of_a_matrix_has_a_row_a_case(self):
        self.write("matrix.yaml", MATRIX)
        done = self.hearsay("run", "matrix.yaml")
        rows = [line for line in done.stdout.splitlines() if line.startswith(("interceptor-broadcast ", "it's $HOME (b) "))]
        self.assertEqual(len(rows), 16)
        self.assertEqual([len(re.findall(r" 2/2 ", row)) for row in rows], [1] * 16)

    def test_a_table_a_scenario_in_order_of_the_files(self):
        self.write("other.yaml", SMALL.replace("name: small", "name: other"))
        done = self.hearsay("run", "other.yaml", "small.yaml", "--jobs", "2")
        self.assertEqual(re.findall(r"(?m)^(\w+): 5 nodes", done.stdout), ["other", "small"])

    def test_quiet_does_not_hide_why_a_run_failed(self):
        self.write("bad.yaml", SMALL + "expect: {lost_writes: 1}\n")
        done = self.hearsay("run", "bad.yaml", "--quiet")
        self.assertEqual(done.returncode, 1)
        self.assertIn("lost_writes is 0, expected 1", done.stderr)

    def test_quiet_says_nothing_beside_the_table(self):
        done = self.hearsay("run", "small.yaml", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("small: 5 nodes", done.stdout)

    def test_help_is_everywhere(self):
        for words in (["--help"], ["help"], ["run", "--help"], ["help", "run"], ["list", "--help"], ["describe", "--help"],
                      ["validate", "--help"], ["schema", "-h"], ["bench", "--help"], ["run", "nowhere.yaml", "--help"]):
            with self.subTest(words):
                done = self.hearsay(*words)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("usage: ", done.stdout)
        self.assertRegex(self.hearsay("--version").stdout, r"^hearsay \d+\.\d+\.\d+\+[0-9a-f]{8}( \(commit [0-9a-f]{8}\))?\n$")

    def test_what_there_is_can_be_listed_and_described(self):
        protocols = [line.split()[0] for line in self.hearsay("list", "protocols").stdout.splitlines()]
        self.assertIn("interceptor-broadcast", protocols)
        for kind, name in (("workloads", "broadcast"), ("faults", "partition"), ("topologies", "ring"),
                           ("crdts", "aw-set")):
            self.assertIn(name, [line.split()[0] for line in self.hearsay("list", kind).stdout.splitlines()])
        for protocol in protocols:
            self.assertIn("parameters", self.hearsay("describe", protocol).stdout)
        self.assertIn("properties", json.loads(self.hearsay("schema").stdout))

    def test_traces_are_numbered_when_there_are_several_runs(self):
        self.assertEqual(self.hearsay("run", "small.yaml", "--trace", "one.jsonl").returncode, 0)
        self.hearsay("run", "small.yaml", "--seeds", "1..2", "--trace", "many.json")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["many-1.json", "many-2.json", "one.jsonl", "small.yaml"])
        for line in (self.folder / "one.jsonl").read_text().splitlines():
            json.loads(line)
        self.assertIn("traceEvents", json.loads((self.folder / "many-2.json").read_text()))

    def test_a_tree_shows_how_every_write_spread(self):
        self.run_json("small.yaml", "--trace", "t.jsonl")
        result, = self.run_json("small.yaml", "--trace", "t.tree")
        events = [json.loads(line) for line in (self.folder / "t.jsonl").read_text().splitlines()]
        writes = [event for event in events if event["kind"] == "invoke" and event["operation"] == "write"]
        self.assertEqual(len(writes), result["operations"]["writes"]["attempted"])
        trees = (self.folder / "t.tree").read_text(encoding="utf-8").split("\n\n")[1:]
        self.assertEqual(len(trees), len(writes))
        for tree, write in zip(trees, writes):
            heading, summary, root, *others = tree.splitlines()
            self.assertEqual(heading, "write %d: %s = %s, at node %d, %.9f s"
                             % (write["write"], write["key"], write["value"], write["node"], write["t"]))
            self.assertTrue(root.startswith("node %d  hop 0  +" % write["node"]), root)
            at = {e["node"]: e["t"] for e in events if e["kind"] == "applied" and e["id"] == write["write"]}
            self.assertTrue(summary.startswith("reached %d of 5 nodes, depth " % len(at)), summary)
            shown = {int(node): float(ms) for node, ms in re.findall(r"node (\d+)  hop \d+  \+([\d.]+) ms", tree)}
            self.assertEqual(set(shown), set(at))
            for node, ms in shown.items():
                self.assertAlmostEqual(ms, (at[node] - write["t"]) * 1000, places=5)
            self.assertEqual(len(others) + 1, len(at))

    def test_a_five_node_run_as_a_process(self):
        times = []
        for _ in range(5):
            started = time.monotonic()
            self.hearsay("run", "small.yaml")
            times.append(time.monotonic() - started)
        print("\na five-node run as a process: %.0f ms (the best of 5)" % (1000 * min(times)))


class Choosing(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)
        self.write("matrix.yaml", MATRIX)

    def test_seeds_replace_the_files(self):
        self.assertEqual([r["seed"] for r in self.run_json("small.yaml", "--seeds", "3..5")], [3, 4, 5])

    def test_set_changes_any_key(self):
        result, = self.run_json("small.yaml", "--set", "nodes=7", "--set", "params.retries=4", "--set", "network.loss=5%")
        self.assertEqual((result["nodes"], result["params"]["retries"]), (7, 4))
        self.assertEqual(self.run_json("small.yaml", "--set", "seeds=4..5")[1]["seed"], 5)

    def test_protocol_is_repeatable_and_selects_by_name_or_label(self):
        results = self.run_json("matrix.yaml", "--protocol", "it's $HOME (b)", "--seeds", "1", "--set", "nodes=3",
                                "--set", "network.loss=0%", "--set", "workload.targets=all")
        self.assertEqual([(r["label"], r["params"]["retries"]) for r in results], [("it's $HOME (b)", 2)])
        both = self.run_json("matrix.yaml", "--protocol", "it's $HOME (b)", "--protocol", "interceptor-broadcast", "--seeds", "1")
        self.assertEqual([r["label"] for r in both[:2]], ["it's $HOME (b)", "interceptor-broadcast"])

    def test_a_file_named_twice_is_run_once_and_shown_twice(self):
        results = self.run_json("small.yaml", "small.yaml", "--results", "r.sqlite")
        self.assertEqual(results[0], results[1])  # cost included
        with sqlite3.connect(self.folder / "r.sqlite") as store:
            self.assertEqual(store.execute("SELECT count(*) FROM runs").fetchone(), (1,))

    def test_many_files(self):
        files = [self.write("s%d.yaml" % i, SMALL.replace("small", "s%d" % i)) for i in range(200)]
        self.assertEqual(len(self.hearsay("validate", *files).stdout.splitlines()), 200)

    def test_jobs_change_nothing_but_the_cost(self):
        one = self.run_json("matrix.yaml", "--jobs", "1")
        two = self.run_json("matrix.yaml", "--jobs", "2")
        self.assertEqual(without_cost(one), without_cost(two))
        self.assertEqual(len(one), 32)

    def test_every_case_can_be_checked_for_determinism(self):
        done = self.hearsay("run", "matrix.yaml", "--seeds", "1", "--check-determinism")
        self.assertEqual((done.returncode, done.stderr), (0, "pass: 16 runs, 16 passed\n"))

    def test_options_of_simgrid_pass_through(self):
        plain, = self.run_json("small.yaml", "--set", "network.model=flow")
        slowed, = self.run_json("small.yaml", "--set", "network.model=flow", "--cfg=network/bandwidth-factor:0.0001")
        self.assertGreater(slowed["delivery_latency_s"]["max"], 2 * plain["delivery_latency_s"]["max"])
        chatty = self.hearsay("run", "small.yaml", "--log=root.thres:info", "--cfg=contexts/stack-size:512")
        self.assertIn("contexts/stack-size", chatty.stderr)
        self.assertNotIn("contexts/stack-size", chatty.stdout)


class Verdicts(ProgramTest):
    def verdict_of(self, text, status, verdict, *reasons):
        self.write("v.yaml", text)
        done = self.hearsay("run", "v.yaml", "--format", "json")
        result, = json.loads(done.stdout)
        self.assertEqual((done.returncode, result["verdict"]), (status, verdict), result["reasons"])
        for reason in reasons:
            self.assertIn(reason, " ".join(result["reasons"]))
            self.assertIn(reason, done.stderr)
        self.assertTrue(done.stderr.splitlines()[-1].startswith(verdict + ": "))

    def test_all_well(self):
        self.verdict_of(SMALL + "expect: {converged: true, lost_writes: 0}\n", 0, "pass")

    def test_a_broken_expectation(self):
        self.verdict_of(SMALL + "expect: {lost_writes: {min: 1}}\n", 1, "fail", "lost_writes is 0, expected min: 1")

    def test_a_fault_that_touches_nothing(self):
        self.verdict_of(SMALL + "faults:\n  - {at: 4s, for: 100ms, loss: {rate: 50%}}\n", 2, "inconclusive", "touched nothing")

    def test_no_acknowledged_operation(self):
        self.verdict_of(SMALL + "faults:\n  - {at: 0s, crash: {nodes: all}}\n", 2, "inconclusive", "operations was acknowledged")

    def test_an_expectation_of_a_value_that_is_not_there(self):
        self.verdict_of(SMALL.replace("reads: 50%", "reads: 0%") + "expect: {maelstrom.lost_count: 0}\n", 2, "inconclusive",
                        "has no value")

    def test_the_worst_of_several_files_wins(self):
        good = self.write("good.yaml", SMALL)
        failing = self.write("failing.yaml", SMALL + "expect: {lost_writes: {min: 1}}\n")
        inconclusive = self.write("inconclusive.yaml", SMALL + "faults:\n  - {at: 4s, for: 100ms, loss: {rate: 50%}}\n")
        bad = self.write("bad.yaml", "nodes: x\n")
        for files, status in (([good, failing], 1), ([inconclusive, failing, good], 2), ([good, inconclusive, bad], 254)):
            self.assertEqual(self.hearsay("run", *files).returncode, status)

    def test_the_printed_command_repeats_that_run_alone(self):
        self.write("dir of mine/-matrix.yaml", MATRIX + "expect: {lost_writes: {min: 1}}\n")
        words = ["dir of mine/-matrix.yaml", "--set", "workload.rate=30/s", "--set", "params.retries=1", "--set", "seeds=1..2"]
        done = self.hearsay("run", *words, "--format", "json")
        self.assertEqual(done.returncode, 1)
        results = json.loads(done.stdout)
        commands = re.findall(r"(?m)^  again: (.*)$", done.stderr)
        # One command per case and label, for the worst of its two seeds.
        self.assertEqual((len(results), len(commands)), (32, 16))
        for command in commands[::5]:
            with self.subTest(command):
                again = subprocess.run(["sh", "-c", command + " --format json"], cwd=self.folder, env=environment(),
                                       capture_output=True, text=True, timeout=60)
                (repeated,) = without_cost(json.loads(again.stdout))
                self.assertIn(repeated, without_cost(results))

    def test_an_entry_that_set_renamed_is_repeated_too(self):
        self.write("two.yaml", MATRIX.replace("seeds: 1..2\n", "") + "expect: {lost_writes: {min: 1}}\n")
        done = self.hearsay("run", "two.yaml", "--set", "matrix={nodes: [3]}", "--set", "protocols.1.label=second",
                            "--set", "protocols.1.params.retries=5", "--format", "json")
        result = json.loads(done.stdout)[1]
        command = re.findall(r"(?m)^  again: (.*)$", done.stderr)[1]
        again = subprocess.run(shlex.split(command) + ["--format", "json"], cwd=self.folder, env=environment(),
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(without_cost(json.loads(again.stdout)), without_cost([result]))


if __name__ == "__main__":
    unittest.main()
