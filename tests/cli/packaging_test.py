"""What the Debian packages bring for shells and `man`: completion by bash from the program's own tables, and a manual page
with every command and option. That the packages install and work is tests/fresh/run --package."""
import gzip
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from program import PROGRAM, SOURCE, ProgramTest, environment

PACKAGING = SOURCE / "cmake" / "packaging"
HELP = SOURCE / "sim" / "cli" / "help"


class Completion(ProgramTest):
    def complete(self, *words):
        """What bash offers for the last word."""
        script = (f". {shlex.quote(str(PACKAGING / 'completion.bash'))}; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                  f"_hearsay {shlex.quote(PROGRAM)}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-c", script, "bash", "hearsay", *words], cwd=self.folder, env=environment(),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_commands(self):
        self.assertEqual(self.complete("des"), ["describe"])
        self.assertIn("run", self.complete(""))
        self.assertNotIn("notebooks", self.complete(""))  # a command of a clone

    def test_options_are_those_of_the_command(self):
        self.assertIn("--baseline", self.complete("check", "x.yaml", "--"))
        self.assertNotIn("--baseline", self.complete("run", "x.yaml", "--"))

    def test_protocols_parameters_and_what_can_be_described(self):
        self.assertEqual(self.complete("run", "x.yaml", "--protocol", "rpc"), ["rpc-fanout"])
        self.assertEqual(self.complete("run", "x.yaml", "--set", "params.dedup_c"), ["params.dedup_cache="])
        self.assertEqual(self.complete("describe", "swim"), ["swim-cache"])
        self.assertEqual(self.complete("list", "cr"), ["crdts"])

    def test_scenarios_that_ship_files_and_folders(self):
        self.assertEqual(self.complete("run", "partition-h"), ["partition-heal"])
        self.write("mine.yaml", "")
        self.write("mine.txt", "")
        self.write("more/other.yaml", "")
        offered = self.complete("run", "m")
        self.assertLessEqual({"mine.yaml", "more/", "moving-clients"}, set(offered))
        self.assertNotIn("mine.txt", offered)
        self.assertEqual(self.complete("run", "more/"), ["more/other.yaml"])


class Manual(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        subprocess.run([sys.executable, PACKAGING / "package_files.py", SOURCE, self.folder, "1.2.3"], check=True)

    def test_the_page_has_every_command_and_option(self):
        page = gzip.decompress((self.folder / "hearsay.1.gz").read_bytes()).decode()
        self.assertIn('"hearsay 1.2.3"', page)
        for file in HELP.glob("*.txt"):
            if file.stem in ("hearsay", "test", "notebooks"):
                continue
            self.assertRegex(page, rf"(?m)^\.SS hearsay {file.stem.replace('-', '.-')}")
            for option in re.findall(r"--[a-z-]+", file.read_text(encoding="utf-8")):
                self.assertIn(option.replace("-", "\\-"), page)
        self.assertNotIn("./hearsay", page)

    def test_every_line_that_begins_like_a_request_is_one(self):
        page = gzip.decompress((self.folder / "hearsay.1.gz").read_bytes()).decode()
        requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
        self.assertLessEqual(requests, {".TH", ".SH", ".SS", ".B", ".I", ".PP", ".TP", ".nf", ".fi"})


if __name__ == "__main__":
    unittest.main()
