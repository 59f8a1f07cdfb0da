"""Our exact signed-rank test, its interval, the bootstrap's interval and quantiles against scipy.stats and numpy (Debian's
python3-scipy)."""
import itertools
import os
import subprocess
import unittest

import numpy as np
from scipy import stats

RANDOM = np.random.default_rng(17)


def ask(lines):
    done = subprocess.run([os.environ["STATISTICS_PROBE"]], input="\n".join(lines) + "\n", capture_output=True, text=True,
                          check=True)
    return [None if line.strip() == "none" else [float(word) for word in line.split()] for line in done.stdout.splitlines()]


def line(function, sample):
    return function + " " + " ".join(repr(float(value)) for value in sample)


def samples(sizes, shift=0.3):
    return [RANDOM.normal(shift, 1, size) for size in sizes]


def exact(x, alternative):
    return stats.wilcoxon(x, alternative=alternative, mode="exact").pvalue


class Statistics(unittest.TestCase):
    def test_p_values_are_those_of_scipy(self):
        for x, (p, *_) in zip(cases := samples([1, 2, 5, 6, 9, 10, 15, 20, 30, 50]), ask(line("signed_rank", x) for x in cases)):
            self.assertAlmostEqual(p, exact(x, "greater"), delta=1e-12, msg=len(x))

    def test_with_ties_and_zeros_p_is_the_share_of_all_signs(self):
        for x, (p, *_) in zip(cases := [RANDOM.integers(-4, 6, size).astype(float) for size in (4, 7, 10, 12)],
                              ask(line("signed_rank", x) for x in cases)):
            changed = x[x != 0]
            ranks = stats.rankdata(abs(changed))
            seen = ranks[changed > 0].sum()
            sums = [ranks[list(signs)].sum() for signs in
                    (np.flatnonzero(s) for s in itertools.product((0, 1), repeat=len(changed)))]
            self.assertAlmostEqual(p, np.mean([s >= seen - 1e-9 for s in sums]), delta=1e-12)

    def test_the_shift_is_the_median_of_walsh_averages(self):
        for x, (_, shift, *_) in zip(cases := samples([1, 4, 7, 12, 33]), ask(line("signed_rank", x) for x in cases)):
            means = [(a + b) / 2 for a, b in itertools.combinations_with_replacement(x, 2)]
            self.assertAlmostEqual(shift, np.median(means), delta=1e-12)

    def test_the_interval_ends_where_scipy_begins_to_reject(self):
        for x, (_, _, low, high) in zip(cases := samples([6, 7, 8, 10, 13, 20, 25, 30]), ask(line("signed_rank", x) for x in cases)):
            step = 1e-9
            self.assertGreater(exact(x - (low + step), "greater"), 0.025, len(x))
            self.assertLessEqual(exact(x - (low - step), "greater"), 0.025, len(x))
            self.assertGreater(exact(x - (high - step), "less"), 0.025, len(x))
            self.assertLessEqual(exact(x - (high + step), "less"), 0.025, len(x))

    def test_beyond_200_the_normal_approximation_is_near(self):
        x, = samples([260], 0.1)
        (p, *_), = ask([line("signed_rank", x)])
        self.assertAlmostEqual(p, stats.wilcoxon(x, alternative="greater", mode="approx", correction=True).pvalue, delta=1e-6)

    def test_the_bootstrap_interval_of_an_odd_sample_is_the_binomial_one(self):
        for x, answer in zip(cases := samples([5, 7, 11, 21, 45]), ask(line("bootstrap", x) for x in cases)):
            n = len(x)
            if n < 6:
                self.assertIsNone(answer)
                continue
            # the median of a resample is among the k smallest if at least (n + 1) / 2 of its values are
            at_most = [stats.binom.sf(n // 2, n, k / n) for k in range(1, n + 1)]
            ranks = [int(np.argmax(np.array(at_most) >= q)) for q in (0.025, 0.975)]
            np.testing.assert_allclose(answer, np.sort(x)[ranks])

    def test_medians_and_quantiles(self):
        x, y = samples([9, 24])
        self.assertEqual(ask([line("median", x), line("median", y)]), [[np.median(x)], [np.median(y)]])
        for q in (0, 0.05, 0.5, 0.95, 1):
            expected = np.sort(y)[min(int(q * len(y)), len(y) - 1)]
            self.assertEqual(ask([line(f"quantile {q}", y)]), [[expected]])


if __name__ == "__main__":
    unittest.main()
