"""The HTML report in a real browser: what it shows is what `compare` and the store say, text stays text, and it needs no
network. Needs Debian's chromium, which `./hearsay test` installs."""
import html
import json
import os
import re
import shutil
import subprocess
import unittest

from program import SMALL, SOURCE, ProgramTest, shipped

HOSTILE = "</script><img src=x onerror=alert(1)>&amp;\"'"


def text_of(element):
    return html.unescape(re.sub(r"<[^>]*>", " ", element))


class Report(ProgramTest):
    def browse(self, page):
        """The document after its script has run. Fails for whatever the browser's console has to say."""
        done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000",
                               "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--dump-dom",
                               f"file://{self.folder / page}"],
                              env={**os.environ, "HOME": str(self.folder)}, capture_output=True, text=True, timeout=60)
        self.assertEqual([line for line in done.stderr.splitlines() if "CONSOLE" in line], [])
        return done.stdout

    def report(self, store, *words):
        done = self.hearsay("report", store, "-o", "page.html", *words)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        return self.browse("page.html")

    def section(self, document, name):
        return re.search(rf'<section id="{name}".*?</section>', document, re.DOTALL)[0]

    @unittest.skipUnless(shutil.which("chromium"), "chromium is missing")
    def test_its_figures_are_those_of_compare_and_of_the_store(self):
        results = self.run_json(shipped("compare/five-nodes-lan"), "--seeds", "1..3", "--results", "r.sqlite")
        document = self.report("r.sqlite")
        table, = json.loads(self.hearsay("compare", "r.sqlite", "--format", "json").stdout)
        shown = self.section(document, "comparison")
        rows = re.findall(r"<tr><td.*?</tr>", shown, re.DOTALL)
        self.assertEqual(len(rows), len(table["rows"]))
        for row, compared in zip(rows, table["rows"]):
            cells = [" ".join(text_of(cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
            self.assertTrue(cells[0].startswith(compared["label"]))
            self.assertEqual(cells[2:4], ["3", str(compared["converged"])])
            kept = compared["messages_per_op"]["median"]
            self.assertTrue(any(float(cell.split()[0].replace(" ", "")) == float(f"{kept:.3g}")
                                for cell in cells[4:] if re.match(r"[\d.]+\b", cell)), (kept, cells))
        runs = self.section(document, "runs")
        for result in results:
            self.assertIn(result["run_hash"], runs)
        self.assertIn(f"{len(results)} runs", text_of(self.section(document, "verdict")))
        for name in ("curves", "distributions", "frontier", "inside", "scenario"):
            self.assertGreater(len(self.section(document, name)), 300, name)
        self.assertIn("name: five-nodes-lan", text_of(self.section(document, "scenario")))

    @unittest.skipUnless(shutil.which("chromium"), "chromium is missing")
    def test_labels_are_text_whatever_they_hold(self):
        self.write("small.yaml", SMALL.replace("[interceptor-broadcast]", "[{name: interceptor-broadcast, label: %s}]"
                                               % json.dumps(HOSTILE)))
        self.run_json("small.yaml", "--results", "r.sqlite")
        document = self.report("r.sqlite")
        self.assertNotRegex(document, r"<img\b")
        self.assertIn(HOSTILE, text_of(self.section(document, "runs")))

    def test_the_page_asks_for_nothing(self):
        self.write("small.yaml", SMALL)
        self.run_json("small.yaml", "--seeds", "1..40", "--results", "r.sqlite")
        self.assertEqual(self.hearsay("report", "r.sqlite", "-o", "page.html", "--messages", "0").returncode, 0)
        page = (self.folder / "page.html").read_text()
        self.assertNotRegex(page, r"""(?:src|href)=["'](?!#)|@import|url\(|\bfetch\(|XMLHttpRequest""")
        self.assertLess(len(page), 120_000 + 40 * 5_000)  # 1000 runs take less than 5 MB

    def test_the_bundle_is_what_its_sources_make(self):
        done = subprocess.run(["/usr/bin/python3", str(SOURCE / "sim/report/html/bundle.py"), "--check"], capture_output=True,
                              text=True)
        if done.returncode == 77:
            self.skipTest(done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_mistakes_are_reported(self):
        self.write("small.yaml", SMALL)
        self.run_json("small.yaml", "--results", "r.sqlite")
        for words, said in (([], "needs one store"), (["r.sqlite"], "-o FILE.html"), (["none.sqlite", "-o", "p.html"], "none.sqlite"),
                            (["r.sqlite", "-o", "r.sqlite"], "would overwrite the store"),
                            (["r.sqlite", "-o", "nowhere/p.html"], "nowhere"), (["r.sqlite", "-o", "p.html", "--run", "9"], "no run 9"),
                            (["r.sqlite", "-o", "p.html", "--messages", "many"], "no whole number")):
            done = self.hearsay("report", *words)
            self.assertEqual((done.returncode, done.stdout), (254, ""), words)
            self.assertIn(said, done.stderr)
            self.assertFalse((self.folder / "p.html").exists())


if __name__ == "__main__":
    unittest.main()
