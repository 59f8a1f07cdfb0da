"""What does not simulate starts without SimGrid, and hands over to the engine where it turns out to need it."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import SOURCE, ProgramTest

GOOD = "name: good\nduration: 1s\nnodes: 2\nprotocols: [delta-gossip]\nworkload: {kind: broadcast, operations: 1}\n"
ON_PLATFORM = GOOD + f"platform: {{file: {SOURCE}/platforms/lan.xml}}\n"


class Start(ProgramTest):
    def libraries(self, program):
        """What the dynamic linker would load for it, without running it."""
        found = subprocess.run([program], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True, check=True)
        return found.stdout

    def test_the_program_that_users_call_lacks_simgrid_and_the_engine_has_it(self):
        program = Path(os.environ["HEARSAY_PROGRAM"])
        self.assertNotIn("libsimgrid", self.libraries(program))
        self.assertIn("libsimgrid", self.libraries(program.with_name("hearsay-engine")))

    def test_new_of_programs_that_simulate_is_mimallocs_and_malloc_is_glibcs(self):
        program = Path(os.environ["HEARSAY_PROGRAM"]).with_name("hearsay-engine")
        bindings = subprocess.run([program, "--version"], env={"LD_DEBUG": "bindings", "LD_BIND_NOW": "1"}, capture_output=True,
                                  text=True, check=True).stderr
        for symbol, library in ("_Znwm", "hearsay-engine"), ("_ZdlPv", "hearsay-engine"), ("mi_new", "mimalloc"), \
                ("malloc", "libc.so"), ("free", "libc.so"), ("posix_memalign", "libc.so"):
            bound = {line.split(" to ")[1].split()[0] for line in bindings.splitlines() if f"`{symbol}'" in line}
            self.assertTrue(bound and all(library in place for place in bound), (symbol, bound))

    def test_validate_hands_over_with_nothing_printed_twice(self):
        self.write("good.yaml", GOOD)
        self.write("wrong.yaml", GOOD + "colour: red\n")
        self.write("platform.yaml", ON_PLATFORM)
        result = self.hearsay("validate", "good.yaml", "wrong.yaml", "platform.yaml")
        self.assertEqual(254, result.returncode)
        self.assertEqual(["good.yaml: ok, 1 run", "platform.yaml: ok, 1 run"], result.stdout.splitlines())
        self.assertEqual(1, result.stderr.count("`colour`"), result.stderr)
        self.write("platform.yaml", ON_PLATFORM.replace("lan.xml", "none.xml"))
        self.assertIn("none.xml", self.hearsay("validate", "platform.yaml").stderr)

    def test_what_can_be_read_only_once_is_read_once(self):
        result = subprocess.run([os.environ["HEARSAY_PROGRAM"], "validate", "-"], input=ON_PLATFORM, capture_output=True, text=True,
                                check=False)
        self.assertEqual((0, "-: ok, 1 run\n"), (result.returncode, result.stdout), result.stderr)

    def test_a_missing_engine_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = Path(folder) / "hearsay"
            alone.write_bytes(Path(os.environ["HEARSAY_PROGRAM"]).read_bytes())
            alone.chmod(0o755)
            self.assertEqual(0, subprocess.run([alone, "list"], capture_output=True, check=False).returncode)
            result = subprocess.run([alone, "run", "partition-heal"], capture_output=True, text=True, check=False)
            self.assertEqual(255, result.returncode)
            self.assertIn("hearsay-engine", result.stderr)
            result = subprocess.run([alone, "hunt", "partition-heal"], capture_output=True, text=True, check=False)
            self.assertEqual(255, result.returncode)
            self.assertIn("hearsay-search", result.stderr)


if __name__ == "__main__":
    unittest.main()
