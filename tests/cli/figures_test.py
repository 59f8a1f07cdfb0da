"""Figures that README.md and the protocols' pages print are what the program gives now. HEARSAY_REWRITE=1 rewrites the
sample output; figures in prose are for a human to rewrite."""
import json
import os
import re
import unittest

from program import SOURCE, ProgramTest

README = SOURCE / "README.md"


def block_behind(text, begin):
    """The first code block without a language after `begin`: (text before it, the block, text behind it)."""
    at = text.index(begin)
    start = text.index("\n```\n", at) + 5
    end = text.index("```\n", start)
    return text[:start], text[start:end], text[end:]


class Figures(ProgramTest):
    maxDiff = None

    def compare_block(self, begin, output):
        before, shown, behind = block_behind(README.read_text(), begin)
        if os.environ.get("HEARSAY_REWRITE"):
            README.write_text(before + output + behind)
            shown = output
        self.assertEqual(shown, output, f"README, {begin}: HEARSAY_REWRITE=1 ./hearsay test -R figures rewrites it")

    def test_what_the_first_command_prints(self):
        done = self.hearsay("run", "partition-heal", "--jobs", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.compare_block("## What the first command prints", done.stdout + done.stderr)

    def test_what_the_readme_says_of_it(self):
        documented, retries = self.run_json("partition-heal")
        text = " ".join(README.read_text().split())
        pairs = documented["missing"] / documented["residue"]
        writes = documented["operations"]["writes"]["acknowledged"]
        self.assertIn(f"{documented['missing']} of {pairs:.0f} pairs are missing", text)
        self.assertIn(f"{documented['never_stable']} of {writes} never did (`never_stable`", text)
        self.assertEqual(retries["convergence_time_s"], 0)
        agreed = retries["recovery"][0]["ended_at"] + retries["recovery"][0]["reconverged_s"]
        last = retries["simulated_s"] - 5  # the scenario's `settle`
        self.assertIn(f"agreed at {agreed:.2f} s, before the last client operation at {last:.2f} s", text)
        self.assertIn(f"all nodes are up to date again at {agreed:.2f} s", text)

    def test_the_commands_of_transcripts_are_those_of_the_table(self):
        text = (SOURCE / "CONTRIBUTING.md").read_text()
        table = text[text.index("| command | meaning |"):text.index("## The walls")]
        commands = [row.split(" | ")[0] for row in table.splitlines()[2:]]
        shown = {name for cell in commands for name in re.findall(r"(?:^\| |, )`([a-z-]+)", cell)}
        script = (SOURCE / "tests" / "protocols" / "script.cpp").read_text().split("Verb> table{")[1]
        verbs = set(re.findall(r'(?m)^      \{"([a-z-]+)",', script))
        self.assertEqual(shown, verbs | {"boot", "quiet"})

    def test_what_a_run_that_did_not_pass_prints(self):
        done = self.hearsay("run", "partition-heal", "--protocol=interceptor-broadcast", "--set", "expect.missing=0")
        self.assertEqual(done.returncode, 1, done.stderr)
        again, verdict = done.stderr.strip().rsplit("\n\n", 1)
        self.assertEqual(verdict, "fail: 1 run, 1 failed")
        self.compare_block("command that runs it again alone:", re.sub(r"again: \S+/hearsay", "again: ./hearsay", again) + "\n")


if __name__ == "__main__":
    unittest.main()
