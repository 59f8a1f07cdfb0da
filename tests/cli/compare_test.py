"""`compare`: stored runs side by side."""
import csv
import io
import json
import re
import subprocess
import unittest

from program import PROGRAM, SMALL, SLOW, ProgramTest, environment

TWO = SMALL.replace("protocols: [interceptor-broadcast]", """\
protocols:
  - interceptor-broadcast
  - {name: delta-gossip, label: "a|b, \\"c\\" $x_1$ `d` <e>"}
""")
# Nine of ten packets are lost and connections give up early: it does not converge.
NEVER = SMALL.replace("name: small", "name: never") + "network: {loss: 90%, stream: {limit: 1s}}\n"


class Compare(ProgramTest):
    def store(self, text=TWO, *words, name="r.sqlite"):
        self.write("s.yaml", text)
        done = self.hearsay("run", "s.yaml", "--results", name, "--quiet", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return name

    def compare(self, *words, status=0):
        done = self.hearsay("compare", *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stderr

    def json(self, *words):
        return json.loads(self.compare(*words, "--format", "json"))

    def test_a_row_a_label_with_medians_over_seeds_of_what_the_runs_measured(self):
        self.write("s.yaml", TWO)
        runs = self.run_json("s.yaml", "--seeds", "1..7", "--results", "r.sqlite")
        table, = self.json("r.sqlite")
        self.assertEqual([row["runs"] for row in table["rows"]], [7, 7])
        for row in table["rows"]:
            values = sorted(r["messages"]["per_op"] for r in runs if r["label"] == row["label"])
            self.assertAlmostEqual(row["messages_per_op"]["median"], values[3])
            self.assertEqual(row["converged_share"], 1)

    def test_differences_are_of_pairs_of_equal_seed(self):
        self.write("s.yaml", TWO)
        runs = self.run_json("s.yaml", "--seeds", "1..7", "--results", "r.sqlite")
        table, = self.json("r.sqlite", "--against", "interceptor-broadcast")
        cost = {(r["protocol"], r["seed"]): r["messages"]["per_op"] for r in runs}
        pairs = sorted(cost["delta-gossip", s] - cost["interceptor-broadcast", s] for s in range(1, 8))
        row = next(r for r in table["rows"] if r["protocol"] == "delta-gossip")
        difference = row["messages_per_op"]["difference"]
        self.assertEqual(difference["pairs"], 7)
        self.assertAlmostEqual(difference["median"], pairs[3])
        low, high = difference["interval"]
        self.assertTrue(pairs[0] <= low <= pairs[3] <= high <= pairs[6])

    def test_what_never_converged_is_never_and_not_left_out(self):
        table, = self.json(self.store(NEVER, "--seeds", "1..3"))
        row, = table["rows"]
        self.assertEqual((row["converged"], row["runs"]), (0, 3))
        self.assertEqual(row["convergence_time_s"]["median"], "never")
        self.assertIn("never", self.compare("r.sqlite"))

    def test_what_a_protocol_counts_has_a_column_when_asked_for(self):
        self.write("s.yaml", TWO)
        asked = "protocol_metrics.entries_stored,messages.by_type.gossip.sent,messages.per_op"
        done = self.hearsay("run", "s.yaml", "--seeds", "1..3", "--results", "r.sqlite", "--columns", asked)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("entries_stored", done.stdout)
        runs = [json.loads(line) for line in self.hearsay("run", "s.yaml", "--seeds", "1..3", "--format",
                                                          "ndjson").stdout.splitlines()]
        table, = self.json("r.sqlite", "--columns", asked)
        for row in table["rows"]:
            counts = sorted(run["protocol_metrics"]["entries_stored"] for run in runs
                            if run["label"] == row["label"] and "entries_stored" in run["protocol_metrics"])
            self.assertEqual(row["protocol_metrics_entries_stored"]["median"], counts[1] if counts else None)
        for wrong, remedy in (("protocol_metrics.entries_stord", "entries_stored"), ("recovery.0.reconverged_s", "list fields")):
            self.assertIn(remedy, self.compare("r.sqlite", "--columns", wrong, status=254))

    def test_the_best_is_marked_and_the_acknowledgement_stands_beside(self):
        text = self.compare(self.store())
        self.assertIn(" *", text)
        self.assertIn("delta-gossip answers a client once its own node has added the value", text)
        best = [row["messages_per_op"]["best"] for row in self.json("r.sqlite")[0]["rows"]]
        self.assertEqual(sorted(best), [False, True])

    def test_what_to_choose_from_is_said_without_what_is_beaten_or_flawed(self):
        rows = ["interceptor-broadcast", "delta-gossip", "{name: delta-gossip, label: slow, params: {interval: 500ms, retry_delay: 1ms}}"]
        three = SMALL.replace("protocols: [interceptor-broadcast]", "protocols: [" + ", ".join(rows) + "]")
        choice, = re.findall(r"To choose from: (.*)", self.compare(self.store(three, "--seeds", "1..3")))
        self.assertRegex(choice, r"interceptor-broadcast \(1 ms until a write is everywhere, p99; [\d.]+ messages per operation\); "
                                 r"delta-gossip \([\d.]+ ms")
        medians = {row["label"]: (row["everywhere_latency_s_p99"]["median"], row["messages_per_op"]["median"])
                   for row in self.json("r.sqlite")[0]["rows"]}
        beaten = any(x[0] <= medians["slow"][0] and x[1] <= medians["slow"][1] for k, x in medians.items() if k != "slow")
        self.assertEqual("slow" not in choice, beaten, medians)
        two = NEVER.replace("protocols: [interceptor-broadcast]", "protocols: [interceptor-broadcast, rpc-fanout]")
        self.assertIn("Nothing to choose: no row always converged", self.compare(self.store(two, name="n.sqlite")))

    def test_sub_tables_by_a_key_of_the_matrix_in_the_order_of_numbers(self):
        self.store(TWO + "matrix: {nodes: [4, 10], network.loss: [0%, 1%]}\n")
        self.assertEqual(len(self.json("r.sqlite")), 4)
        tables = self.json("r.sqlite", "--by", "nodes")
        self.assertEqual([table["by"] for table in tables], [{"nodes": "4"}, {"nodes": "10"}])
        self.assertEqual({row["runs"] for table in tables for row in table["rows"]}, {2})
        self.assertIn("there is nodes, network.loss", self.compare("r.sqlite", "--by", "node", status=254))

    def test_hostile_labels_survive_csv_and_markdown(self):
        self.store()
        rows = list(csv.DictReader(io.StringIO(self.compare("r.sqlite", "--format", "csv"))))
        self.assertEqual({row["label"] for row in rows}, {"interceptor-broadcast", 'a|b, "c" $x_1$ `d` <e>'})
        lines = [line for line in self.compare("r.sqlite", "--format", "markdown").splitlines() if line.startswith("|")]
        widths = {line.replace("\\|", "").count("|") for line in lines}
        self.assertEqual(len(widths), 2)  # of figures, and of differences

    def test_a_label_is_no_formula_of_a_spreadsheet(self):
        labels = ("=1+1", "@x", "-5")
        entries = ", ".join(f"{{name: delta-gossip, label: '{label}'}}" for label in labels)
        self.store(SMALL.replace("interceptor-broadcast", entries))
        rows = list(csv.DictReader(io.StringIO(self.compare("r.sqlite", "--format", "csv"))))
        self.assertEqual({row["label"] for row in rows}, {"'" + label for label in labels})

    def test_a_batch_that_was_killed_and_repeated_compares_as_one_that_was_not(self):
        self.write("slow.yaml", SLOW.replace("protocols: [", "protocols: [delta-gossip, ").replace("nodes: 110", "nodes: 60"))
        words = ["run", "slow.yaml", "--seeds", "1..3", "--jobs", "2", "--quiet", "--format", "ndjson", "--results"]
        with subprocess.Popen([PROGRAM, *words, "cut.sqlite"], cwd=self.folder, env=environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.readline()
            process.kill()
        for store in ("cut.sqlite", "whole.sqlite"):
            self.assertEqual(self.hearsay(*words, store).returncode, 0)
        self.assertEqual(self.compare("cut.sqlite", "--format", "json"), self.compare("whole.sqlite", "--format", "json"))

    def test_mistakes_are_told(self):
        self.store()
        self.write("other.sqlite", "no database")
        for words, message in ((["none.sqlite"], "none.sqlite does not exist"), (["other.sqlite"], "is not a SQLite database"),
                               ([], "needs one store"), (["r.sqlite", "--format", "tabel"], "did you mean `table`"),
                               (["r.sqlite", "--against", "x"], "--against x: the store holds"),
                               (["r.sqlite", "--buy", "x"], "unknown option")):
            self.assertIn(message, self.compare(*words, status=254))


if __name__ == "__main__":
    unittest.main()
