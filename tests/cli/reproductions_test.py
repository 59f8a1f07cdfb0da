"""docs/reproductions.md has what its commands give: those that are cheap are repeated here. Needs Debian's
python3-matplotlib and python3-pandas, which `./hearsay test` installs."""
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest, environment

PAGE = SOURCE / "docs" / "reproductions.md"


class Reproductions(ProgramTest):
    def command(self, *words, status=0):
        env = {**environment(), "HEARSAY_PROGRAM": PROGRAM}
        done = subprocess.run(["/usr/bin/python3", str(SOURCE / "notebooks" / "hearsay"), "reproductions", *map(str, words)],
                              cwd=self.folder, env=env, capture_output=True, text=True, timeout=240)
        self.assertEqual(done.returncode, status, f"{done.stdout}{done.stderr}\n/usr/bin/python3 notebooks/hearsay reproductions "
                                                  "-o docs/reproductions.md rewrites the page")
        return done.stdout

    def test_the_page_has_what_its_cheap_commands_give(self):
        self.assertRegex(self.command("--cheap", "--check", PAGE), r"^\d{2,} figures are as .*reproductions.md has them\n$")

    def test_a_page_with_another_figure_is_refused(self):
        text = PAGE.read_text()
        self.assertIn("| 25 nodes, grid: messages per write | 56 | 0 | 56 | equal |", text)
        wrong = self.write("page.md", text.replace("per write | 56 | 0 | 56 | equal", "per write | 56 | 0 | 57 | equal"))
        self.assertEqual(self.command("--cheap", "--subject", "flooding", "--check", wrong, status=1),
                         "delta-gossip/flooding: | 25 nodes, grid: messages per write | 56 | 0 | 56 | equal |\n")

    def test_the_page_has_every_study_and_nothing_that_must_be_equal_differs(self):
        text = PAGE.read_text()
        self.assertNotIn("DIFFERS", text)
        for subject in ("Rumours, table 1", "Rumours, table 2", "Rumours, table 3", "Connection limit", "Push in rounds", "Flooding",
                        "Data types", "Set synchronisation", "Plumtree", "Retries", "Backoff", "SWIM: first detection"):
            self.assertIn(f"\n## {subject}\n", text)


if __name__ == "__main__":
    unittest.main()
