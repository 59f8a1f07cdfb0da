"""What tests/mutate.py plants compiles, changes nothing until it is chosen, and then does what it says."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mutants import HEADER, Source  # noqa: E402

PROGRAM = """// A line of comment: 1 < 2
#include <cstdio>

constexpr int limit = 4;
constexpr int twice(int x) { return x * 2; }
static_assert(twice(3) == 6);

struct Sum {
  int value{10};
  void add(int by) {
    if (by < 0) return;
    value += by;
    count_++;
  }
  int count_ = 0;
};

int weigh(int a, int b) {
  return a > b &&  // on two lines
         a != 7;
}

int main() {
  Sum sum;
  for (int i = 0; i < limit; ++i) sum.add(i);
  sum.add(-5);
  const auto bigger = [&](int x) { return x > sum.value || x == 3; };
  if (bigger(16)) std::puts("1 < 2");
  std::printf("%d %d %d %d\\n", sum.value, sum.count_, twice(sum.count_), weigh(8, 8));
}

int never() { return 1 + 1; }
"""
USUAL = "16 4 8 0\n"
EXPECTED = {  # by line and fault: what the program prints
    (4, "`4` -> `5`"): "20 5 10 0\n",
    (5, "`*` -> `/`"): "16 4 2 0\n",
    (5, "`2` -> `3`"): "16 4 12 0\n",
    (9, "`10` -> `11`"): "17 4 8 0\n",
    (11, "`<` -> `<=`"): "16 3 6 0\n",
    (11, "condition negated"): "1 < 2\n5 1 2 0\n",
    (11, "guard dropped"): "1 < 2\n11 5 10 0\n",
    (12, "`+=` -> `-=`"): "1 < 2\n4 4 8 0\n",
    (12, "statement dropped"): "1 < 2\n10 4 8 0\n",
    (13, "`++` -> `--`"): "16 -4 -8 0\n",
    (19, "`>` -> `>=`"): "16 4 8 1\n",
    (25, "`<` -> `<=`"): "20 5 10 0\n",
    (26, "statement dropped"): USUAL,  # adds nothing: an equivalent mutant
    (27, "`||` -> `&&`"): USUAL,
    (27, "`>` -> `>=`"): "1 < 2\n" + USUAL,
    (28, "condition negated"): "1 < 2\n" + USUAL,
}


class Mutants(unittest.TestCase):
    def test_each_mutant_shows_when_it_is_chosen(self):
        source = Source(PROGRAM)
        mutants = [m for m in source.mutants("main.cpp") if source.can_hold(m)]
        for number, mutant in enumerate(mutants, 1):
            mutant.number = number
        text, planted = source.plant(mutants)
        self.assertEqual(len(planted), len(mutants))
        self.assertEqual(text.count("\n"), PROGRAM.count("\n") + 1)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "hearsay_mutant.hpp").write_text(HEADER, encoding="utf-8")
            Path(folder, "main.cpp").write_text(text, encoding="utf-8")
            subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "main.cpp", "-o", "main"], cwd=folder, check=True)

            def printed(number, **variables):
                return subprocess.run([folder + "/main"], env={**os.environ, **variables, "HEARSAY_MUTANT": str(number)}, check=True,
                                      capture_output=True, text=True, timeout=60).stdout
            reached = Path(folder, "reached")
            self.assertEqual(printed(0, HEARSAY_MUTANTS_REACHED=str(reached)), USUAL)
            self.assertEqual({int(n) for n in reached.read_text(encoding="utf-8").split()},
                             {m.number for m in mutants if "never" not in m.shown})
            numbers = {(m.line, m.what): m.number for m in mutants}
            for place, expected in EXPECTED.items():
                self.assertEqual(printed(numbers[place]), expected, place)

    def test_what_cannot_be_wrong_is_left_alone(self):
        for line in ("static_assert(a < b);", "template <int n = 3>", "  virtual int f() const = 0;", "  A() = default;",
                     "  if constexpr (a < b) f();", "// a < b", '#define A 1 + 2'):
            self.assertEqual(list(Source(line + "\n").mutants("x.cpp")), [], line)
        self.assertEqual([m.what for m in Source('void f() {\n  g("a < b", 1);\n}\n').mutants("x.cpp")],
                         ["`1` -> `2`", "statement dropped"])


if __name__ == "__main__":
    unittest.main()
