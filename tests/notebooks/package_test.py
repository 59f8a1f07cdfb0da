"""The Python package `hearsay`: running scenarios, reading stores into typed frames, plots as functions. Needs Debian's
python3-matplotlib and python3-pandas, which `./hearsay test` installs."""
import contextlib
import inspect
import io
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["HEARSAY_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "notebooks"))
os.environ["MPLBACKEND"] = "Agg"

import hearsay  # noqa: E402 (after its folder is in the path)
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from hearsay import theory  # noqa: E402
from hearsay.__main__ import main  # noqa: E402
from hearsay.figures import published  # noqa: E402

PARTITION = """\
name: small
nodes: 5
duration: 6s
settle: 500ms
platform: {star: {latency: 1ms, bandwidth: 1Gbps}}
protocols: [interceptor-broadcast, delta-gossip]
workload: {rate: 20/s, reads: 50%, stop: 2s}
faults: [{at: 1s, for: 500ms, partition: {kind: halves}}]
"""


def missing(value):
    return value is None or value is pd.NA or value != value


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hearsay-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        (cls.folder / "small.yaml").write_text(PARTITION)
        cls.store = cls.folder / "r.sqlite"
        cls.results = hearsay.run(cls.folder / "small.yaml", seeds=range(1, 4), results=cls.store)

    def test_a_run_gives_one_row_per_run(self):
        runs = self.results.runs
        self.assertEqual([(label, seed) for label, seed in zip(runs.label, runs.seed)],
                         [(label, seed) for label in ("interceptor-broadcast", "delta-gossip") for seed in (1, 2, 3)])
        self.assertTrue(runs.measured.all())
        self.assertEqual(self.results.scenarios(), ["small"])

    def test_columns_have_types_whatever_the_values(self):
        types = self.results.runs.dtypes
        for name, kind in (("seed", "Int64"), ("nodes", "Int64"), ("lost_writes", "Int64"), ("converged", "boolean"),
                           ("convergence_time_s", "float64"), ("residue", "float64"), ("convergence", "float64"),
                           ("membership_false_deaths", "Int64"), ("bytes_per_op", "float64")):
            self.assertEqual(str(types[name]), kind, name)
        gossip = self.results.runs.query("label == 'delta-gossip'")
        self.assertTrue(gossip.converged.all())
        self.assertTrue((gossip.missing == 0).all())

    def test_what_was_never_reached_is_infinite(self):
        runs = hearsay.run(PARTITION, protocols=["interceptor-broadcast"], settings={"network.loss": "60%", "duration": "4s"}).runs
        self.assertFalse(runs.converged.any())
        self.assertTrue((runs.convergence == float("inf")).all())
        self.assertTrue((runs.stable_p99 == float("inf")).all())
        self.assertTrue(runs.convergence_time_s.isna().all())

    def test_a_run_is_what_the_command_line_runs(self):
        whole = self.results.objects()
        self.assertEqual([r["run_hash"] for r in whole], list(self.results.runs.run_hash))
        again = hearsay.run(PARTITION, seeds=2, protocols=["delta-gossip"])
        self.assertEqual(list(again.runs.run_hash), [r["run_hash"] for r in whole if r["seed"] == 2 and r["label"] == "delta-gossip"])
        other = hearsay.run(PARTITION, seeds="2", protocols=["delta-gossip"], settings={"nodes": 6, "workload.rate": "30/s"}, jobs=1)
        self.assertEqual(list(other.runs.nodes), [6])

    def test_what_ships_is_run_by_its_name(self):
        results = hearsay.run("five-nodes-lan", protocols=["delta-gossip"], settings={"duration": "5s", "expect": "{}", "faults": "[]",
                                                                                      "workload.stop": "1s"})
        self.assertEqual(results.scenarios(), ["five-nodes-lan"])

    def test_lists_and_curves_are_frames(self):
        faults = self.results.faults()
        self.assertEqual(list(faults.verb), ["partition"] * 6)
        self.assertEqual(set(zip(faults["at"], faults.until)), {(1.0, 1.5)})
        self.assertEqual(list(self.results.recovery().fault.str.startswith("partition")), [True] * 6)
        one = self.results.runs.iloc[:1]
        curve = self.results.series("up_to_date", one)
        self.assertEqual(list(curve.columns), ["run_id", "t", "value", "line"])
        self.assertEqual(set(curve.run_id), {one.id.iloc[0]})
        self.assertEqual(curve.value.iloc[-1], 1.0)

    def test_curves_are_those_of_the_stores_view(self):
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            for name in ("present", "client_latency_s"):
                seen = db.execute("SELECT run_id, t, value FROM series WHERE name = ? ORDER BY 1, 2", (name,)).fetchall()
                found = self.results.series(name).sort_values(["run_id", "t"])
                self.assertEqual([tuple(row) for row in found[["run_id", "t"]].itertuples(index=False)], [row[:2] for row in seen])
                self.assertTrue(np.array_equal(found.value.to_numpy(), np.array([row[2] for row in seen], dtype=float), equal_nan=True))
        self.assertTrue(self.results.series("nothing").empty)

    def test_some_columns_are_what_all_would_be(self):
        some = hearsay.load(self.store, ["convergence", "everywhere_p99", "messages_sent"]).runs
        self.assertNotIn("messages_bytes", some.columns)
        self.assertNotIn("bytes_per_op", some.columns)
        self.assertTrue(some.equals(self.results.runs[list(some.columns)]))

    def test_runs_stand_in_the_order_of_their_numbers_whatever_their_size_and_the_last_version_counts(self):
        store = self.folder / "large.sqlite"
        shutil.copy(self.store, store)
        large = [2**64 - 1, 2**63, 9]
        with contextlib.closing(sqlite3.connect(store)) as db:
            db.execute("DELETE FROM runs WHERE label <> 'delta-gossip'")
            for seed, fresh in zip((1, 2, 3), large):
                db.execute("UPDATE runs SET seed = ? WHERE seed = ?", (fresh if fresh < 2**63 else str(fresh), seed))
            names = [row[1] for row in db.execute("PRAGMA table_info(runs)") if row[1] not in ("id", "version", "nodes")]
            text = ", ".join(f'"{name}"' for name in names)
            db.execute(f"INSERT INTO runs ({text}, version, nodes) SELECT {text}, 'older', 77 FROM runs WHERE seed = 9")
            db.commit()
        runs = hearsay.load(store).runs
        self.assertEqual([int(seed) for seed in runs.seed], sorted(large))
        self.assertEqual(list(runs.nodes), [77, 5, 5])

    def changed(self, name, *statements):
        """A copy of the store in which these have been carried out."""
        store = self.folder / name
        shutil.copy(self.store, store)
        with contextlib.closing(sqlite3.connect(store)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()
        return store

    def test_every_column_is_what_the_store_has_for_that_run(self):
        store = self.changed("odd.sqlite", "UPDATE runs SET scenario = 'other', lost_writes = NULL, residue = NULL WHERE id = 2",
                             "UPDATE runs SET converged = NULL, residue = 1e-300 WHERE id = 3", "UPDATE runs SET id = 70 WHERE id = 1",
                             "UPDATE runs SET label = 'third', converged = 0 WHERE id = 4",
                             f"UPDATE runs SET seed = {2**53 + 1} WHERE id = 5")
        runs = hearsay.load(store).runs
        with contextlib.closing(sqlite3.connect(store)) as db:
            names = [row[1] for row in db.execute("PRAGMA table_info(runs)") if row[1] != "result"]
            text = ", ".join(f'"{name}"' for name in names)
            stored = {row[names.index("id")]: row for row in db.execute(f"SELECT {text} FROM runs")}
        self.assertEqual(sorted(runs.id), sorted(stored))
        for name in names:
            found = {int(run): None if missing(value) else value for run, value in zip(runs.id, runs[name])}
            self.assertEqual(found, {run: row[names.index(name)] for run, row in stored.items()}, name)

    def test_kinds_and_scenarios_may_be_so_many_that_they_are_read_one_by_one(self):
        from hearsay import columns

        store = self.changed("names.sqlite", "UPDATE runs SET scenario = 's' || id, scenario_hash = id")
        few = hearsay.load(store).runs
        self.addCleanup(setattr, columns, "FEW", columns.FEW)
        for columns.FEW in (6, 5, 1):
            again = hearsay.load(store).runs
            self.assertEqual(list(again.scenario), [f"s{number}" for number in range(1, 7)])
            self.assertTrue(again.equals(few))

    def test_an_empty_store_has_no_runs_and_one_of_crashes_no_pictures(self):
        self.assertTrue(hearsay.load(self.changed("empty.sqlite", "DELETE FROM runs")).runs.empty)
        names = [row[1] for row in sqlite3.connect(self.store).execute("PRAGMA table_info(runs)")]
        lost = ", ".join(f"{name} = NULL" for name in names if name in ("simulated_s", "run_hash", "converged", "messages_per_op"))
        crashed = hearsay.load(self.changed("crashed.sqlite", f"UPDATE runs SET {lost}, result = '{{}}'"))
        self.assertFalse(crashed.runs.measured.any())
        for draw in (hearsay.plots.present, hearsay.plots.up_to_date, hearsay.plots.bytes_over_time, hearsay.plots.recovery,
                     hearsay.plots.convergence_cdf, hearsay.plots.convergence_box, hearsay.plots.cost_against_latency,
                     hearsay.plots.violations):
            self.assertIsNone(draw(crashed), draw.__name__)

    def test_pictures_show_the_figures_of_each_line(self):
        import matplotlib.pyplot as plt

        results = hearsay.load(self.changed("mixed.sqlite", "UPDATE runs SET simulated_s = NULL WHERE id = 2",
                                            "UPDATE runs SET converged = 0, convergence_time_s = NULL WHERE id = 6"))
        runs = results.runs[results.runs.id != 2]
        by_label = {label: part for label, part in runs.groupby("label", sort=False)}
        marks = [line for line in hearsay.plots.latency(results, "delivery").axes[0].lines if line.get_marker() == "o"]
        self.assertEqual([list(line.get_xdata()) for line in marks],
                         [[1e3 * part.delivery_latency_s_p50.median()] for part in by_label.values()])
        cdf = hearsay.plots.convergence_cdf(results).axes[0].lines[:2]
        for line, part in zip(cdf, by_label.values()):
            times = sorted(part.convergence[np.isfinite(part.convergence)])
            self.assertEqual(list(line.get_xdata())[1:-1], times)
            self.assertAlmostEqual(line.get_ydata()[-1], len(times) / len(part))
        box = hearsay.plots.convergence_box(results).axes[0]
        dots = [sorted(line.get_xdata()) for line in box.lines if line.get_marker() in "os" and line.get_alpha() == 0.5]
        self.assertEqual(dots, [sorted(part.convergence[np.isfinite(part.convergence)]) for part in by_label.values()])
        plt.close("all")

    def test_curves_are_drawn_from_so_many_runs_of_each_line_evenly_spread(self):
        from hearsay import results

        self.addCleanup(setattr, results, "SERIES_RUNS", results.SERIES_RUNS)
        runs = self.results.runs
        self.assertTrue(self.results.sampled(runs).equals(runs))
        results.SERIES_RUNS = 2
        self.assertEqual(list(self.results.sampled(runs).seed), [1, 3, 1, 3])
        mixed = runs.sort_values("seed", kind="stable")
        self.assertEqual(list(zip(*[self.results.sampled(mixed)[name] for name in ("label", "seed")])),
                         [(label, seed) for label in ("interceptor-broadcast", "delta-gossip") for seed in (1, 3)])

    def test_what_protocols_count_themselves_is_read_without_the_rest(self):
        whole = self.results.objects()
        self.assertEqual(self.results.protocol_metrics(), [result["protocol_metrics"] for result in whole])
        self.assertIn("messages_per_op", self.results.numeric_columns())
        self.assertNotIn("label", self.results.numeric_columns())

    def test_a_damaged_result_is_said(self):
        store = self.folder / "damaged.sqlite"
        shutil.copy(self.store, store)
        with contextlib.closing(sqlite3.connect(store)) as db:
            db.execute("UPDATE runs SET result = '{' WHERE id = 2")
            db.commit()
        with self.assertRaisesRegex(hearsay.NoStore, "is damaged: malformed JSON"):
            hearsay.load(store).series("present")

    def test_the_line_of_a_distribution_has_few_steps_the_first_and_the_last_among_them(self):
        from hearsay.plots import shares

        self.assertEqual(list(shares.steps_of(3)), [0, 1, 2])
        many = shares.steps_of(10**6)
        self.assertEqual((len(many), many[0], many[-1]), (shares.STEPS, 0, 10**6 - 1))
        self.assertLess(np.diff(many).max(), 260)

    def test_every_plot_is_a_figure_and_leaves_the_callers_style_alone(self):
        import matplotlib.pyplot as plt

        before = dict(plt.rcParams)
        for draw in (hearsay.plots.present, hearsay.plots.up_to_date, hearsay.plots.bytes_over_time, hearsay.plots.recovery,
                     hearsay.plots.convergence_cdf, hearsay.plots.convergence_box, hearsay.plots.cost_against_latency):
            figure = draw(self.results)
            self.assertIn("small", figure.get_suptitle() if hasattr(figure, "get_suptitle") else figure._suptitle.get_text())
            plt.close(figure)
        gossip = self.results.runs.query("label == 'delta-gossip'")
        figure = hearsay.plots.up_to_date(self.results, runs=gossip, name="mine")
        self.assertTrue(figure._suptitle.get_text().startswith("mine: "))
        self.assertEqual(len(figure.axes[0].lines), 1)
        self.assertIsNone(hearsay.plots.scaling(self.results, "nodes"))  # all have five
        self.assertEqual(dict(plt.rcParams), before)
        plt.close("all")

    def test_a_matrix_gives_curves_over_its_keys(self):
        results = hearsay.run(PARTITION + "matrix: {nodes: [4, 8, 16], network.loss: [0%, 5%]}\n", protocols=["delta-gossip"])
        self.assertEqual(list(results.runs.case)[0], {"nodes": "4", "network.loss": "0%"})
        self.assertEqual(len(hearsay.plots.scaling(results, "nodes").axes), 4)
        whole = hearsay.plots.scaling(results, "nodes", (("messages_sent", "messages", 1),)).axes[0].lines[0]
        lossless = results.runs[results.runs.case_key.str.contains("loss=0%")]
        self.assertEqual(list(whole.get_ydata()), list(lossless.messages_sent))
        self.assertIsNotNone(hearsay.plots.heat_map(results, ["nodes", "network.loss"]))

    def test_mistakes_are_exceptions_with_the_programs_message(self):
        with self.assertRaisesRegex(hearsay.HearsayError, r"scenario\.yaml:2:8: .*at least 1"):
            hearsay.run(PARTITION.replace("nodes: 5", "nodes: 0"))
        with self.assertRaisesRegex(hearsay.HearsayError, "did you mean|there are"):
            hearsay.call("rum")
        with self.assertRaisesRegex(hearsay.NoStore, "there is no store"):
            hearsay.load(self.folder / "none.sqlite")
        with self.assertRaisesRegex(hearsay.NoStore, "not a results store"):
            hearsay.load(self.folder / "small.yaml")
        with self.assertRaises(ValueError):
            hearsay.run(PARTITION, seeds=range(1, 9, 2))

    def test_everything_public_has_a_docstring(self):
        members = [getattr(hearsay, name) for name in hearsay.__all__]
        members += [getattr(hearsay.plots, name) for name in hearsay.plots.__all__]
        members += [value for name, value in vars(hearsay.Results).items() if inspect.isfunction(value) and name[0] != "_"]
        for member in members:
            self.assertTrue(inspect.getdoc(member), member)


class Theory(unittest.TestCase):
    def test_push_is_the_chain_of_how_many_know(self):
        self.assertAlmostEqual(theory.push_rounds(100)[0], 12.3045, places=4)
        self.assertAlmostEqual(theory.push_rounds(2)[0], 1)
        for loss, rounds in ((0.5, 2), (0.75, 4)):  # of two nodes the one calls the other until it arrives
            mean, deviation = theory.push_rounds(2, loss)
            self.assertAlmostEqual(mean, rounds)
            self.assertAlmostEqual(deviation, (loss / (1 - loss) ** 2) ** 0.5)
            self.assertAlmostEqual(theory.push_messages(2, loss), rounds)
        # Three: one round to the second; then both call, and the third is missed with 1/4.
        self.assertAlmostEqual(theory.push_rounds(3)[0], 1 + 4 / 3)
        self.assertAlmostEqual(theory.push_messages(3), 1 + 2 * 4 / 3)
        self.assertEqual([round(share, 6) for share in theory.push_curve(3)[:3]], [round(1 / 3, 6), round(2 / 3, 6), round(11 / 12, 6)])

    def test_simulations_of_the_papers_agree_with_their_closed_forms(self):
        rng = np.random.default_rng(1)
        rounds, mean, share = np.mean([theory.anti_entropy(100, limit=1, rng=rng) for _ in range(50)], axis=0)
        self.assertAlmostEqual(share, theory.admitted_share(100), delta=0.01)
        self.assertTrue(4 < mean < rounds < 14)
        matched = np.mean([theory.anti_entropy(20, limit=1, hunts=100, rng=rng)[2] for _ in range(20)])
        self.assertGreater(matched, 0.95)  # everybody is called by one, but who has nobody left to call
        residue, sent, last = theory.rumours(200, 1, rng=rng)
        self.assertTrue(0 < residue < 0.5 and 1 < sent < 2.5 and last > 4)
        self.assertAlmostEqual(theory.rumour_residue(1), 0.2032, places=4)  # 20 % with k = 1, 6 % with k = 2 (section 1.4)
        self.assertAlmostEqual(theory.rumour_residue(2), 0.0595, places=4)

    def test_curves_begin_with_one_node_and_end_with_all(self):
        self.assertAlmostEqual(theory.logistic(0, 50, 3), 1 / 50)
        self.assertAlmostEqual(theory.serf(0, 50, 3), 1 / 52)  # as Serf writes it
        for curve in (theory.logistic, theory.serf):
            self.assertAlmostEqual(curve(60, 50, 3), 1)
        self.assertAlmostEqual(float(theory.serf(4, 30, 3, 0.5)), float(theory.serf(2, 30, 3)))
        self.assertEqual(theory.tree_floor(10), 9)


class Published(unittest.TestCase):
    def test_every_figure_has_a_scenario_that_ships_and_printed_digits_their_tolerance(self):
        self.assertEqual(published.printed("0.037"), (0.037, 0.0005))
        self.assertEqual(published.printed("38"), (38, 0.5))
        names = set()
        for study in published.studies():
            self.assertTrue((SOURCE / "scenarios" / f"{study.scenario}.yaml").is_file(), study.scenario)
            self.assertTrue(study.figures)
            for figure in study.figures:
                name = (study.subject, figure.what)
                self.assertNotIn(name, names)
                names.add(name)
        self.assertGreater(len(names), 100)

    def test_seeds_are_those_that_make_the_error_a_third_of_the_tolerance(self):
        self.assertEqual(published.seeds_needed([1, 1, 1], 0.1), 3)
        self.assertEqual(published.seeds_needed([1, 2, 5], 0), 3)
        values = [9, 11] * 50  # a standard deviation of 1.005
        self.assertEqual(published.seeds_needed(values, 0.1), 910)  # (3 * 1.005 / 0.1)^2


class CommandLine(unittest.TestCase):
    def python(self, *words):
        return subprocess.run(["/usr/bin/python3", str(SOURCE / "notebooks" / "hearsay"), *words], capture_output=True, text=True,
                              check=False, cwd="/")

    def test_help_lists_the_pictures_and_a_wrong_one_is_refused(self):
        done = self.python("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("up-to-date", done.stdout)
        done = self.python("portrait")
        self.assertEqual((done.returncode, done.stdout), (254, ""))
        self.assertIn("up-to-date", done.stderr)

    def test_a_node_is_placed_among_the_points_of_the_frontier(self):
        from hearsay.figures import glomers_frontier
        rows = [("4 ms", (3.0, 230, 290)), ("16 ms", (1.2, 370, 580))]
        self.assertEqual(glomers_frontier.beaten_by((2.0, 400, 600), rows), ["16 ms"])
        self.assertEqual(glomers_frontier.beaten_by((2.0, 300, 600), rows), [])
        self.assertEqual(glomers_frontier.beaten_by((3.0, 230, 290), rows), [])  # a point is not beaten by itself
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            glomers_frontier.print_table((2.0, 400, 600), {"hub": [("4 ms", rows[0][1]), ("16 ms", rows[1][1])]})
        self.assertIn("such as delta-gossip, hub, pacing 16 ms", shown.getvalue())
        self.assertEqual(shown.getvalue().count("  <"), 1)
        done = self.python("glomers-frontier")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--node", done.stderr)

    def test_every_picture_has_help_and_a_missing_store_is_said(self):
        for name in ("plot", "up-to-date", "membership", "memberlist", "rpc-loss", "thundering-herd", "causal-crdt", "gossip-validation", "glomers-frontier",
                     "reproductions"):
            said = io.StringIO()
            with self.subTest(name), contextlib.redirect_stdout(said), self.assertRaises(SystemExit) as ended:
                main([name, "--help"])
            self.assertEqual(ended.exception.code, 0)
            self.assertIn("usage: ", said.getvalue())
        done = self.python("up-to-date", "none.sqlite", "x.png")
        self.assertEqual(done.returncode, 254)
        self.assertIn("there is no store none.sqlite", done.stderr)


if __name__ == "__main__":
    unittest.main()
