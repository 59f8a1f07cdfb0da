"""Runs every scenario that is shipped, as a user would: each passes, and its runs are functions of their inputs alone.

HEARSAY_PROGRAM: the program; HEARSAY_SOURCE_DIR: the repository.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from program import shipped, shipped_of_protocols
from shipped_runs import shipped_runs

PROGRAM = os.environ["HEARSAY_PROGRAM"]
ROOT = pathlib.Path(os.environ["HEARSAY_SOURCE_DIR"])
SCENARIOS = shipped_of_protocols()
PINNED = ROOT / "baselines" / "run_hashes.txt"  # of untraced runs as the files say; see run_hashes_test.py
INLINE = ("--set", "engine.dispatch=inline")
ACTOR = ("--set", "engine.dispatch=actor")


def hearsay(*arguments):
    words = [PROGRAM, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def results_of(process):
    return [json.loads(line) for line in process.stdout.splitlines()]


def run_of(result):
    case = json.dumps(result["case"], sort_keys=True) if result["case"] else "-"
    return result["scenario"], str(result["seed"]), result["label"], case


def pinned_hashes():
    lines = re.findall(r"(?m)^(\w{16}) (\S+/(\S+)\.yaml) (\d+) \[(.*?)\] (-|\{.*\})$", PINNED.read_text(encoding="utf-8"))
    return {(name, seed, label, case): (run_hash, file) for run_hash, file, name, seed, label, case in lines}


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


LONG = {"plumtree-threshold", "plumtree-failures"}  # others of their kind are there


def files_to_run_again(entries):
    """Scenarios of five protocols, one with every fault, and of each protocol three with several sets of parameters."""
    files = [shipped("compare/five-nodes-lan"), shipped("compare/lossy-edge"), shipped("everything-at-once")]
    labels = collections.defaultdict(list)
    for entry in entries:
        labels[entry["file"]].append(entry["label"])
    for folder in sorted({file.parent for file in SCENARIOS}):
        several = [file for file in SCENARIOS if file.parent == folder and 1 < len(set(labels[str(file)])) == len(labels[str(file)])]
        files += [file for file in several if file.stem not in LONG][:3]
    return list(dict.fromkeys(files))


def traced(file, *words):
    """The results of a scenario's runs with its first seed, and the clients' schedule of each."""
    with tempfile.TemporaryDirectory() as folder:
        process = hearsay("run", file, "--seeds", 1, "--jobs", 1, "--format", "ndjson", *words, "--trace", f"{folder}/trace.jsonl")
        assert process.returncode in (0, 1), process.stderr
        results = results_of(process)  # with one job, in the order of the traces' numbers
        names = [f"trace-{i + 1}.jsonl" for i in range(len(results))] if len(results) != 1 else ["trace.jsonl"]
        return results, [invocations(f"{folder}/{name}") for name in names]


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.entries = json.loads(hearsay("validate", *SCENARIOS, "--format", "json").stdout)
        cls.costly = {(entry["file"], entry["label"]) for entry in cls.entries if entry["processor_time"]}
        cls.results = [result for file, result in shipped_runs() if file in SCENARIOS]
        cls.pinned = pinned_hashes()

    def test_every_file_is_valid(self):
        process = hearsay("validate", *SCENARIOS)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)

    def test_every_run_passes(self):
        self.assertEqual({result["scenario"] for result in self.results}, {file.stem for file in SCENARIOS})
        shipped_runs = [run for run, (_, file) in self.pinned.items() if ROOT / "scenarios" / file in SCENARIOS]
        self.assertEqual(sorted(map(run_of, self.results)), sorted(shipped_runs))
        for result in self.results:
            self.assertEqual(result["verdict"], "pass", run_of(result))
            self.assertGreater(len(result["expectations"]), 0, run_of(result))

    def test_the_other_dispatch_one_job_and_tracing_change_nothing_and_protocols_meet_the_same_clients_and_faults(self):
        """By actors where the file says inline, and inline where it says nothing and no processor time matters."""
        files = files_to_run_again(self.entries)
        ways = collections.Counter()
        for file in files:
            inline = "dispatch: inline" in file.read_text(encoding="utf-8")
            costly = any(of == str(file) for of, _ in self.costly)
            other = ACTOR if inline else () if costly else INLINE
            ways[other] += 1
            results, schedules = traced(file, *other)
            self.assertGreater(len(results), 1, file)
            self.check_hashes(results)
            for result, schedule in zip(results, schedules):
                self.assertEqual(len(schedule), result["operations"]["attempted"], run_of(result))
                self.assertEqual(schedule, schedules[0], run_of(result))
                self.assertEqual(fault_choices(result), fault_choices(results[0]), run_of(result))
        self.assertTrue(ways[INLINE] > 12 and ways[ACTOR] > 1, ways)

    def check_hashes(self, results):
        self.assertGreater(len(results), 0)
        for result in results:
            self.assertEqual(result["run_hash"], self.pinned[run_of(result)][0], run_of(result))

    def test_inline_is_refused_where_processors_matter(self):
        self.assertGreater(len(self.costly), 3)
        by_protocol = {(entry["file"], entry["label"]) for entry in self.entries
                       if set(entry["processor_time"]) - {"engine.message_cpu"}}
        for file in {file for file, _ in self.costly}:
            with self.subTest(file):
                process = hearsay("run", file, *INLINE)
                self.assertEqual((process.returncode, process.stdout), (254, ""), process.stderr)
                reported = set(re.findall(r"(?m)^%s:\d+:\d+: `(.*)` spends processor time by " % re.escape(file), process.stderr))
                self.assertEqual(reported, {label for of, label in by_protocol if of == file})
                of_engine = any(entry["file"] == file and "engine.message_cpu" in entry["processor_time"] for entry in self.entries)
                self.assertEqual(of_engine, "`dispatch: inline` does not model processor time" in process.stderr)
                labels = {entry["label"] for entry in self.entries if entry["file"] == file}
                free = sorted(labels - {label for of, label in self.costly if of == file})
                if free:
                    words = [word for label in free for word in ("--protocol", label)]
                    self.check_hashes(results_of(hearsay("run", file, "--jobs", 2, "--format", "ndjson", *INLINE, *words)))

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
