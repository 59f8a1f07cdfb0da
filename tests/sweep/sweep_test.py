"""`sweep` where there is no Slurm, or one that answers as it should not: programs of Slurm's names, in Python."""
import os
import re
import shlex
import sqlite3
import stat
import subprocess
import unittest

from program import SMALL, ProgramTest, environment

SEEDS = ("--seeds", "1..6")

# sbatch counts jobs and runs nothing; squeue prints what the file `queue` holds, or fails as its first line says.
FAKES = {
    "sbatch": "echo \"$@\" >>{folder}/submitted; n=$(wc -l <{folder}/submitted); echo $((100 + n))",
    "squeue": "cat {folder}/queue; cat {folder}/queue.error >&2 2>/dev/null && exit 1; exit 0",
    "scontrol": "echo 'MaxArraySize            = 3'",
    "scancel": "echo \"$@\" >>{folder}/cancelled",
}


class Sweep(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def sweep(self, *words, status=0):
        done = self.hearsay("sweep", *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def seeds(self, file="r.sqlite"):
        with sqlite3.connect(self.folder / file) as store:
            return [seed for (seed,) in store.execute("SELECT seed FROM runs ORDER BY seed")]


class Here(Sweep):
    def test_without_slurm_it_runs_what_is_missing(self):
        self.sweep("small.yaml", "--seeds", "1..2", "--results", "r.sqlite")
        plan = self.sweep("small.yaml", *SEEDS, "--results", "r.sqlite", "--dry-run")
        self.assertIn("6 runs: 2 in r.sqlite, 4 to do", plan.stdout)
        self.assertEqual(self.seeds(), [1, 2])
        done = self.sweep("small.yaml", *SEEDS, "--results", "r.sqlite")
        self.assertIn("2 from r.sqlite", done.stderr)
        self.assertEqual(self.seeds(), [1, 2, 3, 4, 5, 6])

    def test_curves_are_thinned_here_and_by_tasks(self):
        self.sweep("small.yaml", "--seeds", "1", "--results", "r.sqlite", "--series-points", "5")
        printed = self.sweep("small.yaml", "--seeds", "2", "--results", "r.sqlite", "--series-points", "5", "--print-tasks").stdout
        subprocess.run(shlex.split(printed), env=environment(), capture_output=True, timeout=60, check=True)
        self.sweep("--collect", "r.sqlite.sweep/001")
        self.sweep("small.yaml", "--seeds", "3", "--results", "r.sqlite", "--series-points", "0")
        self.sweep("small.yaml", "--seeds", "4", "--results", "r.sqlite")
        with sqlite3.connect(self.folder / "r.sqlite") as store:
            counts = dict(store.execute("SELECT seed, (SELECT count(*) FROM series WHERE run_id = runs.id AND name = 'messages') "
                                        "FROM runs"))
        self.assertEqual((counts[1], counts[2], counts[3]), (5, 5, 0))
        self.assertGreater(counts[4], 5)
        for wrong in ("1", "501"):
            self.assertIn("--series-points must be 0, or between 2 and 500",
                          self.sweep("small.yaml", "--results", "r.sqlite", "--series-points", wrong, status=254).stderr)

    def test_printed_tasks_run_anywhere_and_are_collected(self):
        words = ("small.yaml", *SEEDS, "--results", "r.sqlite", "--print-tasks", "--tasks", "3")
        printed = self.sweep(*words)
        commands = printed.stdout.splitlines()
        self.assertEqual(len(commands), 3)
        for command in commands[:2]:  # from another folder
            done = subprocess.run(shlex.split(command), cwd="/", env=environment(), capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
        stores = self.folder / "r.sqlite.sweep/001/stores"
        self.assertEqual([store.name[:2] for store in sorted(stores.iterdir())], ["0-", "1-"])
        collected = self.sweep("--collect", "r.sqlite.sweep/001", status=255)
        self.assertIn("4 runs added, 2 of 6 missing", collected.stdout)
        again = self.sweep(*words)  # only what is missing
        self.assertEqual(len(again.stdout.splitlines()), 2)
        self.assertIn("6 runs: 4 in ", again.stderr)
        for command in again.stdout.splitlines():
            subprocess.run(shlex.split(command), cwd="/", env=environment(), capture_output=True, timeout=60, check=True)
        last = re.search(r"when they have ended: (.*)", again.stderr).group(1)
        done = subprocess.run(shlex.split(last), cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, self.seeds()), (0, [1, 2, 3, 4, 5, 6]), done.stdout)
        self.assertEqual(self.sweep(*words).stdout, "")

    def test_a_second_attempt_takes_over_what_the_first_left(self):
        words = ("small.yaml", *SEEDS, "--results", "r.sqlite", "--print-tasks", "--tasks", "1")
        (command,) = self.sweep(*words).stdout.splitlines()
        subprocess.run(shlex.split(command), env=environment(), capture_output=True, timeout=60, check=True)
        (first,) = (self.folder / "r.sqlite.sweep/001/stores").iterdir()
        with sqlite3.connect(first) as store:
            store.execute("DELETE FROM runs WHERE seed > 4")
        first.rename(first.with_name(first.stem + ".part.sqlite"))  # as a killed one leaves it
        done = subprocess.run(shlex.split(command), env=environment(), capture_output=True, text=True, timeout=60)
        self.assertIn("4 runs taken over from", done.stderr)
        self.assertIn("6 of 6 runs have a result", done.stderr)

    def test_a_damaged_store_of_a_task_costs_its_own_runs_and_is_reported(self):
        words = ("small.yaml", *SEEDS, "--results", "r.sqlite", "--print-tasks", "--tasks", "3")
        for command in self.sweep(*words).stdout.splitlines():
            subprocess.run(shlex.split(command), env=environment(), capture_output=True, timeout=60, check=True)
        damaged = sorted((self.folder / "r.sqlite.sweep/001/stores").iterdir())[1]
        damaged.write_bytes(b"no store\n" * 1000)
        done = self.sweep("--collect", "r.sqlite.sweep/001", status=255)
        self.assertIn("4 runs added, 2 of 6 missing", done.stdout)
        self.assertIn(damaged.name, done.stderr)

    def test_a_scenario_that_changed_since_is_reported(self):
        words = ("small.yaml", *SEEDS, "--results", "r.sqlite", "--print-tasks", "--tasks", "1")
        (command,) = self.sweep(*words).stdout.splitlines()
        self.write("small.yaml", SMALL.replace("nodes: 5", "nodes: 6"))
        done = subprocess.run(shlex.split(command), env=environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 254)
        self.assertIn("6 runs of this task are not in the scenarios any more", done.stderr)

    def test_what_is_refused_or_has_nothing_to_do_leaves_no_folder(self):
        def there():
            return sorted(path.name for path in self.folder.iterdir())

        before = there()
        words = ("--results", "r.sqlite", "--print-tasks")
        self.write("wrong.yaml", SMALL.replace("nodes: 5", "nodes: 0"))
        self.assertIn("wrong.yaml:", self.sweep("wrong.yaml", *words, status=254).stderr)
        self.assertIn("does not exist", self.sweep("small.yaml", "--results", "none/r.sqlite", "--print-tasks", status=254).stderr)
        self.assertEqual(there(), sorted([*before, "wrong.yaml"]))
        self.sweep("small.yaml", *SEEDS, "--results", "r.sqlite")
        self.assertEqual(self.sweep("small.yaml", *SEEDS, *words).stdout, "")
        self.assertEqual(there(), sorted([*before, "r.sqlite", "wrong.yaml"]))
        self.sweep("small.yaml", "--seeds", "9", *words)  # which has something to keep
        self.assertTrue((self.folder / "r.sqlite.sweep/001/sweep.json").exists())
        self.assertTrue((self.folder / "r.sqlite.sweep/lock").exists())

    def test_sweeps_at_once_wait_for_each_other_whatever_becomes_of_the_lock(self):
        self.write("wrong.yaml", SMALL.replace("nodes: 5", "nodes: 0"))
        words = [os.environ["HEARSAY_PROGRAM"], "sweep", "--seeds", "1..6", "--results", "r.sqlite", "--print-tasks", "--tasks", "1"]
        started = [subprocess.Popen([*words, file], cwd=self.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True) for file in ("wrong.yaml", "small.yaml") * 6]
        ended = [process.communicate(timeout=60) + (process.returncode,) for process in started]
        self.assertEqual([status for *_, status in ended], [254, 0] * 6, ended)
        names = {path.name for path in (self.folder / "r.sqlite.sweep").iterdir()}
        self.assertEqual(names, {"lock", *(f"{number:03}" for number in range(1, 7))})

    def test_mistakes_of_the_command_line(self):
        for words, said in ((["small.yaml"], "--results R.sqlite"),
                            (["small.yaml", "--results", "r.sqlite", "--wait"], "--wait goes with --slurm"),
                            (["small.yaml", "--results", "r.sqlite", "--mem", "1G"], "--mem goes with --slurm"),
                            (["small.yaml", "--results", "r.sqlite", "--tasks", "3"], "--tasks goes with --slurm"),
                            (["small.yaml", "--results", "r.sqlite", "--slurm", "--tasks", "0"], "no number from 1 to"),
                            (["small.yaml", "--results", "r.sqlite", "--slurm", "--print-tasks"], "exclude each other"),
                            (["small.yaml", "--results", "r.sqlite", "--force"], "use `run --force`"),
                            (["small.yaml", "--results", "small.yaml", "--slurm"], "small.yaml is not a SQLite database"),
                            (["-", "--results", "r.sqlite", "--print-tasks"], "cannot read the scenario from stdin"),
                            (["--task", "999999", "nowhere"], "nowhere is no folder of a sweep"),
                            (["--task", "1000000", "nowhere"], "no number from 0 to 999999"),
                            (["--collect", "."], "is no folder of a sweep"),
                            (["--collect", ".", "--seeds", "1"], "and nothing else"),
                            (["none.yaml", "--results", "r.sqlite", "--slurm"], "none.yaml")):
            self.assertIn(said, self.sweep(*words, status=254).stderr)
        self.assertFalse((self.folder / "r.sqlite").exists())

    def test_slurm_that_is_not_installed_is_reported(self):
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = "/nowhere"
        done = self.sweep("small.yaml", "--results", "r.sqlite", "--slurm", status=255)
        self.assertIn("sbatch is not installed here", done.stderr)


class FakeSlurm(Sweep):
    def setUp(self):
        super().setUp()
        programs = self.folder / "bin"
        programs.mkdir()
        for name, text in FAKES.items():
            (programs / name).write_text(f"#!/bin/sh\n{text.format(folder=self.folder)}\n")
            (programs / name).chmod(stat.S_IRWXU)
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
        self.queue("")

    def queue(self, text, error=None):
        self.write("queue", text)
        (self.folder / "queue.error").unlink(missing_ok=True)
        if error:
            self.write("queue.error", error)

    def submit(self, *words, status=0):
        return self.sweep("small.yaml", *SEEDS, "--results", "r.sqlite", "--slurm", *words, status=status)

    def submitted(self):
        return (self.folder / "submitted").read_text().splitlines()

    def test_what_is_asked_for(self):
        done = self.submit("--tasks", "2", "--partition", "p", "--time", "2:00", "--sbatch-arg=--account=x", "--jobs", "3")
        self.assertIn("job 101: 2 tasks with 6 runs", done.stdout)
        array, merge = self.submitted()
        self.assertRegex(array, r"--array=0-1 --cpus-per-task=3 --mem=3328M --requeue --open-mode=append --output=\S+/logs/%a.log "
                         r"--time=2:00 --partition=p --account=x \S+/task.sh$")
        self.assertRegex(merge, r"--dependency=afterany:101 .* --partition=p --account=x \S+/merge.sh$")
        self.assertIn("at most 3 tasks here (MaxArraySize)", self.submit("--tasks", "4", status=254).stderr)

    def test_a_task_that_waits_is_not_submitted_again_and_one_that_is_gone_is(self):
        self.submit("--tasks", "3")
        self.queue("0|FAILED|NonZeroExitCode\n1|RUNNING|None\n2|PENDING|BeginTime\n")
        self.assertIn("6 runs: 0 in ", (done := self.submit()).stdout)
        self.assertIn("4 under way, 2 to do", done.stdout)
        self.queue("", "slurm_load_jobs error: Invalid job id specified\n")
        self.assertIn(", 6 to do", self.submit().stdout)

    def test_a_controller_that_does_not_answer_does_not_mean_that_a_job_has_ended(self):
        self.submit()
        self.queue("", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n")
        done = self.submit(status=255)
        self.assertIn("Slurm does not answer, so whether job 101 of", done.stderr)
        self.assertEqual(len(self.submitted()), 2)

    def test_a_finished_task_counts_whatever_slurm_says(self):
        self.submit("--tasks", "1")
        folder = self.folder / "r.sqlite.sweep/001"
        self.assertEqual(self.sweep("--task", "0", folder).returncode, 0)
        self.queue("0|RUNNING|None\n")
        done = self.submit("--wait")
        self.assertIn("6 runs: 6 in ", done.stdout)
        self.assertIn("pass: 6 runs, 6 passed", done.stderr)
        self.assertTrue((folder / "done").exists())


if __name__ == "__main__":
    unittest.main()
