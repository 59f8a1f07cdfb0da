"""Nodes of the protocol `maelstrom`: their waits end exactly, nothing of a step comes late, runs repeat, and what goes
wrong is said. Skipped, with the reason, where programs cannot be held."""
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from program import PROGRAM, SOURCE, ProgramTest, without_cost

NODES = pathlib.Path(PROGRAM).parent / "hearsay-nodes"
NEVER = 2**63 - 1
RUNNING, ENDED, REFUSED = range(3)
TRANSCRIPTS = int(os.environ.get("HEARSAY_NODE_TRANSCRIPTS", "3"))  # 20 as the long test


class Node:
    """A program under its supervisor, taken from step to step as the simulator does."""

    def __init__(self, *program, busy_poll=0, patience=60, seed=7):
        ours, theirs = socket.socketpair()
        self.folder = tempfile.TemporaryDirectory()
        self.errors = os.path.join(self.folder.name, "stderr")

        def prepare():
            os.dup2(theirs.fileno(), 3)
            os.set_inheritable(3, True)

        words = [NODES, seed, busy_poll, patience, min(os.sched_getaffinity(0)), self.folder.name, self.errors]
        self.process = subprocess.Popen([str(word) for word in [*words, *program]], preexec_fn=prepare, pass_fds=(3,))
        theirs.close()
        self.socket, self.now = ours, 0
        self.state, self.deadline, self.output, self.why = RUNNING, NEVER, "", ""

    def step(self, lines="", fire=False):
        data = lines.encode()
        self.socket.sendall(struct.pack("qqQQ", self.now, self.now, len(data), fire) + data)
        self.state, self.deadline, output, why = struct.unpack("QqQQ", self.take(32))
        text = self.take(output).decode()
        self.why = self.take(why).decode()
        self.output += text
        return text

    def take(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError("the supervisor is gone")
            data += more
        return data

    def run(self):
        """Until it has ended or waits for nothing."""
        self.step()
        while self.state == RUNNING and self.deadline != NEVER:
            self.now = self.deadline
            self.step(fire=True)

    def close(self):
        self.socket.close()
        self.process.wait()
        self.folder.cleanup()


def unable():
    """Why programs cannot be held here; empty if they can."""
    if not NODES.exists():
        return "there is no hearsay-nodes on this machine"
    node = Node("/bin/true")
    node.run()
    node.close()
    return "" if node.state == ENDED else node.why


REASON = unable()
if REASON:
    print("skipped:", REASON, file=sys.stderr)

GOSSIP = str(SOURCE / "scenarios/maelstrom/nodes/gossip_broadcast.py")


def scenario(bin, protocol="", rest=""):
    return f"""\
name: nodes
nodes: 3
duration: 8s
settle: 1s
platform: {{star: {{latency: 10ms, bandwidth: 1Gbps}}}}
protocols:
  - {{name: maelstrom, params: {{bin: {bin}{protocol}}}}}
workload: {{kind: broadcast, rate: 10/s, stop: 2s, reads: 20%}}
{rest}"""


@unittest.skipIf(REASON, REASON)
class Supervisor(unittest.TestCase):
    def node(self, *program, **settings):
        node = Node(*program, **settings)
        self.addCleanup(node.close)
        return node

    def script(self, text, **settings):
        return self.node("/usr/bin/python3", "-c", text, **settings)

    def test_waits_are_exact(self):
        node = self.node(os.environ["HEARSAY_NODES_WAITS"])
        node.run()
        self.assertEqual((node.state, node.why), (ENDED, "exited with status 0"))
        rows = [line.split(";") for line in node.output.splitlines()]
        self.assertGreaterEqual(len(rows), 30)
        error_of = {"sem_timedwait": 110, "sem_clockwait": 110, "futex": 110, "futex, other word, past": 11,
                    "sigtimedwait": 11, "alarm": 4, "setitimer": 4}
        result_of = {"timerfd": 8, "timerfd of the wall clock, until": 8, "timerfd, three times": 8,
                     "cond_timedwait": 110, "cond_clockwait": 110, "mutex_timedlock": 110}
        for name, expected, monotonic, wall, result, error in rows:
            with self.subTest(name):
                self.assertEqual((monotonic, wall), (expected, expected))
                self.assertEqual(int(error), error_of.get(name, 0))
                self.assertEqual(int(result), -1 if name in error_of else result_of.get(name, 0))

    def test_no_answer_comes_late(self):
        node = self.node(os.environ["HEARSAY_NODES_HANDOFFS"])
        node.step()
        for i in range(8):  # 6,400 hand-offs
            self.assertEqual(node.step(f"{i}\n"), f"{i}\n")

    def test_random_numbers_and_clocks_repeat(self):
        text = ("import os, random, time, uuid\n"
                "print(os.urandom(8).hex(), random.random(), hash('a'), uuid.uuid4(), time.time(), time.monotonic())\n"
                "print(open('/dev/urandom', 'rb').read(8).hex(), time.perf_counter(), time.process_time())")
        outputs = set()
        for seed in (1, 1, 2):
            node = self.script(text, seed=seed)
            node.run()
            outputs.add(node.output)
        self.assertEqual(len(outputs), 2, outputs)

    def test_a_full_pipe_and_half_a_line(self):
        node = self.script("import sys\nfor line in sys.stdin: print(len(line), end='', flush=True)")
        node.step()
        self.assertEqual(node.step("x" * 1_000_000 + "\n"), "1000001")
        node = self.script("print('y' * 1_000_000)")
        node.run()
        self.assertEqual(len(node.output), 1_000_001)

    def test_what_cannot_be_held_is_named(self):
        node = self.script("import socket, struct\na, b = socket.socketpair()\n"
                           "a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 1, 0))")
        node.run()
        self.assertEqual(node.state, REFUSED)
        self.assertIn("SO_RCVTIMEO", node.why)

    def test_busy_polling_is_named_or_takes_time(self):
        text = "import select, time\nend = time.time() + 1\nwhile time.time() < end: select.select([], [], [], 0)\nprint('done')"
        node = self.script(text, patience=1)
        node.run()
        self.assertEqual(node.state, REFUSED)
        self.assertIn("did not come to rest", node.why)
        node = self.script(text, busy_poll=10_000_000)
        node.run()
        self.assertEqual((node.state, node.output), (ENDED, "done\n"))
        self.assertEqual(node.now, 1_000_000_000)

    def test_nobody_is_left_when_the_simulator_is_killed(self):
        node = self.script("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(1000)")
        node.step()
        node.process.kill()
        node.process.wait()
        stat = pathlib.Path(f"/proc/{node.output.strip()}")
        for _ in range(100):
            if not stat.exists():
                break
            time.sleep(0.05)
        self.assertFalse(stat.exists())


@unittest.skipIf(REASON, REASON)
class Runs(ProgramTest):
    def script(self, text):
        file = pathlib.Path(self.folder, "node.py")
        file.write_text("#!/usr/bin/python3\n" + text)
        file.chmod(0o755)
        return "node.py"

    def test_runs_repeat(self):
        self.write("s.yaml", scenario(GOSSIP, rest="faults:\n  - {at: 500ms, for: 1s, loss: {rate: 30%}}\n"))
        results = [without_cost(self.run_json("s.yaml")) for _ in range(TRANSCRIPTS)]
        for result in results:
            self.assertEqual(result, results[0])
        self.assertTrue(results[0][0]["converged"])
        self.assertGreater(results[0][0]["messages"]["sent"], 20)

    def test_the_shipped_scenario_passes(self):
        done = self.hearsay("run", SOURCE / "scenarios/maelstrom/maelstrom-broadcast.yaml", timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_nodes_write_to_neighbours_that_join_later(self):
        self.write("s.yaml", scenario(GOSSIP, rest="topology: line\nfaults:\n  - {at: 1s, join: {nodes: 2}}\n"))
        (result,) = self.run_json("s.yaml")
        self.assertTrue(result["converged"])

    def test_a_crash_restarts_the_program_with_its_disk(self):
        bin = self.script("""\
import json, os, sys
for line in sys.stdin:
    m = json.loads(line); b = m["body"]; r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"]}
    if b["type"] == "broadcast": open("disk", "a").write(f'{b["message"]}\\n')
    if b["type"] == "read": r["messages"] = [int(v) for v in open("disk")] if os.path.exists("disk") else []
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
""")
        for disk, lost in (("kept", 0), ("lost", 20)):
            fault = f"faults:\n  - {{at: 3s, for: 1s, crash: {{nodes: 0, disk: {disk}}}}}\n"
            self.write("s.yaml", scenario(bin, rest=fault).replace("stop: 2s", "stop: 2s, targets: 0").replace("20%", "0%"))
            (result,) = self.run_json("s.yaml")
            self.assertEqual(result["lost_writes"], lost, disk)

    def test_what_goes_wrong_costs_the_run_and_is_said(self):
        for text, said in (("raise SystemExit('oh dear')", "oh dear"), ("import time\ntime.sleep(100)", "has not answered `init`"),
                           ("print('garbage', flush=True)\ninput()", "`garbage`"),
                           ("print('{\"dest\": \"lin-kv\", \"body\": {}}', flush=True)\ninput()", "lin-kv")):
            with self.subTest(text):
                self.write("s.yaml", scenario(self.script(text), ", init_within: 2s"))
                done = self.hearsay("run", "s.yaml")
                self.assertEqual(done.returncode, 255)
                self.assertIn(said, done.stderr)

    def test_a_program_that_is_not_there_is_a_mistake_of_the_scenario(self):
        self.write("s.yaml", scenario("nowhere.py"))
        done = self.hearsay("validate", "s.yaml")
        self.assertEqual(done.returncode, 254)
        self.assertIn("s.yaml:7:", done.stderr)
        self.assertIn("is no file", done.stderr)
        pathlib.Path(self.folder, "plain.py").write_text("")
        self.write("s.yaml", scenario("plain.py"))
        done = self.hearsay("run", "s.yaml")
        self.assertEqual(done.returncode, 254)
        self.assertIn("is not executable", done.stderr)


if __name__ == "__main__":
    unittest.main()
