"""Every command that README.md, docs/hunting.md, docs/comparing.md, docs/sweeps.md and docs/tuning.md show in a ```sh
block works as it stands: ./hearsay is the built program, the working directory has the project's scenarios and platforms, and what the
commands write goes with the test."""
import os
import re
import shlex
import shutil
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest

MARK = "# not in the test"


def commands(text):
    """The lines of the ```sh blocks that begin with ./hearsay or `sh -e`, continued lines joined; without those that are marked and
    without `./hearsay test`, which would run this test."""
    found = []
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", text):
        for line in block.replace("\\\n", " ").splitlines():
            line = line.strip().removeprefix("$ ")
            if not re.match(r"(\./hearsay|sh -e)(\s|$)", line) or MARK in line or re.match(r"\./hearsay\s+test\b", line):
                continue
            found.append(line)
    return found


class Readme(ProgramTest):
    def setUp(self):
        super().setUp()
        for entry in SOURCE.iterdir():
            if entry.name not in ("hearsay", "build", ".git", "baselines"):
                (self.folder / entry.name).symlink_to(entry)
        shutil.copytree(SOURCE / "baselines", self.folder / "baselines")  # which commands rewrite
        launcher = self.folder / "hearsay"
        launcher.write_text("#!/bin/sh\nHEARSAY_LAUNCHER=$0 exec %s \"$@\"\n" % shlex.quote(PROGRAM))
        launcher.chmod(0o755)
        (self.folder / "home").mkdir()

    def run_all(self, shown):
        """Each command once, whatever the comment behind it."""
        shown = list(dict.fromkeys(command.partition(" #")[0].strip() for command in shown))
        env = {**os.environ, "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder)}
        for command in shown:
            with self.subTest(command):
                done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=120)
                self.assertEqual(done.returncode, 0, done.stdout[-1000:] + done.stderr[-2000:])

    def test_every_command_works(self):
        shown = []
        for name in ("README.md", "docs/hunting.md", "docs/comparing.md", "docs/sweeps.md", "docs/tuning.md"):
            of_file = commands((SOURCE / name).read_text())
            self.assertTrue(of_file, f"{name} shows no ./hearsay command in a ```sh block")
            shown += of_file
        self.run_all(shown)

    def test_the_python_that_is_shown_works(self):
        blocks = re.findall(r"(?ms)^```python\n(.*?)^```$", (SOURCE / "README.md").read_text())
        self.assertTrue(blocks)
        env = {**os.environ, "PYTHONPATH": str(SOURCE / "notebooks"), "MPLBACKEND": "Agg", "HOME": str(self.folder / "home")}
        for block in blocks:
            done = subprocess.run(["/usr/bin/python3", "-c", block], cwd=self.folder, env=env, capture_output=True, text=True,
                                  timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_annotated_scenario_is_the_file(self):
        shown = (SOURCE / "docs" / "annotated.yaml").read_text().strip()
        self.assertIn("```yaml\n%s\n```" % shown, (SOURCE / "README.md").read_text())


class Extraction(unittest.TestCase):
    def test_finds_what_begins_with_the_launcher_in_sh_blocks(self):
        text = """\
```sh
git clone https://example.org/hearsay
./hearsay list            # what there is
./hearsay run a.yaml \\
    --seeds 1..3
./hearsay test
./hearsay run huge.yaml   # not in the test
```
```
./hearsay in-another-block
```
"""
        self.assertEqual([" ".join(line.split()) for line in commands(text)],
                         ["./hearsay list # what there is", "./hearsay run a.yaml --seeds 1..3"])


if __name__ == "__main__":
    unittest.main()
