"""Protocols as plugins, outside of the tree and with an installed copy: `new-protocol`, find_package(Hearsay), --plugin,
`plugins:` and HEARSAY_PLUGINS; what is said of plugins that are none, and of those that crash, throw or never return."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, SOURCE, ProgramTest, environment

BUILD = pathlib.Path(PROGRAM).parents[2]

SCENARIO = """\
name: small
nodes: 3
duration: 5s
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [{PROTOCOLS}]
workload: {rate: 20/s, stop: 1s}
"""


def scenario(*protocols, plugins=()):
    text = SCENARIO.replace("{PROTOCOLS}", ", ".join(protocols))
    return text + (f"plugins: [{', '.join(map(str, plugins))}]\n" if plugins else "")


class Plugins(ProgramTest):
    """`root` has an installed copy (root/prefix), a folder of `new-protocol` (root/flood), and what is built of plugins/."""

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.prefix = cls.root / "prefix"
        # With ccache the same sources are compiled once, wherever they lie.
        cls.env = {**environment(), "CCACHE_BASEDIR": str(cls.root), "CCACHE_NOHASHDIR": "1"}
        if shutil.which("ccache"):
            cls.env["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
        for component in ("program", "dev"):
            cls.call("cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", component)
        cls.installed = cls.prefix / "bin" / "hearsay"
        cls.call(cls.installed, "new-protocol", "my-flood", "flood")
        cls.first_run = cls.call("cmake", "--workflow", "--preset", "first-run", cwd=cls.root / "flood")
        cls.call("cmake", "-S", SOURCE / "tests/cli/plugins", "-B", "build", "-G", "Ninja", f"-DHearsay_DIR={SOURCE}/cmake/packaging",
                 "-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0")
        cls.call("cmake", "--build", "build")
        cls.flood = cls.root / "flood/build/libmy-flood.so"
        cls.misbehaves = cls.root / "build/libmisbehaves.so"

    @classmethod
    def call(cls, *words, cwd=None):
        done = subprocess.run([*map(str, words)], cwd=cwd or cls.root, env=cls.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done.stdout

    def hearsay(self, *words, **variables):
        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, env={**environment(), **variables},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)

    def runs(self, *words, status=0, **variables):
        done = self.hearsay("run", *words, "--format", "json", **variables)
        self.assertEqual(done.returncode, status, done.stdout[:2000] + done.stderr)
        return json.loads(done.stdout), done.stderr

    def refused(self, *words, **variables):
        done = self.hearsay(*words, **variables)
        self.assertEqual(done.returncode, 254, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    # --- new-protocol and find_package

    def test_one_command_builds_tests_and_runs_a_new_protocol(self):
        self.assertIn("100% tests passed, 0 tests failed out of 2", self.first_run)
        self.assertIn("my-flood", self.first_run)
        self.assertIn("6 passed", self.first_run)
        self.assertEqual(sorted(path.name for path in (self.root / "flood").iterdir()),
                         ["CMakeLists.txt", "CMakePresets.json", "README.md", "build", "my-flood.cpp", "my-flood.yaml",
                          "transcripts"])

    def test_the_plugin_exports_nothing_that_could_meet_another_ones(self):
        symbols = self.call("nm", "-D", "--defined-only", self.flood)
        own = [line.split()[2] for line in symbols.splitlines() if not line.split()[2].startswith("_ZNS")]
        self.assertEqual(sorted(own), ["hearsay_plugin_entries", "hearsay_plugin_interface"])
        self.assertNotRegex(symbols, r"(?m)^\w+ u ")

    def test_new_protocol_refuses_names_and_folders(self):
        self.assertIn("there is a protocol `delta-gossip` already", self.refused("new-protocol", "delta-gossip"))
        for name in ("Mine", "1st", "mine_", "", "a" * 61):
            self.assertIn("is no name for a protocol", self.refused("new-protocol", name))
        self.assertEqual(self.hearsay("new-protocol", "a" * 60).returncode, 0)
        self.write("full/file", "")
        self.assertIn("`full` exists; choose another folder", self.refused("new-protocol", "mine", "full"))
        self.assertIn("takes a name", self.refused("new-protocol"))

    def test_a_clone_serves_as_well_as_an_installed_copy(self):
        done = self.hearsay("new-protocol", "mine")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'HINTS "{SOURCE}/cmake/packaging"', (self.folder / "mine/CMakeLists.txt").read_text())
        self.call("cmake", "-S", self.folder / "mine", "-B", self.folder / "build", "-G", "Ninja")
        self.assertIn("libmine.so", self.call("ninja", "-C", self.folder / "build", "-t", "targets", "all"))

    def test_a_real_protocol_gives_the_same_runs_built_in_and_as_a_plugin(self):
        runs, _ = self.runs("plumtree-tree", "--protocol", "plumtree", "--protocol", "plumtree-plugin", "--plugin",
                            self.root / "build/plumtree/libplumtree.so")
        self.assertEqual([run["protocol"] for run in runs], ["plumtree", "plumtree-plugin"])
        self.assertEqual(runs[0]["run_hash"], runs[1]["run_hash"])
        self.assertEqual(runs[0]["protocol_metrics"], runs[1]["protocol_metrics"])

    # --- a plugin is like any other protocol

    def test_run_by_option_scenario_and_environment_are_the_same_runs(self):
        plain = self.write("plain.yaml", scenario("my-flood"))
        shutil.copy(self.flood, self.folder / "flood.so")
        listed = self.write("sub/listed.yaml", scenario("my-flood", plugins=["../flood.so"]))
        hashes = {self.runs(*words, **variables)[0][0]["run_hash"] for words, variables in (
            ((plain, "--plugin", self.flood), {}), ((plain, f"--plugin={self.flood}"), {}), ((listed,), {}),
            ((plain,), {"HEARSAY_PLUGINS": f"{self.flood}:{self.misbehaves}"}),
            ((plain, "--set", f"plugins=[{self.flood}]"), {}))}
        self.assertEqual(len(hashes), 1)

    def test_every_command_knows_it(self):
        plain = self.write("plain.yaml", scenario("misbehaves", "my-flood"))
        both = ["--plugin", self.flood, "--plugin", self.misbehaves]
        listed = self.hearsay("list", "protocols", *both).stdout
        self.assertRegex(listed, r"(?m)^my-flood +every replica forwards")
        described = self.hearsay("describe", "misbehaves", *both).stdout
        self.assertIn("deed: none | crash", described)
        self.assertIn(f"plugin: {self.misbehaves}", described.replace("\n    ", ""))
        schema = json.loads(self.hearsay("schema", *both).stdout)
        self.assertIn("my-flood", json.dumps(schema["properties"]["protocols"]))
        self.assertIn("2 runs", self.hearsay("validate", plain, *both).stdout)
        done = self.hearsay("check", plain, "--baseline", "b.json", "--update", *both)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.hearsay("check", plain, "--baseline", "b.json", *both)
        self.assertEqual(done.returncode, 0, done.stderr)
        runs, _ = self.runs(plain, "--set", "params.odd=4", *both)
        self.assertEqual({run["protocol"]: run["params"] for run in runs},
                         {"misbehaves": {"deed": "none", "odd": 4, "in_configure": False}, "my-flood": {}})

    def test_commands_that_run_a_scenario_again_find_its_plugins(self):
        """explain and hunt read the resolved scenario in another folder."""
        shutil.copy(self.flood, self.folder / "flood.so")
        listed = self.write("sub/listed.yaml", scenario("my-flood", plugins=["../flood.so"]))
        self.assertEqual(self.hearsay("run", listed, "--results", "r.sqlite").returncode, 0)
        done = self.hearsay("explain", "r.sqlite", "--run", 1)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("my-flood", done.stdout)
        for words in ((listed,), (self.write("plain.yaml", scenario("my-flood")), "--plugin", "flood.so")):
            done = self.hearsay("hunt", *words, "--trials", 4, "--shrink-runs", 1, "-o", f"found{len(words)}")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertIn("4 trials", done.stdout + done.stderr)
            self.assertNotIn("without a result", done.stdout + done.stderr)

    def test_a_run_of_another_content_is_another_run(self):
        plain = self.write("plain.yaml", scenario("my-flood"))
        words = [plain, "--results", "r.sqlite", "--plugin"]
        shutil.copy(self.flood, self.folder / "a.so")
        content = self.flood.read_bytes()
        (self.folder / "b.so").write_bytes(content + b"\0")  # the same code
        for file, stored in (("a.so", 0), ("a.so", 1), ("b.so", 0), ("b.so", 1)):
            done = self.hearsay("run", *words, file)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual("1 from r.sqlite" in done.stderr, bool(stored), (file, done.stdout, done.stderr))

    def test_a_failed_run_names_the_command_with_its_plugins(self):
        plain = self.write("plain.yaml", scenario("my-flood") + "expect: {messages.sent: 7}\n")
        done = self.hearsay("run", plain, "--plugin", self.flood)
        self.assertEqual(done.returncode, 1)
        again = re.search(r"again: (.*)", done.stderr + done.stdout).group(1)
        self.assertIn(f"--plugin {self.flood}", again)

    def test_a_scenario_does_not_see_what_another_one_brought(self):
        one = self.write("one.yaml", scenario("my-flood", plugins=[self.flood]))
        other = self.write("other.yaml", scenario("my-flood").replace("small", "other"))
        self.assertIn("other.yaml:5:13: unknown protocol `my-flood`", self.refused("run", one, other))

    # --- mistakes

    def test_what_is_no_plugin_is_told(self):
        self.write("text.so", "hello")
        self.write("folder/x", "")
        for file, message in (("nowhere.so", "there is no such file"), ("text.so", "it is no shared object"),
                              ("folder", "this is a directory"),
                              (self.root / "build/libstranger.so", "it is no plugin: it lacks an entry point"),
                              (self.root / "build/libfragile.so", "it crashes when it is loaded: Segmentation fault")):
            with self.subTest(file=file):
                self.assertRegex(self.refused("list", "--plugin", file), f"--plugin {re.escape(str(file))}: .*{message}")
                self.assertIn(message, self.refused("list", HEARSAY_PLUGINS=str(file)))
                where = self.write("s.yaml", scenario("delta-gossip", plugins=[file]))
                self.assertRegex(self.refused("validate", where), rf"s\.yaml:7:11: the plugin `.*`: .*{message}")
        self.assertIn("s.yaml:7:10: `plugins` is", self.refused("validate", self.write(
            "s.yaml", scenario("delta-gossip") + "plugins: x.so\n")))
        self.assertIn("--plugin needs the file", self.refused("list", "--plugin"))
        self.assertEqual(self.hearsay("run", "--help", "--plugin", "nowhere.so").returncode, 0)

    def test_another_version_is_refused_with_both_versions_named(self):
        content = self.flood.read_bytes()
        (theirs,) = set(re.findall(rb"hearsay-plugin:([^\0]+)", content))
        self.assertRegex(theirs.decode(), r"^\d+\.\d+\.\d+ \(interface [0-9a-f]{8}\)$")
        (self.folder / "old.so").write_bytes(content.replace(theirs, theirs.replace(b"interface ", b"interface-")))
        message = self.refused("list", "--plugin", "old.so")
        self.assertIn(theirs.decode().replace("interface ", "interface-"), message)
        self.assertIn(theirs.decode() + "; build it again", message)

    def test_names_that_are_taken_and_two_protocols(self):
        for name, message in (("delta-gossip", "`delta-gossip`, which a built-in protocol has"),
                              ("Not A Name", "use up to 60 lower-case letters")):
            self.assertIn(message, self.refused("list", "--plugin", self.misbehaves, NAME=name))
        self.assertIn(f"`my-flood`, which that of the plugin {self.flood} has",
                      self.refused("list", "--plugin", self.flood, "--plugin", self.misbehaves, NAME="my-flood"))
        self.assertIn("it exports two protocols, `other` and `misbehaves`",
                      self.refused("list", "--plugin", self.misbehaves, MISBEHAVE="two"))

    def test_loading_never_costs_more_than_a_message(self):
        for deed, message in (("throw", "it threw while it described its protocol: no more tea"),
                              ("crash", "it crashes when it is loaded: Segmentation fault"),
                              ("exit", "it ends the process when it is loaded"),
                              ("loop", "it has not described its protocol after 1 s"),
                              ("summary", "`misbehaves` lacks `summary`"),
                              ("configure", "`misbehaves` lacks `configure`")):
            with self.subTest(deed=deed):
                self.assertIn(message, self.refused("list", "--plugin", self.misbehaves, MISBEHAVE=deed,
                                                    HEARSAY_PLUGIN_TIMEOUT="1"))

    def test_what_configure_says_is_located(self):
        file = self.write("s.yaml", scenario("{name: misbehaves, params: {odd: 3}}"))
        self.assertIn("s.yaml:5:46: `odd` is odd; make it even", self.refused("run", file, "--plugin", self.misbehaves))
        for deed in ("throw", "throw-number"):
            file = self.write("s.yaml", scenario(f"{{name: misbehaves, params: {{deed: {deed}, in_configure: true}}}}"))
            self.assertRegex(self.refused("run", file, "--plugin", self.misbehaves),
                             rf"s\.yaml:5:\d+: the plugin {self.misbehaves} threw in `configure`: ")
        for deed, message in (("crash", "crashed"), ("overflow", "crashed"), ("loop", "has not returned for too long")):
            file = self.write("s.yaml", scenario(f"{{name: misbehaves, params: {{deed: {deed}, in_configure: true}}}}"))
            done = self.hearsay("run", file, "--plugin", self.misbehaves, HEARSAY_PLUGIN_TIMEOUT="1")
            self.assertEqual(done.returncode, 255)
            self.assertIn(f"the plugin {self.misbehaves} {message} in `configure`", done.stderr)

    # --- runs

    def test_a_plugin_that_fails_costs_its_run_and_is_named(self):
        deeds = {"none": "", "crash": "ended by signal Segmentation fault: in `message` of the plugin ",
                 "overflow": "ended by signal Segmentation fault: in `message` of the plugin ",
                 "throw": "the plugin .* threw in `message`: no more tea",
                 "throw-number": "the plugin .* threw in `message`: something that is no std::exception",
                 "loop": "the run has not returned for 1 s in `message` of the plugin ",
                 "sleep": "the run has not returned for 1 s in `message` of the plugin ",
                 "exit": "the run ended with status 3 and no result: in `message` of the plugin "}
        entries = [f"{{name: misbehaves, label: {deed}, params: {{deed: {deed}}}}}" for deed in deeds]
        for dispatch in ("actor", "inline"):
            file = self.write("s.yaml", scenario(*entries) + f"engine: {{dispatch: {dispatch}}}\n")
            runs, _ = self.runs(file, "--plugin", self.misbehaves, "--jobs", 8, status=255, HEARSAY_PLUGIN_TIMEOUT="1")
            self.assertEqual([run["label"] for run in runs], list(deeds))
            for run in runs:
                with self.subTest(deed=run["label"], dispatch=dispatch):
                    self.assertEqual(run["verdict"], "error" if deeds[run["label"]] else "pass")
                    if run["label"] == "none":
                        self.assertEqual(run["reasons"], [])
                    else:
                        self.assertRegex("\n".join(run["reasons"]), deeds[run["label"]])
                        self.assertIn(str(self.misbehaves), "\n".join(run["reasons"]))

    # --- transcripts

    def test_transcripts_compare_rewrite_and_locate(self):
        text = "boot 2 my-flood\nwrite 0 k v\n----\nnothing\n\n"
        file = self.write("t.txt", text)
        done = self.hearsay("transcripts", file, "--plugin", self.flood)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "t.txt:4: what happens differs from what is written\n"
                                      "  written: nothing\n  happens:   0 state S0\n")
        self.assertEqual(self.hearsay("transcripts", file, "--plugin", self.flood, "--rewrite").returncode, 0)
        self.assertIn("0 sends 1: rumour write 0", (self.folder / file).read_text())
        self.assertEqual(self.hearsay("transcripts", file, "--plugin", self.flood).stdout, "t.txt: ok\n")
        for wrong, message in (("boot 2 my-flood\nfly\n", "t.txt:2: no such command: fly"),
                               ("boot 2 my-flood\nwrite 7 k v\n", "t.txt:2: there is no node 7"),
                               ("boot two my-flood\n", "t.txt:1: not a number: two"),
                               ("boot 2 nobody\n", "t.txt:1: no such protocol: nobody")):
            self.assertIn(message, self.refused("transcripts", self.write("t.txt", wrong), "--plugin", self.flood))
        self.assertIn("t.txt", self.refused("transcripts", "../nowhere/t.txt"))

    def test_a_plugin_that_crashes_in_a_transcript_is_named(self):
        file = self.write("t.txt", "boot 2 misbehaves deed=crash\nwrite 0 k v\nsettle\n----\n\n")
        done = self.hearsay("transcripts", file, "--plugin", self.misbehaves)
        self.assertEqual(done.returncode, 255)
        self.assertIn(f"the plugin {self.misbehaves} crashed in `message`", done.stderr)


if __name__ == "__main__":
    unittest.main()
