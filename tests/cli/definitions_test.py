"""docs/definitions.md has an index of the fields of a result, as `hearsay list fields` prints them. HEARSAY_REWRITE=1
rewrites it."""
import os
import re
import unittest

from program import SOURCE, ProgramTest

PAGE = SOURCE / "docs" / "definitions.md"
BEGIN, END = "<!-- fields: written by HEARSAY_REWRITE=1 ./hearsay test -R definitions -->\n", "<!-- /fields -->\n"


class Definitions(ProgramTest):
    def index(self):
        listed = self.hearsay("list", "fields")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        lines = [re.split(r" {2,}", line.rstrip(), maxsplit=1) for line in listed.stdout.splitlines()]
        rows = [(name, *text.split("; ", 2)) for name, text in lines]
        self.assertTrue(all(len(row) == 4 for row in rows), rows)
        lines = ["| field | kind | better | meaning |", "| --- | --- | --- | --- |"]
        lines += [f"| `{name}` | {kind} | {better} | {meaning} |" for name, kind, better, meaning in rows]
        return "\n" + "\n".join(lines) + "\n\n"

    def test_the_index_of_fields_is_that_of_the_program(self):
        text = PAGE.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        shown, tail = rest.split(END)
        if os.environ.get("HEARSAY_REWRITE"):
            PAGE.write_text(head + BEGIN + self.index() + END + tail, encoding="utf-8")
        else:
            self.assertEqual(shown, self.index())


if __name__ == "__main__":
    unittest.main()
