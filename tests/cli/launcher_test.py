"""./hearsay in a clone of its own, with stand-ins for the tools that install and build: what it asks of them, when it
waits, and what it prints before anything is built."""
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["HEARSAY_SOURCE_DIR"])
TEXTS = sorted(file.stem for file in (SOURCE / "sim/cli/help").glob("*.txt"))

# Each writes down how it was called. ninja makes the program, cmake the build folder.
TOOLS = {
    "dpkg-query": 'for p; do case $p in -*|"<"*) ;; *) printf "<%s installed>" "$p";; esac; done',
    "cmake": 'mkdir -p "$ROOT/build/release/sim/cli"; : >"$ROOT/build/release/build.ninja"',
    "ninja": 'case " $* " in *" -n "*) exit;; esac; program=$ROOT/build/release/sim/cli/hearsay\n'
             'printf "#!/bin/sh\\necho program \\"\\$@\\"\\n" >"$program"; chmod +x "$program"',
    "ctest": 'case " $* " in *" --show-only=json-v1 "*) cat "$ROOT/tests.json" 2>/dev/null;; esac',
    "sudo": "exit 1",
    "apt-get": "exit 1",
}


class Launcher(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-test-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        for name in ("hearsay", "CMakeLists.txt", "cmake/test_needs.py"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(SOURCE / name, self.root / name)
        shutil.copytree(SOURCE / "sim/cli/help", self.root / "sim/cli/help")
        self.tools = self.root.parent / (self.root.name + "-tools")
        self.tools.mkdir()
        self.addCleanup(shutil.rmtree, self.tools, ignore_errors=True)
        for name, body in TOOLS.items():
            tool = self.tools / name
            tool.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.tools}/log"\n{body}\n')
            tool.chmod(0o755)

    def launch(self, *words, timeout=60, **environment):
        env = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "ROOT": str(self.root), **environment}
        env.pop("CI", None)
        return subprocess.run([self.root / "hearsay", *words], env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout)

    def log(self, tool):
        file = self.tools / "log"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line for line in lines if line.startswith(tool + " ")]

    def files(self):
        return sorted(file.relative_to(self.root).as_posix() for file in self.root.rglob("*"))

    def build(self):
        done = self.launch("list")
        self.assertEqual((done.returncode, done.stdout), (0, "program list\n"), done.stderr)

    def test_a_fresh_clone_prints_help_and_changes_nothing(self):
        before = self.files()
        for name in TEXTS:
            words = ["--help"] if name == "hearsay" else [name, "--help"]
            done = self.launch(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)
            self.assertTrue(done.stdout.startswith(f"usage: {self.root}/hearsay"), done.stdout[:200])
        self.assertEqual(self.launch("help", "run").stdout, self.launch("run", "some.yaml", "-h").stdout)
        self.assertEqual(self.files(), before)
        self.assertFalse((self.tools / "log").exists())

    def test_a_fresh_clone_prints_its_version_and_changes_nothing(self):
        before = self.files()
        version = re.search(r"hearsay VERSION ([\d.]+)", (SOURCE / "CMakeLists.txt").read_text())[1]
        for words in (["--version"], ["run", "--version"]):
            self.assertEqual(self.launch(*words).stdout, f"hearsay {version} (not built yet)\n")
        self.assertEqual(self.files(), before)

    def test_without_a_command_it_prints_the_overview_on_stderr(self):
        done = self.launch()
        self.assertEqual((done.returncode, done.stdout), (254, ""))
        self.assertIn("commands:", done.stderr)

    def test_a_program_that_stands_there_prints_its_own_help_and_version(self):
        self.build()
        self.assertEqual(self.launch("run", "--help").stdout, "program run --help\n")
        self.assertEqual(self.launch("--version").stdout, "program --version\n")
        os.utime(self.root / "sim/cli/help/run.txt", (2e9, 2e9))  # newer than the program, as after `git pull`
        self.assertIn("usage:", self.launch("run", "--help").stdout)

    def test_the_first_command_builds_the_program_alone_and_asks_for_no_package_of_the_tests(self):
        self.build()
        self.assertTrue(all(line.endswith(" hearsay-bin") for line in self.log("ninja")), self.log("ninja"))
        self.assertIn("-DHEARSAY_TESTS=OFF", self.log("cmake")[0])
        for package in ("catch2", "python3"):
            self.assertFalse(re.search(rf" {package}\b", "".join(self.log("dpkg-query"))), package)

    def test_bench_builds_the_program_that_measures(self):
        self.assertEqual(self.launch("bench", "x").stdout, "program bench x\n")
        self.assertTrue(self.log("ninja")[-1].endswith(" hearsay-bin hearsay-bench"), self.log("ninja"))

    def test_commands_that_search_build_the_program_that_has_them(self):
        for command in ("hunt", "map", "sweep", "tune"):
            self.assertEqual(self.launch(command, "x").stdout, f"program {command} x\n")
            self.assertTrue(self.log("ninja")[-1].endswith(" hearsay-bin hearsay-search"), self.log("ninja"))
            self.assertIn("usage:", self.launch(command, "--help").stdout)

    def test_list_and_help_do_not_wait_while_another_hearsay_builds(self):
        self.build()
        with open(self.root / "build/.lock", "a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (self.root / "build/release/sim/cli/hearsay").unlink()  # the linker is at work
            for words in (["list"], ["describe", "x"], ["run", "--help"], ["--version"]):
                self.assertEqual(self.launch(*words).stdout, f"program {' '.join(words)}\n")
            with self.assertRaises(subprocess.TimeoutExpired):  # others want the program as it is in the sources
                self.launch("run", "x.yaml", timeout=1)

    def tests(self, *tests):
        listed = [{"name": name, "properties": [{"name": "REQUIRED_FILES", "value": files},
                                                {"name": "LABELS", "value": labels}]} for name, files, labels in tests]
        (self.root / "tests.json").write_text(json.dumps({"tests": listed}))

    def test_test_builds_what_the_chosen_tests_need_and_asks_for_their_packages_only(self):
        build = f"{self.root}/build/release"
        self.tests(("core_test", [f"{build}/tests/core/core_test"], []), ("style", ["/usr/bin/python3"], []))
        self.assertEqual(self.launch("test", "-R", "core").returncode, 0)
        self.assertTrue(self.log("ninja")[-1].endswith(" tests/core/core_test"), self.log("ninja"))
        self.assertTrue(self.log("ctest")[-1].endswith(" -R core"))
        self.assertIn("-DHEARSAY_TESTS=ON", self.log("cmake")[-1])
        self.assertIn(" catch2 ", "".join(self.log("dpkg-query")) + " ")
        self.assertNotIn("python3-pandas", "".join(self.log("dpkg-query")))

        self.tests(("plot", [f"{build}/sim/cli/hearsay"], ["needs-plot"]))
        self.assertEqual(self.launch("test", "-R", "plot").returncode, 0)
        self.assertTrue(self.log("ninja")[-1].endswith(" sim/cli/hearsay"), self.log("ninja"))
        self.assertIn("python3-pandas", "".join(self.log("dpkg-query")))
        self.assertNotIn("python3-nbconvert", "".join(self.log("dpkg-query")))

    def test_tests_once_configured_stay_configured(self):
        self.tests()
        self.launch("test")
        self.build()
        self.assertEqual(len(self.log("cmake")), 1)

    def test_missing_packages_that_may_not_be_installed_are_named(self):
        (self.tools / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
        done = self.launch("list", HEARSAY_NO_INSTALL="1")
        self.assertEqual(done.returncode, 255)
        self.assertIn("apt-get install --no-install-recommends g++ cmake", done.stderr)
        self.assertEqual(self.log("cmake"), [])


if __name__ == "__main__":
    unittest.main()
