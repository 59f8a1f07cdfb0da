"""Figures that README.md and the protocols' pages print are what the program gives now. HEARSAY_REWRITE=1 rewrites the
sample output; figures in prose are for a human to rewrite."""
import json
import os
import re
import unittest

from program import SOURCE, ProgramTest

README = SOURCE / "README.md"


def block_behind(text, begin):
    """The first code block without a language after `begin`: (text before it, the block, text behind it)."""
    at = text.index(begin)
    start = text.index("\n```\n", at) + 5
    end = text.index("```\n", start)
    return text[:start], text[start:end], text[end:]


class Figures(ProgramTest):
    maxDiff = None

    def compare_block(self, begin, output):
        before, shown, behind = block_behind(README.read_text(), begin)
        if os.environ.get("HEARSAY_REWRITE"):
            README.write_text(before + output + behind)
            shown = output
        self.assertEqual(shown, output, f"README, {begin}: HEARSAY_REWRITE=1 ./hearsay test -R figures rewrites it")

    def test_what_the_first_command_prints(self):
        done = self.hearsay("run", "partition-heal", "--jobs", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.compare_block("## What the first command prints", done.stdout + done.stderr)

    def test_what_the_readme_says_of_it(self):
        documented, retries = self.run_json("partition-heal")
        text = " ".join(README.read_text().split())
        pairs = documented["missing"] / documented["residue"]
        writes = documented["operations"]["writes"]["acknowledged"]
        self.assertIn(f"{documented['missing']} of {pairs:.0f} pairs are missing", text)
        self.assertIn(f"{documented['never_stable']} of {writes} never did (`never_stable`", text)
        self.assertEqual(retries["convergence_time_s"], 0)
        agreed = retries["recovery"][0]["ended_at"] + retries["recovery"][0]["reconverged_s"]
        last = retries["simulated_s"] - 5  # the scenario's `settle`
        self.assertIn(f"agreed at {agreed:.2f} s, before the last client operation at {last:.2f} s", text)
        self.assertIn(f"nodes hold all writes again at {agreed:.2f} s", text)

    def test_the_commands_of_transcripts_are_those_of_the_table(self):
        text = (SOURCE / "CONTRIBUTING.md").read_text()
        table = text[text.index("| command | meaning |"):text.index("## The walls")]
        commands = [row.split(" | ")[0] for row in table.splitlines()[2:]]
        shown = {name for cell in commands for name in re.findall(r"(?:^\| |, )`([a-z-]+)", cell)}
        script = (SOURCE / "sim" / "transcript" / "script.cpp").read_text().split("Verb> table{")[1]
        verbs = set(re.findall(r'(?m)^      \{"([a-z-]+)",', script))
        self.assertEqual(shown, verbs | {"boot", "quiet"})

    def test_what_a_run_that_did_not_pass_prints(self):
        done = self.hearsay("run", "partition-heal", "--protocol=interceptor-broadcast", "--set", "expect.missing=0")
        self.assertEqual(done.returncode, 1, done.stderr)
        again, verdict = done.stderr.strip().rsplit("\n\n", 1)
        self.assertEqual(verdict, "fail: 1 run, 1 failed")
        self.compare_block("command that runs it again alone:", re.sub(r"again: \S+/hearsay", "again: ./hearsay", again) + "\n")


class Pages(ProgramTest):
    """The cheap figures of the protocols' pages, each in the words of the page."""

    def by_label(self, scenario, *words):
        labels = {}
        for run in self.run_json(scenario, *words):
            labels.setdefault(run["label"], []).append(run)
        return labels

    def shown(self, page, *texts):
        flat = " ".join((SOURCE / "protocols" / page / "README.md").read_text().split())
        for text in texts:
            with self.subTest(text):
                self.assertTrue(text in flat, f"protocols/{page}/README.md does not say so")

    def test_causal_crdt_ordering(self):
        states = {1: "yes", 2: "no, two states", 3: "no, three states"}
        orders = {"no order": "none", "fifo": "fifo", "causal": "causal"}
        rows = []
        for label, (run,) in self.by_label("causal-delivery").items():
            wait = 1000 * run["protocol_metrics"]["waiting_mean_s"]
            rows.append(f"| {orders[label]} | {run['violations']['causal_order']} | {states[run['distinct_states']]} | "
                        + (f"{wait:.0f} ms |" if wait else "0 |"))
        self.shown("causal-crdt", *rows)

    def test_causal_crdt_limits(self):
        def only(scenario, label):
            (run,) = self.by_label(scenario, "--protocol", label)[label]
            return run

        apart = only("permanent-divergence", "as documented")
        counters = only("partitioned-counters", "as documented")
        adds = only("acknowledged-adds-lost", "causal-crdt")
        moving = only("moving-clients", "without clocks")
        kept, cut = only("log-truncation", "logs are kept"), only("log-truncation", "stable effects go")
        self.assertEqual(counters["distinct_states"], 2)
        self.shown("causal-crdt",
                   f"{apart['protocol_metrics']['effects_blocked']:.0f} effects blocked, {apart['missing']} pairs missing",
                   f"two states, {counters['missing']} pairs missing",
                   f"{adds['maelstrom']['lost_count']} of {adds['maelstrom']['attempt_count']} adds lost",
                   f"{moving['violations']['read_your_writes']} reads lack own writes, {moving['violations']['monotonic_reads']} go back",
                   f"log-truncation: {kept['protocol_metrics']['log_high_water']:.0f} records",
                   f"with each snapshot: {cut['protocol_metrics']['log_high_water']:.0f} |")

    def test_rpc_fanout_herd(self):
        names = {"fixed delay": "fixed 500 ms", "exponential": "exponential from 500 ms"}
        rows = []
        for label, runs in self.by_label("rpc-thundering-herd", "--seeds", "1..10", "--set", "expect={}").items():
            def mean(field):
                return sum(map(field, runs)) / len(runs)

            answered = mean(lambda run: run["operations"]["acknowledged"])
            last = f"{mean(lambda run: run['protocol_metrics']['call_latency_max_s']):.1f}" if answered == 200 else "never"
            rows.append(f"| {names.get(label, label)} | {answered:.0f} | {mean(lambda run: run['protocol_metrics']['attempts']):.0f} | {last} |")
        self.shown("rpc-fanout", *rows)

    def test_delta_gossip_set_synchronisation(self):
        def per_addition(scenario):
            return {label: run["protocol_metrics"]["elements_sent"] / run["operations"]["writes"]["acknowledged"]
                    for label, (run,) in self.by_label(scenario).items()}

        tree, mesh = per_addition("set-synchronisation-tree"), per_addition("set-synchronisation-mesh")
        self.assertEqual({tree[label] for label in ("BP", "BP and RR", "Scuttlebutt", "knowledge of each peer")}, {14})
        self.shown("delta-gossip",
                   f"| BP {tree['BP']:.0f}, RR {tree['RR']:.0f} elements per addition | exactly; classic deltas {tree['classic deltas']:.0f} |",
                   f"| RR {mesh['RR']:.0f}, BP and RR {mesh['BP and RR']:.0f}, Scuttlebutt at most {mesh['Scuttlebutt']:.0f} | "
                   f"exactly, and 30; classic deltas {mesh['classic deltas']:.0f}, BP alone {mesh['BP']:.0f} |")

    def test_swim_cache_conflicts(self):
        labels = self.by_label("swim-siblings")
        for label in ("hybrid time", "siblings"):
            (run,) = labels[label]
            put = run["messages"]["by_type"]["put"]
            found = run["protocol_metrics"]["siblings_per_hit"] or 1
            self.shown("swim-cache", f"| {label} | {run['lost_updates']} | {run['operations']['writes']['acknowledged']} | "
                       f"{f'{found:.1f}' if found > 1 else 1} | {run['protocol_metrics']['siblings_high_water']:.0f} | "
                       f"{run['messages']['bytes_per_op']:.0f} | {put['bytes'] / put['sent']:.0f} |")
        stale = {label: run["stale_reads"] for label, (run,) in self.by_label("swim-tombstones").items()}
        self.shown("swim-cache", f"sees {stale['remembered for 10 s']} stale reads after 30 s of absence with 10 s of memory, "
                   f"{stale['remembered for 60 s']} with 60 s")

    def test_swim_cache_idle_traffic(self):
        for nodes in (3, 30):
            labels = self.by_label("swim-idle", "--set", f"nodes={nodes}")
            (run,), (plain,) = labels["LAN defaults"], labels["full states not compressed"]

            def rate(kind, field):
                return run["messages"]["by_type"][kind][field] / nodes / run["simulated_s"]

            state = run["messages"]["by_type"]["push_pull"]
            self.shown("swim-cache",
                       f"| {nodes} | {rate('ping', 'bytes'):.0f} | {rate('ack', 'bytes'):.0f} | "
                       f"{rate('push_pull', 'sent'):.3f}/s x {state['bytes'] / state['sent']:.0f} = {rate('push_pull', 'bytes'):.0f} | "
                       f"{run['messages']['bytes_per_node_per_s']:.0f} | {plain['messages']['bytes_per_node_per_s']:.0f} |")


if __name__ == "__main__":
    unittest.main()
