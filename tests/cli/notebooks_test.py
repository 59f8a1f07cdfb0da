"""The notebooks run from the beginning to the end, on few seeds; what is committed holds no outputs. Needs Debian's
python3-nbconvert and python3-ipykernel, which `./hearsay test` installs."""
import html
import json
import re
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest, environment

NOTEBOOKS = sorted((SOURCE / "notebooks").glob("*.ipynb"))


class Notebooks(ProgramTest):
    def test_outputs_are_not_committed(self):
        self.assertEqual([file.stem for file in NOTEBOOKS], ["compare_protocols", "scaling", "validation"])
        for file in NOTEBOOKS:
            for cell in json.loads(file.read_text())["cells"]:
                self.assertFalse(cell.get("outputs"), file)
                self.assertIsNone(cell.get("execution_count"), file)

    def test_they_run_and_become_html(self):
        env = {**environment(), "HEARSAY_PROGRAM": PROGRAM, "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        done = subprocess.run(["/usr/bin/python3", str(SOURCE / "notebooks" / "execute.py"), "--seeds", "1", "-o", "html"],
                              cwd=self.folder, env=env, capture_output=True, text=True, timeout=280)
        self.assertEqual(done.returncode, 0, done.stdout[-1000:] + done.stderr[-3000:])
        pages = {file.stem: (self.folder / "html" / f"{file.stem}.html").read_text() for file in NOTEBOOKS}
        for name, pictures in (("compare_protocols", 12), ("scaling", 7), ("validation", 13)):
            self.assertNotIn("Traceback (most recent call last)", pages[name])
            self.assertGreaterEqual(pages[name].count("data:image/png"), pictures, name)
            commands = re.findall(r"(?m)^(?:<pre>)?\./hearsay .*$", html.unescape(pages[name]))
            self.assertGreaterEqual(len(commands), 5, name)
            for command in commands:
                self.assertNotIn(str(self.folder), command)  # what it shows can be typed
        for published in ("Demers et al. 1987", "Brooker 2015", "Das et al. 2002", "closed form", "two standard errors"):
            self.assertIn(published, pages["validation"])
        for challenge in ("3d", "3e"):
            self.assertRegex(pages["validation"], rf"glomers-{challenge}: .* ms \(below \d+\): within")


if __name__ == "__main__":
    unittest.main()
