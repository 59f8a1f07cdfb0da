"""Shipped scenarios and platforms are found by name from any folder, `run -` reads stdin, `--seeds 1,2,3`, and `new` writes
a scenario that validates, runs and passes."""
import json
import re
import shutil
import subprocess
import unittest

from program import PROGRAM, SMALL, SOURCE, ProgramTest, environment


class Shipped(ProgramTest):
    def refused(self, words, *fragments, **options):
        done = self.hearsay(*words, **options)
        self.assertEqual((done.returncode, done.stdout), (254, ""), done.stderr)
        for fragment in fragments:
            self.assertIn(fragment, done.stderr)
        return done.stderr

    def test_a_scenario_is_found_by_its_name_from_any_folder(self):
        whole = self.hearsay("validate", SOURCE / "scenarios/interceptor-broadcast/partition-heal.yaml")
        for word in ("partition-heal", "partition-heal.yaml", "interceptor-broadcast/partition-heal",
                     "interceptor-broadcast/partition-heal.yaml", "scenarios/interceptor-broadcast/partition-heal.yaml"):
            done = self.hearsay("validate", word)
            self.assertEqual((done.returncode, done.stderr), (0, ""), word)
            self.assertEqual(done.stdout.split(": ")[1], whole.stdout.split(": ")[1])
        done = self.hearsay("run", "partition-heal", "--set", "nodes=5", "--set", "faults=[]", "--set", "expect={}",
                            "--set", "protocols.0.expect={}", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("partition-heal: 5 nodes", done.stdout)

    def test_a_path_wins_over_a_name(self):
        self.write("partition-heal.yaml", SMALL)
        self.write("partition-heal", SMALL.replace("nodes: 5", "nodes: 6"))
        for word, nodes in (("partition-heal.yaml", 5), ("partition-heal", 6)):
            found = json.loads(self.hearsay("validate", word, "--format", "json").stdout)
            self.assertEqual((found[0]["file"], found[0]["scenario"], found[0]["nodes"]), (word, "small", nodes))

    def test_the_command_that_repeats_a_run_has_the_name_as_it_was_typed(self):
        done = self.hearsay("run", "partition-heal", "--set", "duration=1s", "--set", "nodes=5", "--set", "faults=[]",
                            "--protocol", "interceptor (retries)", "--set", "workload.stop=500ms", "--set",
                            "expect.operations.attempted=1")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"again: \S+ run partition-heal '--protocol=interceptor \(retries\)' --seeds 1 ")

    def test_an_unknown_name_has_a_remedy(self):
        self.refused(["run", "partition-hael"], "partition-hael: there is no such file", "did you mean `partition-heal`?")
        self.refused(["run", "no-such-scenario-anywhere"], "check the path, or see `hearsay list scenarios`")
        self.refused(["validate", "aws-12-regions"], "several shipped scenarios have this name",
                     "compare/aws-12-regions, interceptor-broadcast/aws-12-regions")

    def test_every_shipped_scenario_is_listed_and_can_be_named_so(self):
        listed = json.loads(self.hearsay("list", "scenarios", "--format", "json").stdout)
        files = sorted(file.relative_to(SOURCE / "scenarios").with_suffix("").as_posix()
                       for file in (SOURCE / "scenarios").rglob("*.yaml"))
        self.assertEqual([one["name"] for one in listed], files)
        self.assertTrue(all(one["summary"] for one in listed))
        self.assertEqual(self.hearsay("validate", *files[::12]).returncode, 0)

    def test_a_platform_is_found_by_its_name(self):
        self.write("s.yaml", SMALL.replace("{star: {latency: 1ms, bandwidth: 1Gbps}}", "{file: three-regions.xml, placement: {zones: {us: 3, ap: 2}}}"))
        self.assertEqual(self.run_json("s.yaml")[0]["converged"], True)
        for word in ("three-regions", "../platforms/three-regions.xml"):
            done = self.hearsay("validate", "s.yaml", "--set", f"platform.file={word}", "--set", "platform.placement=packed")
            self.assertEqual(done.returncode, 0 if word == "three-regions" else 254, done.stderr)
        self.refused(["run", "s.yaml", "--set", "platform.file=three-region.xml"], "did you mean `three-regions`?")
        self.refused(["validate", "s.yaml", "--set", "platform.file=nowhere-at-all.xml"], "see `hearsay list platforms`")
        shutil.copy(SOURCE / "platforms" / "lan.xml", self.folder / "three-regions.xml")  # a path wins
        self.refused(["validate", "s.yaml"], "no zone named")
        listed = json.loads(self.hearsay("list", "platforms", "--format", "json").stdout)
        self.assertEqual([one["name"] for one in listed], sorted(file.stem for file in (SOURCE / "platforms").glob("*.xml")))
        self.assertTrue(all(one["summary"] for one in listed))


class Stdin(ProgramTest):
    def hearsay(self, *words, text=None, **options):
        if text is None:
            return super().hearsay(*words, **options)
        return subprocess.run([PROGRAM, *words], cwd=self.folder, env=environment(), input=text, capture_output=True, text=True,
                              timeout=60)

    def test_a_dash_reads_the_scenario_from_stdin(self):
        self.write("small.yaml", SMALL)
        piped = self.hearsay("run", "-", "--format", "json", text=SMALL)
        self.assertEqual(piped.returncode, 0, piped.stderr)
        self.assertEqual(json.loads(piped.stdout)[0]["run_hash"], self.run_json("small.yaml")[0]["run_hash"])
        self.assertEqual(self.hearsay("validate", "-", text=SMALL).returncode, 0)

    def test_mistakes_have_their_place_there(self):
        done = self.hearsay("run", "-", text=SMALL.replace("nodes: 5", "nodez: 5"))
        self.assertEqual((done.returncode, done.stdout), (254, ""))
        self.assertRegex(done.stderr, r"^stdin:2:1: unknown key `nodez`.*did you mean `nodes`")
        done = self.hearsay("run", "-", text="\x01")
        self.assertRegex(done.stderr, r"^stdin:1:1: ")
        done = self.hearsay("run", "-", text="")
        self.assertEqual(done.returncode, 254, done.stderr)
        self.assertTrue(done.stderr.startswith("stdin:"), done.stderr)

    def test_the_command_that_repeats_the_run_reads_stdin_again(self):
        done = self.hearsay("run", "-", text=SMALL + "expect: {missing: 7}\n")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"again: \S+ run - --protocol=interceptor-broadcast --seeds 1 < SCENARIO")


class Seeds(ProgramTest):
    def test_a_list_of_seeds_and_ranges(self):
        self.write("small.yaml", SMALL)
        for text, seeds in (("1,2,3", [1, 2, 3]), ("7,2..4", [7, 2, 3, 4]), ("5", [5])):
            found = json.loads(self.hearsay("validate", "small.yaml", "--set", f"seeds=[{text}]", "--format", "json").stdout)
            self.assertEqual(found[0]["seeds"], seeds)
            self.assertEqual([run["seed"] for run in self.run_json("small.yaml", "--seeds", text)], seeds)

    def test_a_list_with_a_mistake_is_refused(self):
        self.write("small.yaml", SMALL)
        for text, fragment in (("1,,2", "not a number"), ("1,2,", "not a number"), (",", "not a number"), ("1,2,1", "named twice"),
                               ("1..3,2", "named twice"), ("1,x", "`x`"), ("1;2", "write a number such as")):
            done = self.hearsay("run", "small.yaml", "--seeds", text)
            self.assertEqual(done.returncode, 254, text)
            self.assertIn(fragment, done.stderr, text)
            self.assertIn(f"--seeds {text}", done.stderr)


class New(ProgramTest):
    def test_it_validates_runs_and_passes(self):
        done = self.hearsay("new", "my-cluster")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("wrote my-cluster.yaml; run it: ", done.stdout)
        command = done.stdout.split("run it: ")[1].split()
        done = self.hearsay(*command[1:])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("my-cluster: 10 nodes, 6 runs", done.stdout)

    def test_what_stands_in_comments_is_valid_too(self):
        self.hearsay("new", "mine")
        text = (self.folder / "mine.yaml").read_text()
        text = re.sub(r"(?m)^  star:.*\n", "", text)
        text = re.sub(r"(?m)^( *)# (file: \S+).*$", r"\1\2", text)
        text = re.sub(r"(?m)^( *)# (placement:|- |matrix:|  network)", r"\1\2", text)
        self.assertEqual(text.count("swim-cache"), 1)
        self.write("all.yaml", text)
        done = self.hearsay("validate", "all.yaml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("18 runs", done.stdout)  # three protocols, three seeds, two cases

    def test_a_folder_and_an_ending_may_be_given(self):
        (self.folder / "sub").mkdir()
        self.assertEqual(self.hearsay("new", "sub/mine.yaml").returncode, 0)
        self.assertIn("\nname: mine\n", (self.folder / "sub" / "mine.yaml").read_text())

    def test_malformed_uses_are_refused_and_nothing_is_overwritten(self):
        self.write("mine.yaml", SMALL)
        for words, fragment in ((["mine"], "exists; choose another name"), ([], "takes the name of one scenario"),
                                (["a", "b"], "takes the name of one scenario"), (["my cluster"], "letters, digits and '-'"),
                                ([""], "letters, digits and '-'"), (["none/mine"], "choose another folder"),
                                (["mine", "--force"], "unknown option `--force`"), (["a", "--log=root.thres:info"], "SimGrid")):
            done = self.hearsay("new", *words)
            self.assertEqual((done.returncode, done.stdout), (254, ""), words)
            self.assertIn(fragment, done.stderr)
        self.assertEqual((self.folder / "mine.yaml").read_text(), SMALL)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["mine.yaml"])


class ListAndDescribe(ProgramTest):
    def listed(self, *words):
        return json.loads(self.hearsay("list", *words, "--format", "json").stdout)

    def test_json_has_what_the_text_has(self):
        lines = self.hearsay("list").stdout.splitlines()
        listed = self.listed()
        self.assertEqual([(line.split()[0], line.split()[1]) for line in lines], [(one["kind"], one["name"]) for one in listed])
        self.assertEqual(set(one["kind"] for one in listed), {"protocol", "workload", "fault", "topology", "crdt"})
        self.assertEqual([one["name"] for one in self.listed("faults")], [one["name"] for one in listed if one["kind"] == "fault"])

    def test_names_are_distinct_so_that_describe_is_unambiguous(self):
        names = [one["name"] for one in self.listed()]
        self.assertEqual(len(names), len(set(names)))

    def test_everything_listed_is_described_in_both_formats(self):
        for one in self.listed():
            with self.subTest(one["name"]):
                text = self.hearsay("describe", one["name"])
                self.assertEqual((text.returncode, text.stderr), (0, ""))
                self.assertTrue(text.stdout.startswith(f"{one['name']}: {one['summary']}\n"), text.stdout)
                found = json.loads(self.hearsay("describe", one["name"], "--format", "json").stdout)
                self.assertEqual({key: found[key] for key in one}, one)
                for parameter in found.get("parameters", []) + found.get("timing", []):
                    self.assertRegex(text.stdout, rf"(?m)^  {re.escape(parameter['name'])}: ")
                    self.assertTrue(parameter["meaning"], parameter["name"])

    def test_a_fault_is_described_with_its_keys_and_times(self):
        text = self.hearsay("describe", "partition").stdout
        for line in ("keys of `partition`", "  groups: ", "  behavior: drop | reject, default drop", "keys of every entry of `faults`",
                     "  at: duration (time), required", "  every: duration (time), default -"):
            self.assertIn(line, text)
        self.assertNotIn("also a key of `network`", self.hearsay("describe", "crash").stdout)
        loss = self.hearsay("describe", "loss").stdout
        self.assertIn("`loss: VALUE` is short for `loss: {rate: VALUE}`", loss)
        self.assertIn("also a key of `network`", loss)

    def test_a_workload_names_the_protocols_that_serve_it(self):
        found = json.loads(self.hearsay("describe", "broadcast", "--format", "json").stdout)
        self.assertEqual(sorted(found["protocols"]), sorted(one["name"] for one in self.listed("protocols")))
        rate = next(p for p in found["parameters"] if p["name"] == "rate")
        self.assertEqual((rate["type"], rate["unit"], rate["required"], rate["default"]), ("rate", "per second", False, None))
        self.assertIn("tree: VALUE", self.hearsay("describe", "tree").stdout)

    def test_malformed_uses_are_refused(self):
        for words, fragment in ((["describe", "partitoin"], "did you mean `partition`?"), (["describe"], "takes one name"),
                                (["describe", "a", "b"], "takes one name"), (["describe", "loss", "--format", "xml"], "--format `xml`"),
                                (["list", "--format", "yaml"], "--format `yaml`"), (["list", "fault"], "did you mean `faults`?")):
            done = self.hearsay(*words)
            self.assertEqual((done.returncode, done.stdout), (254, ""), words)
            self.assertIn(fragment, done.stderr)


if __name__ == "__main__":
    unittest.main()
