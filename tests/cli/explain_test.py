"""`explain`: why a stored run is as it is."""
import shutil
import sqlite3
import unittest

from program import ProgramTest, SOURCE

# Node 2 is cut off for good and never hears of the last writes; node 1 holds a write that goes with it.
CUT_OFF = """\
name: cut-off
nodes: 4
duration: 12s
platform: {file: lan.xml}
protocols: [interceptor-broadcast]
workload: {rate: 5/s, stop: 4s, targets: [0, 1]}
faults: [{at: 2s, partition: {groups: [[0, 1, 3], [2]]}}]
"""


class Explain(ProgramTest):
    def test_missing_writes_groups_and_faults_are_named_with_their_moments_elsewhere_too(self):
        shutil.copy(SOURCE / "platforms" / "lan.xml", self.folder / "lan.xml")
        self.write("s.yaml", CUT_OFF)
        done = self.hearsay("run", "s.yaml", "--results", "r.sqlite", "--quiet")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        for name in ("s.yaml", "lan.xml"):
            (self.folder / name).unlink()  # the store alone is enough
        done = self.hearsay("explain", "r.sqlite", "--run", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        out = done.stdout
        self.assertRegex(out, r"run 1: cut-off, interceptor-broadcast, seed 1\n")
        self.assertRegex(out, r"2 states among the live nodes at the end\n  3 nodes: 0, 1, 3\n  1 node: 2\n")
        self.assertRegex(out, r"10 writes missing: acknowledged, and not on every live node\n  write 10, .*acknowledged at 2")
        self.assertIn("    missing on: 2\n    last fault: partition", out)
        self.assertRegex(out, r"2 s to the end: partition.*\n +dropped \d+; of its time 10 writes missing at the end")
        self.assertIn("again: ", out)

    def test_keys_whose_replicas_differ_are_counted(self):
        self.write("s.yaml", """\
name: replicas
duration: 30s
nodes: 3
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [{name: swim-cache, params: {anti_entropy_interval: 0s, read_repair: false, handover: false, hinted_handoff: false}}]
workload: {kind: cache, keys: 1000, rate: 20/s, reads: 0%, deletes: 0%, distribution: uniform, stop: 12s, targets: [0, 1]}
faults: [{at: 2s, for: 8s, crash: {nodes: 2, disk: kept}}]
""")
        self.hearsay("run", "s.yaml", "--results", "r.sqlite", "--quiet")
        out = self.hearsay("explain", "r.sqlite", "--run", "1").stdout
        self.assertRegex(out, r"1 state among the live nodes at the end\n  3 nodes: 0..2\n"
                              r"  1\d\d keys of which the nodes that own them hold different copies\n")
        self.assertRegex(out, r"1\d\d writes missing: [^\n]*\n[^\n]*\n    missing on: 2\n")

    def test_a_failed_run_names_an_example_of_what_is_missing(self):
        self.write("s.yaml", CUT_OFF.replace("platform: {file: lan.xml}\n", "") + "expect: {missing: 0, converged: true}\n")
        done = self.hearsay("run", "s.yaml", "--seeds", "1..3")
        self.assertEqual(done.returncode, 1)
        self.assertIn("  missing is 10, expected 0 (seeds 1, 2, 3)\n", done.stdout + done.stderr)
        self.assertRegex(done.stdout + done.stderr,
                         r"  for example: live nodes hold 2 different states; write 1\d, asked of node [01] at 2\S* s during "
                         r"partition: .*, is missing on 2 \(seed 1\)\n")

    def test_the_store_keeps_the_resolved_scenario_once_and_the_command_of_each_run(self):
        self.write("s.yaml", CUT_OFF.replace("platform: {file: lan.xml}\n", ""))
        self.hearsay("run", "s.yaml", "--seeds", "1..3", "--set", "nodes=5", "--results", "r.sqlite", "--quiet")
        with sqlite3.connect(self.folder / "r.sqlite") as db:
            (text, platform), = db.execute("SELECT text, platform FROM scenarios").fetchall()
            commands = [command for command, in db.execute("SELECT command FROM runs ORDER BY id")]
        self.assertIn("nodes: 5", text)
        self.assertEqual(platform, "")
        self.assertEqual(len(set(commands)), 3)
        self.assertIn("--seeds 2 --set nodes=5", "".join(sorted(commands)))

    def test_mistakes_are_told(self):
        self.write("s.yaml", CUT_OFF.replace("platform: {file: lan.xml}\n", ""))
        self.hearsay("run", "s.yaml", "--results", "r.sqlite", "--quiet")
        for words, message in ((["r.sqlite", "--run", "9"], "has no run 9; the ids are 1 to 1"), (["r.sqlite", "--run", "x"], "is no id"),
                               ([], "needs one store"), (["none.sqlite"], "none.sqlite does not exist")):
            done = self.hearsay("explain", *words)
            self.assertEqual(done.returncode, 254, done.stdout)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main()
