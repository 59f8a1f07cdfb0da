"""The page of `report` in a real browser: Debian's chromium, driven by python3-selenium. Skipped where they are missing."""
import json
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
        self.write("s.yaml", CLUSTER)
        self.hearsay("run", "s.yaml", "--results", "r.sqlite")
        done = self.hearsay("report", "r.sqlite", "-o", "r.html", "--run", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.page.get((self.folder / "r.html").as_uri())
        self.assertEqual(self.find("html").get_attribute("data-ready"), "yes")
        data = json.loads(document((self.folder / "r.html").read_text()))
        for check in (self.sections, self.numbers_and_sorting, self.hostile_labels, self.hovering, self.filtering,
                      self.diagram, self.themes, self.narrow, self.quiet):
            with self.subTest(check.__name__):
                check(data)

    def sections(self, data):
        self.assertEqual([section.get_attribute("id") for section in self.all("section")],
                         ["verdict", "comparison", "curves", "distributions", "frontier", "runs", "inside", "scenario"])
        self.assertEqual(len(self.all("#curves canvas")), 4)

    def numbers_and_sorting(self, data):
        column = [field["key"] for field in data["columns"]].index("messages_per_op")
        shown = lambda: [row.find_elements(By.TAG_NAME, "td")[4 + column].text.split()[0]  # noqa: E731
                         for row in self.all("#comparison tbody tr")]
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

    def filtering(self, data):
        self.find("#runs input[type=search]").send_keys("seed=3")
        self.assertEqual(len(self.all("#runs tbody tr")), 3)
        button = self.find("#runs tbody button")
        button.send_keys(Keys.ENTER)
        self.assertIn("Copied the command", self.find("#runs p[role=status]").text)

    def diagram(self, data):
        canvas = self.find("canvas.space")
        window = lambda: [int(at) for at in canvas.get_attribute("data-window").split()]  # noqa: E731
        settled = lambda: self.page.execute_async_script(  # noqa: E731
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
        inside = data["inside"][0]
        canvas.send_keys(Keys.HOME)
        settled()
        self.assertEqual(window(), [inside["from_us"], inside["to_us"]])
        canvas.send_keys("+")
        settled()
        self.assertAlmostEqual(window()[1] - window()[0], 0.6 * (inside["to_us"] - inside["from_us"]), delta=2)
        canvas.send_keys("n")
        settled()
        status = self.find("#inside p[role=status]").text
        self.assertTrue(any(f"{kind} from node" in status for kind in inside["kinds"]), status)

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

    def quiet(self, data):
        self.assertEqual(self.page.get_log("browser"), [])
        requests = [json.loads(entry["message"])["message"] for entry in self.page.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in requests if m["method"] == "Network.requestWillBeSent"]
        self.assertEqual([url for url in urls if not url.startswith(("file:", "data:"))], [])


if __name__ == "__main__":
    unittest.main()
