"""`report`: the page as a file, and its bundle. Standard library only; tests/cli/report_browser_test.py opens it."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

from program import SMALL, SOURCE, ProgramTest

HOSTILE = "</script><img src=x onerror=alert(1)><!--"
MARK = "@@HEARSAY-DATA@@"
HTML = SOURCE / "sim" / "report" / "html"

CLUSTER = SMALL.replace("protocols: [interceptor-broadcast]", f"""\
seeds: 1..6
faults: [{{at: 200ms, for: 300ms, partition: {{groups: [[0, 1], [2..4]]}}}}]
protocols:
  - interceptor-broadcast
  - {{name: interceptor-broadcast, label: "{HOSTILE}"}}
  - delta-gossip""")


def document(page):
    return re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1]


class Report(ProgramTest):
    def page(self, *words):
        done = self.hearsay("report", "r.sqlite", "-o", "r.html", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.folder / "r.html").read_text()

    def setUp(self):
        super().setUp()
        self.write("s.yaml", CLUSTER)
        done = self.hearsay("run", "s.yaml", "--results", "r.sqlite")
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)

    def test_page_is_the_bundle_around_the_data_and_its_comparison_is_that_of_compare(self):
        page = self.page()
        text = document(page)
        self.assertEqual(page.replace(text, MARK), (HTML / "bundle.html").read_text())
        data = json.loads(text)
        self.assertEqual(data["comparison"], json.loads(self.hearsay("compare", "r.sqlite", "--format", "json").stdout))
        self.assertEqual(len(data["runs"]), 18)
        self.assertEqual(sum(data["verdicts"].values()), 18)
        self.assertEqual({run["seed"] for run in data["runs"]}, set("123456"))

    def test_a_sample_has_the_same_number_of_each_row_and_the_verdict_counts_all(self):
        data = json.loads(document(self.page("--sample", "6", "--messages", "0")))
        passed = [run for run in data["runs"] if run["verdict"] == "pass"]
        self.assertTrue(6 <= len(data["runs"]) <= 9, len(data["runs"]))  # and the first that did not pass of each
        self.assertEqual(data["total"], 18)
        self.assertEqual(sum(data["verdicts"].values()), 18)
        self.assertEqual({run["seed"] for run in passed} - {"1", "4"}, set())
        self.assertEqual(data["comparison"], json.loads(self.hearsay("compare", "r.sqlite", "--format", "json").stdout))
        self.assertIn(" --sample 6", data["command"])
        refused = self.hearsay("report", "r.sqlite", "-o", "r.html", "--sample", "0")
        self.assertEqual((refused.returncode, "--sample 0 leaves nothing to show" in refused.stderr), (254, True))

    def test_no_label_ends_the_element_of_the_data(self):
        text = document(self.page("--messages", "0"))
        self.assertNotIn("<", text)
        self.assertIn(HOSTILE, [run["label"] for run in json.loads(text)["runs"]])

    def test_messages_of_the_run_from_inside_are_those_of_its_result(self):
        data = json.loads(document(self.page("--run", "2")))
        (inside,) = data["inside"]
        (run,) = [run for run in data["runs"] if run["id"] == 2]
        done = self.hearsay("run", "s.yaml", "--format", "json", "--protocol", run["label"], "--seeds", run["seed"])
        (result,) = json.loads(done.stdout)
        self.assertEqual(result["run_hash"], run["hash"])
        fates = [inside["fates"][fate] for fate in inside["messages"]["fate"]]
        self.assertEqual(fates.count("delivered"), result["messages"]["delivered"])
        self.assertEqual(inside["total"], len(fates))
        self.assertEqual(len(inside["writes"]), result["operations"]["writes"]["attempted"])
        self.assertEqual(inside["faults"], result["faults"])
        self.assertEqual(inside["explanation"].split("\n")[1:3],
                         self.hearsay("explain", "r.sqlite", "--run", "2").stdout.split("\n")[2:4])

    def test_a_window_of_messages_is_no_larger_than_asked(self):
        (inside,) = json.loads(document(self.page("--messages", "50")))["inside"]
        self.assertEqual(len(inside["messages"]["sent"]), 50)
        self.assertGreater(inside["total"], 50)

    def test_curves_are_as_long_as_their_instants_and_bands_contain_their_median(self):
        data = json.loads(document(self.page("--messages", "0")))
        for run in data["runs"]:
            for name in ("present", "distinct_states", "messages_per_s", "bytes_per_s", "client_latency_s"):
                self.assertEqual(len(run["curves"][name]), len(run["curves"]["t"]))
        for band in data["bands"]:
            self.assertEqual(band["runs"], 6)
            for low, middle, high in zip(*(band["distinct_states"][part] for part in ("p5", "median", "p95"))):
                self.assertLessEqual(low, middle)
                self.assertLessEqual(middle, high)

    def test_report_of_run_is_the_page_of_these_runs_alone_or_of_the_store(self):
        words = ["run", "s.yaml", "--seeds", "1..2", "--protocol", "delta-gossip", "--report", "a.html"]
        done = self.hearsay(*words)
        self.assertIn("report: wrote a.html", done.stderr)
        alone = json.loads(document((self.folder / "a.html").read_text()))
        self.assertEqual([run["seed"] for run in alone["runs"]], ["1", "2"])
        self.assertEqual(alone["store"], "")
        self.assertEqual(alone["command"], "./hearsay " + " ".join(words))
        self.assertEqual(len(alone["inside"]), 1)
        self.hearsay(*words, "--results", "r.sqlite", "--quiet")
        stored = json.loads(document((self.folder / "a.html").read_text()))
        self.assertEqual(len(stored["runs"]), 18)
        self.assertEqual(stored["store"], "r.sqlite")
        for target in ("s.yaml", "no/folder.html"):
            done = self.hearsay("run", "s.yaml", "--report", target)
            self.assertEqual(done.returncode, 254, target)
            self.assertEqual((self.folder / "s.yaml").read_text(), CLUSTER)

    def test_report_of_check_has_what_it_found(self):
        check = ["check", "s.yaml", "--baseline", "b.json", "--protocol", "delta-gossip"]
        self.hearsay(*check, "--update")
        done = self.hearsay(*check, "--report", "c.html", "--set", "network.loss=30%", "--quiet")
        self.assertEqual(done.returncode, 254)  # another scenario than the baseline's
        self.assertFalse((self.folder / "c.html").exists())
        done = self.hearsay(*check, "--report", "c.html", "--set", "params.interval=1s", "--quiet")
        found = json.loads(document((self.folder / "c.html").read_text()))["check"]
        self.assertEqual(found["verdict"], {0: "no regression", 1: "regression", 2: "undecided"}[done.returncode])
        self.assertEqual(found["baseline"], "b.json")
        table = [line.split() for line in done.stdout.split("\n") if line.startswith("small")]
        self.assertEqual([row["cells"][2] for row in found["rows"]], [line[2] for line in table])
        self.assertEqual([row["bad"] for row in found["rows"]],
                         [line[-1] in ("regression", "undecided") for line in table])
        for row in found["rows"]:
            self.assertEqual(bool(row["again"]), row["bad"])

    def test_report_shows_the_map_of_single_faults(self):
        grid = ["--until", "1s", "--step", "500ms", "--protocol", "delta-gossip", "--seeds", "1", "--no-pictures"]
        done = self.hearsay("map", "s.yaml", *grid, "--report", "m.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        (shown,) = json.loads(document((self.folder / "m.html").read_text()))["maps"]
        (made,) = json.loads((self.folder / "map" / "small.json").read_text())
        self.assertEqual(shown, made)
        self.assertEqual(len(shown["cells"]), 10)
        self.assertEqual(json.loads(document(self.page("--map", "map/small.json")))["maps"], [made])
        self.write("no.json", '[{"rows": []}]')
        done = self.hearsay("report", "r.sqlite", "-o", "x.html", "--map", "no.json")
        self.assertEqual(done.returncode, 254)
        self.assertIn("--map no.json is no map", done.stderr)

    def test_mistakes_are_named(self):
        for words, message in ((["nope.sqlite", "-o", "x.html"], "nope.sqlite"), (["r.sqlite"], "-o FILE.html"),
                               (["r.sqlite", "-o", "r.sqlite"], "overwrite the store"),
                               (["r.sqlite", "-o", "x.html", "--run", "99"], "no run 99"),
                               (["r.sqlite", "-o", "x.html", "--messages", "many"], "no whole number"),
                               (["r.sqlite", "-o", "no/folder/x.html"], "x.html")):
            done = self.hearsay("report", *words)
            self.assertEqual(done.returncode, 254, words)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.folder / "x.html").exists())


class Bundle(unittest.TestCase):
    def test_bundle_is_what_its_sources_make_and_small(self):
        self.assertLess(pathlib.Path(HTML / "bundle.html").stat().st_size, 300_000)
        done = subprocess.run([sys.executable, HTML / "bundle.py", "--check"], capture_output=True, text=True)
        if done.returncode == 77:
            self.skipTest(done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
