"""`check`: fails when scenarios have become worse than a baseline."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest
import xml.etree.ElementTree as xml

from program import PROGRAM, ProgramTest, environment

GOSSIP = """\
name: guarded
seeds: 1..16
duration: 20s
settle: 500ms
nodes: 6
protocols: [{name: delta-gossip, label: "gossip, 100% <a>"}]
workload: {rate: 50/s, stop: 4s}
expect: {converged: true}
"""


class Check(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("s.yaml", GOSSIP)

    def check(self, *words, status=0, env=None, kill=False):
        if kill:
            return self.check_with_a_worker_killed(*words, status=status)
        done = subprocess.run([PROGRAM, "check", *(words or ["s.yaml"]), "--baseline", "b.json"], cwd=self.folder,
                              env={**environment(), **(env or {})}, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def check_with_a_worker_killed(self, *words, status):
        """Kills the first worker that is seen."""
        command = [PROGRAM, "check", *words, "--baseline", "b.json", "--jobs", "1"]
        with subprocess.Popen(command, cwd=self.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while process.poll() is None:
                try:
                    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
                    break
                except (IndexError, ProcessLookupError):
                    pass
            out, error = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, out + error)
        return subprocess.CompletedProcess(command, process.returncode, out, error)

    def update(self, *words):
        return self.check("s.yaml", "--update", *words)

    def edit(self, change):
        """Changes every run of the baseline."""
        baseline = json.loads((self.folder / "b.json").read_text())
        for entry in baseline["entries"]:
            for run in entry["runs"]:
                run["run_hash"] = "0" * 16
                change(dict(zip(baseline["metrics"], range(99))), run)
        self.write("b.json", json.dumps(baseline))

    def test_equal_runs_are_identical(self):
        self.update()
        self.assertIn("identical", self.check().stdout)

    def test_stored_runs_are_judged_as_those_that_were_just_run(self):
        # Of fields, and of a part of one, which has no column.
        for store, metric, status in (("a.sqlite", [], 1), ("b.sqlite", ["--metric", "messages.by_type.gossip.sent"], 0)):
            update = ["s.yaml", "--update", *metric, "--seeds", "1..24"]
            self.check(*update)
            baseline = (self.folder / "b.json").read_text()
            for _ in range(2):
                self.check(*update, "--results", store)
                self.assertEqual((self.folder / "b.json").read_text(), baseline)
            words = ["s.yaml", *metric, "--seeds", "3..20", "--set", "protocols.0.params.fanout=2", "--results", store]
            first, again = self.check(*words, status=status), self.check(*words, status=status)
            self.assertIn("%", first.stdout)
            self.assertEqual(first.stdout, again.stdout)
            self.assertIn("18 from " + store, again.stderr)

    def test_updating_twice_gives_the_same_file_with_its_provenance(self):
        self.update()
        first = (self.folder / "b.json").read_bytes()
        self.update("--jobs", "1")
        self.assertEqual((self.folder / "b.json").read_bytes(), first)
        baseline = json.loads(first)
        version = self.hearsay("--version").stdout.split()[1]
        self.assertEqual(baseline["program"], version)
        self.assertEqual([run["seed"] for run in baseline["entries"][0]["runs"]], list(range(1, 17)))
        self.assertEqual(len(baseline["entries"][0]["content"]), 16)

    def test_a_slower_protocol_is_a_regression_of_its_latency_with_seeds_and_commands(self):
        self.update()
        done = self.check("s.yaml", "--set", "params.interval=130ms", status=1)
        self.assertRegex(done.stdout, r"REGRESSION: guarded, gossip, 100% <a>, everywhere_latency_s.p99: worse by \d+")
        self.assertIn("has other parameters than the baseline: [], now [interval=130ms]", done.stderr)
        again = next(line for line in done.stdout.splitlines() if line.startswith("  again: "))
        words = again.removeprefix("  again: ")
        self.assertEqual(subprocess.run(words, shell=True, cwd=self.folder, capture_output=True).returncode, 0, words)

    def test_other_random_numbers_are_no_regression(self):
        self.update("--seeds", "101..116")
        baseline = json.loads((self.folder / "b.json").read_text())
        for run in baseline["entries"][0]["runs"]:
            run["seed"] -= 100
        self.write("b.json", json.dumps(baseline))
        self.assertIn("within chance", self.check().stdout)

    def test_the_tolerance_decides_what_matters(self):
        self.update()
        def cheaper(index, run):
            run["values"][index["messages.per_op"]] *= 0.95
        self.edit(cheaper)
        self.assertRegex(self.check(status=1).stdout, r"messages.per_op: worse by 5\.2\d %")
        self.check("s.yaml", "--tolerance", "6%")
        self.check("s.yaml", "--metric", "messages.per_op:0.06")
        self.check("s.yaml", "--metric", "messages.per_op:6%:higher-is-better")

    def test_with_too_few_seeds_it_is_undecided(self):
        self.update()
        def cheaper(index, run):
            run["values"][index["messages.per_op"]] *= 0.9
        self.edit(cheaper)
        out = self.check("s.yaml", "--seeds", "1..3", status=2).stdout
        self.assertRegex(out, r"cannot tell it from chance; about \d+ seeds would decide")

    def test_one_run_that_stops_converging_or_loses_a_write_fails_whatever_metric_is_asked(self):
        # Every node but one crashes for good and forgets what it has; the last one hears of nothing that was lost.
        lossy = GOSSIP.replace("expect: {converged: true}\n", "").replace("settle: 500ms\n", "").replace("20s", "4100ms")
        self.write("s.yaml", lossy + "network: {loss: 90%}\nfaults: [{at: 3s, crash: {nodes: [0..4], disk: lost}}]\n")
        self.update()
        def was_well(_, run):
            run["lost_writes"] = 0
        self.edit(was_well)
        words = ["s.yaml", "--metric", "messages.per_op"]
        done = self.check(*words, status=1)
        self.assertRegex(done.stdout, r"lost_writes: \d+ runs with lost writes, where the baseline has none\n"
                                      r"  worse seeds, the worst first: .*\b2\b")
        self.write("s.yaml", lossy + "network: {loss: 90%}\n")
        self.update()
        def converged(_, run):
            run["converged"] = True
        self.edit(converged)
        self.assertRegex(self.check(*words, status=1).stdout, r"converged: \d+ runs? not converged, where the "
                                                              r"baseline has none\n  worse seeds, the worst first: .*\b3\b")

    def test_a_baseline_for_other_content_is_refused_with_the_reason(self):
        self.update()
        self.write("s.yaml", GOSSIP.replace("nodes: 6", "nodes: 7"))
        self.assertIn("made for another scenario: nodes 6 -> 7", self.check(status=254).stderr)
        self.write("s.yaml", GOSSIP.replace("seeds: 1..16", "seeds: 1..17"))
        self.assertIn("it lacks seed 17", self.check(status=254).stderr)
        self.write("s.yaml", GOSSIP.replace("gossip, 100%", "other"))
        self.assertIn("it has no such runs", self.check(status=254).stderr)

    def test_a_baseline_is_not_written_when_an_expectation_fails(self):
        self.write("s.yaml", GOSSIP.replace("converged: true", "lost_writes: 1"))
        self.check("s.yaml", "--update", status=1)
        self.assertFalse((self.folder / "b.json").exists())

    def test_reports_for_ci_servers(self):
        self.update()
        done = self.check("s.yaml", "--set", "params.interval=130ms", "--junit", "j.xml", "--markdown", "m.md", status=1,
                          env={"GITHUB_ACTIONS": "true"})
        suite = xml.parse(self.folder / "j.xml").getroot()[0]
        self.assertEqual(int(suite.get("failures")), len(suite.findall("testcase/failure")))
        self.assertIn("everywhere_latency_s.p99", [case.get("name") for case in suite if len(case)])
        self.assertIn("gossip, 100% \\<a\\>", (self.folder / "m.md").read_text())
        self.assertRegex(done.stdout, r"(?m)^::error file=s.yaml,title=hearsay check::REGRESSION: guarded, gossip, 100%25 ")

    def test_mistakes_are_told(self):
        self.update()
        for words, message in ((["--metric", "mesages.sent"], "did you mean `messages`"), (["--tolerance", "lots"], "no share"),
                               (["--metric", "messages.sent"], "has no metric messages.sent"),
                               (["--trace", "x.json"], "use `run` for that"), (["--unknown"], "unknown option")):
            self.assertIn(message, self.check("s.yaml", *words, status=254).stderr)
        os.remove(self.folder / "b.json")
        self.assertIn("write one with --update", self.check(status=254).stderr)

    def test_a_baseline_that_cannot_be_read_is_told_with_its_line_and_stays_as_it_is(self):
        self.update()
        good = (self.folder / "b.json").read_text()
        lines = good.splitlines(keepends=True)
        first = next(i for i, line in enumerate(lines) if '"seed"' in line)
        conflict, fewer = ["<<<<<<< HEAD\n"], [lines[first].replace('"values":[1', '"values":[')]
        for text, message in (("", "b.json:1:1: the baseline is empty"),
                              ("{}", "b.json:1:1: this is no baseline"),
                              ("nodes: 5\n", "b.json:1:1: this is no baseline"),
                              (good[:len(good) // 2], ": the baseline breaks off; take it from version control"),
                              ("".join(lines[:first] + conflict + lines[first:]), f"b.json:{first + 1}:1: the baseline is no JSON"),
                              (good.replace('"format": 1', '"format": 2'), "b.json:2:1: a baseline of format 2, and this program reads 1"),
                              ("".join(lines[:first] + fewer + lines[first + 1:]), f"b.json:{first + 1}:")):
            self.write("b.json", text)
            error = self.check(status=254).stderr
            self.assertIn(message, error)
            self.assertRegex(error, r"--update|version control")
            self.assertEqual((self.folder / "b.json").read_text(), text)
        self.write("b.json", good[:len(good) // 2])
        self.update()
        self.assertEqual((self.folder / "b.json").read_text(), good)

    def test_an_update_replaces_no_file_that_is_something_else(self):
        shutil.copy(self.folder / "s.yaml", self.folder / "b.json")
        self.assertIn("is no baseline of hearsay's, so it is not replaced", self.check("s.yaml", "--update", status=254).stderr)
        self.assertEqual((self.folder / "b.json").read_text(), GOSSIP)

    def test_a_broken_expectation_is_a_failure_in_every_report(self):
        self.update()
        self.write("s.yaml", GOSSIP.replace("expect: {converged: true}", "expect: {lost_writes: 1}"))
        for quiet in ((), ("-q",)):
            done = self.check("s.yaml", "--seeds", "1..2", "--junit", "j.xml", "--markdown", "m.md", *quiet, status=1,
                              env={"GITHUB_ACTIONS": "true"})
            self.assertIn("lost_writes is 0, expected 1", done.stderr)  # -q does not hide why
            self.assertIn("not every run passed", done.stderr)
            suite = xml.parse(self.folder / "j.xml").getroot()[0]
            self.assertEqual((suite.get("failures"), len(suite.findall("testcase/failure"))), ("2", 2))
            self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
            self.assertIn("lost_writes is 0, expected 1", suite.find("testcase/failure").get("message"))
            markdown = (self.folder / "m.md").read_text()
            self.assertIn("no regression, 2 runs did not pass", markdown)
            self.assertIn("--seeds 2", markdown)
            self.assertEqual(done.stdout.count("::error file=s.yaml,title=hearsay check::fail: "), 2)

    def test_a_run_that_was_killed_costs_only_its_own_comparison(self):
        self.update()
        done = self.check("s.yaml", "--junit", "j.xml", status=255, kill=True)
        self.assertIn("ended by signal", done.stderr)
        suite = xml.parse(self.folder / "j.xml").getroot()[0]
        self.assertEqual(suite.get("failures"), "1")
        self.assertIn("identical", done.stdout)

    def test_a_report_that_cannot_be_written_is_found_before_the_runs(self):
        self.update()
        for option in ("--junit", "--markdown"):
            done = self.check("s.yaml", option, "nowhere/x", "--seeds", "1..1000", status=254)
            self.assertIn(f"{option} nowhere/x: there is no folder nowhere", done.stderr)

    def test_a_baseline_is_a_regular_file_or_a_link_to_one(self):
        self.update()
        good = (self.folder / "b.json").read_text()
        os.rename(self.folder / "b.json", self.folder / "real.json")
        os.symlink("real.json", self.folder / "b.json")
        self.update()
        self.assertTrue((self.folder / "b.json").is_symlink())
        self.assertEqual((self.folder / "real.json").read_text(), good)
        for device in ("/dev/zero", "/dev/full"):
            for words in ((), ("--update",)):
                done = self.hearsay("check", "s.yaml", "--baseline", device, *words)
                self.assertEqual(done.returncode, 254, done.stderr)
                self.assertIn("is not a regular file", done.stderr)
        self.assertEqual([p.name for p in self.folder.iterdir() if "b.json." in p.name or p.name.startswith(".")], [])

    def test_a_baseline_from_before_a_metric_became_usual_serves_for_the_others(self):
        self.update()
        baseline = json.loads((self.folder / "b.json").read_text())
        at = baseline["metrics"].index("never_stable")
        for run in [baseline["metrics"]] + [run["values"] for entry in baseline["entries"] for run in entry["runs"]]:
            del run[at]
        self.write("b.json", json.dumps(baseline))
        self.assertIn("was written without never_stable, so it is not judged", self.check().stderr)

    def test_what_never_happens_any_more_is_told_as_never(self):
        self.write("s.yaml", GOSSIP.replace("expect: {converged: true}\n", ""))
        self.update()
        forgetful = ("rumour=blind", "rumour_k=1", "acknowledgements=false", "anti_entropy_interval=0s")
        out = self.check("s.yaml", *(word for setting in forgetful for word in ("--set", f"params.{setting}")), status=1).stdout
        self.assertRegex(out, r"everywhere_latency_s.p99 .* never +never +\[never, never\] +REGRESSION")
        self.assertRegex(out, r"REGRESSION: guarded, gossip, 100% <a>, everywhere_latency_s.p99: never, where the baseline has a value")


if __name__ == "__main__":
    unittest.main()
