"""What looks at the runs of all shipped scenarios, in one process, so that these are run once."""
import unittest

from run_hashes_test import RunHashes  # noqa: F401
from scenarios_test import Scenarios  # noqa: F401

if __name__ == "__main__":
    unittest.main()
