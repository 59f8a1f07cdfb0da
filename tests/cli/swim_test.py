"""Figures of swim-cache that need the whole program."""
import unittest

from program import ProgramTest


class Swim(ProgramTest):
    def test_a_member_that_keeps_no_snapshot_takes_few_bytes_per_other_member(self):
        file = self.write("many.yaml", "name: many\nnodes: 3000\nduration: 100ms\nengine: {dispatch: inline}\n"
                          "platform: {star: {latency: 1ms, bandwidth: 1Gbps}}\nprotocols: [swim-cache]\n"
                          "workload: {operations: 1}\n")
        (result,) = self.run_json(file)
        # 16 bytes of membership and some of metrics; a set of members would add 48.
        self.assertLess(result["cost"]["peak_rss_mib"] * 2**20 / 3000**2, 48)


if __name__ == "__main__":
    unittest.main()
