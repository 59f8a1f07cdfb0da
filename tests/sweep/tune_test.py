"""`tune` on a small cluster: a frontier, the scenario that it writes, resumption, constraints, Slurm, mistakes."""
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import unittest

from program import PROGRAM, SMALL, ProgramTest, environment

GOSSIP = SMALL.replace("[interceptor-broadcast]", "[delta-gossip]").replace("nodes: 5", "nodes: 8")
OVER = ("--over", "params.fanout=1..4", "--over", "network.loss=0%..20%", "--minimize", "messages.per_op",
        "--minimize", "delivery_latency_s.p99", "--subject-to", "lost_writes=0", "--budget", "120")

# A Slurm that runs each job before it answers with its number, and forgets it at once. The first task of the first array
# is lost.
SLURM = {
    "sbatch": """
        for word; do case $word in --array=0-*) last=${word#--array=0-};; esac; script=$word; done
        echo "$@" >>FOLDER/submitted
        if [ -z "$last" ]; then sh "$script" >/dev/null 2>&1; fi
        for task in $(seq 0 ${last:--1}); do
          rm FOLDER/lose 2>/dev/null || SLURM_ARRAY_TASK_ID=$task sh "$script" >/dev/null 2>&1
        done
        echo $((100 + $(wc -l <FOLDER/submitted)))""",
    "squeue": "",
    "scontrol": "echo 'MaxArraySize            = 1001'",
    "scancel": "echo scancel >>FOLDER/submitted",
}


class Tune(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("gossip.yaml", GOSSIP)

    def tune(self, *words, status=0, scenario="gossip.yaml"):
        done = self.hearsay("tune", scenario, *words, timeout=300)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def runs(self):
        with sqlite3.connect(self.folder / "t/runs.sqlite") as store:
            return store.execute("SELECT count(*) FROM runs").fetchone()[0]

    def test_a_frontier_and_what_belongs_to_it(self):
        done = self.tune(*OVER, "-o", "t")
        found = json.loads((self.folder / "t/tune.json").read_text())
        self.assertLessEqual(found["runs"], 120)
        self.assertLessEqual(self.runs(), found["runs"])
        front = [point for point in found["front"] if point["on_front"]]
        self.assertEqual(sum(point["knee"] for point in front), 1)
        for point in front:
            self.assertTrue(all(low <= figure <= high for figure, (low, high) in zip(point["figures"], point["intervals"])))
            self.assertFalse(any(all(a <= b for a, b in zip(other["figures"], point["figures"])) and
                                 other["figures"] != point["figures"] for other in front))
        self.assertIn("with 95 % confidence intervals", done.stdout)
        self.assertEqual(len(re.findall(r"(?m)^ *\d+ .*\[.*\].*\[.*\]", done.stdout)), len(found["front"]))
        rows = re.findall(r"(?m)^ *(\d+) +(\d+) +\d", done.stdout)
        self.assertEqual(rows, [(str(i + 1), point["values"][0]) for i, point in enumerate(found["front"])], done.stdout)
        self.assertTrue((self.folder / "t/front.png").read_bytes().startswith(b"\x89PNG"), done.stderr)
        self.check_chosen(found)
        self.check_again(done)
        self.check_without_python_packages()

    def check_chosen(self, found):
        """The scenario file gives the figures that the table shows."""
        (chosen,) = [point for point in found["front"] if point["chosen"]]
        seeds = f"10001..{10000 + found['fresh_seeds']}"
        results = self.run_json("t/chosen.yaml", "--seeds", seeds)
        costs = sorted(result["messages"]["per_op"] for result in results)
        middle = (costs[(len(costs) - 1) // 2] + costs[len(costs) // 2]) / 2
        self.assertAlmostEqual(middle, chosen["figures"][0])
        self.assertEqual(results[0]["params"]["fanout"], int(chosen["values"][0]))

    def check_without_python_packages(self):
        """Everything else is there, and one line names what to install."""
        self.write("none/matplotlib.py", "raise ModuleNotFoundError('no', name='matplotlib')")
        done = subprocess.run([PROGRAM, "tune", "gossip.yaml", *OVER, "-o", "t", "--quiet"], cwd=self.folder, timeout=300,
                              env={**environment(), "PYTHONPATH": str(self.folder / "none")}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        line, = done.stderr.splitlines()
        self.assertTrue(line.startswith("hearsay: no picture: Python's matplotlib is missing; "), line)

    def check_again(self, first):
        """The same command runs nothing and says the same; another line of the frontier can be chosen."""
        before = self.runs()
        again = self.tune(*OVER, "-o", "t", "--no-picture").stdout
        self.assertEqual(again.splitlines(), [line for line in first.stdout.splitlines() if "front." not in line])
        self.assertEqual(self.runs(), before)
        self.tune(*OVER, "-o", "t", "--choose", "1", "--no-picture")
        self.assertTrue(json.loads((self.folder / "t/tune.json").read_text())["front"][0]["chosen"])
        self.assertIn("the frontier has", self.tune(*OVER, "-o", "t", "--choose", "99", status=254).stderr)

    def test_an_interrupted_search_goes_on_where_it_stopped(self):
        process = subprocess.Popen([PROGRAM, "tune", "gossip.yaml", *OVER, "-o", "t", "--jobs", "1"], cwd=self.folder,
                                   env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        self.assertIn("30 of 120 runs", process.stderr.readline())  # the first stage of five
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 255, said)
        self.assertIn("the same command goes on from there", said)
        with sqlite3.connect(self.folder / "t/runs.sqlite") as store:
            store.execute("UPDATE runs SET command = 'kept'")
        kept = self.runs()
        resumed = self.tune(*OVER, "-o", "t", "--no-picture").stdout
        with sqlite3.connect(self.folder / "t/runs.sqlite") as store:
            self.assertEqual(store.execute("SELECT count(*) FROM runs WHERE command = 'kept'").fetchone(), (kept,))
        whole = self.tune(*OVER, "-o", "other", "--no-picture").stdout
        self.assertEqual(resumed.replace("t/", "other/"), whole)

    def test_over_slurm_it_finds_what_it_finds_here(self):
        for name, body in SLURM.items():
            self.write("bin/" + name, "#!/bin/sh\n" + body.replace("FOLDER", str(self.folder)) + "\n")
            (self.folder / "bin" / name).chmod(stat.S_IRWXU)
        self.write("lose", "")
        words = ("tune", "gossip.yaml", *OVER, "--no-picture", "-o")
        path = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        os.environ["PATH"] = f"{self.folder}/bin:{path}"
        done = self.tune(*words[2:], "t", "--slurm", "--tasks", "2", "--mem", "1G", "--partition", "p")
        self.assertFalse((self.folder / "lose").exists())
        self.assertEqual(done.stdout.replace("t/", "here/"), self.tune(*words[2:], "here").stdout)
        submitted = (self.folder / "submitted").read_text().splitlines()
        arrays = [line for line in submitted if "--array=" in line]
        self.assertEqual(len(submitted), 2 * len(arrays))  # each with the job that merges, and none cancelled
        self.assertGreater(len(arrays), 5)  # a stage each, and the first again
        self.assertTrue(all("--mem=1G" in line and "--partition=p" in line for line in arrays), arrays)

    def test_constraints_that_nothing_keeps(self):
        done = self.tune("--over", "params.fanout=1..4", "--minimize", "messages.per_op", "--subject-to", "messages.sent<1",
                         "--budget", "120", "-o", "t", status=1)
        self.assertIn("keeps every constraint in every run", done.stderr)
        self.assertFalse((self.folder / "t/tune.json").exists())

    def test_of_few_settings_no_effect_is_claimed(self):
        done = self.tune("--over", "params.fanout=1..4", "--minimize", "messages.per_op", "--budget", "120", "-o", "t", "--no-picture")
        self.assertRegex(done.stdout, r"(?m)^params.fanout +-$")
        self.assertEqual([axis["effects"] for axis in json.loads((self.folder / "t/tune.json").read_text())["parameters"]], [[None]])

    def test_settings_whose_runs_crash_are_not_on_the_frontier(self):
        # A bound is looked at every 8192 events.
        self.write("busy.yaml", GOSSIP.replace("20/s", "2000/s").replace("nodes: 8", "nodes: 40") + "engine: {max_in_flight: 1}\n")
        done = self.tune("--over", "params.fanout=1..4", "--minimize", "messages.per_op", "--budget", "120", "-o", "t", status=1,
                         scenario="busy.yaml")
        self.assertIn("keeps every constraint in every run", done.stderr)

    def test_mistakes(self):
        aim = ("--minimize", "messages.per_op")
        over = ("--over", "params.fanout=1..4")
        for words, said in ((aim, "--over params.fanout=1..8"), (over, "--minimize FIELD"),
                            (("--over", "params.fanout=4..1", *aim), "has no room between its ends"),
                            (("--over", "params.none=1..4", *aim), "none"),
                            ((*over, "--minimize", "messages.per_opp"), "did you mean"),
                            ((*over, "--minimize", "label"), "is no number"),
                            ((*over, *aim, "--subject-to", "lost_writes"), "compares nothing"),
                            ((*over, *aim, "--subject-to", "lost_writes=none"), "has no number at its end"),
                            ((*over, *aim, "--budget", "5"), "--budget must be between 120 and"),
                            ((*over, *aim, "--mem", "1G"), "--mem goes with --slurm")):
            self.assertIn(said, self.tune(*words, status=254).stderr, words)
        self.write("two.yaml", GOSSIP.replace("[delta-gossip]", "[delta-gossip, interceptor-broadcast]"))
        self.assertIn("has 2 protocols", self.tune(*over, *aim, status=254, scenario="two.yaml").stderr)
        self.write("matrix.yaml", GOSSIP + "matrix:\n  nodes: [5, 6]\n")
        self.assertIn("a matrix of 2 cases", self.tune(*over, *aim, status=254, scenario="matrix.yaml").stderr)


if __name__ == "__main__":
    unittest.main()
