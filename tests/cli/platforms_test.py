"""Platform files that are hostile, unsupported or incomplete, and what SimGrid's settings do: through the program."""
import json
import unittest

from program import ProgramTest

HEAD = '<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n<platform version="4.1">\n'
LINE = ('<zone id="z" routing="Full"><host id="a" speed="1Gf"%s/><host id="b" speed="1Gf"/>'
        '<link id="l" bandwidth="%s" latency="%s"/><route src="a" dst="b"><link_ctn id="l"/></route></zone>\n</platform>\n')


def line(host="", bandwidth="8Mbps", latency="10ms", config=""):
    return HEAD + config + "\n" + LINE % (host, bandwidth, latency)


def config(key, value):
    return f'<config><prop id="{key}" value="{value}"/></config>'


class Platforms(ProgramTest):
    def scenario(self, **more):
        text = {"name": "x", "seed": 1, "duration": "30s", "settle": "1s", "nodes": 2, "platform": {"file": "p.xml"},
                "protocols": [{"name": "interceptor-broadcast", "params": {"transport": "datagram"}}],
                "workload": {"kind": "broadcast", "operations": 1, "start": "1s", "targets": 0}, **more}
        self.write("s.yaml", json.dumps(text))

    def refused(self, *messages):
        for command in ("validate", "run"):
            done = self.hearsay(command, "s.yaml")
            self.assertEqual(done.returncode, 254, done.stderr)
            for message in messages:
                self.assertIn(message, done.stderr)

    def latest(self, *words):
        (result,) = self.run_json("s.yaml", *words)
        return result["delivery_latency_s"]["max"]

    def test_what_cannot_be_right_is_refused_with_its_line(self):
        self.scenario()
        for text, message in ((line(latency="inf"), "the latency `inf` is out of bounds; write one between 0s and 3600000s"),
                              (line(latency="1e300"), "the latency `1e300`"),
                              (line(bandwidth="1e-300"), "the bandwidth `1e-300` is out of bounds; write one between 1bps and"),
                              (line(host=' state_file="f"'), "`state_file` of host a is a profile")):
            self.write("p.xml", text)
            self.refused("p.xml:5:", message)

    def test_a_platform_writes_no_file(self):
        self.scenario()
        for key, value in (("tracing", "yes"), ("tracing/filename", "written"), ("tracing/platform", "yes")):
            self.write("p.xml", line(config=config("tracing", "yes")[:-9] + config(key, value)[8:]))
            self.refused("p.xml:4:", "a platform cannot set SimGrid's `tracing`")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["p.xml", "s.yaml"])

    def test_a_platform_of_millions_of_hosts_is_refused_at_once(self):
        self.scenario()
        self.write("p.xml", HEAD + '<cluster id="c" prefix="n" suffix="" radical="0-2000000" speed="1Gf" bw="1GBps" '
                                   'lat="1ms"/>\n</platform>\n')
        self.refused("p.xml:4:1: the platform has 2000001 hosts", "at most")

    def test_a_route_that_is_missing_far_behind_is_found(self):
        hosts = [f"h{i}" for i in range(70)]
        routes = "".join(f'<route src="{a}" dst="{b}"><link_ctn id="l"/></route>\n'
                         for i, a in enumerate(hosts) for b in hosts[i + 1:] if b != "h69" or a != "h66")
        self.write("p.xml", HEAD + '<zone id="z" routing="Full">' + "".join(f'<host id="{h}" speed="1Gf"/>' for h in hosts) +
                   '<link id="l" bandwidth="1Gbps" latency="10ms"/>\n' + routes + "</zone></platform>\n")
        self.scenario(nodes=70)
        self.refused("s.yaml:1:", "p.xml has no route from host h66 to h69")

    def zones(self, routes_of_a):
        """Hosts a1 and a2 behind the router ra, b1 behind rb; node 0 is on a1, 1 on b1, 2 on a2."""
        self.write("p.xml", HEAD + '<zone id="world" routing="Full"><zone id="a" routing="Full"><host id="a1" speed="1Gf"/>'
                   '<host id="a2" speed="1Gf"/><router id="ra"/><link id="la" bandwidth="1Gbps" latency="1ms"/>\n' +
                   "".join(f'<route src="{x}" dst="{y}"><link_ctn id="la"/></route>' for x, y in routes_of_a) +
                   '</zone>\n<zone id="b" routing="Full"><host id="b1" speed="1Gf"/><router id="rb"/>'
                   '<link id="lb" bandwidth="1Gbps" latency="1ms"/>'
                   '<route src="b1" dst="rb"><link_ctn id="lb"/></route></zone>\n'
                   '<link id="ab" bandwidth="1Gbps" latency="10ms"/>'
                   '<zoneRoute src="a" dst="b" gw_src="ra" gw_dst="rb"><link_ctn id="ab"/></zoneRoute></zone></platform>\n')
        self.scenario(nodes=3, platform={"file": "p.xml", "placement": {"hosts": ["a1", "b1", "a2"]}})

    def test_a_route_of_which_only_one_segment_is_missing_is_found(self):
        self.zones([("a1", "ra"), ("a1", "a2")])
        self.refused("s.yaml:1:", "p.xml has no route from ra to a2, a part of the way from host b1 to a2; add the route")
        self.zones([("a1", "ra"), ("a2", "ra"), ("a1", "a2")])
        self.assertAlmostEqual(self.latest(), 0.012, places=4)  # three segments from a1 to b1

    def test_a_route_that_is_found_missing_during_the_run_ends_it(self):
        hosts = [f"h{i}" for i in range(400)]  # too many to try every pair before
        routes = "".join(f'<route src="{a}" dst="{b}"><link_ctn id="l"/></route>\n'
                         for i, a in enumerate(hosts) for b in hosts[i + 1:] if b != "h300" or a != "h100")
        self.write("p.xml", HEAD + '<zone id="z" routing="Full">' + "".join(f'<host id="{h}" speed="1Gf"/>' for h in hosts) +
                   '<link id="l" bandwidth="1Gbps" latency="10ms"/>\n' + routes + "</zone></platform>\n")
        self.scenario(nodes=400, workload={"operations": 1, "start": "1s", "targets": 100})
        self.assertEqual(self.hearsay("validate", "s.yaml").returncode, 0)
        done = self.hearsay("run", "s.yaml")
        self.assertEqual(done.returncode, 255, done.stderr)
        self.assertIn("p.xml has no route from host h100 to h300", done.stderr)

    def test_settings_of_latency_act_under_flow_as_in_simgrid(self):
        """50 kB at 1 MB/s over 10 ms: what a bare program of SimGrid prints for the same settings."""
        self.scenario(network={"model": "flow"}, workload={"operations": 1, "start": "1s", "targets": 0, "size": "50kB"})
        sent = 0.050072  # s at full rate, the message's own fields included
        for key, value, expected in (("network/latency-factor", "10", 0.1 + sent),
                                     ("network/model", "LV08", 0.1301 + sent / 0.97),
                                     ("network/bandwidth-factor", "0.5", 0.01 + 2 * sent), ("network/TCP-gamma", "2000", 0.01 + 10 * sent),
                                     ("network/crosstraffic", "1", 0.01 + 1.05 * sent)):
            with self.subTest(key):
                self.write("p.xml", line())
                self.assertAlmostEqual(self.latest(f"--cfg={key}:{value}"), expected, delta=0.0001)
                self.write("p.xml", line(config=config(key, value)))
                self.assertAlmostEqual(self.latest(), expected, delta=0.0001)
        self.write("p.xml", line(config=config("network/latency-factor", "5")))
        self.assertAlmostEqual(self.latest("--cfg=network/latency-factor:10"), 0.1 + sent, delta=0.0001)  # the user's wins
        self.write("p.xml", line())
        self.assertAlmostEqual(self.latest(), 0.01 + sent, delta=0.0001)


if __name__ == "__main__":
    unittest.main()
