"""Batches: the store that lets them go on, interrupts, crashes, full disks, terminals."""
import contextlib
import json
import os
import pathlib
import pty
import re
import resource
import select
import shlex
import signal
import sqlite3
import subprocess
import time
import unittest

from program import PROGRAM, SLOW, SMALL, SOURCE, ProgramTest, environment, shipped, without_cost

SHORTER = SLOW.replace("60s", "20s").replace("40s", "15s")


class Store(ProgramTest):
    def rows(self, file="r.sqlite"):
        with sqlite3.connect(self.folder / file) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            return sorted(store.execute("SELECT scenario_hash, protocol, label, params_key, case_key, seed, run_hash FROM runs"))

    def test_a_run_that_is_there_is_not_run_again(self):
        self.write("small.yaml", SMALL)
        first = self.run_json("small.yaml", "--seeds", "1..2", "--results", "r.sqlite")
        done = self.hearsay("run", "small.yaml", "--seeds", "1..3", "--results", "r.sqlite", "--format", "json")
        self.assertIn("pass: 3 runs, 3 passed; 2 from r.sqlite", done.stderr)
        self.assertEqual(json.loads(done.stdout)[:2], first)  # cost included
        forced = self.run_json("small.yaml", "--seeds", "1..2", "--results", "r.sqlite", "--force")
        self.assertNotEqual(forced, first)
        self.assertEqual(without_cost(forced), without_cost(first))
        self.assertEqual(len(self.rows()), 3)

    def test_a_run_that_ended_with_an_error_runs_again(self):
        self.write("small.yaml", SMALL)
        for form in ("table", "json"):
            words = ("run", "small.yaml", "--seeds", "1..3", "--results", "r.sqlite", "--format", form)
            self.assertEqual(self.hearsay(*words).returncode, 0)
            with sqlite3.connect(self.folder / "r.sqlite") as store:
                store.execute("UPDATE runs SET verdict = 'error', result = json_set(result, '$.verdict', 'error') WHERE seed = 2")
            again = self.hearsay(*words)
            self.assertEqual((again.returncode, again.stderr), (0, "pass: 3 runs, 3 passed; 2 from r.sqlite\n"))

    def test_what_makes_another_run(self):
        self.write("small.yaml", SMALL)
        self.write("same-elsewhere.yaml", SMALL)
        self.write("relabelled.yaml", SMALL.replace("[inter", "[{label: b, name: inter").replace("cast]", "cast}]"))
        self.run_json("small.yaml", "--results", "r.sqlite")
        self.run_json("same-elsewhere.yaml", "--results", "r.sqlite")
        self.assertEqual(len(self.rows()), 1)
        for n, words in enumerate((["small.yaml", "--seeds", "2"], ["small.yaml", "--set", "params.retries=1"],
                                   ["small.yaml", "--set", "nodes=6"], ["small.yaml", "--set", "matrix={nodes: [7]}"],
                                   ["small.yaml", "--cfg=network/bandwidth-factor:0.5"], ["relabelled.yaml"])):
            self.run_json(*words, "--results", "r.sqlite")
            self.assertEqual(len(self.rows()), n + 2, words)

    def test_what_is_printed_of_stored_runs_is_what_was_printed_of_the_runs(self):
        """From the columns of the store: of runs that pass, fail and are inconclusive, of what only one protocol counts, of views of
        members, of a run that is asked for twice, and of seeds far apart."""
        self.write("small.yaml", SMALL)
        self.write("mixed.yaml", SMALL.replace("[interceptor-broadcast]", "[interceptor-broadcast, swim-cache, {name: delta-gossip, "
                                               "label: wrong, expect: {messages.sent: 0}}]") +
                   "matrix: {faults: [[], [{at: 1s, for: 1s, crash: {nodes: 3}}], [{at: 1s, for: 10ms, loss: {rate: 0%}}]]}\n")
        self.write("again.yaml", (self.folder / "mixed.yaml").read_text())
        files = ("mixed.yaml", "again.yaml")
        for words in ((*files, "--seeds", "1..3"), (*files, "--seeds", "1..3", "--columns", "messages.per_op,protocol_metrics.retries"),
                      ("small.yaml", "--seeds", "1..30"), ("small.yaml", "--seeds", "1..200", "--shard", "3/40")):
            words = ("run", *words, "--results", "r.sqlite")
            first, again = self.hearsay(*words), self.hearsay(*words)
            self.assertGreater(len(first.stdout), 200, (words, first.stderr))
            self.assertEqual((first.returncode, first.stdout), (again.returncode, again.stdout))
            self.assertEqual(re.sub("; \\d+ from r.sqlite", "", first.stderr), re.sub("; \\d+ from r.sqlite", "", again.stderr))
            self.assertIn("from r.sqlite", again.stderr)

    def test_tracing_and_checking_run_what_is_stored(self):
        self.write("small.yaml", SMALL)
        self.run_json("small.yaml", "--results", "r.sqlite")
        self.run_json("small.yaml", "--results", "r.sqlite", "--trace", "t.jsonl")
        self.assertGreater((self.folder / "t.jsonl").stat().st_size, 1000)

    def check_kill(self, scenario, seeds, lines):
        """Kills a batch that has reported this many runs."""
        store, whole = scenario + ".sqlite", scenario + "-whole.sqlite"
        words = ["run", scenario + ".yaml", "--seeds", "1..%d" % seeds, "--jobs", "2", "--format", "ndjson", "--results"]
        with subprocess.Popen([PROGRAM, *words, store], cwd=self.folder, env=environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            seen = [json.loads(process.stdout.readline()) for _ in range(lines)]
            process.kill()
            seen += [json.loads(line) for line in process.stdout.read().splitlines() if line.endswith(b"}")]
        stored = self.rows(store)
        self.assertLess(len(stored), seeds)
        self.assertGreaterEqual({row[-1] for row in stored}, {result["run_hash"] for result in seen})
        for file in (store, whole):
            self.assertEqual(self.hearsay(*words, file).returncode, 0)
        self.assertEqual(self.rows(store), self.rows(whole))
        self.assertEqual(len(self.rows(store)), seeds)

    def test_a_kill_in_mid_batch_loses_no_finished_run(self):
        self.write("slow.yaml", SHORTER)
        self.check_kill("slow", 3, 1)

    def test_a_kill_loses_no_run_that_was_reported_where_many_are_stored_at_once(self):
        self.write("small.yaml", SMALL)
        self.check_kill("small", 400, 10)

    def test_a_store_that_is_full_costs_no_result(self):
        self.write("small.yaml", SMALL)

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

        done = self.hearsay("run", "small.yaml", "--seeds", "1..20", "--results", "r.sqlite", "--format", "json", preexec_fn=limit)
        self.assertEqual(done.returncode, 255)
        self.assertEqual([r["verdict"] for r in json.loads(done.stdout)], ["pass"] * 20)
        stored = len(self.rows())
        self.assertTrue(0 < stored < 20, stored)
        self.assertEqual(done.stderr.splitlines()[-1], "error: 20 runs, 20 passed; %d not stored" % (20 - stored))

    def test_two_batches_may_write_one_store(self):
        self.write("small.yaml", SMALL)
        batches = [subprocess.Popen([PROGRAM, "run", "small.yaml", "--seeds", seeds, "--results", "r.sqlite", "-q"],
                                    cwd=self.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for seeds in ("1..15", "10..25")]
        for batch in batches:
            self.assertEqual((batch.communicate()[1], batch.returncode), (b"", 0))
        self.assertEqual([row[5] for row in self.rows()], list(range(1, 26)))


class Trouble(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("slow.yaml", SLOW)
        self.write("small.yaml", SMALL)

    def start(self, *words):
        process = subprocess.Popen([PROGRAM, "run", *words], cwd=self.folder, env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for_rows(self, file, count):
        with sqlite3.connect(self.folder / file) as store:
            while store.execute("SELECT count(*) FROM runs").fetchone()[0] < count:
                time.sleep(0.01)

    def children(self, process):
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            return [int(word) for word in file.read().split()]

    @staticmethod
    def processor_time(pid):
        """Seconds; 0 if the process has ended."""
        try:
            with open("/proc/%d/stat" % pid) as file:
                user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def test_an_interrupt_keeps_what_has_finished(self):
        self.write("slow.yaml", SHORTER)
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                store = "%d.sqlite" % number
                process = self.start("slow.yaml", "--seeds", "1..20", "--jobs", "2", "--format", "ndjson", "--results", store)
                lines = [process.stdout.readline() for _ in range(2)]
                os.killpg(process.pid, number)
                out, err = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 255)
                results = [json.loads(line) for line in lines + out.splitlines()]
                self.assertRegex(err.splitlines()[-1], r"^interrupted: %d of 20 runs, %d passed$" % (len(results), len(results)))
                with sqlite3.connect(self.folder / store) as connection:
                    stored = {row[0] for row in connection.execute("SELECT run_hash FROM runs")}
                self.assertEqual(stored, {result["run_hash"] for result in results})

    def test_an_interrupt_tells_what_is_known_of_the_runs_that_it_ended(self):
        self.write("long.yaml", SLOW.replace("name: slow", "name: long").replace("60s", "5000s").replace("40s", "4000s"))
        process = self.start("small.yaml", "long.yaml", "--jobs", "1", "--format", "ndjson", "--results", "r.sqlite")
        process.stdout.readline()
        while max(map(self.processor_time, self.children(process)), default=0) < 0.5:  # on a busy machine that is long
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (255, ""))
        stopped, last = [line for line in err.splitlines() if line]
        self.assertEqual(last, "interrupted: 1 of 2 runs, 1 passed")
        known = re.match(r"stopped: long, interceptor-broadcast, seed 1, at ([\d.]+) of 5000 s simulated: (\d+) events, "
                         r"(\d+) messages, (\d+) of (\d+) operations acknowledged, \d+ \(write, node\) pairs missing, "
                         r"\d+ distinct states$", stopped)
        self.assertTrue(known, stopped)
        simulated, events, messages, acknowledged, attempted = map(float, known.groups())
        self.assertTrue(0 < simulated < 5000 and events > messages > acknowledged > 0 and attempted >= acknowledged, stopped)
        with sqlite3.connect(self.folder / "r.sqlite") as store:
            self.assertEqual(store.execute("SELECT scenario FROM runs").fetchall(), [("small",)])

    def test_a_storm_of_messages_is_a_crash_with_its_place_and_a_remedy(self):
        done = self.hearsay("run", "slow.yaml", "--set", "engine.max_in_flight=1", "--format", "json")
        self.assertEqual(done.returncode, 255)
        result, = json.loads(done.stdout)
        self.assertEqual(result["verdict"], "error")
        self.assertRegex(result["reasons"][0], r"^slow.yaml:5:13: \d+ messages are in flight after .* of simulated time, more than "
                         r"`engine.max_in_flight` \(1\) allows: .*; .* raise the bound$")

    def test_an_interrupted_batch_prints_the_table_of_what_has_finished(self):
        self.write("slow.yaml", SHORTER)
        process = self.start("small.yaml", "slow.yaml", "--seeds", "1..20", "--jobs", "1", "--results", "r.sqlite")
        process.stdout.readline()  # the first table is there
        self.wait_for_rows("r.sqlite", 22)
        os.killpg(process.pid, signal.SIGINT)
        self.assertIn("slow: 110 nodes", process.communicate(timeout=60)[0])

    def test_a_worker_that_is_killed_costs_only_its_run(self):
        process = self.start("slow.yaml", "--seeds", "1..2", "--jobs", "1", "--format", "json")
        while not self.children(process):
            time.sleep(0.01)
        os.kill(self.children(process)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 255)
        self.assertEqual([r["verdict"] for r in json.loads(out)], ["error", "pass"])
        self.assertIn("ended by signal Killed", err)
        self.assertEqual(err.splitlines()[-1], "error: 2 runs, 1 passed, 1 crashed")

    def test_of_many_runs_that_share_workers_one_that_fails_or_is_killed_costs_only_itself(self):
        # The bound is looked at every 8192 events.
        self.write("many.yaml", SMALL.replace("20/s", "300/s").replace("nodes: 5", "nodes: 20")
                   + "matrix: {engine.max_in_flight: [1, 20000000]}\n")
        done = self.hearsay("run", "many.yaml", "--seeds", "1..6", "--jobs", "2", "--format", "json")
        results = json.loads(done.stdout)
        self.assertEqual(sorted(r["verdict"] for r in results), ["error"] * 6 + ["pass"] * 6)
        self.assertTrue(all((r["verdict"] == "error") == (r["case"]["engine.max_in_flight"] == 1) for r in results))
        process = self.start("small.yaml", "--seeds", "1..400", "--jobs", "2", "--format", "ndjson")
        killed = set()
        lines = []
        for line in process.stdout:
            lines.append(line)
            for worker in self.children(process)[:1]:
                if len(killed) < 3 and worker not in killed and len(lines) < 300:
                    with contextlib.suppress(ProcessLookupError):  # it may just have ended
                        os.kill(worker, signal.SIGKILL)
                        killed.add(worker)
        err = process.stderr.read()
        results = [json.loads(line) for line in lines]
        crashed = [r for r in results if r["verdict"] == "error"]
        self.assertEqual(len(results), 400)
        self.assertLessEqual(len(crashed), len(killed))
        self.assertTrue(all("Killed" in r["reasons"][0] for r in crashed), crashed)
        self.assertIn("400 runs", err.splitlines()[-1])

    def test_runs_that_share_workers_are_those_that_do_not(self):
        shared = self.run_json("small.yaml", "--seeds", "1..12", "--jobs", "1")
        alone = [self.run_json("small.yaml", "--seeds", seed)[0] for seed in (1, 6, 12)]
        self.assertEqual(without_cost([shared[0], shared[5], shared[11]]), without_cost(alone))

    def test_workers_share_nine_tenths_of_the_memory(self):
        """As many as there are runs, if that is less than --jobs."""
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        for jobs in ("2", "1000"):
            process = self.start("slow.yaml", "--seeds", "1..2", "--jobs", jobs)
            while not self.children(process):
                time.sleep(0.01)
            limits = pathlib.Path(f"/proc/{self.children(process)[0]}/limits")
            deadline = time.monotonic() + 60
            while (limit := re.search(r"Max address space +(\w+)", limits.read_text())[1]) == "unlimited":
                self.assertLess(time.monotonic(), deadline)
            process.kill()
            self.assertAlmostEqual(int(limit), max(memory // 10 * 9 // 2, 1 << 30), delta=1 << 20)

    def test_a_run_that_wants_more_memory_than_there_is_ends_with_these_words(self):
        self.write("many.yaml", SLOW.replace("110", "300").replace("1/s", "200/s"))
        def leave_half_a_gigabyte():
            resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
        self.write("small.yaml", SMALL)
        done = self.hearsay("run", "many.yaml", "small.yaml", preexec_fn=leave_half_a_gigabyte)
        self.assertEqual(done.returncode, 255)
        self.assertIn("error: slow, interceptor-broadcast, seed 1\n  the run wants more memory than 0.5 GiB, the limit that `hearsay` "
                      "was started with (see ulimit -v)", done.stderr)
        self.assertEqual(done.stderr.splitlines()[-1], "error: 2 runs, 1 passed, 1 crashed")

    def test_workers_end_with_their_parent(self):
        process = self.start("slow.yaml", "--seeds", "1..20", "--jobs", "2")
        while len(self.children(process)) < 2:
            time.sleep(0.01)
        workers = self.children(process)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 60
        while any(self.runs(worker) for worker in workers):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    @staticmethod
    def runs(pid):
        try:
            with open("/proc/%d/stat" % pid) as file:
                return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except FileNotFoundError:
            return False

    def test_a_full_disk_behind_stdout_is_reported(self):
        for words in (["run", "small.yaml"], ["run", "small.yaml", "--format", "json"], ["list"], ["schema"]):
            with self.subTest(words), open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=environment(), stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=30)
                self.assertEqual(done.returncode, 255)
                self.assertIn("cannot write to stdout", done.stderr)

    def test_a_closed_pipe_ends_it_quietly(self):
        for command in ("list", "schema", "run small.yaml --seeds 1..4 --format ndjson", "run small.yaml --format json"):
            done = subprocess.run(["sh", "-c", shlex.quote(PROGRAM) + " " + command + " | head -c 1"], cwd=self.folder,
                                  env=environment(), capture_output=True, timeout=30)
            self.assertEqual(len(done.stdout), 1)
            self.assertNotIn(b"terminate", done.stderr)
            self.assertNotIn(b"acktrace", done.stderr)

    def test_a_directory_without_leave_to_write_is_reported_before_any_run(self):
        done = self.hearsay("run", "slow.yaml", "--results", "/proc/r.sqlite")
        self.assertEqual((done.returncode, done.stdout), (254, ""))
        self.assertIn("--results", done.stderr)

    def terminal(self, *words, cols=60, until=None):
        """What a terminal shows of stdout and stderr, to its end or until it matches; then it is interrupted."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.environ.pop("HEARSAY_LAUNCHER", None)
            os.system("stty cols %d" % cols)
            os.execv(PROGRAM, [PROGRAM, *words])
        text = b""
        while select.select([fd], [], [], 60)[0]:
            try:
                block = os.read(fd, 65536)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            text += block
            if until and re.search(until, text.decode(errors="replace")):
                os.killpg(pid, signal.SIGINT)
                until = None
        os.close(fd)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.decode().replace("\r\n", "\n")

    def test_a_terminal_shows_progress_and_the_verdict_last(self):
        status, text = self.terminal("run", "slow.yaml", "--seeds", "1..2", "--jobs", "1")
        self.assertEqual(status, 0)
        lines = re.findall(r"\r\x1b\[K([^\r\n\x1b]+)", text)
        progress = [line for line in lines if re.match(r"\d+/2 runs", line)]
        self.assertTrue(progress, text)
        self.assertTrue(all(len(line) < 60 for line in progress))
        self.assertEqual(text.splitlines()[-1].split("\x1b[K")[-1], "pass: 2 runs, 2 passed")
        shown = re.sub(r"[^\n]*\r\x1b\[K", "", text)
        self.assertTrue(shown.startswith("slow: 110 nodes"), shown)

    def test_a_long_run_shows_how_fast_it_goes_and_how_far_the_nodes_are(self):
        self.write("long.yaml", SLOW.replace("60s", "1000s").replace("40s", "1000s"))
        shown = r"0/1 runs, (?:\d+ s|\d+ min) left, [\d.]+ of 1000 s simulated, [\d.]+ ?[kM]? events/s, [\d.]+% of writes present, \d+ states?"
        _, text = self.terminal("run", "long.yaml", cols=120, until=shown)
        self.assertRegex(text, shown)

    def test_progress_is_reported_elsewhere_if_it_is_asked_for(self):
        asked = self.hearsay("run", "slow.yaml", "small.yaml", "--jobs", "1", "--progress")
        self.assertRegex(asked.stderr.splitlines()[0], r"^\d+/2 runs, \d+ (s|min) left")
        self.assertEqual(asked.stderr.splitlines()[-1], "pass: 2 runs, 2 passed")

    def test_a_short_batch_shows_no_progress(self):
        _, text = self.terminal("run", "small.yaml")
        self.assertNotIn("runs,", text.replace("1 run,", ""))
        self.assertNotIn("\x1b[K", text)
        self.assertEqual(text.splitlines()[-1], "pass: 1 run, 1 passed")

    def test_shipped_scenarios_can_be_named_from_anywhere(self):
        done = self.hearsay("validate", shipped("partition-heal"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_run_that_ended_with_an_error_says_which_run_it_is_as_one_that_finished_does(self):
        text = SLOW.replace("interceptor-broadcast", "rpc-fanout") + "engine: {max_in_flight: LIMIT}\n"
        runs = []
        for limit, status in ((1, 255), (1000000, 0)):
            self.write("s.yaml", text.replace("LIMIT", str(limit)))
            done = self.hearsay("run", "s.yaml", "--format", "json", "--quiet")
            self.assertEqual(done.returncode, status, done.stderr)
            runs.append(json.loads(done.stdout)[0])
        crashed, finished = runs
        self.assertEqual((crashed["verdict"], finished["verdict"]), ("error", "pass"))
        for name in ("scenario", "protocol", "label", "params", "seed", "nodes", "case"):
            self.assertEqual(crashed[name], finished[name])
        self.assertEqual(crashed.keys(), finished.keys())
        self.assertIsNone(crashed["messages"]["sent"])
        self.assertEqual(crashed["messages"]["by_type"].keys(), finished["messages"]["by_type"].keys())


if __name__ == "__main__":
    unittest.main()
