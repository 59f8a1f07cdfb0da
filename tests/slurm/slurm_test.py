"""`sweep --slurm` on a real Slurm, which runs here as long as the test: what it submits, loses and merges."""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from cluster import Cluster, missing
from program import PROGRAM, SMALL, environment

KEYS = "scenario_hash, protocol, label, params_key, case_key, seed, version, command"
# A run takes some 100 ms, so that a task can be hit while it works.
LONGER = SMALL.replace("nodes: 5", "nodes: 20").replace("rate: 20/s", "rate: 50/s").replace("stop: 1s", "stop: 4s")
TINY = SMALL.replace("nodes: 5", "nodes: 3").replace("duration: 5s", "duration: 2s")
LIMIT = 240  # seconds; of anything that is waited for


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-slurm-"))
        cls.addClassCleanup(shutil.rmtree, cls.base, ignore_errors=True)
        cls.cluster = Cluster(cls.base / "cluster", nodes=4, cpus=2, MaxArraySize=40)
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
        self.env = {**environment(), **self.cluster.environment}
        (self.folder / "longer.yaml").write_text(LONGER)

    def call(self, *words, status=0, **options):
        done = subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT, **options)
        self.assertEqual(done.returncode, status, f"{words}\n{done.stdout}{done.stderr}")
        return done

    def start(self, *words):
        process = subprocess.Popen([PROGRAM, *map(str, words)], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def sweep(self, seeds, *words, scenario="longer.yaml", **options):
        return self.call("sweep", scenario, "--seeds", seeds, "--results", "r.sqlite", "--slurm", "--mem", "100M", *words, **options)

    def until(self, what, happens):
        limit = time.monotonic() + LIMIT
        while not (found := happens()):
            if time.monotonic() > limit:
                logs = "".join(f"{file.name}: {file.read_text()[-2000:]}\n" for file in self.folder.glob("*.sweep/*/logs/*"))
                self.fail(f"never: {what}\n{self.cluster.run('scontrol', 'show', 'job', check=False).stdout}\n{logs}")
            time.sleep(0.05)
        return found

    def rows(self, file="r.sqlite"):
        """All that does not depend on the machine, a line per run."""
        with sqlite3.connect(self.folder / file) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            rows = store.execute(f"SELECT {KEYS}, text, platform, result FROM runs JOIN scenarios ON scenarios.id = "
                                 "scenario_text").fetchall()
        return sorted((*row[:-1], json.dumps({**json.loads(row[-1]), "cost": None})) for row in rows)

    def seeds(self, file="r.sqlite"):
        with sqlite3.connect(self.folder / file) as store:
            return [seed for (seed,) in store.execute("SELECT seed FROM runs ORDER BY seed")]

    def stores(self, number="001"):
        return sorted((self.folder / "r.sqlite.sweep" / number / "stores").glob("*.sqlite"))

    def finished_in(self, store):
        with sqlite3.connect(store, timeout=30) as opened:
            try:
                return opened.execute("SELECT count(*) FROM runs").fetchone()[0]
            except sqlite3.OperationalError:  # not made yet
                return 0

    def job(self, done):
        return re.search(r"(?m)^job (\d+):", done.stdout).group(1)

    def state_of(self, job):
        return self.cluster.run("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%T", check=False).stdout.split()

    def pid_of_task(self, job, task):
        """The process that works for it, a child of slurmstepd."""
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "environ").read_bytes().split(b"\0")
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                command = (process / "cmdline").read_bytes().split(b"\0")
                above = pathlib.Path(f"/proc/{parent}/cmdline").read_bytes()
            except OSError:
                continue
            if (f"SLURM_ARRAY_JOB_ID={job}".encode() in words and f"SLURM_ARRAY_TASK_ID={task}".encode() in words and
                    b"sweep" in command and above.startswith(b"slurmstepd")):
                return int(process.name)
        return None

    def test_2000_runs_in_40_tasks_equal_a_local_run(self):
        (self.folder / "tiny.yaml").write_text(TINY)
        done = self.sweep("1..2000", "--tasks", 40, "--wait", scenario="tiny.yaml")
        self.assertIn("2000 runs: 0 in ", done.stdout)
        self.assertRegex(done.stdout, r"job \d+: 40 tasks with 2000 runs")
        self.assertIn("pass: 2000 runs, 2000 passed", done.stderr)
        self.call("sweep", "tiny.yaml", "--seeds", "1..2000", "--results", "local.sqlite", "--quiet")
        self.assertEqual(self.rows(), self.rows("local.sqlite"))
        self.assertEqual(self.stores(), [])  # they are in the results now
        before = self.rows()
        again = self.call("sweep", "--collect", "r.sqlite.sweep/001")
        self.assertIn("has every run", again.stdout)
        self.assertIn("2000 in ", self.sweep("1..2000", scenario="tiny.yaml").stdout)
        self.assertEqual((self.rows(), self.folder.joinpath("r.sqlite.sweep/002").exists()), (before, False))
        # 41 tasks would need index 40, and MaxArraySize is 40.
        refused = self.sweep("1..2100", "--tasks", 41, scenario="tiny.yaml", status=254)
        self.assertIn("at most 40 tasks here (MaxArraySize)", refused.stderr)

    def test_a_task_killed_costs_its_unfinished_runs_only(self):
        job = self.job(self.sweep("1..60", "--tasks", 2))
        self.until("a run of task 0 ends", lambda: any(self.finished_in(s) > 2 for s in self.stores() if s.name.startswith("0-")))
        os.kill(self.until("task 0 runs", lambda: self.pid_of_task(job, 0)), signal.SIGKILL)
        self.until("the merge has ended", lambda: "missing" in self.log("merge"))
        there = len(self.seeds())
        self.assertTrue(30 < there < 60, there)  # all of task 1, part of task 0
        self.assertIn(f"{60 - there} of 60 missing", self.log("merge"))
        again = self.sweep("1..60", "--tasks", 2, "--wait")
        self.assertIn(f"60 runs: {there} in ", again.stdout)
        self.assertRegex(again.stdout, rf"job \d+: \d+ tasks? with {60 - there} runs")
        self.assertEqual(self.seeds(), list(range(1, 61)))

    def log(self, name, number="001"):
        file = self.folder / "r.sqlite.sweep" / number / "logs" / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def test_a_requeued_task_takes_over_what_its_first_attempt_finished(self):
        job = self.job(self.sweep("1..40", "--tasks", 1))
        self.until("some runs end", lambda: any(self.finished_in(store) > 2 for store in self.stores()))
        self.cluster.run("scontrol", "requeue", f"{job}_0")
        self.until("it waits again", lambda: self.state_of(job) == ["PENDING"])

        def merged():
            # Slurm sets the start two minutes ahead, perhaps after it was told otherwise. A start while the node still
            # clears away the first attempt fails.
            time.sleep(3)
            self.cluster.run("scontrol", "update", f"JobId={job}_0", "StartTime=now", check=False)
            return (self.folder / "r.sqlite.sweep/001/done").exists()

        self.until("all are merged", merged)
        self.assertEqual(self.seeds(), list(range(1, 41)))
        taken = int(re.search(r"(\d+) runs taken over from", self.log("0")).group(1))
        self.assertGreater(taken, 2)
        self.assertLess(taken, 40)

    def test_a_full_folder_costs_what_did_not_fit(self):
        full = self.folder / "r.sqlite.sweep"
        full.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", full], capture_output=True).returncode != 0:
            self.skipTest("cannot mount a small file system here")
        self.addCleanup(subprocess.run, ["umount", "-l", full])
        lost = self.sweep("1..60", "--tasks", 2, "--wait", status=255)
        there = len(self.seeds())
        self.assertTrue(0 < there < 60, there)
        self.assertIn(f"{60 - there} missing", lost.stderr)
        self.assertRegex(lost.stderr, r"task \d+_[01]: \d+ of 30 runs missing, FAILED \(\w+\), .*/logs/[01]\.log")
        self.assertIn("no space", self.log("0") + self.log("1"))
        subprocess.run(["mount", "-o", "remount,size=40m", full], check=True)
        self.sweep("1..60", "--tasks", 2, "--wait")
        self.assertEqual(self.seeds(), list(range(1, 61)))

    def test_two_sweeps_at_once(self):
        words = ("sweep", "longer.yaml", "--results", "r.sqlite", "--slurm", "--mem", "100M", "--tasks", 2, "--wait", "--seeds")
        both = [self.start(*words, seeds) for seeds in ("1..20", "1..20", "11..30")]
        said = [process.communicate(timeout=LIMIT)[0] for process in both]
        self.assertEqual([process.returncode for process in both], [0, 0, 0], said)
        submitted = [int(count) for text in said for count in re.findall(r"tasks with (\d+) runs", text)]
        self.assertEqual(sum(submitted), 30, said)  # none twice
        self.assertEqual(self.seeds(), list(range(1, 31)))

    def test_cancellation_leaves_what_is_finished(self):
        process = self.start("sweep", "longer.yaml", "--seeds", "1..400", "--results", "r.sqlite", "--slurm", "--mem", "100M",
                             "--tasks", 4, "--wait")
        self.until("some runs end", lambda: any(self.finished_in(store) > 2 for store in self.stores()))
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=LIMIT)[0]
        self.assertEqual(process.returncode, 255, said)
        there = len(self.seeds())
        self.assertTrue(2 < there < 400, there)
        self.assertIn(f"{400 - there} missing", said)
        # And by scancel: what the tasks have put down can be merged by anybody.
        job = self.job(self.sweep("1..400", "--tasks", 4))
        self.until("some runs end", lambda: any(self.finished_in(store) > 2 for store in self.stores("002")))
        self.cluster.run("scancel", job)
        self.until("it is over", lambda: set(self.state_of(job)) <= {"CANCELLED"})
        self.call("merge", "r.sqlite", "r.sqlite.sweep/002/stores")
        self.assertGreater(len(self.seeds()), there)

    def test_why_a_job_waits_is_shown(self):
        process = self.start("sweep", "longer.yaml", "--seeds", "1..4", "--results", "r.sqlite", "--slurm", "--tasks", 2, "--wait",
                             "--sbatch-arg=--cpus-per-task=64")
        lines = []
        self.until("the reason", lambda: lines.append(process.stdout.readline()) or re.search(r"2 pending \((\w+)\)", lines[-1]))
        self.assertIn("PartitionConfig", "".join(lines))
        process.send_signal(signal.SIGINT)
        self.assertIn("4 missing", process.communicate(timeout=LIMIT)[0])
        self.assertEqual(self.seeds(), [])
        refused = self.sweep("1..4", "--partition", "none", status=255)
        self.assertIn("sbatch: ", refused.stderr)
        self.assertIn("Invalid partition name specified", refused.stderr)
        self.assertFalse((self.folder / "r.sqlite.sweep/002").exists())

    def test_memory_and_time_are_asked_for_as_runs_needed_them(self):
        blind = self.call("sweep", "longer.yaml", "--seeds", "1..3", "--results", "r.sqlite", "--slurm", "--dry-run")
        self.assertIn("the store has no runs to estimate memory and time from", blind.stdout)
        self.assertNotIn("--time", blind.stdout)
        self.call("run", "longer.yaml", "--seeds", "1", "--results", "r.sqlite")
        with sqlite3.connect(self.folder / "r.sqlite") as store:
            store.execute("UPDATE runs SET cost_wall_s = 100, cost_peak_rss_mib = 500")
        shown = self.call("sweep", "longer.yaml", "--seeds", "1..31", "--results", "r.sqlite", "--slurm", "--dry-run").stdout
        self.assertIn("31 runs: 1 in ", shown)
        # 30 runs of 100 s are ten tasks of 300 s; twice that and twice the longest run and a minute are 860 s.
        self.assertRegex(shown, r"--array=0-9 .*--mem=896M .*--time=15 ")
        self.assertFalse((self.folder / "r.sqlite.sweep").exists())


if __name__ == "__main__":
    if missing():
        print(f"skipped: {missing()}")
        sys.exit(77)  # CTest counts it as skipped
    unittest.main()
