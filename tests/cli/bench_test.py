"""`bench` at a size at which its figures mean nothing: every case runs, and the table and the JSON have what they promise."""
import json
import re
import unittest

from program import ProgramTest
from supervised import REASON

MEASURED = {}  # what `bench` printed, by its words
GOSSIP = {"bare heap", "bare simgrid", "push gossip"}


def case_nodes(case):
    return int(case["case"].split("-")[1])


class Bench(ProgramTest):
    def cases(self, *words):
        if words not in MEASURED:
            done = self.hearsay("bench", "--tiny", "--format", "json", *words)
            self.assertEqual(done.returncode, 0)
            if not REASON:
                self.assertEqual(done.stderr, "")
            output = json.loads(done.stdout)
            self.assertRegex(output["program"], r"^\d+\.\d+\.\d+")
            MEASURED[words] = {case["case"]: case for case in output["cases"]}
        return MEASURED[words]

    def test_every_case_runs_and_says_what_it_measured(self):
        names = re.findall(r"[\w-]+", self.hearsay("bench", "--help").stdout.split("cases: ")[1])
        largest = [name for name in names if name.startswith("largest-")]
        self.assertEqual({name.split("-", 1)[1].rsplit("-", 1)[0] for name in largest},
                         {name.split("-", 1)[1].rsplit("-", 1)[0] for name in names if name.startswith("growth-")})
        cases = self.cases("--all")
        self.assertEqual(set(cases), {name for name in names if name not in largest and not (REASON and name.startswith("nodes-"))})
        cases = {**cases, **self.cases(*largest)}
        for case in cases.values():
            with self.subTest(case["case"]):
                if case["program"] == "memory":
                    self.assertIn("simulator", case["bytes_per_node"])
                    continue
                if case["program"] == "inserts":
                    self.assertEqual(case["runs"], 40)
                    self.assertGreater(case["runs_per_s"], 0)
                    self.assertGreater(case["bytes_per_run"], 2000)
                    continue
                for field in ("messages", "messages_per_s", "us_per_message", "loop_s", "wall_s", "peak_rss_mib", "runs_per_s"):
                    self.assertGreater(case[field], 0, field)
                self.assertEqual(case["model"] is not None, case["program"] in GOSSIP)
                if case["program"] == "nodes":
                    self.assertAlmostEqual(case["messages_per_wall_s"], case["messages"] / case["wall_s"])
        self.assertEqual(cases["five-node-runs"]["runs"], 4)

    def test_the_simulator_is_compared_with_the_bare_programs_of_the_same_invocation(self):
        cases = self.cases("--all")
        for case in cases.values():
            if case["program"] == "push gossip" and case["case"] not in ("with-run-hash-10000", "without-run-hash-10000"):
                bare = cases.get("bare-simgrid-" + case["case"]) or cases["bare-simgrid-inline-%d" % case_nodes(case)]
                self.assertAlmostEqual(case["ratio"]["simgrid"], case["messages_per_s"] / bare["messages_per_s"])
                heap = cases["bare-heap-%d" % case_nodes(case)]
                self.assertAlmostEqual(case["ratio"]["heap"], case["messages_per_s"] / heap["messages_per_s"])
        self.assertIn("run_hash", cases["without-run-hash-10000"]["ratio"])

    def test_the_simulator_and_the_bare_programs_carry_the_same_load(self):
        cases = self.cases("bare-heap-1000", "inline-1000", "actor-1000", "flow-1000")
        for name in ("inline-1000", "actor-1000", "flow-1000", "bare-simgrid-inline-1000"):
            self.assertAlmostEqual(cases[name]["messages"], cases["bare-heap-1000"]["messages"], delta=10)

    def test_a_case_that_is_named_comes_with_what_it_is_compared_with_and_no_other(self):
        self.assertEqual(list(self.cases("actor-1000")), ["bare-heap-1000", "bare-simgrid-actor-1000", "actor-1000"])

    def test_the_table_has_a_line_a_case(self):
        done = self.hearsay("bench", "--tiny")
        self.assertEqual(done.returncode, 0, done.stderr)
        heading, *lines = done.stdout.splitlines()
        self.assertEqual(heading.split()[:4], ["case", "messages", "messages/s", "us/msg"])
        names = [line.split()[0] for line in lines]
        self.assertEqual(names[:3], ["bare-heap-1000", "bare-simgrid-inline-1000", "inline-1000"])
        self.assertNotIn("inline-1000000", names)  # only with --all
        self.assertRegex(done.stdout, r"(?m)^without-run-hash-10000 .* run_hash costs -?[\d.]+ %$")
        self.assertRegex(done.stdout, r"(?m)^five-node-runs .* 4 runs, \d+ runs/s$")
        done = self.hearsay("bench", "--tiny", "store-inserts")
        self.assertRegex(done.stdout.splitlines()[1], r"^store-inserts +40 runs stored, \d+ runs/s, [\d.]+ ms of processor time and "
                         r"[\d.]+ kB each$")


if __name__ == "__main__":
    unittest.main()
