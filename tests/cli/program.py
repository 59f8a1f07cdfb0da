"""What the tests of the program share: running it, and folders that go away. Standard library only."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

# Shells start what runs in the background with interrupts ignored, which the program would inherit and obey.
signal.signal(signal.SIGINT, signal.default_int_handler)

PROGRAM = os.environ["HEARSAY_PROGRAM"]
SOURCE = pathlib.Path(os.environ["HEARSAY_SOURCE_DIR"])

# Five nodes that converge within a second of simulated time.
SMALL = """\
name: small
nodes: 5
duration: 5s
settle: 500ms
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [interceptor-broadcast]
workload: {rate: 20/s, reads: 50%, stop: 1s}
"""

# Takes half a second of wall time or more a run on any machine: many nodes, each write a message to every one.
SLOW = """\
name: slow
nodes: 110
duration: 60s
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [interceptor-broadcast]
workload: {rate: 1/s, stop: 40s}
"""


def shipped(name):
    """The shipped scenario file NAME.yaml of a protocol's folder, or of the folder given as in compare/NAME."""
    if "/" in name:
        return SOURCE / "scenarios" / f"{name}.yaml"
    (file,) = (file for file in shipped_of_protocols() if file.stem == name)
    return file


def shipped_of_protocols():
    """The shipped scenario files of one protocol each: all except the folders compare, ci and scale; and without those of
    `maelstrom`, which run programs of the machine (nodes_test.py)."""
    names = {file.parent.name for file in (SOURCE / "protocols").glob("*/CMakeLists.txt")} - {"maelstrom"}
    return sorted(file for file in (SOURCE / "scenarios").glob("*/*.yaml") if file.parent.name in names)


def without_cost(results):
    return [{key: value for key, value in result.items() if key != "cost"} for result in results]


def environment():
    env = dict(os.environ)
    env.pop("HEARSAY_LAUNCHER", None)
    return env


class ProgramTest(unittest.TestCase):
    """A folder of its own, which is the working directory of the program."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def hearsay(self, *words, timeout=60, **options):
        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=timeout, **options)

    def run_json(self, *words, status=0):
        done = self.hearsay("run", *words, "--format", "json")
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)
