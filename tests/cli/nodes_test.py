"""Nodes of the protocol `maelstrom` in scenarios: workloads and faults reach them, runs repeat, and what goes wrong is
said. Their supervisor: supervisor_test.py. Skipped, with the reason, where programs cannot be held."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

from program import PROGRAM, SOURCE, ProgramTest, without_cost
from supervised import LONG, REASON, TRANSCRIPTS

SHIPPED = SOURCE / "scenarios/maelstrom/nodes"
GOSSIP, ON_SERVICES = str(SHIPPED / "gossip_broadcast.py"), str(SHIPPED / "on_services.py")
# Each of Maelstrom's workloads but broadcast: ours, and what it counts when the node is wrong.
WORKLOADS = {
    "echo": ("kind: echo", "violations.echo"),
    "unique-ids": ("kind: unique-ids", "violations.unique_ids"),
    "pn-counter": ("kind: crdt, types: [pn-counter], objects: 1, reads: 50%, final_reads: 1s", "violations.counter"),
    "lin-kv": ("kind: register, reads: 50%, keys: 1", "violations.linearizability"),
    "txn-list-append": ("kind: txn-list-append, keys: 2", "violations.strict_serializability"),
    "txn-rw-register": ("kind: txn-rw-register, keys: 2", "violations.serializability"),
    "kafka": ("kind: kafka, reads: 60%, keys: 2, commits: 30%", "violations.log"),
}


ECHO = """\
#!/usr/bin/python3 -SE
import json, sys
for line in sys.stdin:
    m = json.loads(line); b = m["body"]; r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"], "echo": b.get("echo")}
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
"""
# It keeps what it is given in a file, and tells nobody.
DISK = """\
import json, os, sys
for line in sys.stdin:
    m = json.loads(line); b = m["body"]; r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"]}
    if b["type"] == "broadcast": open("disk", "a").write(f'{b["message"]}\\n')
    if b["type"] == "read": r["messages"] = [int(v) for v in open("disk")] if os.path.exists("disk") else []
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
"""


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
class Runs(ProgramTest):
    def script(self, text):
        file = pathlib.Path(self.folder, "node.py")
        file.write_text("#!/usr/bin/python3 -SE\n" + text)
        file.chmod(0o755)
        return "node.py"

    def check_repeats(self, bin):
        self.write("s.yaml", scenario(bin, rest="faults:\n  - {at: 500ms, for: 1s, loss: {rate: 30%}}\n"))
        results = [without_cost(self.run_json("s.yaml")) for _ in range(TRANSCRIPTS)]
        for result in results:
            self.assertEqual(result, results[0])
        ((result,), *_) = results
        self.assertTrue(result["converged"])
        self.assertEqual(result["missing"], 0)
        self.assertGreater(result["messages"]["sent"], 20)
        self.assertTrue(result["deterministic"])
        return result

    def test_runs_of_python_repeat(self):
        self.check_repeats(GOSSIP)

    def test_runs_of_cpp_repeat_and_are_the_same_on_every_machine(self):
        result = self.check_repeats(os.environ["HEARSAY_NODES_GOSSIP"])
        self.assertEqual(result["run_hash"], "e13a0803ed9812de")

    @unittest.skipUnless(shutil.which("node"), "there is no Node.js")
    def test_runs_of_node_js_repeat(self):
        self.check_repeats(SHIPPED / "gossip_broadcast.js")

    @unittest.skipUnless(shutil.which("node"), "there is no Node.js")
    def test_a_naive_node_loses_in_a_partition_what_it_sent_into_it(self):
        fault = "faults:\n  - {at: 500ms, for: 1s, partition: {groups: [[0], [1, 2]]}}\n"
        self.write("s.yaml", scenario(SHIPPED / "naive_broadcast.js", rest=fault))
        (result,) = self.run_json("s.yaml")
        self.assertFalse(result["converged"])
        self.assertGreater(result["missing"], 5)

    @unittest.skipUnless(LONG and shutil.which("go"), "long, or there is no Go")
    def test_runs_of_go_repeat(self):
        subprocess.run(["go", "build", "-o", self.folder / "gossip", SHIPPED / "gossip_broadcast.go"], check=True,
                       env={**os.environ, "GOCACHE": str(self.folder / "cache"), "GO111MODULE": "off"})
        self.check_repeats(self.folder / "gossip")

    @unittest.skipUnless(LONG, "long")
    def test_hunt_finds_the_flaw_of_a_node_and_shrinks_it(self):
        flawed = scenario(os.environ["HEARSAY_NODES_GOSSIP"], ", args: [forgets]")
        self.write("s.yaml", flawed)
        done = self.hearsay("hunt", "s.yaml", "--trials", "40", "--stop-at-first", "--no-pictures", timeout=600)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        (found,) = (self.folder / "found").glob("*.yaml")
        text = found.read_text()
        self.assertIn("promise `converges`", text)
        self.assertEqual(text.partition("\nfaults:\n")[2].count("  - {"), 1, text)
        self.assertIn("bin: ../", text.replace("bin: '../", "bin: ../"))
        self.assertEqual(self.hearsay("run", found).returncode, 1)
        found.write_text(text.replace("forgets", "remembers"))
        self.assertEqual(self.hearsay("run", found).returncode, 0)

    def test_real_time_gives_the_figures_of_simulated_time(self):
        bin = os.environ["HEARSAY_NODES_GOSSIP"]
        text = scenario(bin).replace("nodes: 3", "nodes: 5").replace("rate: 10/s", "rate: 50/s, final_reads: 1s")
        entry = f"  - {{name: maelstrom, label: real, params: {{bin: {bin}, pace: real}}}}\n"
        self.write("s.yaml", text.replace("workload:", entry + "workload:"))
        simulated, real = self.run_json("s.yaml")
        self.assertEqual((simulated["deterministic"], real["deterministic"]), (True, False))
        self.assertTrue(real["converged"])
        self.assertEqual(real["missing"], 0)
        self.assertEqual(real["maelstrom"]["lost_count"], 0)
        self.assertGreater(real["cost"]["wall_s"], 3)  # it took its time
        # Other tests on the machine make programs slower, which only real time shows, or the simulator, for which all then
        # comes at once: compared in the long test, alone.
        for path in (("messages", "per_op"), ("delivery_latency_s", "mean"), ("delivery_latency_s", "p90")):
            ratio = real[path[0]][path[1]] / simulated[path[0]][path[1]]
            self.assertGreater(ratio, 0.65 if LONG else 0.3, path)
            if LONG:
                self.assertLess(ratio, 1.35, path)

    def test_what_does_not_repeat_is_not_taken_for_what_does(self):
        self.write("s.yaml", scenario(GOSSIP, ", pace: real"))
        done = self.hearsay("run", "s.yaml", "--check-determinism")
        self.assertEqual(done.returncode, 254)
        self.assertIn("real time", done.stderr)
        done = self.hearsay("check", "s.yaml", "--baseline", "b.json", "--update")
        self.assertEqual(done.returncode, 254)
        self.assertIn("--seeds 1..5", done.stderr)
        self.write("s.yaml", scenario(GOSSIP, ", pace: real, service_time: 1ms"))
        done = self.hearsay("validate", "s.yaml")
        self.assertEqual(done.returncode, 254)
        self.assertIn("s.yaml:7:", done.stderr)

    def test_logs_of_nodes_are_kept(self):
        bin = self.script("import sys\nprint('so far', file=sys.stderr, flush=True)\n" + DISK)
        self.write("s.yaml", scenario(bin, rest="faults:\n  - {at: 1s, for: 500ms, kill: {nodes: 0}}\n"))
        for _ in range(2):  # what the first run has left is replaced
            self.hearsay("run", "s.yaml", "--node-logs", "logs")
        self.assertEqual((self.folder / "logs/n0.log").read_text(), "so far\n" * 2)
        self.assertEqual((self.folder / "logs/n1.log").read_text(), "so far\n")
        self.hearsay("run", "s.yaml", "--node-logs", "logs", "--seeds", "1,2")
        self.assertEqual((self.folder / "logs/2/n1.log").read_text(), "so far\n")
        self.write("file", "")
        done = self.hearsay("run", "s.yaml", "--node-logs", "file")
        self.assertEqual(done.returncode, 254)
        self.assertIn("--node-logs file", done.stderr)

    def test_the_shipped_scenario_passes(self):
        done = self.hearsay("run", SOURCE / "scenarios/maelstrom/maelstrom-broadcast.yaml", timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_nodes_write_to_neighbours_that_join_later(self):
        self.write("s.yaml", scenario(GOSSIP, rest="topology: line\nfaults:\n  - {at: 1s, join: {nodes: 2}}\n"))
        (result,) = self.run_json("s.yaml")
        self.assertTrue(result["converged"])

    def test_every_workload_is_served_and_judged(self):
        for speaks, (workload, field) in WORKLOADS.items():
            self.write("s.yaml", f"""\
name: workloads
nodes: 2
duration: 6s
settle: 500ms
platform: {{star: {{latency: 10ms, bandwidth: 1Gbps}}}}
protocols:
  - {{name: maelstrom, label: right, params: {{bin: {ON_SERVICES}}}}}
  - {{name: maelstrom, label: wrong, params: {{bin: {ON_SERVICES}, args: [wrong]}}}}
workload: {{{workload}, rate: 60/s, burst: 2, stop: 2s}}
""")
            right, wrong = self.run_json("s.yaml")
            with self.subTest(speaks):
                value = lambda result: result["violations"][field.split(".")[1]]
                self.assertEqual(value(right), 0)
                self.assertGreater(value(wrong), 0)
                self.assertEqual(right["params"]["speaks"], speaks)
                self.assertGreater(right["operations"]["acknowledged"], 50)
                self.assertIsNone(right["lost_writes"])  # nobody can see what such a node holds
                self.assertEqual(right["converged"], True if speaks == "pn-counter" else None)
                if speaks in ("lin-kv", "txn-list-append", "kafka"):
                    self.assertGreater(right["protocol_metrics"]["service_requests"], 50)

    def test_services_on_a_machine_of_the_cluster_are_reached_by_its_faults(self):
        text = scenario(ON_SERVICES, ", services: WHERE").replace("nodes: 3", "nodes: 2").replace(
            "kind: broadcast, rate: 10/s, stop: 2s, reads: 20%",
            "kind: register, keys: 1, rate: 20/s, stop: 3s, reads: 50%, targets: 1, timeout: 500ms")
        for where, fault, answered, status in (
                ("n0", "[]", 60, 0), ("n0", "partition: {groups: [[0], [1]]}", 40, 0), ("n0", "kill: {nodes: 0}", 40, 0),
                ("n0", "corrupt: {rate: 100%}", 40, 0), ("apart", "partition: {groups: [[0], [1]]}", 60, 2)):  # touches nothing
            with self.subTest(f"{where}, {fault}"):
                faults = fault if fault == "[]" else f"[{{at: 1s, for: 1s, {fault}}}]"
                self.write("s.yaml", text.replace("WHERE", where) + f"faults: {faults}\n")
                (result,) = self.run_json("s.yaml", status=status)
                operations = result["operations"]
                self.assertAlmostEqual(operations["attempted"] - operations["timed_out"], answered, delta=3)
                self.assertEqual(result["violations"]["linearizability"], 0)
                if fault == "[]":  # both ways to the machine of node 0, of 10 ms each
                    self.assertAlmostEqual(result["client_latency_s"]["p50"], 0.02, 4)
                    self.assertEqual(result["messages"]["sent"], 2 * result["protocol_metrics"]["service_requests"])

    def test_transactions_in_a_cycle_are_explained(self):
        self.write("s.yaml", scenario(ON_SERVICES, ", args: [wrong]").replace(
            "{kind: broadcast, rate: 10/s, stop: 2s, reads: 20%}", "{kind: txn-list-append, keys: 2, rate: 60/s, burst: 2, stop: 2s}"))
        self.hearsay("run", "s.yaml", "--results", "r.sqlite")
        out = self.hearsay("explain", "r.sqlite", "--run", "1").stdout
        number, cycle = re.search(r"violates \w+: each of these (\d) transactions comes before the next, and the last before the first\n"
                                  r"((?:  .*\n)+)", out).groups()
        transactions = re.findall(r"  [\d.]+ s to [\d.]+ s, (?:(?:read|append) \d.*)\n    (?:read|wrote) key \d .* the next", cycle)
        self.assertEqual(len(transactions), int(number), out)

    def test_a_node_that_is_killed_starts_again_from_its_disk(self):
        bin = self.script(DISK)
        self.write("s.yaml", scenario(bin, rest="faults:\n  - {at: 1s, for: 500ms, kill: {nodes: 0}}\n")
                   .replace("stop: 2s", "stop: 2s, targets: 0"))
        (result,) = self.run_json("s.yaml")
        self.assertEqual(result["lost_writes"], 0)
        self.assertGreater(result["operations"]["failed"], 2)  # asked while it was dead
        self.assertEqual(result["faults"][0]["stopped"], 1)

    def test_a_paused_node_hears_nothing_and_its_timers_are_late(self):
        bin = self.script("""\
import json, select, sys, time
last, longest = time.monotonic(), 0
while True:
    ready = select.select([sys.stdin], [], [], 0.05)[0]
    longest, last = max(longest, time.monotonic() - last), time.monotonic()
    if not ready: continue
    m = json.loads(sys.stdin.readline()); b = m["body"]
    r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"], "echo": b.get("echo")}
    if longest > 0.9: r["echo"] = "slept"
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
""")
        text = scenario(bin).replace("nodes: 3", "nodes: 1").replace("kind: broadcast", "kind: echo").replace(", reads: 20%", "")
        self.write("s.yaml", text + "faults:\n  - {at: 525ms, for: 1s, pause: {nodes: 0}}\n")
        (result,) = self.run_json("s.yaml")
        self.assertEqual(result["operations"]["acknowledged"], result["operations"]["attempted"])
        self.assertAlmostEqual(result["client_latency_s"]["max"], 0.925, 3)  # asked at 0.6 s, heard at 1.525 s
        self.assertGreater(result["violations"]["echo"], 5)  # its sleep of 50 ms took a second

    def test_a_fault_of_the_clock_moves_what_the_node_reads(self):
        bin = self.script("""\
import json, sys, time
start = time.time()
for line in sys.stdin:
    m = json.loads(line); b = m["body"]; r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"], "echo": b.get("echo")}
    if time.time() - start > 100: r["echo"] = "late"
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
""")
        text = scenario(bin).replace("nodes: 3", "nodes: 1").replace("kind: broadcast", "kind: echo").replace(", reads: 20%", "")
        self.write("s.yaml", text + "faults:\n  - {at: 1s, clock: {nodes: 0, skew: 200s}}\n")
        (result,) = self.run_json("s.yaml")
        self.assertEqual(result["violations"]["echo"], 10)  # of 20, those of the second second

    def test_lines_come_twice_and_corrupt_ones_are_no_json(self):
        bin = self.script("""\
import json, sys
values = []
for line in sys.stdin:
    try: m = json.loads(line)
    except ValueError: values.append(1000000); continue
    b = m["body"]
    if b["type"] == "copy": values.append(b["value"]); continue
    r = {"type": b["type"] + "_ok", "in_reply_to": b["msg_id"]}
    if b["type"] == "broadcast":
        print(json.dumps({"src": m["dest"], "dest": "n1", "body": {"type": "copy", "value": b["message"]}}), flush=True)
    if b["type"] == "read": r["messages"] = values
    print(json.dumps({"src": m["dest"], "dest": m["src"], "body": r}), flush=True)
""")
        text = scenario(bin).replace("nodes: 3", "nodes: 2").replace("reads: 20%", "targets: 0") + """\
  - {kind: broadcast, start: 5s, stop: 6s, rate: 10/s, reads: 100%, targets: 1}
faults:
  - {at: 0s, until: 1s, duplicate: {rate: 100%}}
  - {at: 1s, until: 2s, corrupt: {rate: 100%}}
"""
        self.write("s.yaml", text.replace("workload: ", "workload:\n  - "))
        (result,) = self.run_json("s.yaml")
        self.assertGreaterEqual(result["maelstrom"]["duplicated_count"], 9)  # came twice
        self.assertEqual(result["lost_writes"], 10)  # those of the second second came as no JSON

    def test_runs_at_the_same_time_have_processors_of_their_own(self):
        bin = self.script("while True: pass")  # until it is given up, after 20 s
        self.write("s.yaml", scenario(bin).replace("nodes: 3", "nodes: 1"))
        mine = str(pathlib.Path(self.folder, "node.py"))
        run = subprocess.Popen([PROGRAM, "run", "s.yaml", "--seeds", "1..2", "--jobs", "2", "--quiet"], cwd=self.folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def processors():
            found = []
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if mine in (folder / "cmdline").read_text().split("\0") and (folder / "comm").read_text() == "hearsay-nodes\n":
                        found.append(re.search(r"Cpus_allowed_list:\t(.*)", (folder / "status").read_text()).group(1))
                except OSError:
                    pass
            return found

        try:
            for _ in range(300):
                found = processors()
                if len(found) == 2 and all(one.isdigit() for one in found):  # a third one is about to become a node
                    break
                time.sleep(0.05)
        finally:
            run.kill()
            run.wait()
        # Other tests may have taken some.
        self.assertEqual([one.isdigit() for one in found], [True, True], found)
        if LONG:
            self.assertEqual(len(set(found)), min(2, len(os.sched_getaffinity(0))), found)

    def test_nothing_is_left_when_the_simulator_is_killed(self):
        for pace in ("virtual", "real"):
            self.check_nothing_is_left(pace)

    def check_nothing_is_left(self, pace):
        bin = self.script("import sys, time\nwhile True: time.sleep(0.01)")
        self.write("s.yaml", scenario(bin, f", init_within: 1h, pace: {pace}").replace("duration: 8s", "duration: 2h"))
        run = subprocess.Popen([PROGRAM, "run", "s.yaml", "--quiet"], cwd=self.folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        mine = str(pathlib.Path(self.folder, "node.py")).encode()

        def alive():
            found = []
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if mine in words:
                    found.append(folder.name)
            return found

        def wait_until(holds):
            for _ in range(600):
                if holds():
                    return True
                time.sleep(0.05)
            return False

        try:
            self.assertTrue(wait_until(lambda: len(alive()) >= 6))  # three nodes and their supervisors
        finally:
            run.kill()
            run.wait()
        self.assertTrue(wait_until(lambda: not alive()), alive())

    def test_programs_are_named_as_written_and_found_by_the_scenario(self):
        for name in ("one", "other"):
            folder = pathlib.Path(self.folder, name)
            folder.mkdir()
            (folder / "node.py").write_text(ECHO)
            (folder / "node.py").chmod(0o755)
            text = scenario("./node.py").replace("kind: broadcast", "kind: echo").replace(", reads: 20%", "")
            (folder / "s.yaml").write_text(text.replace("nodes: 3", "nodes: 1"))
        one, other = (without_cost(self.run_json(f"{name}/s.yaml")) for name in ("one", "other"))
        self.assertEqual(one, other)
        self.assertEqual(one[0]["params"]["bin"], "./node.py")
        # The same run is not run again until the program is another one.
        def counted():
            return self.hearsay("run", "one/s.yaml", "--results", "r.sqlite").stderr
        counted()
        self.assertIn("1 from r.sqlite", counted())
        program = pathlib.Path(self.folder, "one", "node.py")
        program.write_text(ECHO + "# changed\n")
        self.assertNotIn("from r.sqlite", counted())
        # `explain` runs it again, and finds the program by the scenario of the command.
        done = self.hearsay("explain", "r.sqlite", "--run", "2")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_service_time_occupies_a_node(self):
        self.write("echo.py", ECHO)
        pathlib.Path(self.folder, "echo.py").chmod(0o755)
        text = scenario("echo.py", ", service_time: 20ms").replace("kind: broadcast", "kind: echo")
        self.write("s.yaml", text.replace(", reads: 20%", "").replace("nodes: 3", "nodes: 1"))
        (result,) = self.run_json("s.yaml")
        self.assertAlmostEqual(result["client_latency_s"]["p50"], 0.02, 6)

    def test_a_crash_restarts_the_program_with_its_disk(self):
        bin = self.script(DISK)
        for disk, lost in (("kept", 0), ("lost", 20)):
            fault = f"faults:\n  - {{at: 3s, for: 1s, crash: {{nodes: 0, disk: {disk}}}}}\n"
            self.write("s.yaml", scenario(bin, rest=fault).replace("stop: 2s", "stop: 2s, targets: 0").replace("20%", "0%"))
            (result,) = self.run_json("s.yaml")
            self.assertEqual(result["lost_writes"], lost, disk)

    def test_what_goes_wrong_costs_the_run_and_is_said(self):
        for text, said in (("raise SystemExit('oh dear')", "oh dear"), ("import time\ntime.sleep(100)", "has not answered `init`"),
                           ("print('garbage', flush=True)\ninput()", "`garbage`"),
                           *((f"print('{line}', flush=True)\ninput()", "is no message {src, dest, body}: `" + line) for line in (
                               '{"dest": "c1"}', '{"dest": "c1", "body": [1]}', '{"body": {}}', '{"dest": 1, "body": {}}')),
                           ("print('{\"dest\": \"no-kv\", \"body\": {}}', flush=True)\ninput()", "no-kv"),
                           ("for _ in range(66): print('{\"dest\": \"c1\", \"body\": {\"x\": \"' + 'w' * (1 << 20) + '\"}}')", "more than 64 MiB"),
                           ("held = bytearray(9 << 30)", "MemoryError"),
                           ("import os, time\nfor _ in range(99):\n    if os.fork() == 0: time.sleep(9)", "64 processes")):
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
