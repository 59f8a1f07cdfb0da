"""The planted faults fit the sources: each text that they replace occurs once, and so does each name."""
import pathlib
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "hunt" / "planted"))
import faults  # noqa: E402
import plant  # noqa: E402


class Planted(unittest.TestCase):
    def test_every_fault_fits_the_sources(self):
        self.assertEqual(plant.mistakes(SOURCE), [])

    def test_there_are_twenty_or_more_and_each_has_a_switch_of_its_own(self):
        names = [fault[0] for fault in faults.FAULTS]
        self.assertGreaterEqual(len(names), 20)
        self.assertEqual(len(set(names)), len(names))
        for name, _, _, _, right, faulty in faults.FAULTS:
            self.assertEqual(faulty.count("PLANTED"), 1, name)
            self.assertNotIn("PLANTED", right)


if __name__ == "__main__":
    unittest.main()
