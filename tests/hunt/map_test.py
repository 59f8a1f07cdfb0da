"""`map`: every single fault of a grid, and what each costs."""
import json
import shlex
import unittest

from program import ProgramTest

# Nothing is sent again: who is down while a write comes misses it.
SCENARIO = """\
name: small
seeds: 1..2
duration: 10s
nodes: 3
protocols: [interceptor-broadcast]
workload: {rate: 2/s, stop: 3s, targets: 0}
"""


class Map(ProgramTest):
    def map(self, *words):
        return self.hearsay("map", *words)

    def test_every_cell_is_a_run_and_the_worst_one_can_be_run_again(self):
        self.write("s.yaml", SCENARIO)
        done = self.map("s.yaml", "--until", "4s", "--step", "1500ms", "--for", "1s", "--metric", "missing", "--no-pictures")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^node  0 s +1.5 s +3 s$")
        self.assertIn("engine: inline, whose results equal those of actor by contract\n", done.stdout)
        (one,) = json.loads((self.folder / "map" / "small.json").read_text())
        self.assertEqual((one["rows"], one["times_s"], len(one["cells"])), (["0", "1", "2"], [0, 1.5, 3], 9))
        worst = one["worst"]
        (cell,) = [c for c in one["cells"] if (c["node"], c["at_s"]) == (worst["node"], worst["at_s"])]
        self.assertEqual(cell["value"], max(c["value"] for c in one["cells"]))
        self.assertGreater(cell["value"], 0)
        again = self.hearsay(*shlex.split(worst["command"])[1:], "--format", "json")
        (result,) = json.loads(again.stdout)
        self.assertEqual(result["missing"], cell["value"])
        self.assertEqual(len(result["faults"]), 1)

    def test_pairs_are_cut_one_at_a_time_and_what_never_converges_says_so(self):
        self.write("s.yaml", SCENARIO)
        done = self.map("s.yaml", "--fault", "partition", "--rows", "pairs", "--until", "1s", "--step", "1s", "--for", "7s",
                        "--set", "seed=1", "--format", "json", "--no-pictures")
        (one,) = json.loads(done.stdout)
        self.assertEqual(one["rows"], ["0-1", "0-2", "1-2"])
        self.assertEqual(one["metric"], "convergence_time_s")

    def test_a_map_goes_on_from_the_store_and_is_drawn(self):
        self.write("s.yaml", SCENARIO)
        words = ["s.yaml", "--until", "2s", "--step", "1s", "--results", "r.sqlite", "-o", "m"]
        first = self.map(*words)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertTrue((self.folder / "m" / "small-interceptor-broadcast.png").exists())
        self.assertTrue((self.folder / "m" / "small-interceptor-broadcast.svg").exists())
        second = self.map(*words, "--no-pictures")
        self.assertEqual(first.stdout.partition("pictures:")[0].strip(), second.stdout.strip())
        import sqlite3
        self.assertEqual(sqlite3.connect(self.folder / "r.sqlite").execute("SELECT count(*) FROM runs").fetchone(), (12,))

    def test_a_map_of_what_spends_processor_time_is_drawn_by_actors(self):
        self.write("s.yaml", SCENARIO + "engine: {message_cpu: 1ms}\n")
        done = self.map("s.yaml", "--until", "1s", "--step", "1s", "--no-pictures", "--results", "r.sqlite")
        self.assertEqual((done.returncode, done.stdout.splitlines()[0]), (0, "engine: actor, since processor time is spent"), done.stderr)

    def test_mistakes_say_what_would_be_right(self):
        self.write("s.yaml", SCENARIO)
        self.write("m.yaml", SCENARIO + "matrix: {nodes: [3, 4]}\n")
        for words, why in ((["s.yaml", "--fault", "crsh"], "did you mean `crash`"),
                           (["s.yaml", "--fault", "loss"], "try crash, kill"),
                           (["s.yaml", "--rows", "links"], "a platform file"),
                           (["s.yaml", "--rows", "node"], "did you mean `nodes`"),
                           (["s.yaml", "--step", "1us"], "make --step longer"),
                           (["s.yaml", "--until", "11s"], "at most the scenario's duration"),
                           (["s.yaml", "--metric", "x"], "no numeric field"), (["s.yaml", "s.yaml"], "one scenario"),
                           (["m.yaml"], "2 cases and a map shows one")):
            done = self.map(*words)
            self.assertEqual((done.returncode, why in done.stderr), (254, True), done.stderr)


if __name__ == "__main__":
    unittest.main()
