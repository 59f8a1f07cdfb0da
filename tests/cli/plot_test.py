"""`plot`: PNG and SVG for whatever the stored runs allow. Needs Debian's python3-matplotlib and python3-pandas, which
`./hearsay test` installs."""
import contextlib
import hashlib
import io
import json
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml

from program import PROGRAM, SLOW, SMALL, SOURCE, ProgramTest, environment

sys.path.insert(0, str(SOURCE / "notebooks"))
from hearsay.__main__ import main  # noqa: E402

PARTITION = SMALL.replace("stop: 1s}", "stop: 2s}") + "faults: [{at: 1s, for: 500ms, partition: {kind: halves}}]\n"
HOSTILE = '"$x^2_\\\\frac{ 50 % <b>&amp; | \\u4e2d\\u6587 \\U0001F680 and so on and on and on and on and on and on"'

LATENCIES = ["latency-client", "latency-delivery", "latency-everywhere"]


def signature(path):
    return path.read_bytes()[:8]


class Plot(ProgramTest):
    def store(self, text, *words, name="r.sqlite"):
        self.write("s.yaml", text)
        done = self.hearsay("run", "s.yaml", "--results", name, "--quiet", *words)
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        return name

    def plot(self, *words, status=0):
        """As the program calls it, in this process, which has loaded what draws."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            returned = main(["plot", *map(str, words)])
        self.assertEqual(returned, status, out.getvalue() + err.getvalue())
        if status == 0:
            self.assertEqual(err.getvalue(), "")
        return subprocess.CompletedProcess(words, returned, out.getvalue(), err.getvalue())

    def kinds(self, *words, scenario="small"):
        """What was drawn; every PNG is one and every SVG is well-formed."""
        files = [self.folder / line for line in self.plot(*words).stdout.splitlines()]
        for file in files:
            if file.suffix == ".png":
                self.assertEqual(signature(file), b"\x89PNG\r\n\x1a\n")
            else:
                xml.parse(file)
        return [file.stem.removeprefix(scenario + "-") for file in files if file.suffix == ".png"]

    def test_two_protocols_and_faults(self):
        self.store(PARTITION.replace("[interceptor-broadcast]", "[interceptor-broadcast, delta-gossip]"), "--seeds", "1..4")
        self.assertEqual(self.kinds("r.sqlite", "-o", "p"), ["present", "up-to-date", "convergence-cdf",
                                                             "convergence-box", "bytes", "recovery", *LATENCIES, "violations",
                                                             "cost-latency"])
        done = self.hearsay("plot", "r.sqlite", "-o", "by-program")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        drawn = [{file.name: file.read_bytes() for file in (self.folder / name).iterdir()} for name in ("p", "by-program")]
        self.assertEqual(*drawn)

    def test_one_protocol_of_one_seed_with_a_hostile_label(self):
        self.store(SMALL.replace("[interceptor-broadcast]", "[{name: interceptor-broadcast, label: %s}]" % HOSTILE))
        self.assertEqual(self.kinds("r.sqlite", "-o", "p"), ["present", "up-to-date", "convergence-cdf",
                                                             "convergence-box", "bytes", *LATENCIES, "cost-latency"])
        box = (self.folder / "p" / "small-convergence-box.svg").read_text()
        self.assertIn("50 %", box.replace("&#37;", "%"))

    def test_every_label_is_in_the_legends(self):
        labels = ["_first", "$b$", "<script>", "50 %"]
        self.store(PARTITION.replace("[interceptor-broadcast]", "[" + ", ".join(
            f'{{name: delta-gossip, label: "{label}"}}' for label in labels) + "]"), "--seeds", "1..2")
        self.plot("r.sqlite", "-o", "p")
        for kind in ("present", "convergence-cdf", "latency-everywhere", "bytes", "recovery", "cost-latency"):
            file = self.folder / "p" / f"small-{kind}.svg"
            xml.parse(file)
            comments = [line.strip() for line in file.read_text().splitlines() if line.strip().startswith("<!--")]
            for label in ("_first", "$b$", "script", "50 %"):  # SVG's text is drawn; what it says stands in comments
                self.assertTrue(any(label in comment for comment in comments), (kind, label, comments))

    def test_a_label_has_one_colour_in_all_plots_of_a_scenario_whatever_a_case_holds(self):
        both = SMALL.replace("[interceptor-broadcast]", "[delta-gossip, interceptor-broadcast]")
        self.store(both + "matrix: {nodes: [4, 6]}\n", "--protocol", "interceptor-broadcast")
        self.hearsay("run", "s.yaml", "--results", "r.sqlite", "--protocol", "delta-gossip", "--set", "matrix={nodes: [6]}")
        program = ("import json, sys; sys.path.insert(0, sys.argv[1]); import hearsay; from hearsay.plots.style import looks_of; "
                   "runs = hearsay.load('r.sqlite').runs; print(json.dumps([looks_of(part) for _, part in runs.groupby('case_key')]))")
        done = subprocess.run(["/usr/bin/python3", "-c", program, str(SOURCE / "notebooks")], cwd=self.folder, env=environment(),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        small, large = json.loads(done.stdout)
        self.assertEqual((len(small), len(large)), (1, 2))
        self.assertEqual(small["interceptor-broadcast"], large["interceptor-broadcast"])
        self.assertEqual(len(set(large.values())), 2)

    def test_runs_that_never_converge(self):
        self.store(SMALL + "network: {loss: 95%, stream: {limit: 1s}}\n", "--seeds", "1..2")
        kinds = self.kinds("r.sqlite", "-o", "p")
        self.assertIn("convergence-cdf", kinds)
        self.assertNotIn("cost-latency", kinds)  # there is no latency
        self.assertIn("2 of 2 never", (self.folder / "p" / "small-convergence-box.svg").read_text())

    def test_a_matrix_gives_scaling_curves_and_a_heat_map(self):
        self.store(SMALL + "matrix: {nodes: [4, 8, 16], network.loss: [0%, 5%]}\n")
        kinds = self.kinds("r.sqlite", "-o", "p", "--case", "nodes=4;network.loss=0%")
        self.assertEqual(kinds[-3:], ["scaling-nodes", "scaling-network.loss", "heat-map"])
        self.assertEqual(sum(kind.endswith("convergence-cdf") for kind in kinds), 1)
        # each of n servers calls the others, which answer: 2 n (n - 1), whose slope from 4 to 16 is 2.16
        scaling = (self.folder / "p" / "small-scaling-nodes.svg").read_text()
        self.assertIn("exponent 2.1", scaling)
        for loss in ("0%", "5%"):  # not pooled
            self.assertIn(f"interceptor-broadcast, network.loss {loss}", scaling)

    def test_under_steady_load_the_share_of_nodes_that_hold_everything_is_not_drawn(self):
        busy = PARTITION.replace("[interceptor-broadcast]", "[delta-gossip]").replace("20/s", "200/s")
        self.store(busy, "--seeds", "1..2")
        kinds = self.kinds("r.sqlite", "-o", "p")
        self.assertIn("present", kinds)
        self.assertNotIn("up-to-date", kinds)

    def test_any_field_and_any_metric_of_the_protocol_has_a_picture(self):
        self.store(SMALL.replace("[interceptor-broadcast]", "[delta-gossip]") + "matrix: {nodes: [4, 8]}\n")
        words = ["r.sqlite", "-o", "p", "--case", "nodes=4", "--metric"]
        self.assertEqual(self.kinds(*words, "messages.per_op", "--metric", "protocol_metrics.retries"),
                         ["nodes_4-messages.per_op", "messages.per_op-scaling-nodes", "nodes_4-protocol_metrics.retries",
                          "protocol_metrics.retries-scaling-nodes"])
        self.assertIn("did you mean messages_per_op?", self.plot(*words, "mesages.per_op", status=254).stderr)
        self.assertIn("it is no number", self.plot(*words, "verdict", status=254).stderr)

    def test_theory_is_drawn_over_runs_that_it_speaks_of(self):
        words = ["run", "push-and-pull", "--protocol", "push", "--seeds", "1..10", "--set", "expect={}", "--set",
                 "protocols.0.expect={}", "--set", "duration=5s", "--results", "r.sqlite", "--quiet", "--set",
                 "matrix={nodes: [30, 100]}"]
        self.assertEqual(self.hearsay(*words).returncode, 0)
        self.assertEqual(self.kinds("r.sqlite", "-o", "p", "--theory", scenario="push-and-pull"),
                         ["nodes_30-push-theory-spread", "nodes_100-push-theory-spread", "theory-cost"])
        spread = (self.folder / "p" / "push-and-pull-nodes_100-push-theory-spread.svg").read_text()
        for label in ("SI model", "Serf's published curve", "chain of how many know, exact"):
            self.assertIn(label, spread.replace("&#39;", "'"))
        off = float(re.search(r"chain of how many know, exact: at most ([\d.]+) points off", spread)[1])
        self.assertLess(off, 12)  # of ten runs
        cost = (self.folder / "p" / "push-and-pull-theory-cost.svg").read_text()
        for label in ("a spanning tree", "Karp et al.", "Pittel"):
            self.assertIn(label, cost)

    def test_theory_says_nothing_of_other_runs(self):
        self.store(SMALL)
        done = self.hearsay("plot", "r.sqlite", "-o", "p", "--theory")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("theory says nothing of small", done.stderr)
        self.assertIn("give one of them", self.plot("r.sqlite", "--theory", "--run", "1", status=254).stderr)

    def test_characters_that_no_font_has_are_named(self):
        program = ("import sys; sys.path.insert(0, sys.argv[1]); from hearsay.plots import style; "
                   "style.family_with = lambda character: None; print(style.safe('a \U0001F680 \u4e2d'))")
        done = subprocess.run(["/usr/bin/python3", "-c", program, str(SOURCE / "notebooks")], cwd=self.folder, env=environment(),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "a :rocket: U+4E2D\n", done.stderr)

    def test_a_space_time_diagram_of_a_window(self):
        gossip = PARTITION.replace("interceptor-broadcast", "delta-gossip")
        self.store(gossip)
        words = ["r.sqlite", "--run", "1", "--window", "900ms..1.2s", "--scenario-file", "s.yaml", "-o", "p"]
        self.assertEqual(self.kinds(*words), ["run-1-space-time"])
        text = (self.folder / "p" / "small-run-1-space-time.svg").read_text()
        for label in ("fault: partition", "dropped", "write visible"):
            self.assertTrue(label in text, label)
        self.write("s.yaml", gossip.replace("rate: 20/s", "rate: 21/s"))
        self.assertIn("its run_hash differs", self.plot(*words, status=254).stderr)

    def test_the_scenario_of_a_run_is_found_among_those_that_ship(self):
        small = ["--set", "nodes=4", "--set", "workload.stop=1s", "--set", "faults=[]", "--set", "expect={}"]
        done = self.hearsay("run", "wan-25", "--protocol", "delta-gossip", *small, "--results", "r.sqlite", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        words = ["r.sqlite", "--run", "1", "--window", "0s..500ms", "-o", "p", *small]
        self.assertEqual(self.kinds(*words, scenario="wan-25"), ["run-1-space-time"])

    def test_a_batch_that_was_killed_and_repeated_plots_as_one_that_was_not(self):
        self.write("slow.yaml", SLOW.replace("protocols: [", "protocols: [delta-gossip, ").replace("nodes: 110", "nodes: 40"))
        words = ["run", "slow.yaml", "--seeds", "1..3", "--jobs", "2", "--quiet", "--format", "ndjson", "--results"]
        with subprocess.Popen([PROGRAM, *words, "cut.sqlite"], cwd=self.folder, env=environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.readline()
            process.kill()
        for store in ("cut.sqlite", "whole.sqlite"):
            self.assertEqual(self.hearsay(*words, store).returncode, 0)
            self.plot(store, "-o", store + ".plots")
        digests = [{file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in
                    (self.folder / f"{store}.sqlite.plots").iterdir()} for store in ("cut", "whole")]
        self.assertGreaterEqual(len(digests[0]), 8)
        self.assertEqual(*digests)

    def test_mistakes_are_reported(self):
        self.store(SMALL)
        for words, message in ((["none.sqlite"], "there is no store none.sqlite"), (["s.yaml"], "is not a results store"),
                               (["r.sqlite", "--scenario", "x"], "the store holds small"),
                               (["r.sqlite", "--run", "9"], "the store has no such run"),
                               (["r.sqlite", "--window", "1s..2s"], "go with --run ID"),
                               (["r.sqlite", "--run", "1", "--window", "2s..1s"], "no span of time"),
                               (["r.sqlite", "-o", "s.yaml"], "s.yaml is a file; give a folder"),
                               (["r.sqlite", "-o", "s.yaml/p"], "s.yaml is a file; give a folder"),
                               (["r.sqlite", "-o", "x.png"], "give a folder; the pictures in it get names of their own")):
            self.assertIn(message, self.plot(*words, status=254).stderr)


if __name__ == "__main__":
    unittest.main(warnings=False)  # as the program shows them
