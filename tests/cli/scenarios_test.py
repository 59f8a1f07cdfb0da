"""Runs every scenario that is shipped, as a user would: each passes, and its runs are functions of their inputs alone.

HEARSAY_PROGRAM: the program; HEARSAY_SOURCE_DIR: the repository.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from program import shipped, shipped_of_protocols

PROGRAM = os.environ["HEARSAY_PROGRAM"]
ROOT = pathlib.Path(os.environ["HEARSAY_SOURCE_DIR"])
SCENARIOS = shipped_of_protocols()
PINNED = ROOT / "baselines" / "run_hashes.txt"  # of untraced runs by several jobs; see run_hashes_test.py


def hearsay(*arguments):
    words = [PROGRAM, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def results_of(process):
    return [json.loads(line) for line in process.stdout.splitlines()]


def case_of(result):
    return (result["scenario"], result["seed"], json.dumps(result["case"], sort_keys=True))


def run_of(result):
    return case_of(result) + (result["label"],)


def invocations(trace):
    """The client operations of a trace, without what the protocol answered."""
    found = []
    with open(trace, encoding="utf-8") as lines:
        for line in lines:
            if '"kind":"invoke"' in line:
                found.append(line)
    return found


def fault_choices(result):
    return [[fault[key] for key in ("verb", "at", "until", "nodes", "text")] for fault in result["faults"]]


def traced(file):
    """The results of a scenario's runs, one job and traced, and the clients' schedule of each."""
    with tempfile.TemporaryDirectory() as folder:
        process = hearsay("run", file, "--jobs", 1, "--format", "ndjson", "--trace", f"{folder}/trace.jsonl")
        results = results_of(process)  # with one job, in the order of the traces' numbers
        names = [f"trace-{i + 1}.jsonl" for i in range(len(results))] if len(results) != 1 else ["trace.jsonl"]
        return process, results, [invocations(f"{folder}/{name}") for name in names]


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes, cls.results, cls.schedules = {}, [], {}
        for file in SCENARIOS:
            cls.processes[file.stem], results, schedules = traced(file)
            cls.results += results
            cls.schedules.update({run_of(result): schedule for result, schedule in zip(results, schedules)})
        cls.by_run = {run_of(result): result for result in cls.results}

    def test_every_file_is_valid(self):
        process = hearsay("validate", *SCENARIOS)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)

    def test_every_run_passes(self):
        for name, process in self.processes.items():
            self.assertEqual(process.returncode, 0, name + ": " + process.stderr)
        self.assertEqual({result["scenario"] for result in self.results}, {file.stem for file in SCENARIOS})
        self.assertEqual(len(self.by_run), len(self.results), "two runs with one identity")
        for result in self.results:
            self.assertEqual(result["verdict"], "pass", run_of(result))
            self.assertGreater(len(result["expectations"]), 0, run_of(result))

    def test_one_job_and_tracing_change_nothing(self):
        pinned = [line.split()[:2] for line in PINNED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for file in SCENARIOS:
            place = file.relative_to(ROOT / "scenarios").as_posix()
            of_file = sorted(run_hash for run_hash, where in pinned if where == place)
            self.assertEqual(sorted(result["run_hash"] for result in self.of_scenario(file.stem)), of_file, file)

    def test_protocols_meet_the_same_clients_and_faults(self):
        clients, faults = {}, {}
        for result in self.results:
            case, schedule = case_of(result), self.schedules[run_of(result)]
            self.assertEqual(len(schedule), result["operations"]["attempted"], run_of(result))
            self.assertEqual(schedule, clients.setdefault(case, schedule), run_of(result))
            choices = fault_choices(result)
            self.assertEqual(choices, faults.setdefault(case, choices), run_of(result))

    def check_dispatch(self, results):
        self.assertGreater(len(results), 0)
        for result in results:
            self.assertEqual(result["run_hash"], self.by_run[run_of(result)]["run_hash"], run_of(result))

    def test_inline_dispatch_gives_the_same_runs_or_is_refused_where_processors_matter(self):
        entries = json.loads(hearsay("validate", *SCENARIOS, "--format", "json").stdout)
        costly = {(entry["file"], entry["label"]) for entry in entries if entry["processor_time"]}
        self.assertGreater(len(costly), 3)
        by_protocol = {(entry["file"], entry["label"]) for entry in entries
                       if set(entry["processor_time"]) - {"engine.message_cpu"}}
        inline = ("--set", "engine.dispatch=inline")
        for file in {file for file, _ in costly}:
            with self.subTest(file):
                process = hearsay("run", file, *inline)
                self.assertEqual((process.returncode, process.stdout), (254, ""), process.stderr)
                reported = set(re.findall(r"(?m)^%s:\d+:\d+: `(.*)` spends processor time by " % re.escape(file), process.stderr))
                self.assertEqual(reported, {label for of, label in by_protocol if of == file})
                of_engine = any(entry["file"] == file and "engine.message_cpu" in entry["processor_time"] for entry in entries)
                self.assertEqual(of_engine, "`dispatch: inline` does not model processor time" in process.stderr)
        free = [file for file in SCENARIOS if str(file) not in {file for file, _ in costly}]
        process = hearsay("run", *free, "--jobs", 2, "--format", "ndjson", *inline)
        self.assertEqual(process.returncode, 0, process.stderr)
        results = results_of(process)
        for file in {file for file, _ in costly}:
            labels = {entry["label"] for entry in entries if entry["file"] == file} - {label for of, label in costly if of == file}
            if labels:
                words = [word for label in sorted(labels) for word in ("--protocol", label)]
                results += results_of(hearsay("run", file, "--jobs", 2, "--format", "ndjson", *inline, *words))
        refused = {pathlib.Path(file).stem: {label for of, label in costly if of == file} for file, _ in costly}
        self.assertEqual({run_of(result) for result in results},
                         {run for run in self.by_run if run[-1] not in refused.get(run[0], ())})
        self.check_dispatch(results)

    def test_actor_dispatch_gives_the_same_runs_where_a_scenario_asks_for_inline(self):
        files = [file for file in SCENARIOS if "dispatch: inline" in file.read_text(encoding="utf-8")]
        process = hearsay("run", *files, "--jobs", 2, "--format", "ndjson", "--set", "engine.dispatch=actor")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.check_dispatch(results_of(process))

    def test_a_power_failure_loses_what_the_disks_do_not_give_back(self):
        lost = {(result["label"], result["case"]["faults.0.crash.disk"]): result["lost_writes"]
                for result in self.results if result["scenario"] == "power-failure"}
        disks = ("kept", "unsynced-lost", "lost")
        self.assertEqual([lost["memory", disk] for disk in disks], [200, 200, 200])
        self.assertEqual([lost["disk, synced each write", disk] for disk in disks], [0, 0, 200])
        kept, unsynced, nothing = [lost["disk, synced each second", disk] for disk in disks]
        self.assertEqual((kept, nothing), (0, 200))
        self.assertTrue(0 < unsynced < 20, unsynced)

    def of_scenario(self, name):
        return [result for result in self.results if result["scenario"] == name]

    def test_a_power_failure_at_any_moment_loses_nothing_acknowledged_if_the_log_is_synced(self):
        lost = {"synced": [], "not synced": []}
        for result in self.of_scenario("crash-every-50ms"):
            lost[result["label"]].append(result["lost_writes"])
        self.assertEqual(lost["synced"], [0] * 100)
        self.assertEqual((len(lost["not synced"]), sum(lost["not synced"])), (100, 900))

    def test_causal_order_is_never_violated_where_it_is_asked_for(self):
        checked = [result for result in self.results
                   if result["protocol"] == "causal-crdt" and result["params"].get("ordering") == "causal"]
        self.assertGreater(len(checked), 200)
        for result in checked:
            self.assertEqual(result["violations"]["causal_order"], 0, run_of(result))

    def test_a_trace_says_what_an_update_does_to_its_object(self):
        with tempfile.TemporaryDirectory() as folder:
            hearsay("run", shipped("disk-modes"), "--trace", f"{folder}/trace.jsonl")
            writes = [json.loads(line) for line in invocations(f"{folder}/trace-1.jsonl")]
        self.assertEqual({write["method"] for write in writes},
                         {"increment", "decrement", "add", "remove", "assign", "enable", "disable"})

    def test_the_disk_and_the_syncing_of_the_log_decide_what_a_crash_of_all_loses(self):
        lost = {(result["label"], result["case"]["faults.0.crash.disk"]): result["lost_writes"]
                for result in self.of_scenario("disk-modes")}
        disks = ("kept", "unsynced-lost", "lost")
        self.assertEqual([lost["synced", disk] for disk in disks], [0, 0, 50])
        self.assertEqual([lost["not synced", disk] for disk in disks], [0, 10, 50])

    def test_effects_wait_longer_with_more_spread_and_a_higher_rate_and_not_at_all_at_zero_spread(self):
        mean, longest = {}, {}
        for result in self.of_scenario("waiting-time"):
            case = result["case"]["network.latency"].replace("{exponential: {mean: ", "+").rstrip("}"), \
                result["case"]["workload.rate"]
            mean[case] = result["protocol_metrics"]["waiting_mean_s"]
            longest[case] = result["protocol_metrics"]["waiting_max_s"]
        for rate in ("10/s", "100/s"):
            self.assertEqual(longest["50ms", rate], 0)
            self.assertLess(2 * mean["+10ms", rate], mean["+50ms", rate])
        for spread in ("+10ms", "+50ms"):
            self.assertLess(1.5 * mean[spread, "10/s"], mean[spread, "100/s"])

    def test_clocks_grow_linearly_with_members_and_deltas_are_shorter(self):
        bytes_of = {(result["label"], result["nodes"]): result["protocol_metrics"]["clock_bytes_per_effect"]
                    for result in self.of_scenario("vector-clocks")}
        for nodes in (10, 50):
            # At most an entry of 16 bytes for each member; less while some have not written yet.
            self.assertLess(bytes_of["full", nodes], 16 * nodes)
            self.assertGreater(bytes_of["full", nodes], 0.85 * 16 * nodes)
            self.assertGreater(bytes_of["full", nodes], 1.4 * bytes_of["delta", nodes])

    def test_overlays_that_the_protocol_ignores_change_nothing(self):
        found = {result["run_hash"] for result in self.results if result["scenario"] == "topologies"}
        self.assertEqual(len(found), 1)

    def test_the_models_of_the_network_agree_with_max_min_sharing(self):
        latest = {result["case"]["network.model"]: result["delivery_latency_s"]["max"]
                  for result in self.results if result["scenario"] == "flow-saturation"}
        self.assertAlmostEqual(latest["latency"], 0.001 + 1 * 0.008, places=4)
        self.assertAlmostEqual(latest["flow"], 0.001 + 7 * 0.008, places=4)

    def test_every_verb_and_every_overlay_is_shown(self):
        listed = {what: {line.split()[0] for line in hearsay("list", what).stdout.splitlines()}
                  for what in ("faults", "topologies")}
        verbs = {fault["verb"] for result in self.results for fault in result["faults"]}
        overlays = {result["case"]["topology"].strip("{").split(":")[0]
                    for result in self.results if result["scenario"] == "topologies"}
        self.assertEqual(listed, {"faults": verbs, "topologies": overlays})


if __name__ == "__main__":
    unittest.main()
