"""`hunt`: finds what breaks, shrinks it, and keeps it as a scenario that `run` fails."""
import json
import pathlib
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree

from program import PROGRAM, ProgramTest, environment

# A call that fails is never repeated: a crash or a cut is for good.
PLAIN = """\
name: plain
duration: 30s
nodes: 4
protocols: [interceptor-broadcast]
workload: {kind: broadcast, rate: 5/s}
expect: {converged: true}
hunt: {verbs: [crash, partition], vary: [workload], window: 3s}
"""


class Hunt(ProgramTest):
    def hunt(self, *words, **options):
        return self.hearsay("hunt", *words, "--no-pictures", **options)

    def test_what_is_found_is_small_and_run_fails_it(self):
        self.write("plain.yaml", PLAIN)
        done = self.hunt("plain.yaml", "--trials", "20", "--stop-at-first", "--junit", "j.xml")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("engine: inline", done.stdout)
        self.assertIn("1 distinct failure", done.stdout)
        (found,) = (self.folder / "found").glob("*.yaml")
        text = found.read_text()
        self.assertRegex(text, r"\A# interceptor-broadcast, expect converged: .*\n# Found by `hunt` in trial \d+ of seed 1")
        self.assertRegex(text, r"Fails with \d+ of 20 other seeds")
        self.assertLess(len(text.splitlines()), 25, text)
        self.assertEqual(text.partition("\nfaults:\n")[2].count("  - {"), 1, text)
        self.assertTrue(found.with_suffix(".txt").read_text().startswith("expect converged: "))
        again = self.hearsay("run", str(found))
        self.assertEqual(again.returncode, 1, again.stdout + again.stderr)
        report = xml.etree.ElementTree.parse(self.folder / "j.xml").getroot()
        self.assertEqual(report.find("testsuite").get("failures"), "1")

    def test_equal_hunts_find_equal_files_with_any_number_of_jobs(self):
        self.write("plain.yaml", PLAIN)
        texts = []
        for jobs in ("1", "3"):
            self.hunt("plain.yaml", "--trials", "9", "--jobs", jobs, "-o", f"found{jobs}", "--shrink-runs", "100")
            texts.append({file.name: file.read_text() for file in (self.folder / f"found{jobs}").glob("*.yaml")})
        self.assertTrue(texts[0])
        self.assertEqual(texts[0].keys(), texts[1].keys())
        for name, text in texts[0].items():
            self.assertEqual(text.partition("\nname:")[2], texts[1][name].partition("\nname:")[2])

    def test_a_later_call_goes_on_from_where_the_first_one_ended(self):
        self.write("plain.yaml", PLAIN.replace("expect: {converged: true}\n", ""))
        for trials in (4, 9):
            done = self.hunt("plain.yaml", "--trials", str(trials), "--format", "json")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(json.loads(done.stdout)["trials"], trials)
        first = json.loads((self.folder / "found" / "hunt.json").read_text())
        self.assertEqual(first["next_trial"], 9)
        self.hunt("plain.yaml", "--trials", "2", "--force")
        self.assertEqual(json.loads((self.folder / "found" / "hunt.json").read_text())["next_trial"], 2)

    def test_an_interrupt_keeps_what_was_found_and_a_later_call_goes_on(self):
        self.write("plain.yaml", PLAIN)
        words = [PROGRAM, "hunt", "plain.yaml", "--no-pictures", "--shrink-runs", "50", "--budget", "100s"]
        with subprocess.Popen(words, cwd=self.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            state = self.folder / "found" / "hunt.json"
            until = time.monotonic() + 60
            while not state.exists() and time.monotonic() < until:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 255, err)  # as an interrupted `run`
        self.assertRegex(out, r"hunt: seed 1, \d+ trials .*, [1-9]\d* distinct failures?")
        kept = json.loads(state.read_text())
        self.assertGreater(len(kept["caught"]), 0)
        for caught in kept["caught"]:
            self.assertTrue((self.folder / "found" / f"{caught['name']}.yaml").exists())
        more = self.hunt("plain.yaml", "--trials", str(kept["next_trial"] + 1), "--format", "json", "--shrink-runs", "50")
        report = json.loads(more.stdout)
        self.assertEqual(report["trials"], kept["next_trial"] + 1)
        self.assertGreaterEqual(len(report["failures"]), len(kept["caught"]))

    def test_the_corpus_is_run_first_and_fails_as_long_as_one_of_it_does(self):
        corpus = self.folder / "corpus"
        corpus.mkdir()
        cut = PLAIN.replace("hunt:", "faults: [{at: 1s, for: 2s, crash: 1}]\nhunt:")
        (corpus / "a.yaml").write_text(cut)
        done = self.hunt("--corpus", "corpus", "--junit", "j.xml")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("a.yaml still fails: converged is false", done.stdout)
        (corpus / "a.yaml").write_text(cut.replace("expect: {converged: true}", "expect: {converged: false}"))
        done = self.hunt("--corpus", "corpus")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("corpus: 1 scenarios, 0 still fail", done.stdout)

    def test_mistakes_are_located(self):
        self.write("plain.yaml", PLAIN.replace("window: 3s", "window: 3s, verbs: [crashh], shortest: 5s"))
        done = self.hunt("plain.yaml")
        self.assertEqual(done.returncode, 254)
        self.write("plain.yaml", PLAIN.replace("crash, partition", "crashh"))
        done = self.hunt("plain.yaml")
        self.assertEqual(done.returncode, 254)
        self.assertRegex(done.stderr, r"plain.yaml:7:16: .*`crashh`.*did you mean `crash`")
        self.write("plain.yaml", PLAIN.replace("window: 3s", "longest: 10ms, shortest: 1s"))
        done = self.hunt("plain.yaml")
        self.assertRegex(done.stderr, r"plain.yaml:7:\d+: `shortest` is longer than `longest`")
        for words, why in ((["plain.yaml", "--budget", "soon"], "no length of time"), ([], "needs a scenario"),
                           (["--corpus", "nowhere"], "no folder")):
            done = self.hunt(*words)
            self.assertEqual((done.returncode, why in done.stderr), (254, True), done.stderr)

    def test_the_section_hunt_decides_no_run(self):
        self.write("a.yaml", PLAIN)
        self.write("b.yaml", PLAIN[:PLAIN.index("hunt:")])
        done = self.hearsay("run", "a.yaml", "b.yaml", "--results", "r.sqlite", "--format", "json")
        hashes = {result["run_hash"] for result in json.loads(done.stdout)}
        self.assertEqual(len(hashes), 1)

    def test_describe_prints_what_is_promised(self):
        done = self.hearsay("describe", "delta-gossip")
        self.assertIn("promises, with default parameters\n  converges: converged true\n", done.stdout)
        self.assertIn("bounded memory: protocol_metrics.state_high_water {max: 0} (not with these parameters)", done.stdout)
        cured = self.hearsay("describe", "delta-gossip", "--set", "params.memory_limit=7")
        self.assertIn("promises, with these parameters\n", cured.stdout)
        self.assertIn("bounded memory: protocol_metrics.state_high_water {max: 7}\n", cured.stdout)
        for words, message in ((["delta-gossip", "--set", "params.nope=1"], "--set params.nope=1: unknown key `nope`"),
                               (["delta-gossip", "--set", "nodes=1"], "write --set params.NAME=VALUE"),
                               (["partition", "--set", "params.a=1"], "`partition` is none")):
            done = self.hearsay("describe", *words)
            self.assertEqual((done.returncode, done.stdout), (254, ""))
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main()
