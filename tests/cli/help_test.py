"""sim/cli/help/: the texts that ./hearsay prints before there is a program are those of the program.

    HEARSAY_REWRITE=1 ./hearsay test -R test_cli_help
"""
import os
import re
import subprocess
import unittest

from program import PROGRAM, SOURCE

HELP = SOURCE / "sim" / "cli" / "help"
OF_LAUNCHER = {"test", "notebooks"}  # its commands; the program knows nothing of their options


def printed(*words):
    done = subprocess.run([PROGRAM, *words], env={**os.environ, "HEARSAY_LAUNCHER": "./hearsay"},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def commands():
    """Those that the overview lists."""
    listed = printed("--help").partition("commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"(?m)^  ([a-z][a-z-]*)\b", listed)


class Help(unittest.TestCase):
    maxDiff = None

    def test_the_texts_are_those_of_the_program(self):
        texts = {"hearsay": printed("--help")}
        texts.update((name, printed(name, "--help")) for name in commands() if name not in OF_LAUNCHER)
        for name, text in texts.items():
            file = HELP / f"{name}.txt"
            if os.environ.get("HEARSAY_REWRITE"):
                file.write_text(text, encoding="utf-8")
            with self.subTest(name):
                self.assertTrue(file.exists(), "HEARSAY_REWRITE=1 ./hearsay test -R test_cli_help writes it")
                stored = file.read_text(encoding="utf-8")
                if name == "plot":  # Python's versions lay out options differently
                    stored, text = (sorted(set(re.findall(r"--[a-z-]+", each))) for each in (stored, text))
                self.assertEqual(stored, text)

    def test_every_command_has_a_text_and_every_text_a_command(self):
        self.assertEqual({file.stem for file in HELP.glob("*.txt")}, {"hearsay", *commands()})


if __name__ == "__main__":
    unittest.main()
