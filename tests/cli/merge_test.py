"""Shards of a study, and the stores that `merge` unites."""
import json
import re
import resource
import shutil
import signal
import sqlite3
import unittest

from program import SMALL, ProgramTest

KEYS = "scenario_hash, protocol, label, params_key, case_key, seed, version"


class MergeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)
        self.write("other.yaml", SMALL.replace("name: small", "name: other"))

    def runs(self, file):
        """What a store says of its runs, except what depends on the machine and on when it was added."""
        with sqlite3.connect(self.folder / file) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            rows = store.execute(f"SELECT {KEYS}, result, text, platform, (SELECT count(*) FROM series WHERE run_id = runs.id) "
                                 "FROM runs JOIN scenarios ON scenarios.id = scenario_text").fetchall()
            samples = store.execute("SELECT count(*) FROM series").fetchone()
        return sorted(row[:7] + (json.dumps({**json.loads(row[7]), "cost": None}), re.sub(r"\bseeds: [\d.]+", "", row[8]), *row[9:])
                      for row in rows), samples

    def ids(self, file):
        with sqlite3.connect(self.folder / file) as store:
            return [row[0] for row in store.execute("SELECT id FROM runs ORDER BY id")]

    def run_shard(self, shard, *files, seeds="1..12"):
        done = self.hearsay("run", *files, "--seeds", seeds, "--shard", shard, "--format", "ndjson",
                            "--results", f"shards/{shard.replace('/', '-')}.sqlite")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {(result["scenario"], result["seed"]) for result in map(json.loads, done.stdout.splitlines())}


class Shards(MergeTest):
    def test_every_run_is_in_one_shard_whatever_the_order_of_files(self):
        (self.folder / "shards").mkdir()
        shards = [self.run_shard(f"{i}/3", "small.yaml", "other.yaml") for i in (1, 2, 3)]
        self.assertEqual(set.union(*shards), {(name, seed) for name in ("small", "other") for seed in range(1, 13)})
        self.assertEqual(sum(map(len, shards)), 24)
        self.assertGreater(min(map(len, shards)), 2)
        for i, shard in enumerate(shards):
            self.assertEqual(self.run_shard(f"{i + 1}/3", "other.yaml", "small.yaml"), shard)
            self.assertEqual(self.run_shard(f"{i + 1}/3", "small.yaml", seeds="5..20"),
                             {run for run in self.run_shard(f"{i + 1}/3", "small.yaml", seeds="1..20") if run[1] >= 5})

    def test_a_shard_without_runs_passes(self):
        shards = [self.hearsay("run", "small.yaml", "--shard", f"{i}/3") for i in (1, 2, 3)]
        self.assertEqual([done.returncode for done in shards], [0, 0, 0])
        self.assertEqual(sum("pass: 1 run, 1 passed" in done.stderr for done in shards), 1)
        self.assertEqual(sum("pass: 0 runs in this shard" in done.stderr for done in shards), 2)

    def test_a_wrong_share_is_reported(self):
        for text in ("0/3", "4/3", "3", "/3", "1/", "a/b", "1/0", "1/1000001", "-1/3", "1/3/5"):
            done = self.hearsay("run", "small.yaml", "--shard", text)
            self.assertEqual((done.returncode, done.stdout), (254, ""), text)
            self.assertIn("write i/n with 1 <= i <= n <= 1000000, such as 3/40", done.stderr)


class Merge(MergeTest):
    def test_merged_shards_are_the_whole_and_a_repetition_changes_nothing(self):
        (self.folder / "shards").mkdir()
        for i in (1, 2, 3):
            self.run_shard(f"{i}/3", "small.yaml", "other.yaml")
        self.run_json("small.yaml", "other.yaml", "--seeds", "1..12", "--results", "whole.sqlite")
        done = self.hearsay("merge", "all.sqlite", "shards")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "all.sqlite: 24 runs added from 3 stores, 0 already there, 24 in all\n")
        self.assertEqual(self.runs("all.sqlite"), self.runs("whole.sqlite"))
        self.assertEqual(self.ids("all.sqlite"), list(range(1, 25)))
        before = (self.folder / "all.sqlite").read_bytes()
        again = self.hearsay("merge", "all.sqlite", "shards/2-3.sqlite", "shards/1-3.sqlite", "shards/3-3.sqlite")
        self.assertEqual(again.stdout, "all.sqlite: 0 runs added from 3 stores, 24 already there, 24 in all\n")
        with sqlite3.connect(self.folder / "all.sqlite") as store:
            self.assertEqual(store.execute("SELECT count(*) FROM scenarios").fetchone(), (2,))
        self.assertEqual(len((self.folder / "all.sqlite").read_bytes()), len(before))
        compared = [self.hearsay("compare", file).stdout for file in ("all.sqlite", "whole.sqlite")]
        self.assertEqual(*compared)

    def test_what_is_missing_is_added_behind_what_is_there(self):
        self.run_json("small.yaml", "--seeds", "1..3", "--results", "a.sqlite")
        self.run_json("small.yaml", "--seeds", "2..5", "--results", "b.sqlite")
        self.run_json("small.yaml", "--seeds", "1..5", "--results", "whole.sqlite")
        done = self.hearsay("merge", "a.sqlite", "b.sqlite")
        self.assertEqual(done.stdout, "a.sqlite: 2 runs added from 1 store, 2 already there, 5 in all\n")
        self.assertEqual(self.runs("a.sqlite"), self.runs("whole.sqlite"))
        self.assertEqual(self.hearsay("merge", "a.sqlite", "b.sqlite", "-q").stdout, "")

    def test_a_run_that_crashed_gives_way_to_one_that_finished(self):
        self.run_json("small.yaml", "--seeds", "1..2", "--results", "good.sqlite")
        shutil.copy(self.folder / "good.sqlite", self.folder / "crashed.sqlite")
        with sqlite3.connect(self.folder / "crashed.sqlite") as store:
            store.execute("UPDATE runs SET run_hash = NULL, verdict = 'error', result = '{}' WHERE seed = 2")
            store.execute("DELETE FROM series WHERE run_id IN (SELECT id FROM runs WHERE seed = 2)")
        self.hearsay("merge", "both.sqlite", "crashed.sqlite")
        done = self.hearsay("merge", "both.sqlite", "good.sqlite")
        self.assertEqual(done.stdout, "both.sqlite: 1 run added from 1 store, 1 already there, 2 in all\n")
        self.assertEqual(self.runs("both.sqlite"), self.runs("good.sqlite"))
        self.hearsay("merge", "both.sqlite", "crashed.sqlite")  # not the other way round
        self.assertEqual(self.runs("both.sqlite"), self.runs("good.sqlite"))

    def test_different_results_of_one_run_are_refused(self):
        for file in ("a.sqlite", "b.sqlite"):
            self.run_json("small.yaml", "--seeds", "1..2", "--results", file)
        with sqlite3.connect(self.folder / "b.sqlite") as store:
            store.execute("UPDATE runs SET run_hash = '0123456789abcdef' WHERE seed = 2")
            store.execute("UPDATE runs SET seed = 7 WHERE seed = 1")
        before = self.runs("a.sqlite")
        done = self.hearsay("merge", "a.sqlite", "b.sqlite")
        self.assertEqual((done.returncode, done.stdout), (255, ""))
        self.assertRegex(done.stderr, r"a\.sqlite and b\.sqlite have different results of one run: scenario small, "
                         r"interceptor-broadcast, seed 2, run_hash \w{16} and 0123456789abcdef")
        self.assertEqual(self.runs("a.sqlite"), before)  # seed 7 neither: whole stores or nothing

    def test_versions_are_mixed_only_if_that_is_asked_for(self):
        for file in ("a.sqlite", "b.sqlite"):
            self.run_json("small.yaml", "--seeds", "1", "--results", file)
        with sqlite3.connect(self.folder / "b.sqlite") as store:
            store.execute("UPDATE runs SET version = '0.0.9+other'")
        before = self.runs("a.sqlite")
        done = self.hearsay("merge", "a.sqlite", "b.sqlite")
        self.assertEqual(done.returncode, 254)
        self.assertRegex(done.stderr, r"several versions of the program \(0\.0\.9\+other, .*\); --mixed-versions merges them")
        self.assertEqual(self.runs("a.sqlite"), before)
        self.assertEqual(self.hearsay("merge", "a.sqlite", "b.sqlite", "--mixed-versions").returncode, 0)
        self.assertEqual(len(self.ids("a.sqlite")), 2)

    def test_a_full_disk_leaves_whole_stores_and_a_repetition_goes_on(self):
        for seed in range(1, 7):
            self.run_json("small.yaml", "--seeds", str(seed), "--results", f"{seed}.sqlite")
        stores = [f"{seed}.sqlite" for seed in range(1, 7)]

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

        done = self.hearsay("merge", "all.sqlite", *stores, preexec_fn=limit)
        self.assertEqual((done.returncode, done.stdout), (255, ""))
        self.assertIn("all.sqlite", done.stderr)
        there = len(self.runs("all.sqlite")[0])
        self.assertTrue(0 < there < 6, there)
        done = self.hearsay("merge", "all.sqlite", *stores)
        self.assertRegex(done.stdout, f"^all.sqlite: {6 - there} runs? added from 6 stores, {there} already there, 6 in all\n$")

    def test_mistakes_are_reported_before_anything_is_written(self):
        self.run_json("small.yaml", "--results", "a.sqlite")
        (self.folder / "text.sqlite").write_text("no database, but long enough to be looked at as one\n" * 20)
        (self.folder / "empty").mkdir()
        with sqlite3.connect(self.folder / "foreign.sqlite") as store:
            store.execute("CREATE TABLE runs (id INTEGER)")
        for words, said in ((["a.sqlite"], "needs the store to write and at least one to read"),
                            (["new.sqlite", "a.sqlite", "none.sqlite"], "none.sqlite does not exist"),
                            (["new.sqlite", "text.sqlite"], "text.sqlite is not a SQLite database"),
                            (["new.sqlite", "foreign.sqlite"], "not one with results of hearsay"),
                            (["new.sqlite", "empty"], "the folder empty holds no .sqlite file"),
                            (["a.sqlite", "./a.sqlite"], "would be merged into itself"),
                            (["nowhere/new.sqlite", "a.sqlite"], "does not exist"),
                            (["a.sqlite", "a.sqlite", "--cfg=a:b"], "SimGrid"),
                            (["text.sqlite", "a.sqlite"], "text.sqlite is not a SQLite database")):
            done = self.hearsay("merge", *words)
            self.assertEqual((done.returncode, done.stdout), (254, ""), words)
            self.assertIn(said, done.stderr)
            self.assertFalse((self.folder / "new.sqlite").exists(), words)


if __name__ == "__main__":
    unittest.main()
