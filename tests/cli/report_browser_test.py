"""The page of `report` in a real browser: Debian's chromium, driven by python3-selenium. Skipped where they are missing.

Accessibility is tested by axe-core, which Debian does not have: HEARSAY_AXE names its axe.min.js (of npm's axe-core)."""
import json
import os
import pathlib
import random
import unittest

from program import ProgramTest
from report_test import CLUSTER, HOSTILE, document

try:
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    webdriver = None


def browser(width=1200, height=900, *words):
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={width},{height}", *words):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


# Where packages of other systems put it.
AXE = [pathlib.Path(file) for file in (os.environ.get("HEARSAY_AXE", ""), "/usr/share/nodejs/axe-core/axe.min.js",
                                       "/usr/lib/node_modules/axe-core/axe.min.js") if file]

MATRIX = """
matrix: {network.loss: [0%, 20%], nodes: [5, 6]}
"""


def crowded(page, count=100_000):
    """The page with `count` random messages in its run from inside, and a few of its fields."""
    data, draw = json.loads(document(page)), random.Random(1)
    inside, nodes = data["inside"][0], 25
    whole = inside["to_us"] - inside["from_us"]
    gaps = sorted(draw.randrange(whole) for _ in range(count))
    inside.update(nodes=nodes, total=count, marks=[], faults=[], write=None, writes=[],
                  applied={"at": [], "node": [], "write": [], "by": []})
    inside["messages"] = {
        "sent": [after - before for before, after in zip([0] + gaps, gaps)],
        "flight": [draw.randrange(500, 3000) for _ in range(count)],
        "from": [draw.randrange(nodes) for _ in range(count)], "to": [draw.randrange(nodes) for _ in range(count)],
        "kind": [draw.randrange(len(inside["kinds"])) for _ in range(count)],
        "fate": [draw.choice((0, 0, 0, 0, 2)) for _ in range(count)], "copies": []}
    return page.replace(document(page), json.dumps(data).replace("<", "\\u003c"))


@unittest.skipIf(webdriver is None, "python3-selenium is missing")
class Page(ProgramTest):
    def setUp(self):
        super().setUp()
        try:
            self.page = browser()
        except WebDriverException as error:
            self.skipTest(f"no browser: {error.msg}")
        self.addCleanup(self.page.quit)

    def find(self, selector):
        return self.page.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.page.find_elements(By.CSS_SELECTOR, selector)

    def test_page(self):
        self.write("s.yaml", CLUSTER + MATRIX)
        self.hearsay("run", "s.yaml", "--results", "r.sqlite", "--seeds", "1..3")
        self.hearsay("map", "s.yaml", "--until", "1s", "--step", "500ms", "--protocol", "delta-gossip", "--seeds", "1",
                     "--set", "network.loss=0%", "--set", "nodes=5", "--no-pictures")
        done = self.hearsay("report", "r.sqlite", "-o", "r.html", "--run", "1", "--map", "map/small.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.open("r.html")
        data = json.loads(document((self.folder / "r.html").read_text()))
        for check in (self.sections, self.numbers_and_sorting, self.hostile_labels, self.hovering, self.one_seed,
                      self.matrix, self.filtering, self.diagram, self.themes, self.accessible, self.narrow, self.printed,
                      self.crowd, self.quiet):
            with self.subTest(check.__name__):
                check(data)

    def sections(self, data):
        self.assertEqual([section.get_attribute("id") for section in self.all("section")],
                         ["verdict", "comparison", "curves", "distributions", "frontier", "matrix", "runs", "inside",
                          "scenario"])
        self.assertEqual(len(self.all("#curves canvas")), 5)  # no views without members

    def numbers_and_sorting(self, data):
        column = [field["key"] for field in data["columns"]].index("messages_per_op")
        shown = lambda: [row.find_elements(By.TAG_NAME, "td")[4 + column].text.split()[0]  # noqa: E731
                         for row in self.find("#comparison tbody").find_elements(By.TAG_NAME, "tr")]
        medians = [row["messages_per_op"]["median"] for row in data["comparison"][0]["rows"]]
        for text, median in zip(shown(), medians):
            self.assertAlmostEqual(float(text), median, delta=0.006 * median)
        head = self.all("#comparison th")[4 + column]
        for order, descending in (("ascending", False), ("descending", True)):
            head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
            self.assertEqual(head.get_attribute("aria-sort"), order)
            self.assertEqual([float(text) for text in shown()], sorted(map(float, shown()), reverse=descending))

    def hostile_labels(self, data):
        self.assertEqual(self.all("img"), [])
        self.assertIn(HOSTILE, self.find("#comparison tbody").text)

    def hovering(self, data):
        chart = self.find("#curves .u-over")
        self.page.execute_script("arguments[0].scrollIntoView({block: 'center'})", chart)
        fault = data["runs"][0]["faults"][0]
        middle = (fault["at"] + fault["until"]) / 2 / data["bands"][0]["t"][-1]
        width = chart.size["width"]
        ActionChains(self.page).move_to_element_with_offset(chart, round((middle - 0.5) * width), 0).perform()
        text = self.find(".tip").text
        self.assertIn("partition", text)
        self.assertIn(f"dropped {fault['dropped']}", text)

    def one_seed(self, data):
        pressed = lambda: self.find("#curves [aria-pressed=true]").text  # noqa: E731
        self.assertIn("all seeds", pressed())
        self.all("#curves [aria-pressed]")[2].send_keys(Keys.ENTER)
        self.assertEqual(pressed(), "seed 2")
        self.assertEqual(self.page.switch_to.active_element.text, "seed 2")
        run = next(run for run in data["runs"] if run["seed"] == "3")
        self.find(f"#runs tr[data-run='{run['id']}'] button.link").send_keys(Keys.ENTER)
        self.assertEqual(pressed(), "seed 3")

    def matrix(self, data):
        fields = [field["name"] for field in data["fields"]]
        at = fields.index("messages.per_op")
        self.page.execute_script("""const menu = [...document.querySelectorAll('#matrix select')][0];
                                 menu.value = arguments[0]; menu.dispatchEvent(new Event('change'))""", str(at))
        shown = [float(cell.text) for cell in self.all("#matrix .heat")[0].find_elements(By.TAG_NAME, "td")]
        label = data["runs"][0]["label"]
        medians = [sorted(run["figures"][at] for run in data["runs"] if run["label"] == label and run["case"] == case)[1]
                   for case in ({"network.loss": loss, "nodes": nodes} for loss in ("0%", "20%") for nodes in ("5", "6"))]
        for text, value in zip(shown, medians, strict=True):
            self.assertAlmostEqual(text, value, delta=0.006 * value)
        cells = self.all("#matrix .heat")[-1].find_elements(By.TAG_NAME, "td")
        self.assertEqual(len(cells), len(data["maps"][0]["cells"]))
        cells[3].find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
        self.assertIn(data["maps"][0]["cells"][3]["command"], self.find("#matrix > p[role=status]").text)

    def filtering(self, data):
        self.find("#runs input[type=search]").send_keys("seed=3")
        self.assertEqual(len(self.all("#runs tbody tr")), 12)
        button = self.find("#runs tbody button.cmd")
        button.send_keys(Keys.ENTER)
        self.assertIn("Copied: ", self.find("#runs p[role=status]").text)

    def settle(self):
        """Until the diagram has all of its picture, and its words."""
        self.page.execute_async_script("""
            const canvas = document.querySelector("canvas.space"), done = arguments[0], start = performance.now();
            const look = () => (canvas.dataset.busy === "no" || performance.now() - start > 8000) ? setTimeout(done, 250) : setTimeout(look, 20);
            requestAnimationFrame(look)""")

    def diagram(self, data):
        canvas = self.find("canvas.space")
        window = lambda: [int(at) for at in canvas.get_attribute("data-window").split()]  # noqa: E731
        inside = data["inside"][0]
        canvas.send_keys(Keys.HOME)
        self.settle()
        self.assertEqual(window(), [inside["from_us"], inside["to_us"]])
        lost = sum(fate > 1 for fate in inside["messages"]["fate"])
        self.assertIn(f"{inside['total']} messages, {lost} lost", self.find("#inside p[role=status]").text)
        canvas.send_keys("+")
        self.settle()
        self.assertAlmostEqual(window()[1] - window()[0], 0.6 * (inside["to_us"] - inside["from_us"]), delta=2)
        canvas.send_keys("n")
        self.settle()
        status = self.find("#inside p[role=status]").text
        self.assertTrue(any(f"{kind} from node" in status for kind in inside["kinds"]), status)
        picture = lambda: self.page.execute_script("return arguments[0].toDataURL()", canvas)  # noqa: E731
        before = picture()
        canvas.send_keys("e")  # lights the effects of the chosen message
        self.settle()
        self.assertNotEqual(picture(), before)
        # A band of the partition says on hover what it did.
        canvas.send_keys(Keys.HOME)
        self.settle()
        fault = inside["faults"][0]
        share = (1e6 * (fault["at"] + fault["until"]) / 2 - inside["from_us"]) / (inside["to_us"] - inside["from_us"])
        self.page.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        left, width, height = 56, canvas.size["width"], canvas.size["height"]
        ActionChains(self.page).move_to_element_with_offset(
            canvas, round(left + share * (width - left - 8) - width / 2), round(26 - height / 2)).perform()
        self.page.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        self.assertIn(f"dropped {fault['dropped']}", self.find(".tip").text)

    def themes(self, data):
        colour = lambda: self.find("body").value_of_css_property("background-color")  # noqa: E731
        before = colour()
        self.page.execute_script("arguments[0].scrollIntoView()", self.find("header"))
        self.find("header button").click()
        self.assertNotEqual(colour(), before)

    def narrow(self, data):
        self.page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                  {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": False})
        self.assertLessEqual(self.page.execute_script("return document.documentElement.scrollWidth"), 360)

        widest = self.page.execute_script("""return Math.max(...[...document.querySelectorAll("section > *, header > *")].map(
            (of) => of.getBoundingClientRect().right))""")
        self.assertLessEqual(widest, 361)
        self.page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def printed(self, data):
        self.page.execute_script("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.find("html").get_attribute("data-theme"), "light")
        self.assertEqual(self.find("canvas.space").get_attribute("data-busy"), "no")
        self.page.execute_script("dispatchEvent(new Event('afterprint'))")

    def accessible(self, data):
        found = next((file for file in AXE if file.is_file()), None)
        if found is None:
            self.skipTest("axe-core is not there; HEARSAY_AXE names its axe.min.js")
        self.page.execute_script(found.read_text())
        result = self.page.execute_async_script("axe.run().then(arguments[0])")
        self.assertEqual([], [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in result["violations"]
                              if v["impact"] in ("serious", "critical")])

    def open(self, name):
        self.page.get((self.folder / name).as_uri())
        self.assertEqual(self.find("html").get_attribute("data-ready"), "yes")

    def crowd(self, data):
        """A hundred thousand messages, moved about: the processor time of a frame's script, and of all that the page's
        main thread does for it, leaves room for 60 frames per second. At rest every message is in the picture."""
        self.write("crowd.html", crowded((self.folder / "r.html").read_text()))
        self.open("crowd.html")
        self.settle()
        self.page.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        before = self.used()
        frames = self.page.execute_async_script("""
            const canvas = document.querySelector("canvas.space"), done = arguments[0];
            const keys = ["Home", "+", "ArrowRight", "ArrowRight", "ArrowLeft", "-", "+", "+", "ArrowRight", "-"];
            let step = 0;
            canvas.frames.length = 0;
            const next = () => {
              if (++step > 60) return done(canvas.frames.length);
              canvas.dispatchEvent(new KeyboardEvent("keydown", { key: keys[step % keys.length], bubbles: true }));
              requestAnimationFrame(next);
            };
            next()""")
        after = self.used()
        self.assertGreaterEqual(frames, 50)
        self.assertLess(1000 * (after["ScriptDuration"] - before["ScriptDuration"]) / frames, 10)
        self.assertLess(1000 * (after["TaskDuration"] - before["TaskDuration"]) / frames, 16)
        self.find("canvas.space").send_keys(Keys.HOME)
        self.settle()
        self.assertEqual(self.find("canvas.space").get_attribute("data-busy"), "no")
        self.assertIn("100000 messages", self.find("#inside p[role=status]").text)

    def used(self):
        return {metric["name"]: metric["value"]
                for metric in self.page.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]}

    def quiet(self, data):
        self.assertEqual(self.page.get_log("browser"), [])
        requests = [json.loads(entry["message"])["message"] for entry in self.page.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in requests if m["method"] == "Network.requestWillBeSent"]
        self.assertEqual([url for url in urls if not url.startswith(("file:", "data:"))], [])


if __name__ == "__main__":
    unittest.main()
