"""docs/scenario.schema.json is what `hearsay schema` prints, and python3-jsonschema, on what PyYAML reads (YAML 1.1, where
`off` is false), agrees with `validate` about every shipped scenario and about malformed ones. HEARSAY_REWRITE=1 writes the
file. Needs Debian's python3-jsonschema and python3-yaml, which `./hearsay test` installs."""
import json
import os
import pathlib
import unittest

import jsonschema
import yaml
from program import SMALL, SOURCE, ProgramTest

COMMITTED = SOURCE / "docs" / "scenario.schema.json"
SHIPPED = sorted((SOURCE / "scenarios").rglob("*.yaml")) + [SOURCE / "docs" / "annotated.yaml"]
HEADER = "# yaml-language-server: $schema="

# (what stands in place of what in SMALL, where the schema points)
MISTAKES = [
    (("nodes: 5", "nodez: 5"), []),
    (("nodes: 5", "nodes: many"), ["nodes"]),
    (("nodes: 5", "nodes: 0"), ["nodes"]),
    (("duration: 5s", "duration: 5 parsecs"), ["duration"]),
    (("[interceptor-broadcast]", "[interceptor]"), ["protocols", 0]),
    (("[interceptor-broadcast]", "[{name: delta-gossip, params: {rumour: true}}]"), ["protocols", 0]),
    (("[interceptor-broadcast]", "[{name: delta-gossip, params: {rumours: off}}]"), ["protocols", 0]),
    (("rate: 20/s", "rate: 20"), ["workload"]),
]


class Schema(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.validator = jsonschema.Draft202012Validator(json.loads(COMMITTED.read_text()))

    def test_the_committed_schema_is_what_the_program_prints(self):
        done = self.hearsay("schema")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        if os.environ.get("HEARSAY_REWRITE"):
            COMMITTED.write_text(done.stdout)
        self.assertEqual(COMMITTED.read_text(), done.stdout,
                         "docs/scenario.schema.json is not what `hearsay schema` prints; if that is meant: "
                         "HEARSAY_REWRITE=1 ./hearsay test -R schema")
        jsonschema.Draft202012Validator.check_schema(json.loads(done.stdout))

    def test_every_shipped_scenario_conforms_as_yaml_1_1_reads_it(self):
        self.assertGreater(len(SHIPPED), 90)
        off = 0
        for file in SHIPPED:
            text = file.read_text()
            off += ": off" in text
            found = [f"{list(error.absolute_path)}: {error.message}" for error in self.validator.iter_errors(yaml.safe_load(text))]
            self.assertEqual(found, [], file)
        self.assertGreater(off, 0)  # so that the test means something

    def test_every_shipped_scenario_names_the_schema_for_editors(self):
        for file in SHIPPED:
            first = file.read_text().split("\n", 1)[0]
            self.assertTrue(first.startswith(HEADER), file)
            self.assertEqual((file.parent / pathlib.Path(first.removeprefix(HEADER))).resolve(), COMMITTED.resolve(), file)

    def test_what_new_writes_names_it_too_and_conforms(self):
        self.hearsay("new", "mine")
        text = (self.folder / "mine.yaml").read_text()
        self.assertEqual(pathlib.Path(text.split("\n", 1)[0].removeprefix(HEADER)).resolve(), COMMITTED.resolve())
        self.validator.validate(yaml.safe_load(text))

    def test_it_refuses_what_validate_refuses(self):
        self.validator.validate(yaml.safe_load(SMALL))
        for (old, new), path in MISTAKES:
            with self.subTest(new):
                text = SMALL.replace(old, new)
                self.assertNotEqual(text, SMALL)
                errors = list(self.validator.iter_errors(yaml.safe_load(text)))
                self.assertTrue(errors, "the schema accepts it")
                self.assertIn(path, [list(error.absolute_path) for error in errors])
                self.write("s.yaml", text)
                self.assertEqual(self.hearsay("validate", "s.yaml").returncode, 254)


if __name__ == "__main__":
    unittest.main()
